import { maskText } from '#kernel/classify'
import { conflict, invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { readableMobile } from '#platform/directory'
import type { Security } from '../contract.ts'
import { listDevices } from './devices.ts'
import { type Account, accountById, numberOf } from './find-account.ts'
import { passkeyHost } from './passkeys.ts'
import { hasSms, sendSmsCode, spendSmsCode } from './sms.ts'

interface Enrolled {
  password_at: Date | null
  totp_at: Date | null
  codes: number
}
interface PasskeyRecord {
  id: string
  name: string
  created_at: Date
  last_used_at: Date | null
}
const iso = (at: Date | null): string | null => at?.toISOString() ?? null

export const ownAccount = async (ctx: Ctx): Promise<Account> => (await accountById(ctx.sql, ctx.actor.accountId))!

/** 安全设置 in one read. */
export const security = async (ctx: Ctx): Promise<Security> => {
  const { accountId } = ctx.actor
  const account = await ownAccount(ctx)
  const [enrolled] = await ctx.sql<Enrolled>(
    `select a.password_at, t.confirmed_at as totp_at,
       (select count(*) from identity.recovery_code c where c.account_id = a.id)::int as codes
     from identity.account a left join identity.totp t on t.account_id = a.id where a.id = $1`,
    [accountId],
  )
  const passkeys = await ctx.sql<PasskeyRecord>(
    'select id, name, created_at, last_used_at from identity.passkey where account_id = $1 order by created_at, id',
    [accountId],
  )
  const reachable = hasSms(ctx.kernel) ? readableMobile(ctx.kernel, account.mobile, ctx.actor.personId) : null
  return {
    login: account.login,
    passwordAt: iso(enrolled!.password_at),
    totpSince: iso(enrolled!.totp_at),
    recoveryCodes: enrolled!.codes,
    passkeyHost: passkeyHost(ctx.kernel.config),
    passkeys: passkeys.map(({ id, name, created_at, last_used_at }) => ({
      id,
      name,
      createdAt: created_at.toISOString(),
      lastUsedAt: iso(last_used_at),
    })),
    sms: { on: account.sms_second, mobile: reachable && maskText(reachable) },
    devices: await listDevices(ctx),
  }
}

export const removeTotp = async (ctx: Ctx): Promise<void> => {
  await ctx.sql('delete from identity.totp where account_id = $1', [ctx.actor.accountId])
  await dropIdleCodes(ctx)
}

/** Recovery codes stand in for a second factor; without one they would be a second password. */
export const dropIdleCodes = (ctx: Ctx): Promise<unknown> =>
  ctx.sql(
    `delete from identity.recovery_code c using identity.account a where a.id = c.account_id and a.id = $1 and not a.sms_second
       and not exists (select 1 from identity.totp t where t.account_id = a.id and t.confirmed_at is not null)
       and not exists (select 1 from identity.passkey k where k.account_id = a.id)`,
    [ctx.actor.accountId],
  )

export const startSmsSecond = async (ctx: Ctx) => {
  const account = await ownAccount(ctx)
  const mobile = numberOf(ctx.kernel, account)
  if (!mobile || !hasSms(ctx.kernel))
    throw conflict('通讯录里没有您的手机号，或本平台没有接入短信。请用动态口令或通行密钥。')
  return { ticket: await sendSmsCode(ctx, mobile, account.id) }
}
export const confirmSmsSecond = async (ctx: Ctx, { ticket, secret }: { ticket: string; secret: string }) => {
  if ((await spendSmsCode(ctx, ticket, secret)) !== ctx.actor.accountId)
    throw invalid('验证码不对或已过期。请核对后再试，或重新发送。', [{ path: 'secret', message: '验证码不对' }])
  await ctx.sql('update identity.account set sms_second = true where id = $1', [ctx.actor.accountId])
}
export const removeSmsSecond = async (ctx: Ctx): Promise<void> => {
  await ctx.sql('update identity.account set sms_second = false where id = $1', [ctx.actor.accountId])
  await dropIdleCodes(ctx)
}

/** Codes are made once there is a factor they can stand in for. */
export const requireSecond = async (ctx: Ctx): Promise<void> => {
  const { totpSince, passkeys, sms } = await security(ctx)
  if (!totpSince && passkeys.length === 0 && !sms.on)
    throw conflict('请先启用动态口令、通行密钥或短信验证，再生成备用码。')
}
