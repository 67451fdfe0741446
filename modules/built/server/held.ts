import { notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { Access } from '#platform/forms/contract'
import type { Grant, RecordState } from '../contract.ts'
import { addUp, isShown } from '../core/grants.ts'
import type { LiveEntity } from './live.ts'

/** Which grants a caller holds, as conditions on the rows of one entity. Every door asks here, and nowhere else. */

export type Params = ReturnType<typeof params>
/** Numbers the parameters of a query as they come. */
export const params = (...first: unknown[]) => {
  const values: unknown[] = [...first]
  return { values, add: (value: unknown): string => `$${values.push(value)}` }
}

const SCOPED = { everyone: 'built:use', leader: 'built:lead', 'unit-admin': 'built:administer' } as const
/** The permission a grant leans on; whoever stands in a field needs none but to use applications at all. */
const permissionOf = ({ to }: Grant) => (typeof to === 'object' ? 'built:use' : SCOPED[to])

/** The grants that may hold for the caller, for some row. */
export const grantsOf = (ctx: Ctx, { entity }: LiveEntity): Grant[] =>
  entity.permissions.filter((grant) => ctx.can(permissionOf(grant)))

const rowsOf = (ctx: Ctx, { rows, ...grant }: Grant, p: Params): string => {
  switch (rows) {
    case 'all':
      return 'true'
    case 'own':
      return `r.author_id = ${p.add(ctx.actor.personId || null)}::uuid`
    case 'unit':
      return `r.unit_id = ${p.add(ctx.actor.unitId || null)}::uuid`
    case 'scope': {
      const scope = ctx.scopeText('r.unit_id', p.values.length + 1, permissionOf({ rows, ...grant }))
      p.values.push(...scope.params)
      return `(${scope.text})`
    }
  }
}

/** The rows of one grant, as SQL on the table `r`. Identifiers come from the layout, everything else is a parameter. */
const conditionOf = (ctx: Ctx, { fields }: LiveEntity, grant: Grant, p: Params): string => {
  const rows = rowsOf(ctx, grant, p)
  if (typeof grant.to !== 'object') return rows
  const found = fields.get(grant.to.field)
  if (!found) return 'false'
  const me = `${p.add(ctx.actor.personId || null)}::uuid`
  const column = `r.f_${found.no}`
  const stands = 'multiple' in found.field && found.field.multiple ? `${column} @> array[${me}]` : `${column} = ${me}`
  return `(${stands} and ${rows})`
}

export interface Held {
  /** one for each grant */
  conditions: readonly string[]
  /** the numbers of those that hold for a row */
  held: string
  /** that at least one does */
  some: string
}
/** Which of these grants hold for a row. */
export const heldSql = (ctx: Ctx, live: LiveEntity, grants: readonly Grant[], p: Params): Held => {
  if (grants.length === 0) return { conditions: [], held: `'{}'::int[]`, some: 'false' }
  const conditions = grants.map((grant) => conditionOf(ctx, live, grant, p))
  // What holds for every row is said so: the planner need not look at the rest.
  const some = conditions.includes('true') ? 'true' : `(${conditions.join(' or ')})`
  const held =
    grants.length === 1
      ? `'{0}'::int[]`
      : `array_remove(array[${conditions.map((condition, at) => `case when ${condition} then ${at} end`).join(', ')}], null)`
  return { conditions, held, some }
}

export interface HeldRow {
  id: string
  revision: number
  state: RecordState
  instanceId: string | null
  unitName: string
  authorName: string
  createdAt: Date
  grants: Grant[]
}
/** A record the caller may see, with the grants that let them; 404 for every other. */
export const heldRow = async (ctx: Ctx, live: LiveEntity, id: string, lock = ''): Promise<HeldRow> => {
  const grants = grantsOf(ctx, live)
  const p = params(id)
  const { held, some } = heldSql(ctx, live, grants, p)
  const [row] = await ctx.sql<Omit<HeldRow, 'grants'> & { held: number[] }>(
    `select r.id, r.revision, r.state, r.instance_id as "instanceId", u.short_name as "unitName", r.author_name as "authorName",
       r.created_at as "createdAt", ${held} as held
     from ${live.table} r join directory.unit u on u.id = r.unit_id where r.id = $1 and r.removed_at is null and ${some} ${lock && 'for update of r'}`,
    p.values,
  )
  if (!row) throw notFound('这条记录')
  const { held: which, ...rest } = row
  return { ...rest, grants: which.map((at) => grants[at]!) }
}

/** What the caller may do with the fields of one record. Once a process runs, its steps alone write. */
export const accessOf = ({ entity }: LiveEntity, { grants, state }: Pick<HeldRow, 'grants' | 'state'>): Access =>
  addUp(entity, grants, ({ may }) => state === 'kept' && may.includes('write'))

/** Grants by which a record of one's own comes to be: of rows that would hold one made by the caller in their own unit. */
export const creatingGrants = (ctx: Ctx, live: LiveEntity): Grant[] =>
  grantsOf(ctx, live).filter(({ may, to }) => may.includes('create') && typeof to !== 'object')
export const accessToCreate = (live: LiveEntity, grants: readonly Grant[]): Access =>
  addUp(live.entity, grants, () => true)

/** Grants that show all of these fields; by them alone a list filters, sorts and searches: what is hidden in a row finds no row. */
export const showing = (grants: readonly Grant[], keys: readonly string[]): Grant[] =>
  grants.filter((grant) => keys.every((key) => isShown(grant, key)))
