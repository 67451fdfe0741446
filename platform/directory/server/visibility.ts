import type { OutputOf, ParsedOf } from '#kernel/contract'
import { readIdCursor } from '#kernel/cursors'
import { invalid, notFound, one, stale } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import type { RuleInput, VisibilityRule, visibilityApi } from '../contract/visibility.ts'
import { type GuardScope, recomputeGuards } from './guards.ts'
import { forgetVersion } from './viewer.ts'

type Api = typeof visibilityApi
type Target = Pick<RuleInput, 'targetUnitId' | 'targetRankOrder' | 'targetPersonId'>

const ref = (alias: string): string =>
  `jsonb_build_object('id', ${alias}.id, 'name', ${alias}.name, 'shortName', ${alias}.short_name)`
const SELECT = `select r.id, r.title, case when t.id is not null then ${ref('t')} end as "targetUnit", r.target_rank_order as "targetRankOrder",
    case when x.id is not null then jsonb_build_object('id', x.id, 'name', x.name) end as "targetPerson", r.effect, r.fields,
    coalesce((select jsonb_agg(${ref('v')} order by v.pre) from directory.unit v where v.id = any(r.viewer_units)), '[]') as "viewerUnits",
    coalesce((select jsonb_agg(jsonb_build_object('id', v.id, 'name', v.name) order by v.no) from directory.person v where v.id = any(r.viewer_persons)), '[]') as "viewerPersons",
    r.viewer_rank_order as "viewerRankOrder", r.own_unit as "ownUnit", r.enabled, ${ref('o')} as "ownerUnit", r.created_at as "createdAt", r.revision
  from directory.visibility_rule r join directory.unit o on o.id = r.owner_unit
  left join directory.unit t on t.id = r.target_unit left join directory.person x on x.id = r.target_person`

interface Row extends Omit<VisibilityRule, 'createdAt'> {
  createdAt: Date
}
const present = (row: Row): VisibilityRule => ({ ...row, createdAt: row.createdAt.toISOString() })
const ruleById = async (ctx: Ctx, id: string): Promise<VisibilityRule> =>
  present(await ctx.sql<Row>(`${SELECT} where r.id = $1`, [id]).then(one('这条规则')))

/** Rules of the caller's scope, newest first. */
export const rules = async (ctx: Ctx, input: ParsedOf<Api['rules']>): Promise<OutputOf<Api['rules']>> => {
  readIdCursor(input.cursor)
  const scope = ctx.scopeText('r.owner_unit', 5)
  const rows = await ctx.sql<Row>(
    `${SELECT} where ($1::text is null or strpos(r.title, $1) > 0) and ($2::boolean is null or r.enabled = $2) and ($3::uuid is null or r.id < $3)
       and ${scope.text} order by r.id desc limit $4`,
    [input.q || null, input.enabled ?? null, input.cursor ?? null, input.limit + 1, ...scope.params],
  )
  const page = rows.slice(0, input.limit)
  return { rows: page.map(present), next: rows.length > input.limit ? page.at(-1)!.id : null }
}

/** One rule; 404 outside the scope. */
export const rule = async (ctx: Ctx, { id }: ParsedOf<Api['rule']>): Promise<VisibilityRule> => {
  const scope = ctx.scopeText('r.owner_unit', 2)
  return present(
    await ctx.sql<Row>(`${SELECT} where r.id = $1 and ${scope.text}`, [id, ...scope.params]).then(one('这条规则')),
  )
}

