import { readMomentCursor } from '#kernel/cursors'
import { conflict, notFound } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Kernel } from '#kernel/module'
import type { RecoveryRow } from '../contract.ts'
import { inTransaction } from './end-sessions.ts'
import { plainCode, readableCode } from './recovery-codes.ts'

const HOURS = 24
export const recoveryEnds = (now: Date): Date => new Date(now.getTime() + HOURS * 3_600_000)
/** Keyed: 50 random bits need no slow hash, but whoever takes the database alone must not be able to try them out. */
export const partHash = ({ keys }: Pick<Kernel, 'keys'>, typed: string): Buffer =>
  keys.blindIndex('identity.recovery', plainCode(typed))

interface Target {
  account_id: string
  person_id: string
  name: string
  login: string
}

/**
 * Whose account the caller may help with: a person of a unit in the scope. One of the three administrators 三员 only by somebody whose
 * scope is the whole tree: a county's administrators must not reach the province's powers by a detour.
 */
const mine = (ctx: Ctx, from: number) => {
  const unit = ctx.scopeText('m.unit_id', from)
  const root = ctx.scopeText('root.id', from + unit.params.length)
  return {
    text: `${unit.text} and (not exists (select 1 from identity.grant g where g.account_id = a.id
        and g.role in ('system-admin', 'security-admin', 'auditor') and (g.valid_to is null or g.valid_to > $1::date))
      or exists (select 1 from directory.unit root where root.parent_id is null and ${root.text}))`,
    params: [...unit.params, ...root.params],
  }
}

const target = async (ctx: Ctx, personId: string): Promise<Target> => {
  const scope = mine(ctx, 3)
  const [row] = await ctx.sql<Target>(
    `select a.id as account_id, p.id as person_id, p.name, a.login from identity.account a
     join directory.person p on p.id = a.person_id and p.status = 'active'
     join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
     where p.id = $2 and a.subject_kind = 'public-servant' and not a.disabled and ${scope.text}`,
    [ctx.now, personId, ...scope.params],
  )
  if (!row) throw notFound('此人的账号')
  return row
}

const refuseOwn = (ctx: Ctx, personId: string): void => {
  if (personId === ctx.actor.personId) throw conflict('不能为自己的账号找回。请由本单位的另外两位管理员办理。')
}

interface Opening {
  personId: string
  reason: string
  resetFactors: boolean
}

