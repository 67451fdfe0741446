import type { Query } from '#kernel/db'

const LOCK = "select pg_advisory_xact_lock(hashtext('matters.tally'))"

const ofUnits = `insert into matters.tally (unit_id, layer, kind, type, level, state, n)
  select unit_id, layer, kind, type, level, state, sum(n) from (
    select m.unit_id, m.layer, m.kind, m.type, m.level, m.state, count(*)::int as n from matters.matter m
    where m.unit_id = any($1::uuid[]) and m.state <> 'new' group by 1, 2, 3, 4, 5, 6
    union all
    select u.parent_id, t.layer, t.kind, t.type, t.level, t.state, t.n from directory.unit u join matters.tally t on t.unit_id = u.id
    where u.parent_id = any($1::uuid[]) and u.valid_to is null) x
  group by 1, 2, 3, 4, 5, 6`

const byDepth = async (sql: Query, units: readonly { id: string; depth: number }[]): Promise<void> => {
  const depths = [...Map.groupBy(units, ({ depth }) => depth)].sort(([a], [b]) => b - a)
  for (const [, some] of depths) {
    const ids = some.map(({ id }) => id)
    await sql('delete from matters.tally where unit_id = any($1::uuid[])', [ids], 'matters.tally-clear')
    await sql(ofUnits, [ids], 'matters.tally-write')
  }
}

/** Counts these units anew and everything above them from what lies below: absolute numbers, in the transaction of whoever calls. */
export const recount = async (sql: Query, unitIds: readonly string[]): Promise<void> => {
  if (unitIds.length === 0) return
  await sql(LOCK)
  const units = await sql<{ id: string; depth: number }>(
    `with recursive chain as (
       select u.id, u.parent_id, u.depth from directory.unit u where u.id = any($1::uuid[])
       union select u.id, u.parent_id, u.depth from chain join directory.unit u on u.id = chain.parent_id)
     select id, depth from chain`,
    [unitIds],
    'matters.tally-chain',
  )
  await byDepth(sql, units)
}

/** Everything, from the villages up: after a bulk load, and each night against what slipped by. */
export const recountAll = async (sql: Query): Promise<void> => {
  await sql(LOCK)
  await sql("set local statement_timeout = '10min'")
  await sql(
    `update matters.matter m set unit_no = u.no, county_no = u.county_no, city_no = u.city_no from directory.unit u
     where u.id = m.unit_id and (m.unit_no, m.county_no, m.city_no) is distinct from (u.no, u.county_no, u.city_no)`,
  )
  await sql('delete from matters.tally')
  const units = await sql<{ id: string; depth: number }>(
    `select id, depth from directory.unit where valid_to is null or exists (select 1 from matters.matter m where m.unit_id = directory.unit.id)`,
  )
  await byDepth(sql, units)
}