/** A rule reaches no further than the administrator who makes it: what it is about must lie in the scope. */
const refuseOutside = async (ctx: Ctx, target: Target, ownerUnitId?: string): Promise<void> => {
  const scope = ctx.scopeText('u.id', 4)
  const everywhere = !target.targetUnitId && !target.targetPersonId
  const [row] = await ctx.sql<{ owner: boolean; unit: boolean; person: boolean; root: boolean }>(
    `select exists (select 1 from directory.unit u where u.id = $1 and ${scope.text}) as owner,
       exists (select 1 from directory.unit u where (u.id = $2 or ($2::uuid is null and u.parent_id is null)) and ${scope.text}) as unit,
       exists (select 1 from directory.post p join directory.unit u on u.id = p.unit_id where p.person_id = $3 and p.valid_to is null and ${scope.text}) as person,
       exists (select 1 from directory.unit u where u.id = $2 and u.parent_id is null) as root`,
    [ownerUnitId ?? null, target.targetUnitId, target.targetPersonId, ...scope.params],
  )
  if (ownerUnitId && !row!.owner)
    throw invalid('规则所属单位不在您的管理范围内，请改选。', [{ path: 'ownerUnitId', message: '不在管理范围内' }])
  if ((target.targetUnitId || everywhere) && !row!.unit)
    throw invalid('规则的对象不在您的管理范围内，请选择范围内的单位。', [
      { path: 'targetUnitId', message: '不在管理范围内' },
    ])
  if (target.targetPersonId && !row!.person)
    throw invalid('规则的对象不在您的管理范围内，请选择范围内的人员。', [
      { path: 'targetPersonId', message: '不在管理范围内' },
    ])
}

const refuseUnwise = async (ctx: Ctx, input: RuleInput): Promise<void> => {
  await refuseOutside(ctx, input, input.ownerUnitId)
  if (input.effect !== 'hide' || input.targetRankOrder !== null || input.targetPersonId) return
  const root = await ctx.sql('select 1 from directory.unit where id = $1 and parent_id is null', [input.targetUnitId])
  if (root.length > 0)
    throw invalid('不能隐藏整个目录。请改选下级单位，或加上职级条件。', [
      { path: 'targetUnitId', message: '不能是整个目录' },
    ])
}

const columnsOf = (input: RuleInput): unknown[] => [
  input.title,
  input.targetUnitId,
  input.targetRankOrder,
  input.targetPersonId,
  input.effect,
  input.effect === 'mask' ? input.fields : [],
  input.viewerUnitIds,
  input.viewerPersonIds,
  input.viewerRankOrder,
  input.ownUnit,
  input.ownerUnitId,
]

interface Stored {
  title: string
  target_unit: string | null
  target_rank_order: number | null
  target_person: string | null
  revision: number
}
const targetOf = (row: Stored): Target => ({
  targetUnitId: row.target_unit,
  targetRankOrder: row.target_rank_order,
  targetPersonId: row.target_person,
})

const affected = ({ targetUnitId, targetRankOrder, targetPersonId }: Target): GuardScope => {
  if (targetPersonId) return { personIds: [targetPersonId] }
  return targetUnitId ? { unitIds: [targetUnitId], rankOrder: targetRankOrder } : { rankOrder: targetRankOrder! }
}
/** A masking rule of the whole province is written in no row (see 0003_browse.sql). */
const isGeneral = async (ctx: Ctx, target: Target): Promise<boolean> =>
  target.targetRankOrder === null &&
  !target.targetPersonId &&
  (await ctx.sql('select 1 from directory.unit where id = $1 and parent_id is null', [target.targetUnitId])).length > 0

const applyChange = async (
  ctx: Ctx,
  rule: { id: string; title: string },
  targets: readonly Target[],
): Promise<void> => {
  for (const target of targets) if (!(await isGeneral(ctx, target))) await recomputeGuards(ctx.sql, affected(target))
  await ctx.sql('update directory.version set visibility = visibility + 1')
  forgetVersion(ctx.kernel)
  ctx.audit({ type: 'visibility-rule', id: rule.id, label: rule.title })
}

const locked = async (ctx: Ctx, id: string, revision?: number): Promise<Stored> => {
  const scope = ctx.scopeText('owner_unit', 2)
  const rule = await ctx
    .sql<Stored>(
      `select title, target_unit, target_rank_order, target_person, revision from directory.visibility_rule where id = $1 and ${scope.text} for update`,
      [id, ...scope.params],
    )
    .then(one('这条规则'))
  if (revision !== undefined && rule.revision !== revision) throw stale(rule.revision)
  return rule
}