/** The first of two administrators. Gets one part of the code; it is worth nothing without the other. */
export const openRecovery = (outside: Ctx, { personId, reason, resetFactors }: Opening) =>
  inTransaction(outside, async (ctx) => {
    refuseOwn(ctx, personId)
    const { account_id, name, login } = await target(ctx, personId)
    // Serialises two administrators who begin at once.
    await ctx.sql('select 1 from identity.account where id = $1 for update', [account_id])
    const [open] = await ctx.sql(
      "select 1 from identity.recovery where account_id = $1 and kind <> 'activation' and used_at is null and refused_by is null and expires_at > $2",
      [account_id, ctx.now],
    )
    if (open) throw conflict(`${name}的账号已有一次找回在办。请先由另一位管理员批准或否决。`)
    const part = readableCode()
    const id = newId()
    const expiresAt = recoveryEnds(ctx.now)
    await ctx.sql(
      `insert into identity.recovery (id, account_id, reason, reset_factors, opened_by, opened_at, first_hash, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, account_id, reason, resetFactors, ctx.actor.accountId, ctx.now, partHash(ctx.kernel, part), expiresAt],
    )
    ctx.audit({ type: 'account', id: account_id, label: `${name}（${login}）` })
    return { id, part, expiresAt: expiresAt.toISOString() }
  })

interface Waiting {
  account_id: string
  person_id: string
  opened_by: string
  expires_at: Date
  label: string
}

/** The recovery while it waits for the second administrator, held until the end of the transaction. */
const waiting = async (ctx: Ctx, id: string): Promise<Waiting> => {
  const scope = mine(ctx, 3)
  const [row] = await ctx.sql<Waiting>(
    `select r.account_id, a.person_id, r.opened_by, r.expires_at, p.name || '（' || a.login || '）' as label
     from identity.recovery r join identity.account a on a.id = r.account_id
     join directory.person p on p.id = a.person_id
     join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
     where r.id = $2 and r.approved_at is null and r.refused_by is null and r.expires_at > $1 and ${scope.text} for update of r`,
    [ctx.now, id, ...scope.params],
  )
  if (!row) throw notFound('待批准的账号找回')
  refuseOwn(ctx, row.person_id)
  ctx.audit({ type: 'account', id: row.account_id, label: row.label })
  return row
}

/** The second, who must be another person than the first and than whoever is helped. Gets the other part. */
export const approveRecovery = (outside: Ctx, id: string) =>
  inTransaction(outside, async (ctx) => {
    const row = await waiting(ctx, id)
    if (row.opened_by === ctx.actor.accountId) throw conflict('这次找回由您发起，须由另一位管理员批准。')
    const part = readableCode()
    await ctx.sql('update identity.recovery set approved_by = $2, approved_at = $3, second_hash = $4 where id = $1', [
      id,
      ctx.actor.accountId,
      ctx.now,
      partHash(ctx.kernel, part),
    ])
    return { id, part, expiresAt: row.expires_at.toISOString() }
  })

/** By either administrator: whoever opened it takes it back this way. */
export const refuseRecovery = async (ctx: Ctx, id: string): Promise<void> => {
  await waiting(ctx, id)
  await ctx.sql('update identity.recovery set refused_by = $2 where id = $1', [id, ctx.actor.accountId])
}

interface Listed {
  id: string
  person_id: string
  person: string
  unit: string
  login: string
  reason: string
  reset_factors: boolean
  state: RecoveryRow['state']
  opened_by: string
  opened_by_id: string | null
  opened_at: Date
  approved_by: string | null
  expires_at: Date
}

/** Newest first; the cursor is the moment and id of the last row. */
export const listRecoveries = async (
  ctx: Ctx,
  input: { state?: string; q?: string; cursor?: string; limit: number },
) => {
  const scope = mine(ctx, 7)
  const [at, id] = readMomentCursor(input.cursor)
  const rows = await ctx.sql<Listed>(
    `select * from (
       select r.id, p.id as person_id, p.name as person, u.name as unit, a.login, r.reason, r.reset_factors, r.opened_at, r.expires_at,
         case when r.used_at is not null then 'used' when r.refused_by is not null then 'refused' when r.expires_at <= $1 then 'expired'
           when r.approved_at is not null then 'approved' else 'waiting' end as state,
         coalesce(po.name, ao.login, '运维命令') as opened_by, r.opened_by as opened_by_id, coalesce(pa.name, aa.login) as approved_by
       from identity.recovery r join identity.account a on a.id = r.account_id join directory.person p on p.id = a.person_id
       join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
       join directory.unit u on u.id = m.unit_id
       left join identity.account ao on ao.id = r.opened_by left join directory.person po on po.id = ao.person_id
       left join identity.account aa on aa.id = r.approved_by left join directory.person pa on pa.id = aa.person_id
       where r.kind <> 'activation' and ($2::text is null or p.name = $2 or a.login = lower($2)) and ${scope.text}
     ) listed where ($3::text is null or state = $3) and ($4::timestamptz is null or (opened_at, id) < ($4, $5::uuid))
     order by opened_at desc, id desc limit $6`,
    [ctx.now, input.q ?? null, input.state ?? null, at, id, input.limit + 1, ...scope.params],
  )
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  const next = rows.length > page.length && last ? `${last.opened_at.toISOString()}|${last.id}` : null
  return { rows: page.map((row) => present(ctx, row)), next }
}

const present = (ctx: Ctx, row: Listed): RecoveryRow => {
  const open = row.state === 'waiting' && row.person_id !== ctx.actor.personId
  return {
    id: row.id,
    personId: row.person_id,
    person: row.person,
    unit: row.unit,
    login: row.login,
    reason: row.reason,
    resetFactors: row.reset_factors,
    state: row.state,
    openedBy: row.opened_by,
    openedAt: row.opened_at.toISOString(),
    approvedBy: row.approved_by,
    expiresAt: row.expires_at.toISOString(),
    can: { approve: open && row.opened_by_id !== ctx.actor.accountId, refuse: open },
  }
}
