import type { OutputOf, ParsedOf } from '#kernel/contract'
import { sha256 } from '#kernel/crypto'
import { AppError, conflict, invalid, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { type BulkChange, type bulkApi, bulkMost } from '../contract/admin-bulk.ts'
import { applyToPosts, applyToUnits, type Planned } from './admin-bulk-apply.ts'
import { parameters } from './admin-list.ts'
import { PEOPLE_FROM, personConditions } from './admin-people-list.ts'
import { act, MANAGE, requireUnits } from './admin-scope.ts'

type Api = typeof bulkApi
type Selection = ParsedOf<Api['previewBulk']>['selection']

interface Selected extends Omit<Planned, 'after' | 'error'> {
  fault: string | null
}

/** What each change shows as the present value. */
const present: Record<BulkChange['kind'], string> = {
  'post-unit': 'u.name',
  'post-title': 'p.title',
  'post-charge': "coalesce(p.charge, '')",
  'post-phone': "coalesce(p.phone, '')",
  'post-room': "coalesce(p.room, '')",
  'post-sort': 'p.sort::text',
  'person-rank': "coalesce(x.rank, '')",
  'unit-line': "coalesce(u.line, '')",
  'unit-superior': "coalesce((select s.name from directory.unit s where s.id = u.superior_id), '')",
  'unit-phone': "coalesce(u.phone, '')",
  'unit-address': "coalesce(u.address, '')",
  'unit-closed': "case when u.closed then '不公开' else '公开' end",
  'unit-sort': 'u.sort::text',
}
const isUnitChange = (change: BulkChange): boolean => change.kind.startsWith('unit-')

const selectPosts = async (ctx: Ctx, change: BulkChange, selection: Selection): Promise<Selected[]> => {
  const params = parameters()
  const byId = 'ids' in selection
  const filter = byId ? { status: 'active' as const } : selection.filter
  if (filter.status !== 'active') throw invalid('只能批量修改在职人员的任职。请改选条件。')
  const where = personConditions(ctx, filter, params)
  const chosen = byId ? params.bind(selection.ids) : ''
  // The rank is the person's: it belongs to where the main post is.
  const home = params.add((from) => ctx.scopeText('h.unit_id', from, MANAGE))
  const foreign = `not exists (select 1 from directory.post h where h.person_id = x.id and h.kind = 'main' and h.valid_to is null and ${home})`
  return ctx.sql<Selected>(
    `select p.id, x.name || case when p.title = '' then '' else '（' || p.title || '）' end as label, u.name as "unitName", x.revision,
       x.id as "personId", p.unit_id as "unitId", ${present[change.kind]} as before,
       case when ${change.kind === 'person-rank'} and ${foreign} then '主职不在您的管理范围内，职级由主职单位维护。' end as fault
     from ${PEOPLE_FROM} where ${where} ${byId ? `and p.id = any(${chosen}::uuid[])` : ''}
     order by ${byId ? `array_position(${chosen}::uuid[], p.id)` : 'u.pre, p.leader desc, p.sort, p.id'} limit ${bulkMost + 1}`,
    params.values,
  )
}

const selectUnits = async (ctx: Ctx, change: BulkChange, selection: Selection): Promise<Selected[]> => {
  if (!('ids' in selection)) throw invalid('单位的批量修改请勾选要修改的行。')
  const params = parameters()
  const chosen = params.bind(selection.ids)
  const superior = params.bind(change.kind === 'unit-superior' ? change.superiorId : null)
  const scope = params.add((from) => ctx.scopeText('u.id', from, MANAGE))
  return ctx.sql<Selected>(
    `with recursive above as (select id, superior_id from directory.unit where id = ${superior}
       union select s.id, s.superior_id from directory.unit s join above on s.id = above.superior_id)
     select u.id, u.name as label, coalesce(t.name, '') as "unitName", u.revision, null as "personId", u.id as "unitId", ${present[change.kind]} as before,
       case when exists (select 1 from above where above.id = u.id) then '业务主管单位不能是自己或受自己主管的单位。' end as fault
     from directory.unit u left join directory.unit t on t.id = u.parent_id
     where u.id = any(${chosen}::uuid[]) and u.valid_to is null and ${scope} order by array_position(${chosen}::uuid[], u.id)`,
    params.values,
  )
}

const target = async (ctx: Ctx, id: string) => {
  const unit = await ctx
    .sql<{ name: string; valid_to: string | null; kind: string; level: number }>(
      'select name, valid_to, kind, level from directory.unit where id = $1',
      [id],
    )
    .then(one('所选的单位'))
  if (unit.valid_to !== null) throw conflict(`“${unit.name}”已撤销。请改选别的单位。`)
  return unit
}
/** What a row will show; `nth` is its place in the selection. */
const wanted = async (ctx: Ctx, change: BulkChange): Promise<(nth: number) => string> => {
  if (change.kind === 'post-unit') {
    await requireUnits(ctx, change.unitId)
    const unit = await target(ctx, change.unitId)
    if (unit.kind === 'region' && unit.level <= 3)
      throw invalid(`“${unit.name}”是区划，人员须在单位里任职。请改选单位。`)
    return () => unit.name
  }
  if (change.kind === 'unit-superior') {
    const name = change.superiorId ? (await target(ctx, change.superiorId)).name : ''
    return () => name
  }
  if (change.kind === 'unit-closed') return () => (change.value ? '不公开' : '公开')
  if (change.kind === 'post-sort' || change.kind === 'unit-sort')
    return (nth) => String(change.from + nth * change.step)
  return () => change.value
}

const plan = async (ctx: Ctx, change: BulkChange, selection: Selection): Promise<Planned[]> => {
  const rows = await (isUnitChange(change) ? selectUnits : selectPosts)(ctx, change, selection)
  if (rows.length > bulkMost) throw invalid(`符合条件的超过 ${bulkMost} 行，请缩小范围，分批办理。`)
  if ('ids' in selection) {
    const missing = new Set(selection.ids).size - rows.length
    if (missing > 0) throw conflict(`所选的行里有 ${missing} 行已不在，或不在您的管理范围内。请刷新后重新选择。`)
  }
  if (rows.length === 0) throw invalid('没有符合条件的行。请改选条件。')
  const after = await wanted(ctx, change)
  return rows.map(({ fault, ...row }, nth) => ({ ...row, after: after(nth), error: fault }))
}

/** Stands for the change and for every row as it is: whatever differs later, the token does too. */
const tokenOf = (change: BulkChange, rows: readonly Planned[]): string =>
  sha256(
    JSON.stringify([change, rows.map((row) => [row.id, row.revision, row.unitId, row.before, row.after, row.error])]),
  ).toString('base64url')
const willChange = (rows: readonly Planned[]): Planned[] =>
  rows.filter((row) => row.error === null && row.before !== row.after)

export const previewBulk = async (
  ctx: Ctx,
  { change, selection }: ParsedOf<Api['previewBulk']>,
): Promise<OutputOf<Api['previewBulk']>> => {
  const rows = await plan(ctx, change, selection)
  ctx.audit({ type: 'bulk', id: change.kind, label: `预览 ${rows.length} 行` })
  return {
    token: tokenOf(change, rows),
    rows,
    changed: willChange(rows).length,
    faults: rows.filter((row) => row.error !== null).length,
  }
}

/** All of the previewed rows or none: 409 `drifted` when one of them is no longer what the preview showed. */
export const applyBulk = async (
  ctx: Ctx,
  { change, selection, token, reason }: ParsedOf<Api['applyBulk']>,
): Promise<OutputOf<Api['applyBulk']>> => {
  const done = await act(ctx, reason, async (open) => {
    const rows = await plan(ctx, change, selection)
    if (tokenOf(change, rows) !== token)
      throw new AppError(409, 'drifted', '预览之后有行被别人改过，没有修改任何一行。请重新预览，核对后再提交。')
    const faults = rows.filter((row) => row.error !== null).length
    if (faults > 0) throw conflict(`有 ${faults} 行不能修改，没有修改任何一行。请从选择里去掉它们后重新预览。`)
    const changing = willChange(rows)
    await (isUnitChange(change) ? applyToUnits : applyToPosts)(open, change, changing)
    return changing
  })
  ctx.audit({
    type: 'bulk',
    id: change.kind,
    label: `${done.length} 行`,
    // The history of each row is in the versions; here are the first ones for whoever reads the log.
    detail: { rows: done.slice(0, 200).map(({ id, label, before, after }) => ({ id, label, before, after })) },
  })
  return { changed: done.length }
}