export const createRule = async (ctx: Ctx, input: ParsedOf<Api['createRule']>): Promise<VisibilityRule> => {
  await refuseUnwise(ctx, input)
  const id = newId()
  await ctx.sql(
    `insert into directory.visibility_rule (title, target_unit, target_rank_order, target_person, effect, fields, viewer_units, viewer_persons,
       viewer_rank_order, own_unit, owner_unit, id, created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [...columnsOf(input), id, ctx.actor.personId || null, ctx.now],
  )
  await applyChange(ctx, { id, title: input.title }, [input])
  return ruleById(ctx, id)
}

export const updateRule = async (ctx: Ctx, input: ParsedOf<Api['updateRule']>): Promise<VisibilityRule> => {
  const before = await locked(ctx, input.id, input.revision)
  await refuseUnwise(ctx, input)
  await ctx.sql(
    `update directory.visibility_rule set title = $1, target_unit = $2, target_rank_order = $3, target_person = $4, effect = $5, fields = $6,
       viewer_units = $7, viewer_persons = $8, viewer_rank_order = $9, own_unit = $10, owner_unit = $11, revision = revision + 1 where id = $12`,
    [...columnsOf(input), input.id],
  )
  await applyChange(ctx, input, [targetOf(before), input])
  return ruleById(ctx, input.id)
}

export const enableRule = async (
  ctx: Ctx,
  { id, enabled, revision }: ParsedOf<Api['enableRule']>,
): Promise<VisibilityRule> => {
  const rule = await locked(ctx, id, revision)
  await ctx.sql('update directory.visibility_rule set enabled = $2, revision = revision + 1 where id = $1', [
    id,
    enabled,
  ])
  await applyChange(ctx, { id, title: rule.title }, [targetOf(rule)])
  return ruleById(ctx, id)
}

export const deleteRule = async (ctx: Ctx, { id }: ParsedOf<Api['deleteRule']>) => {
  const rule = await locked(ctx, id)
  await ctx.sql('delete from directory.visibility_rule where id = $1', [id])
  await applyChange(ctx, { id, title: rule.title }, [targetOf(rule)])
  return {}
}

const MOST_COUNTED = 10_000
interface Sample {
  personId: string
  name: string
  title: string
  unitName: string
}

/** Whom the rule would touch, by the same conditions as `rules_of_person`. */
export const previewRule = async (
  ctx: Ctx,
  target: ParsedOf<Api['previewRule']>,
): Promise<OutputOf<Api['previewRule']>> => {
  if (!target.targetUnitId && !target.targetPersonId && target.targetRankOrder === null) throw notFound('规则的对象')
  await refuseOutside(ctx, target)
  const params = [target.targetUnitId, target.targetRankOrder, target.targetPersonId]
  const [row] = await ctx.sql<{ people: number; sample: Sample[] }>(
    `with hit as materialized (
       select x.id as "personId", x.name, p.title, u.name as "unitName"
       from directory.person x join directory.post p on p.person_id = x.id and p.valid_to is null join directory.unit u on u.id = p.unit_id
       where x.status = 'active' and ($3::uuid is null or x.id = $3) and ($2::int is null or x.rank_order <= $2)
         and ($1::uuid is null or exists (select 1 from directory.unit t where t.id = $1 and u.pre between t.pre and t.pre_end))
         and (p.kind = 'main' or not exists (select 1 from directory.post m where m.person_id = x.id and m.kind = 'main' and m.valid_to is null))
       limit ${MOST_COUNTED + 1})
     select count(*)::int as people, (select coalesce(jsonb_agg(s), '[]') from (select * from hit limit 20) s) as sample from hit`,
    params,
  )
  const [units] = await ctx.sql<{ n: number }>(
    `select count(*)::int as n from (select 1 from directory.unit t join directory.unit u on u.pre between t.pre and t.pre_end and u.valid_to is null
       where t.id = $1 and $2::int is null and $3::uuid is null limit ${MOST_COUNTED + 1}) s`,
    params,
  )
  const most = Math.max(row!.people, units!.n)
  return {
    people: Math.min(row!.people, MOST_COUNTED),
    units: Math.min(units!.n, MOST_COUNTED),
    more: most > MOST_COUNTED,
    sample: row!.sample,
  }
}
