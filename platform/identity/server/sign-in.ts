import { writeAudit } from '#kernel/audit'
import { hashPassword, needsRehash, verifyPassword } from '#kernel/crypto'
import { transaction } from '#kernel/db'
import { AppError } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { Assertion, Proof, Way } from '../contract.ts'
import { countFailure, countTry, forget, forgive, refuseResting, tried } from './attempts.ts'
import { openChallenge, readChallenge, takeChallenge } from './challenges.ts'
import { type Account, accountById, accountByMobile, accountByName, numberOf } from './find-account.ts'
import { openSession, type Shown } from './open-session.ts'
import { checkPasskey, passkeyRequest } from './passkeys.ts'
import { assuranceOf, secondWays, showsProof } from './proofs.ts'
import { sendSmsCode, spendSmsCode } from './sms.ts'

/** Either a session was opened, or a second step is owed. */
export type SignedIn = { token: string } | { next: { ticket: string; ways: Way[] } }

const wrong = (code: string, detail: string) => new AppError(401, code, detail)
const wrongPassword = () => wrong('wrong-password', '账号或口令不对。请核对后再试；忘记口令请联系本单位管理员。')
const wrongProof = () => wrong('wrong-proof', '没有通过核对。请重新填写，或换一种方式。')
const wrongPasskey = () => wrong('wrong-passkey', '这个通行密钥不能登录。请换一种方式登录，或换一个通行密钥。')
const wrongCode = () => wrong('wrong-code', '验证码不对或已过期。请核对后再试，或重新发送。')
const gone = () => wrong('ticket-gone', '登录用时太久，已经失效。请从头再登录一次。')

/** The kernel records commands that happened; a sign-in that failed is worth a record too. */
export const auditFailure = (
  ctx: Ctx,
  label: string,
  title = '登录失败',
  action = 'identity.signIn',
): Promise<unknown> =>
  writeAudit(ctx.sql, {
    at: ctx.now,
    homeNode: ctx.kernel.config.HOME_NODE,
    actor: ctx.actor.accountId ? ctx.actor : null,
    requestId: ctx.requestId,
    address: ctx.from.address,
    action,
    title,
    kind: 'refused',
    target: { type: 'account', id: '', label },
  })

/** Ends a sign-in: failures are forgotten, the session is opened, its token travels to the browser. */
const finish = async (ctx: Ctx, account: Account, shown: Shown): Promise<SignedIn> => {
  const { token, seconds } = await transaction(ctx.kernel.database.pool, async ({ query }) => {
    await forget(query, tried(account.login, ctx.from.address))
    return openSession(ctx, query, account, shown)
  })
  ctx.audit({ type: 'account', id: account.id, label: account.login })
  ctx.session(token, seconds)
  return { token }
}

const SECOND_SECONDS = 600
interface SecondData {
  first: Way
}

/** After the first factor: in, or on to the second where the account has one of another kind. */
export const proceed = async (ctx: Ctx, account: Account, first: 'password' | 'sms'): Promise<SignedIn> => {
  const ways = (await secondWays(ctx, account)).filter((way) => way !== first)
  if (ways.length === 0) return finish(ctx, account, { factors: [first], assurance: 1 })
  const data: SecondData = { first }
  const { sql, now } = ctx
  const ticket = await openChallenge(sql, { kind: 'second', accountId: account.id, data, now, seconds: SECOND_SECONDS })
  ctx.audit({ type: 'account', id: account.id, label: account.login })
  return { next: { ticket, ways } }
}

/** Checks account and password. Takes the same time whether the account exists or not. */
export const signIn = async (ctx: Ctx, input: { account: string; password: string }) => {
  const login = input.account.toLowerCase()
  const keys = tried(login, ctx.from.address)
  await refuseResting(ctx.sql, keys, ctx.now)
  const account = await accountByName(ctx, login)
  const matches = await verifyPassword(account?.password_hash ?? null, input.password)
  if (!account || !matches || account.disabled) {
    await countFailure(ctx.sql, keys, ctx.now)
    await auditFailure(ctx, login)
    throw wrongPassword()
  }
  if (needsRehash(account.password_hash!))
    await ctx.sql('update identity.account set password_hash = $2 where id = $1 and password_hash = $3', [
      account.id,
      await hashPassword(input.password),
      account.password_hash,
    ])
  if (login !== account.login) await forget(ctx.sql, keys)
  return proceed(ctx, account, 'password')
}

