import { dayOf } from '#kernel/clock'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { AdminUnit, AdminUnitRow, adminUnitsApi } from '../contract/admin-units.ts'
import { levelNames, unitKinds } from '../contract/browse.ts'
import { downloadOf, type Keyed, keyset, type Parameters, pageOf, parameters, type Sorts } from './admin-list.ts'
import { act, MANAGE, requireUnits, unitsInScope } from './admin-scope.ts'
import * as write from './write.ts'

type Api = typeof adminUnitsApi
type Filters = Omit<ParsedOf<Api['downloadUnits']>, 'format'>

const sorts: Sorts = {
  tree: [{ sql: 'u.pre', type: 'bigint' }],
  name: [{ sql: 'u.name collate "C"', type: 'text' }],
  people: [{ sql: 'u.people_total', type: 'bigint' }],
  updatedAt: [{ sql: 'u.updated_at', type: 'timestamptz' }],
}

export const ref = (alias: string): string =>
  `case when ${alias}.id is not null then jsonb_build_object('id', ${alias}.id, 'name', ${alias}.name, 'shortName', ${alias}.short_name) end`
const rowColumns = `u.id, ${ref('p')} as parent, u.kind, u.level, u.name, u.short_name as "shortName", u.line, u.credit_code as "creditCode",
  u.establishment, u.people_total as "peopleTotal", u.people_direct as "peopleDirect", u.children, u.closed, u.valid_from as "validFrom",
  u.valid_to as "validTo", u.updated_at as "updatedAt", u.revision`

type Listed = Omit<AdminUnitRow, 'updatedAt'> & Keyed & { updatedAt: Date }
const present = ({ key: _, updatedAt, ...row }: Listed): AdminUnitRow => ({
  ...row,
  updatedAt: updatedAt.toISOString(),
})

/** Those whose parent is outside the scope, in the order of the tree; one that lies below an earlier one is left out: the tree reaches it. */
const topsOf = (ctx: Ctx, params: Parameters): string => `u.id in (select t.id from (
    select s.id, s.pre, max(s.pre_end) over (order by s.pre rows between unbounded preceding and 1 preceding) as reached from directory.unit s
    where s.valid_to is null and ${params.add((from) => ctx.scopeText('s.id', from, MANAGE))}
      and (s.parent_id is null or not ${params.add((from) => ctx.scopeText('s.parent_id', from, MANAGE))})) t
  where t.reached is null or t.pre > t.reached)`

const select = async (ctx: Ctx, input: Filters): Promise<Listed[]> => {
  const params = parameters()
  const { bind } = params
  const page = keyset(sorts, input, 'u.id', params)
  const where = [
    params.add((from) => ctx.scopeText('u.id', from, MANAGE)),
    `u.valid_to is ${input.abolished ? 'not null' : 'null'}`,
    page.where,
  ]
  if (input.under)
    where.push(
      `exists (select 1 from directory.unit top where top.id = ${bind(input.under)} and u.pre between top.pre and top.pre_end)`,
    )
  if (input.tops) where.push(topsOf(ctx, params))
  if (input.kind) where.push(`u.kind = ${bind(input.kind)}`)
  if (input.level) where.push(`u.level = ${bind(input.level)}`)
  if (input.line) where.push(`u.line = ${bind(input.line)}`)
  if (input.closed !== undefined) where.push(`u.closed = ${bind(input.closed)}`)
  if (input.q) {
    const q = bind(input.q)
    where.push(`(strpos(u.name, ${q}) > 0 or strpos(u.short_name, ${q}) > 0 or u.credit_code = upper(${q}))`)
  }
  return ctx.sql<Listed>(
    `select ${rowColumns}, ${page.key} from directory.unit u left join directory.unit p on p.id = u.parent_id
     where ${where.join(' and ')} order by ${page.order} limit ${bind(input.limit + 1)}`,
    params.values,
  )
}

export const adminUnits = async (
  ctx: Ctx,
  input: ParsedOf<Api['adminUnits']>,
): Promise<OutputOf<Api['adminUnits']>> => {
  const { rows, next } = pageOf(await select(ctx, input), input.limit)
  return { rows: rows.map(present), next }
}

async function* pages(ctx: Ctx, input: Filters): AsyncGenerator<Listed[]> {
  let cursor: string | undefined
  do {
    const { rows, next } = pageOf(await select(ctx, { ...input, limit: 1000, cursor }), 1000)
    yield rows
    cursor = next ?? undefined
  } while (cursor)
}

const columns = [
  '上级单位',
  '全称',
  '简称',
  '性质',
  '层级',
  '条线',
  '统一社会信用代码',
  '编制数',
  '在岗人数',
  '成立日',
  '撤销日',
]
export const downloadUnits = async (ctx: Ctx, input: ParsedOf<Api['downloadUnits']>) => {
  ctx.audit({ type: 'unit', id: input.under ?? '', label: '单位清单' })
  return downloadOf(ctx, '单位清单', input.format, columns, pages(ctx, input), (row) => [
    row.parent?.name ?? null,
    row.name,
    row.shortName,
    unitKinds[row.kind],
    levelNames[row.level as keyof typeof levelNames],
    row.line,
    row.creditCode,
    row.establishment,
    row.peopleTotal,
    row.validFrom,
    row.validTo,
  ])
}

