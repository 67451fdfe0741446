import type { Query } from '#kernel/db'

/**
 * Which rows to weigh anew: everything; the subtrees of units with their people (`rankOrder` narrows it to people of that rank
 * and higher, without the units); some people; or everybody of a rank and higher.
 */
export type GuardScope =
  | { all: true }
  | { unitIds: readonly string[]; rankOrder?: number | null }
  | { personIds: readonly string[] }
  | { rankOrder: number }

interface Selection {
  /** condition on u and what `$1` is in it; absent when no unit is meant */
  units?: { where: string; params: unknown[] }
  /** condition on x */
  people: { where: string; params: unknown[] }
}

const byIds = (column: string, ids: readonly string[]) => ({ where: `${column} = any($1::uuid[])`, params: [ids] })

/**
 * Subtrees become lists of ids first: of a range of preorder numbers inside a larger query the planner guesses a good part of the
 * province, and reads all search words for the sake of one unit.
 */
const selection = async (sql: Query, scope: GuardScope): Promise<Selection> => {
  if ('all' in scope) return { units: { where: 'true', params: [] }, people: { where: 'true', params: [] } }
  if ('personIds' in scope) return { people: byIds('x.id', scope.personIds) }
  if (!('unitIds' in scope)) return { people: { where: 'x.rank_order <= $1', params: [scope.rankOrder] } }
  const units = await sql<{ id: string }>(
    `select distinct s.id from directory.unit top
     cross join lateral (select u.id from directory.unit u where u.pre between top.pre and top.pre_end offset 0) s where top.id = any($1::uuid[])`,
    [scope.unitIds],
  )
  const unitIds = units.map((row) => row.id)
  const people = await sql<{ id: string }>(
    `select distinct p.person_id as id from directory.post p join directory.person x on x.id = p.person_id
     where p.unit_id = any($1::uuid[]) and p.valid_to is null and ($2::int is null or x.rank_order <= $2)`,
    [unitIds, scope.rankOrder ?? null],
  )
  const personIds = people.map((row) => row.id)
  return typeof scope.rankOrder === 'number'
    ? { people: byIds('x.id', personIds) }
    : { units: byIds('u.id', unitIds), people: byIds('x.id', personIds) }
}

// Rule changes exclude each other and everything that places people; placements go side by side. Without it a person
// moved while a rule is made could escape the rule.
export const GUARD_LOCK = 7_302_640

const known = (rules: string): string =>
  `with found as (select distinct ${rules})
   insert into directory.guard (rule_ids) select rules from found
   where rules <> '{}' and not exists (select 1 from directory.guard known where known.rule_ids = rules)
   on conflict do nothing returning id`

/**
 * Brings the guards of units, people and search words into line with the rules, set by set, touching only rows that differ.
 * Call it in the transaction that changed a rule, a unit's place or `closed`, or a person's post or rank.
 */
export const recomputeGuards = async (sql: Query, scope: GuardScope): Promise<void> => {
  await sql(`select pg_advisory_xact_lock${'personIds' in scope ? '_shared' : ''}($1)`, [GUARD_LOCK])
  const { units, people } = await selection(sql, scope)
  const weighed = `select x.id, x.no, x.guard, directory.rules_of_person(x.id, x.rank_order) as rules from directory.person x where ${people.where}`
  const fresh: unknown[] = []
  // People first: the guards of their words are joined from theirs and their units'.
  if (units) {
    const unitRules = `directory.rules_of_unit(u.pre) as rules from directory.unit u where ${units.where}`
    fresh.push(...(await sql(known(unitRules), units.params)))
    await sql(
      `update directory.unit t set guard = s.guard from (select u.id, directory.guard_of(directory.rules_of_unit(u.pre)) as guard from directory.unit u where ${units.where}) s
       where t.id = s.id and t.guard <> s.guard`,
      units.params,
    )
  }
  fresh.push(...(await sql(known(`rules from (${weighed}) w`), people.params)))
  await sql(
    `update directory.person t set guard = s.guard from (select w.id, directory.guard_of(w.rules) as guard from (${weighed}) w) s
     where t.id = s.id and t.guard <> s.guard`,
    people.params,
  )
  const posts = `directory.person x join directory.post p on p.person_id = x.id join directory.unit u on u.id = p.unit_id where p.valid_to is null and (${people.where})`
  const joint = 'case when u.guard in (0, x.guard) then x.guard when x.guard = 0 then u.guard else'
  fresh.push(
    ...(await sql(
      known(
        `directory.rules_of_guards(x.guard, u.guard) as rules from ${posts} and x.guard <> 0 and u.guard not in (0, x.guard)`,
      ),
      people.params,
    )),
  )
  await sql(
    `update directory.person_token t set guard = s.guard
     from (select p.id, x.no, ${joint} directory.guard_of(directory.rules_of_guards(x.guard, u.guard)) end as guard from ${posts}) s
     where t.person_no = s.no and t.post_id = s.id and t.guard <> s.guard`,
    people.params,
  )
  // A combination that viewers have not weighed yet.
  if (fresh.length > 0) await sql('update directory.version set visibility = visibility + 1')
}
