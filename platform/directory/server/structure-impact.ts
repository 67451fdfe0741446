import type { Query } from '#kernel/db'
import type { Kernel } from '#kernel/module'
import type { StructureReport } from '../contract/structure.ts'

/** What a service keeps open in units that are about to change: shown in the preview of a change of structure. */
export interface StructureImpact {
  /** stable: `module.what` */
  name: string
  title: string
  count(sql: Query, unitIds: readonly string[]): Promise<number>
}

const registered = new WeakMap<Kernel, Map<string, StructureImpact>>()

/** For services that know the directory; call it in the module's `start`. A second one of the same name takes its place. */
export const registerStructureImpact = (kernel: Kernel, impact: StructureImpact): void => {
  const known = registered.get(kernel) ?? new Map<string, StructureImpact>()
  registered.set(kernel, known.set(impact.name, impact))
}

const impactsOf = async (
  kernel: Kernel,
  sql: Query,
  unitIds: readonly string[],
): Promise<StructureReport['impacts']> => {
  const impacts: StructureReport['impacts'] = []
  for (const { name, title, count } of registered.get(kernel)?.values() ?? [])
    impacts.push({ name, title, count: await count(sql, unitIds) })
  return impacts
}

/** What stands in the subtrees of the units as they are now. */
export const measure = async (
  kernel: Kernel,
  sql: Query,
  subjects: readonly string[],
): Promise<Pick<StructureReport, 'touched' | 'impacts'>> => {
  const within = await sql<{ id: string }>(
    `select distinct u.id from directory.unit top join directory.unit u on u.pre between top.pre and top.pre_end
     where top.id = any($1::uuid[]) and (u.valid_to is null or u.id = top.id)`,
    [subjects],
  )
  const ids = within.map((row) => row.id)
  const [counts] = await sql<Omit<StructureReport['touched'], 'units'>>(
    `select (select count(*)::int from directory.post where unit_id = any($1::uuid[]) and valid_to is null) as posts,
       (select count(distinct person_id)::int from directory.post where unit_id = any($1) and valid_to is null) as people,
       (select count(*)::int from directory.duty where unit_id = any($1) and valid_to is null) as duties,
       (select count(*)::int from directory.address_book b where b.owner_unit = any($1) or b.audience_units && $1
          or exists (select 1 from directory.address_book_entry e where e.book_id = b.id and e.unit_id = any($1))) as books,
       (select count(*)::int from directory.visibility_rule r
          where r.target_unit = any($1) or r.owner_unit = any($1) or r.viewer_units && $1) as rules`,
    [ids],
  )
  return { touched: { units: ids.length, ...counts! }, impacts: await impactsOf(kernel, sql, ids) }
}