const detail = `select ${rowColumns}, u.document_mark as "documentMark", u.region_code as "regionCode", ${ref('s')} as superior, u.phone, u.address,
    u.sort, ${ref('m')} as "mergedInto", u.parent_id as "parentId",
    (with recursive up as (select a.id, a.parent_id, a.name, a.short_name, a.depth from directory.unit a where a.id = u.parent_id
       union all select a.id, a.parent_id, a.name, a.short_name, a.depth from directory.unit a join up on a.id = up.parent_id)
     select coalesce(jsonb_agg(jsonb_build_object('id', up.id, 'name', up.name, 'shortName', up.short_name) order by up.depth), '[]') from up) as crumb,
    (select coalesce(jsonb_agg(jsonb_build_object('kind', n.kind, 'name', n.name, 'validFrom', n.valid_from, 'validTo', n.valid_to)
       order by n.valid_from desc, n.kind, n.id), '[]') from directory.unit_name n where n.unit_id = u.id) as names,
    (select coalesce(jsonb_agg(jsonb_build_object('content', f.content, 'basis', f.basis) order by f.sort, f.id), '[]')
       from directory.statutory_function f where f.unit_id = u.id and f.valid_from <= $2 and (f.valid_to is null or f.valid_to > $2)) as functions
  from directory.unit u left join directory.unit p on p.id = u.parent_id left join directory.unit s on s.id = u.superior_id
  left join directory.unit m on m.id = u.merged_into where u.id = $1`

interface DetailRow extends Omit<AdminUnit, 'updatedAt' | 'can'> {
  updatedAt: Date
  parentId: string | null
}
const read = async (ctx: Ctx, id: string): Promise<AdminUnit> => {
  const { parentId, updatedAt, ...row } = await ctx.sql<DetailRow>(detail, [id, dayOf(ctx.now)]).then(one('这个单位'))
  const place = parentId !== null && (await unitsInScope(ctx, [parentId])).has(parentId)
  return { ...row, updatedAt: updatedAt.toISOString(), can: { place } }
}

export const adminUnit = async (ctx: Ctx, { id }: ParsedOf<Api['adminUnit']>): Promise<AdminUnit> => {
  await requireUnits(ctx, id)
  return read(ctx, id)
}

/** The audit record names the unit as it was and as it is. */
const answer = async (ctx: Ctx, before: write.UnitRow | undefined, id: string): Promise<AdminUnit> => {
  const after = await read(ctx, id)
  ctx.audit({
    type: 'unit',
    id,
    label: after.name,
    detail: { before: before ? auditOf(before) : null, after: auditOf(await write.readUnit(ctx, id)) },
  })
  return after
}
const auditOf = (unit: write.UnitRow) => ({
  name: unit.name,
  shortName: unit.short_name,
  parentId: unit.parent_id,
  kind: unit.kind,
  level: unit.level,
  documentMark: unit.document_mark,
  creditCode: unit.credit_code,
  line: unit.line,
  superiorId: unit.superior_id,
  establishment: unit.establishment,
  phone: unit.phone,
  address: unit.address,
  closed: unit.closed,
  validFrom: unit.valid_from,
  validTo: unit.valid_to,
  revision: unit.revision,
})

export const createUnit = async (ctx: Ctx, input: ParsedOf<Api['createUnit']>): Promise<AdminUnit> => {
  const id = await act(ctx, input.reason, async (change) => {
    await requireUnits(ctx, input.parentId)
    return write.createUnit(change, input)
  })
  return answer(ctx, undefined, id)
}

export const updateUnit = async (ctx: Ctx, input: ParsedOf<Api['updateUnit']>): Promise<AdminUnit> => {
  const before = await act(ctx, input.reason, async (change) => {
    await requireUnits(ctx, input.id)
    return write.updateUnit(change, input)
  })
  return answer(ctx, before, input.id)
}

export const setUnitNames = async (ctx: Ctx, input: ParsedOf<Api['setUnitNames']>): Promise<AdminUnit> => {
  const before = await act(ctx, input.reason, async (change) => {
    await requireUnits(ctx, input.id)
    return write.setUnitNames(change, input)
  })
  return answer(ctx, before, input.id)
}

/** Who may say where a unit belongs: whoever manages its parent, so that nobody moves or ends the top of the own scope. */
const requirePlace = async (ctx: Ctx, id: string): Promise<void> => {
  await requireUnits(ctx, id)
  const { parent_id } = await write.readUnit(ctx, id)
  await requireUnits(ctx, parent_id)
}

export const moveUnit = async (ctx: Ctx, input: ParsedOf<Api['moveUnit']>): Promise<AdminUnit> => {
  const before = await act(ctx, input.reason, async (change) => {
    await requirePlace(ctx, input.id)
    await requireUnits(ctx, input.parentId)
    return write.moveUnit(change, input)
  })
  return answer(ctx, before, input.id)
}

export const abolishUnit = async (ctx: Ctx, input: ParsedOf<Api['abolishUnit']>): Promise<AdminUnit> => {
  const before = await act(ctx, input.reason, async (change) => {
    await requirePlace(ctx, input.id)
    await requireUnits(ctx, input.peopleTo, input.childrenTo)
    return write.abolishUnit(change, input)
  })
  return answer(ctx, before, input.id)
}

export const restoreUnit = async (ctx: Ctx, input: ParsedOf<Api['restoreUnit']>): Promise<AdminUnit> => {
  const before = await act(ctx, input.reason, async (change) => {
    await requirePlace(ctx, input.id)
    return write.restoreUnit(change, input)
  })
  return answer(ctx, before, input.id)
}

export const lines = async (ctx: Ctx) => ({
  rows: (
    await ctx.sql<{ line: string }>(
      // A loose scan of the index: there are some dozens of lines among tens of thousands of units.
      `with recursive l as (select min(line) as line from directory.unit where line is not null
         union all select (select min(u.line) from directory.unit u where u.line > l.line) from l where l.line is not null)
       select line from l where line is not null order by line`,
    )
  ).map((row) => row.line),
})
