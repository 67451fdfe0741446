import { writeAudit } from '#kernel/audit'
import { dayOf } from '#kernel/clock'
import { conflict, invalid } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { SystemCtx } from '#kernel/module'
import { type Change, changeDirectory, createPerson, createUnit } from '#platform/directory'
import { createAccount, grantRole } from './accounts.ts'
import { partHash, recoveryEnds } from './recoveries.ts'
import { readableCode } from './recovery-codes.ts'

/** 三员 in the order they are named. */
export const firstRoles = { 'system-admin': '系统管理员', 'security-admin': '安全管理员', auditor: '审计员' } as const
type FirstRole = keyof typeof firstRoles

interface Appointment {
  role: FirstRole
  name: string
  login: string
}
export interface Appointed extends Appointment {
  /** with both, the page of recovery sets the first password */
  parts: readonly [string, string]
  expiresAt: Date
}
interface FirstAdministrators {
  /** the first unit of an empty directory, e.g. the province */
  root?: string
  /** full name of the unit where the three work; made when the directory is empty */
  unit: string
  people: readonly Appointment[]
}

const BY = '运维命令'
const isLogin = (login: string): boolean => /^[a-z0-9][a-z0-9._@-]{1,63}$/.test(login)

const refuseFaults = ({ people }: FirstAdministrators): void => {
  for (const { login } of people)
    if (!isLogin(login)) throw invalid(`登录名“${login}”不能用：请用 2 至 64 个小写字母、数字和 . _ - @。`)
  if (new Set(people.map(({ role }) => role)).size !== 3) throw invalid('三员各任命一人，缺一不可。')
  if (new Set(people.map(({ login }) => login)).size !== 3 || new Set(people.map(({ name }) => name)).size !== 3)
    throw invalid('三员须是三个人，用三个登录名。')
}

/** One appointment at a time; none where there is an administrator already. */
const refuseSecondTime = async ({ sql, now }: SystemCtx): Promise<void> => {
  await sql("select pg_advisory_xact_lock(hashtext('identity.appoint'))")
  const [known] = await sql<{ login: string }>(
    `select a.login from identity.grant g join identity.account a on a.id = g.account_id
     where g.role = any($1) and (g.valid_to is null or g.valid_to > $2::date) limit 1`,
    [Object.keys(firstRoles), dayOf(now)],
  )
  if (known)
    throw conflict(
      `已有管理员（${known.login} 等），不能再用这条命令任命。请由系统管理员在“授权”里提出、安全管理员批准；还没有设过口令的，用 renew 重发一次性码。`,
    )
}

const author = { id: null, name: BY, reason: '任命首批管理员' }

const unitOf = async (change: Change, { root, unit }: FirstAdministrators): Promise<string> => {
  const found = await change.sql<{ id: string }>(
    'select id from directory.unit where name = $1 and valid_to is null limit 2',
    [unit],
  )
  if (found.length === 1) return found[0]!.id
  if (found.length > 1) throw conflict(`有几个单位都叫“${unit}”，请换一个名称不重复的单位。`)
  const [any] = await change.sql('select 1 from directory.unit limit 1')
  if (any) throw conflict(`没有名为“${unit}”的单位，请写全称。`)
  if (!root) throw invalid('目录还是空的：请用 --root 写明最上级，如 --root 山东省。')
  const parentId = await createUnit(change, { name: root, kind: 'region', level: 1, parentId: null })
  return createUnit(change, { name: unit, kind: 'government', level: 1, parentId })
}

/** The person of that name who works there; made when there is none. */
const personOf = async (change: Change, unitId: string, { name, role }: Appointment): Promise<string> => {
  const found = await change.sql<{ id: string }>(
    `select p.id from directory.person p join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
     join directory.unit u on u.id = $2 where p.name = $1 and p.status = 'active' and m.org_no = u.org_no limit 2`,
    [name, unitId],
  )
  if (found.length > 1) throw conflict(`这个单位有几个人都叫${name}，请另选一人，或先在目录里区分开。`)
  return found[0]?.id ?? createPerson(change, { name, posts: [{ unitId, kind: 'main', title: firstRoles[role] }] })
}

