import { randomInt } from 'node:crypto'
import { lineOf } from '#kernel/addresses'
import { maskText } from '#kernel/classify'
import { constantTimeEqual } from '#kernel/crypto'
import type { Ctx, Kernel } from '#kernel/module'
import { mobileIndex } from '#platform/directory'
import { limitUse } from './attempts.ts'
import { openChallenge, takeChallenge, tryChallenge } from './challenges.ts'
import { numberIndexOf } from './find-account.ts'

/** Who carries short messages; a province registers its own. */
interface SmsProvider {
  send(mobile: string, text: string): Promise<void>
}

const providers = new WeakMap<Kernel, SmsProvider>()
export const registerSmsProvider = (kernel: Kernel, provider: SmsProvider): void => {
  providers.set(kernel, provider)
}
export const hasSms = (kernel: Kernel): boolean => providers.has(kernel)

/** Hands a message to the carrier; whoever sends many of them waits, and learns what could not be sent. */
export const sendSms = async (kernel: Kernel, mobile: string, text: string): Promise<void> => {
  const provider = providers.get(kernel)
  if (!provider) throw new Error('no provider of short messages')
  await provider.send(mobile, text)
}

/** Writes the message to the log instead of sending it: for development, where nobody waits for it. */
export const logSms = (kernel: Kernel): SmsProvider => {
  if (kernel.config.NODE_ENV === 'production')
    throw new Error('生产环境不能把短信写进日志。请接入本地的短信通道，或不启用短信验证。')
  return {
    async send(mobile, text) {
      kernel.log.info({ mobile: maskText(mobile) }, `短信（未真正发送）：${text}`)
    },
  }
}

const SECONDS = 300
const NOBODY = '00000000-0000-0000-0000-000000000000'
/** Bound to the number it was sent to, by the number's blind index: after a change of the number the old code is worth nothing. */
const mac = (kernel: Kernel, number: string, code: string): string =>
  kernel.keys.blindIndex('identity.sms', `${number}/${code}`).toString('base64')

interface SmsData {
  mac: string
}

/**
 * Sends a code and answers the ticket it belongs to. Without an account nothing is sent, and the answer, its limits and its work are the
 * same; nobody waits for the provider, whose time would tell.
 */
export const sendSmsCode = async (
  ctx: Pick<Ctx, 'kernel' | 'sql' | 'now' | 'from'>,
  mobile: string,
  accountId: string | undefined,
): Promise<string> => {
  const { kernel, now } = ctx
  // A bare hash of eleven digits is guessed in no time: what is counted is the blind index.
  const number = mobileIndex(kernel.keys, mobile).toString('base64')
  await limitUse(ctx.sql, 'sa', lineOf(ctx.from.address), { max: kernel.config.SMS_PER_ADDRESS, seconds: 3600, now })
  await limitUse(ctx.sql, 'sm', number, { max: 1, seconds: 60, now })
  await limitUse(ctx.sql, 'sd', number, { max: 10, seconds: 86_400, now })
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const ticket = await openChallenge(ctx.sql, {
    kind: 'sms',
    accountId,
    data: { mac: mac(kernel, number, code) } satisfies SmsData,
    now,
    seconds: SECONDS,
  })
  if (accountId)
    providers
      .get(kernel)
      ?.send(mobile, `验证码 ${code}，5 分钟内有效，用于登录齐通。不要告诉任何人，工作人员不会向您索要。`)
      .catch((error: Error) => kernel.log.error({ err: error, mobile: maskText(mobile) }, '短信没有发出'))
  return ticket
}

/** The account whose code this is; five tries, then the code is void. */
export const spendSmsCode = async (
  ctx: Pick<Ctx, 'kernel' | 'sql' | 'now'>,
  ticket: string,
  code: string,
): Promise<string | undefined> => {
  const row = await tryChallenge<SmsData>(ctx.sql, 'sms', ticket, ctx.now)
  if (!row) return undefined
  // The same work without an account.
  const number = (await numberIndexOf(ctx.sql, row.account_id ?? NOBODY))?.toString('base64') ?? ''
  const typed = code.normalize('NFKC').replaceAll(/\s/g, '')
  if (!constantTimeEqual(row.data.mac, mac(ctx.kernel, number, typed))) return undefined
  const taken = await takeChallenge(ctx.sql, 'sms', ticket, ctx.now)
  return taken?.account_id ?? undefined
}
