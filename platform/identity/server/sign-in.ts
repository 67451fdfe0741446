import { writeAudit } from '#kernel/audit'
import { dayOf } from '#kernel/clock'
import { hashPassword, needsRehash, sha256, verifyPassword } from '#kernel/crypto'
import { type Query, transaction } from '#kernel/db'
import { AppError, invalid, tooMany } from '#kernel/errors'
import type { Ctx, Kernel } from '#kernel/module'
import { openSession } from './sessions.ts'

interface AccountRow {
  id: string
  person_id: string | null
  login: string
  password_hash: string | null
  disabled: boolean
}

/** Wrong passwords before a name rests, and wrong sign-ins before an address does. */
const NAME_TRIES = 5
const ADDRESS_TRIES = 50
const REST_MINUTES = 15

const wrong = () => new AppError(401, 'wrong-password', '账号或口令不对。请核对后再试；忘记口令请联系本单位管理员。')

// Counted by name whether the name exists or not, so that the answer never tells which.
const nameKey = (login: string): string => `n:${sha256(login.toLowerCase()).toString('base64url')}`
const addressKey = (address: string): string => `a:${sha256(address).toString('base64url')}`

const refuseResting = async (query: Query, keys: { name: string; address: string }, now: Date): Promise<void> => {
  const rows = await query<{ key: string; failures: number; until: Date }>(
    'select key, failures, until from identity.attempt where key = any($1) and until > $2',
    [[keys.name, keys.address], now],
  )
  const resting = rows.find((row) => row.failures >= (row.key === keys.name ? NAME_TRIES : ADDRESS_TRIES))
  if (!resting) return
  const seconds = Math.ceil((resting.until.getTime() - now.getTime()) / 1000)
  throw tooMany(seconds, `登录失败次数过多，请 ${Math.ceil(seconds / 60)} 分钟后再试。`)
}

const countFailure = (query: Query, keys: { name: string; address: string }, now: Date): Promise<unknown> =>
  query(
    `insert into identity.attempt as t (key, failures, until)
     select key, 1, $2::timestamptz + make_interval(mins => ${REST_MINUTES}) from unnest($1::text[]) key
     on conflict (key) do update set failures = case when t.until > $2 then t.failures + 1 else 1 end, until = excluded.until`,
    [[keys.name, keys.address], now],
  )

/** Checks account and password and opens a session. Takes the same time whether the account exists or not. */
export const signIn = async (ctx: Ctx, input: { account: string; password: string }) => {
  const { kernel, now, from } = ctx
  const query = kernel.database.query
  const login = input.account.toLowerCase()
  const keys = { name: nameKey(login), address: addressKey(from.address) }
  await refuseResting(query, keys, now)
  const [account] = await query<AccountRow>(
    `select id, person_id, login, password_hash, disabled or exists (
       select 1 from directory.person p where p.id = a.person_id and p.status <> 'active') as disabled
     from identity.account a where login = $1`,
    [login],
  )
  const matches = await verifyPassword(account?.password_hash ?? null, input.password)
  if (!account || !matches || account.disabled) {
    await countFailure(query, keys, now)
    await auditFailure(ctx, query, login)
    throw wrong()
  }
  const { token, seconds } = await transaction(kernel.database.pool, async ({ query: inside }) => {
    await inside('delete from identity.attempt where key = $1', [keys.name])
    if (needsRehash(account.password_hash!))
      await inside('update identity.account set password_hash = $2 where id = $1', [
        account.id,
        await hashPassword(input.password),
      ])
    return openSession({ ...ctx, sql: inside }, account.id, from)
  })
  ctx.audit({ type: 'account', id: account.id, label: account.login })
  ctx.session(token, seconds)
  return token
}

/** The kernel records commands that happened; a sign-in that failed is worth a record too. */
const auditFailure = (ctx: Ctx, query: Query, login: string): Promise<unknown> =>
  writeAudit(query, {
    at: ctx.now,
    homeNode: ctx.kernel.config.HOME_NODE,
    actor: null,
    requestId: ctx.requestId,
    address: ctx.from.address,
    action: 'identity.signIn',
    title: '登录失败',
    kind: 'refused',
    target: { type: 'account', id: '', label: login },
  })

/** The commonest passwords and the person's own names are refused; length decides the rest (NIST SP 800-63B §3.1.1). */
const COMMON = [
  'password',
  '12345678',
  '123456789',
  '1234567890',
  'qwertyuiop',
  'admin',
  '11111111',
  'abc123',
  'iloveyou',
  'woaini',
]
export const refuseWeak = (password: string, own: readonly string[]): void => {
  const lower = password.toLowerCase()
  const repeated = new Set(lower).size < 5
  const common = COMMON.some((word) => lower.startsWith(word) || lower.endsWith(word))
  const named = own.some((word) => word.length >= 2 && lower.includes(word.toLowerCase()))
  if (repeated || common || named || password.length < 10)
    throw invalid('新口令太容易被猜到。请用至少 10 个字符，不含姓名、账号与常见口令。', [
      { path: 'next', message: '太容易被猜到' },
    ])
}

/** A new password ends every other session of the account. */
export const changePassword = async (ctx: Ctx, input: { current: string; next: string }) => {
  const [account] = await ctx.sql<AccountRow>(
    'select id, person_id, login, password_hash, disabled from identity.account where id = $1 for update',
    [ctx.actor.accountId],
  )
  if (!(await verifyPassword(account?.password_hash ?? null, input.current)))
    throw invalid('现在的口令不对。', [{ path: 'current', message: '口令不对' }])
  refuseWeak(input.next, [account!.login, ctx.actor.name])
  await ctx.sql('update identity.account set password_hash = $2 where id = $1', [
    account!.id,
    await hashPassword(input.next),
  ])
  return endSessions(ctx, 'account_id = $1 and id <> $2', [account!.id, ctx.actor.sessionId])
}

/** Deletes sessions and cuts their sockets; every node drops what it remembered within a second. */
export const endSessions = async (
  ctx: Pick<Ctx, 'sql' | 'kernel'>,
  where: string,
  params: readonly unknown[],
): Promise<string[]> => {
  const rows = await ctx.sql<{ id: string }>(`delete from identity.session where ${where} returning id`, params)
  for (const { id } of rows) ctx.kernel.realtime.endSession(id)
  return rows.map(({ id }) => id)
}

/** Ends the sessions and the grants of somebody who left; a return needs new grants. */
export const endAccount = async (ctx: Pick<Ctx, 'sql' | 'kernel' | 'now'>, personId: string): Promise<void> => {
  await endSessions(ctx, 'account_id in (select id from identity.account where person_id = $1)', [personId])
  await ctx.sql(
    `update identity.grant set valid_to = greatest(valid_from, $2::date) where valid_to is null
       and account_id in (select id from identity.account where person_id = $1)`,
    [personId, dayOf(ctx.now)],
  )
}

export const pruneSessions = (query: Query, now: Date): Promise<unknown> =>
  Promise.all([
    query("delete from identity.session where expires_at < $1::timestamptz - interval '7 days'", [now]),
    query('delete from identity.attempt where until < $1', [now]),
  ])

export const isProductionSafe = async (kernel: Kernel): Promise<boolean> => {
  const [row] = await kernel.database.query<{ demo: boolean }>(
    'select exists (select 1 from identity.account where demo) as demo',
  )
  return !row!.demo
}