const peopleOf = (ctx: SystemCtx, input: FirstAdministrators): Promise<string[]> =>
  changeDirectory(ctx, author, async (change) => {
    const unitId = await unitOf(change, input)
    const ids: string[] = []
    for (const one of input.people) ids.push(await personOf(change, unitId, one))
    return ids
  })

const auditOf = (ctx: SystemCtx, title: string, id: string, label: string): Promise<unknown> =>
  writeAudit(ctx.sql, {
    at: ctx.now,
    homeNode: ctx.kernel.config.HOME_NODE,
    actor: { accountId: '', personId: '', name: BY, sessionId: '' },
    requestId: newId(),
    address: '',
    action: 'identity.appoint',
    title,
    kind: 'command',
    target: { type: 'account', id, label },
  })

/** Two one-time parts for an account, in place of any given before. */
const giveParts = async ({ sql, now, kernel }: SystemCtx, accountId: string) => {
  const parts = [readableCode(), readableCode()] as const
  const expiresAt = recoveryEnds(now)
  await sql(
    'update identity.recovery set expires_at = $2 where account_id = $1 and used_at is null and expires_at > $2',
    [accountId, now],
  )
  await sql(
    `insert into identity.recovery (id, kind, account_id, reason, reset_factors, opened_at, first_hash, approved_at, second_hash, expires_at)
     values ($1, 'appointment', $2, $3, false, $4, $5, $4, $6, $7)`,
    [newId(), accountId, author.reason, now, partHash(kernel, parts[0]), partHash(kernel, parts[1]), expiresAt],
  )
  return { parts, expiresAt }
}

/** The three administrators of a system that has none, each with one-time parts for a first password. Refuses when there is one already. */
export const appointFirst = async (ctx: SystemCtx, input: FirstAdministrators): Promise<Appointed[]> => {
  refuseFaults(input)
  await refuseSecondTime(ctx)
  const ids = await peopleOf(ctx, input)
  const done: Appointed[] = []
  for (const [at, one] of input.people.entries()) {
    const personId = ids[at]!
    const [taken] = await ctx.sql('select 1 from identity.account where login = $1 and person_id <> $2', [
      one.login,
      personId,
    ])
    if (taken) throw conflict(`登录名“${one.login}”已有人用，请换一个。`)
    const accountId = await createAccount(ctx.sql, { personId, login: one.login, passwordHash: '' })
    await grantRole(ctx.sql, { accountId, role: one.role, scope: 'all', byName: BY, now: ctx.now })
    const [account] = await ctx.sql<{ login: string }>('select login from identity.account where id = $1', [accountId])
    const { login } = account!
    await auditOf(ctx, `任命首批${firstRoles[one.role]}`, accountId, `${one.name}（${login}）`)
    done.push({ ...one, login, ...(await giveParts(ctx, accountId)) })
  }
  return done
}

/** New parts for administrators who have never set a password; whoever has one is helped by two others on the page of recoveries. */
export const renewFirst = async (ctx: SystemCtx): Promise<Appointed[]> => {
  const rows = await ctx.sql<Appointment & { id: string }>(
    `select distinct on (a.id) a.id, g.role, p.name, a.login from identity.grant g join identity.account a on a.id = g.account_id
     join directory.person p on p.id = a.person_id
     where g.role = any($1) and (g.valid_to is null or g.valid_to > $2::date) and not a.disabled and coalesce(a.password_hash, '') = ''
       and not exists (select 1 from identity.passkey k where k.account_id = a.id)`,
    [Object.keys(firstRoles), dayOf(ctx.now)],
  )
  const done: Appointed[] = []
  for (const { id, role, name, login } of rows) {
    await auditOf(ctx, `重发首批${firstRoles[role]}的一次性码`, id, `${name}（${login}）`)
    done.push({ role, name, login, ...(await giveParts(ctx, id)) })
  }
  return done
}
