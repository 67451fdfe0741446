import type { ParsedOf } from '#kernel/contract'
import { AppError, conflict, invalid, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import {
  type AccessInput,
  type accessApi,
  type Fault,
  type PolicyVersion,
  policyActivated,
  type ZoneCode,
} from '../contract.ts'
import { compile, type PolicySet } from './policy.ts'

interface PolicyRecord {
  id: string
  no: number
  text: string
  note: string
  policies: number
  state: PolicyVersion['state']
  proposed_at: Date
  proposed_by: string | null
  proposed_by_name: string
  decided_at: Date | null
  decided_by_name: string | null
  reason: string | null
}
const columns =
  'id, no, text, note, policies, state, proposed_at, proposed_by, proposed_by_name, decided_at, decided_by_name, reason'

const present = (ctx: Ctx, row: PolicyRecord): PolicyVersion => {
  const open = row.state === 'proposed'
  const own = row.proposed_by === ctx.actor.accountId
  return {
    id: row.id,
    no: row.no,
    state: row.state,
    note: row.note,
    policies: row.policies,
    proposedAt: row.proposed_at.toISOString(),
    proposedBy: row.proposed_by_name,
    decidedAt: row.decided_at?.toISOString() ?? null,
    decidedBy: row.decided_by_name,
    reason: row.reason,
    can: { decide: open && !own && ctx.can('access:approve'), withdraw: open && own },
  }
}

export const listVersions = async (ctx: Ctx, input: ParsedOf<typeof accessApi.versions>) => {
  const before = input.cursor === undefined ? null : Number(input.cursor)
  if (before !== null && !Number.isSafeInteger(before)) throw invalid('翻页标记有误，请从第一页看起。')
  const rows = await ctx.sql<PolicyRecord>(
    `select ${columns} from access.policy where ($1::int is null or no < $1) and ($3::text is null or state = $3) order by no desc limit $2`,
    [before, input.limit + 1, input.state ?? null],
  )
  const page = rows.slice(0, input.limit)
  return {
    rows: page.map((row) => present(ctx, row)),
    next: rows.length > input.limit ? String(page.at(-1)!.no) : null,
  }
}

const find = (ctx: Ctx, id: string, lock = ''): Promise<PolicyRecord> =>
  ctx.sql<PolicyRecord>(`select ${columns} from access.policy where id = $1 ${lock}`, [id]).then(one('这个版本'))

export const readVersion = async (ctx: Ctx, id: string) => {
  const row = await find(ctx, id)
  return { ...present(ctx, row), text: row.text }
}

export const checkText = (text: string): { policies: number; faults: Fault[] } => {
  const compiled = compile(text)
  if (!('set' in compiled)) return { policies: 0, faults: compiled.faults }
  compiled.release()
  return { policies: compiled.set.size, faults: [] }
}

/** Runs `work` with a set that is not in force. Throws what is wrong with the text, by policy. */
export const withSet = async <T>(text: string, work: (set: PolicySet) => Promise<T>): Promise<T> => {
  const compiled = compile(text)
  if (!('set' in compiled))
    throw invalid(
      '策略还有问题，请改正后再试。',
      compiled.faults
        .slice(0, 20)
        .map(({ policy, message }) => ({ path: 'text', message: `${policy ?? '全文'}：${message}` })),
    )
  try {
    return await work(compiled.set)
  } finally {
    compiled.release()
  }
}

// The least a set must leave open: otherwise nobody could ever replace it.
const RESCUE: AccessInput = {
  subject: 'public-servant',
  roles: ['clerk', 'security-admin'],
  assurance: 2,
  operation: 'access.activate',
  permission: 'access:approve',
  action: 'command',
  label: 'sensitive',
  zone: 'office',
  registered: true,
  platform: 'windows',
  patchDays: 0,
  minute: 600,
  weekday: 3,
  workday: true,
  fresh: true,
  risk: 0,
}
const PROPOSING: AccessInput = {
  ...RESCUE,
  roles: ['clerk', 'system-admin'],
  operation: 'access.propose',
  permission: 'access:propose',
  label: 'internal',
}

const refuseLockOut = (set: PolicySet): void => {
  for (const input of [RESCUE, PROPOSING])
    if (set.decide(input).outcome !== 'allow')
      throw new AppError(
        400,
        'locks-out',
        '这些策略会让系统管理员和安全管理员在办公网络的工作时间也不能再改策略，因此不能提出。请先为他们留出一条路。',
      )
}

export const propose = async (ctx: Ctx, { text, note }: ParsedOf<typeof accessApi.propose>) => {
  const size = await withSet(text, async (set) => {
    refuseLockOut(set)
    return set.size
  })
  const [row] = await ctx.sql<{ id: string; no: number }>(
    `insert into access.policy (id, text, note, policies, state, proposed_at, proposed_by, proposed_by_name)
     values ($1, $2, $3, $4, 'proposed', $5, $6, $7) returning id, no`,
    [newId(), text, note, size, ctx.now, ctx.actor.accountId, ctx.actor.name],
  )
  ctx.audit({ type: 'access-policy', id: row!.id, label: `第 ${row!.no} 版` })
  return row!
}

/** Zones are kept open for the same reason: from where the caller is now, the security administrator must still be able to change them. */
export const refuseZoneLockOut = async (ctx: Ctx, zone: ZoneCode): Promise<void> => {
  const [active] = await ctx.sql<{ text: string }>("select text from access.policy where state = 'active'")
  const { outcome } = await withSet(active!.text, async (set) =>
    set.decide({ ...RESCUE, operation: 'access.setZones', label: 'internal', zone }),
  )
  if (outcome !== 'allow')
    throw new AppError(
      400,
      'locks-out',
      '这样保存以后，您现在所在的网络就不能再维护网络区域了。请先把它列入办公网络或政务外网。',
    )
}

const stillProposed = async (ctx: Ctx, id: string): Promise<PolicyRecord> => {
  const row = await find(ctx, id, 'for update')
  if (row.state !== 'proposed') throw conflict('这个版本已经有了决定。请刷新后再看。')
  ctx.audit({ type: 'access-policy', id: row.id, label: `第 ${row.no} 版` })
  return row
}

const decide = (ctx: Ctx, id: string, state: 'active' | 'refused', reason: string | null) =>
  ctx.sql(
    'update access.policy set state = $2, decided_at = $3, decided_by = $4, decided_by_name = $5, reason = $6 where id = $1',
    [id, state, ctx.now, ctx.actor.accountId, ctx.actor.name, reason],
  )

export const withdraw = async (ctx: Ctx, id: string): Promise<void> => {
  const row = await stillProposed(ctx, id)
  if (row.proposed_by !== ctx.actor.accountId) throw notFound('您提出的这个版本')
  await decide(ctx, id, 'refused', '提出人撤回')
}

const refuseOwn = (ctx: Ctx, row: PolicyRecord): void => {
  if (row.proposed_by === ctx.actor.accountId)
    throw new AppError(403, 'four-eyes', '自己提出的策略要由另一位安全管理员决定。')
}

/** Puts a version in force in place of the one before; every process follows within a second. */
export const activate = async (ctx: Ctx, id: string): Promise<void> => {
  const row = await stillProposed(ctx, id)
  refuseOwn(ctx, row)
  // Checked again: what a set may speak of may have changed since.
  await withSet(row.text, async (set) => refuseLockOut(set))
  await ctx.sql("update access.policy set state = 'retired' where state = 'active'")
  await decide(ctx, id, 'active', null)
  ctx.emit(policyActivated, { no: row.no })
}

export const refuse = async (ctx: Ctx, { id, reason }: { id: string; reason: string }): Promise<void> => {
  refuseOwn(ctx, await stillProposed(ctx, id))
  await decide(ctx, id, 'refused', reason)
}