/** The account behind the ticket of a first step, as it is now. */
const owing = async (ctx: Ctx, ticket: string): Promise<{ account: Account; first: Way }> => {
  const row = await readChallenge<SecondData>(ctx.sql, 'second', ticket, ctx.now)
  const account = row?.account_id ? await accountById(ctx.sql, row.account_id) : undefined
  if (!row || !account || account.disabled) throw gone()
  return { account, first: row.data.first }
}

export const signInSecond = async (ctx: Ctx, input: { ticket: string; proof: Proof }) => {
  const { account, first } = await owing(ctx, input.ticket)
  const keys = tried(account.login, ctx.from.address)
  await countTry(ctx.sql, keys, ctx.now)
  const ways = (await secondWays(ctx, account)).filter((way) => way !== first)
  if (!ways.includes(input.proof.way) || !(await showsProof(ctx, account, input.proof))) {
    await auditFailure(ctx, account.login, '登录第二步失败', 'identity.signInSecond')
    throw wrongProof()
  }
  await forgive(ctx.sql, keys)
  if (!(await takeChallenge(ctx.sql, 'second', input.ticket, ctx.now))) throw gone()
  const factors = [first, input.proof.way]
  return finish(ctx, account, { factors, assurance: assuranceOf(factors) })
}

export const startSecond = async (ctx: Ctx, { ticket, way }: { ticket: string; way: 'passkey' | 'sms' }) => {
  const { account, first } = await owing(ctx, ticket)
  const ways = (await secondWays(ctx, account)).filter((one) => one !== first)
  if (!ways.includes(way)) throw wrongProof()
  if (way === 'passkey') return { passkey: await passkeyRequest(ctx, 'verify', account.id) }
  return { sms: await sendSmsCode(ctx, numberOf(ctx.kernel, account)!, account.id) }
}

/** A passkey that verified its holder is two factors in one: the thing, and the finger or the PIN. */
export const signInPasskey = async (ctx: Ctx, { assertion }: { assertion: Assertion }) => {
  // Which account it is shows only when the signature is right, so the passkey itself is what rests.
  const keys = tried(`passkey ${assertion.id}`, ctx.from.address)
  await refuseResting(ctx.sql, keys, ctx.now)
  const accountId = await checkPasskey(ctx, assertion, 'sign-in', null)
  const account = accountId ? await accountById(ctx.sql, accountId) : undefined
  if (!account || account.disabled) {
    await countFailure(ctx.sql, keys, ctx.now)
    await auditFailure(ctx, '通行密钥')
    throw wrongPasskey()
  }
  await forget(ctx.sql, keys)
  return finish(ctx, account, { factors: ['passkey'], assurance: 2 })
}

/** The same answer, work and limits for a number that nobody has. */
export const startSms = async (ctx: Ctx, mobile: string) => {
  const account = await accountByMobile(ctx, mobile)
  return { ticket: await sendSmsCode(ctx, mobile, account?.id) }
}

export const signInSms = async (ctx: Ctx, input: { ticket: string; secret: string }) => {
  const keys = tried(`sms ${input.ticket}`, ctx.from.address)
  await countTry(ctx.sql, keys, ctx.now)
  const accountId = await spendSmsCode(ctx, input.ticket, input.secret)
  const account = accountId ? await accountById(ctx.sql, accountId) : undefined
  if (!account || account.disabled) {
    await auditFailure(ctx, '短信验证码')
    throw wrongCode()
  }
  await forgive(ctx.sql, keys)
  return proceed(ctx, account, 'sms')
}
