import type pg from 'pg'
import type { Kernel } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { progressBar } from '../app/progress.ts'
import { BODY } from '../modules/matters/server/places.ts'
import { wordsOf } from '../modules/matters/server/publish.ts'
import { recountAll } from '../modules/matters/server/tally.ts'
import { type Cell, copyInto } from '../platform/directory/province/copy.ts'
import {
  type Basic,
  type Body,
  basicMatters,
  basicsOf,
  basicVersions,
  carried,
  carriedMatters,
  carriedVersions,
  matterColumns,
  serialsOf,
  TOTAL,
  versionColumns,
} from './matters-rows.ts'

export const CASES = 300_000

const INDEXES = `select i.indexname as name, i.indexdef as definition from pg_indexes i where i.schemaname = 'matters' and i.tablename in ('matter', 'version')
  and not exists (select 1 from pg_constraint c where c.conname = i.indexname)`

/** Bodies as the rules of claiming know them: a township is one, regions above it and divisions are not. */
export const bodiesOf = async (client: pg.Client): Promise<Body[]> =>
  (
    await client.query<Body>(
      `select u.id, u.no, u.name, u.kind, u.level, u.line, u.county_no as county, u.city_no as city, u.credit_code as credit,
         (select f.id from directory.statutory_function f where f.unit_id = u.id and f.valid_to is null order by f.sort limit 1) as fn
       from directory.unit u where u.valid_to is null and u.no = u.org_no and ${BODY} order by u.pre`,
    )
  ).rows

const setWords = async (client: pg.Client, basics: readonly Basic[]): Promise<void> => {
  await client.query(
    `update matters.matter m set words = to_tsvector('simple', t.words) from unnest($1::uuid[], $2::text[]) t (id, words) where m.id = t.id`,
    [basics.map(({ id }) => id), basics.map(({ name, elements }) => wordsOf(name, elements))],
  )
  for (const [prefix, last] of serialsOf(basics))
    await client.query(
      'insert into matters.serial values ($1, $2) on conflict (prefix) do update set last = excluded.last',
      [prefix, last],
    )
}

/** Years of finished cases, some under way, one in a hundred complained of. */
const CASE_ROWS = `
  insert into matters.case_file (id, number, name, matter_id, version_id, basic_version_id, applicant_id, applicant_unit_id, unit_id, state, submitted_at, ended_at,
    stars, complaint, complained_at, answer)
  select gen_random_uuid(), 'B' || lpad(t.n::text, 12, '0'), m.name, m.id, m.version_id, b.version_id, p.id, p.unit_id, m.unit_id,
    case when t.n % 40 = 0 then 'handling' else 'done' end, at, case when t.n % 40 = 0 then null else at + interval '3 days' end,
    case when t.n % 5 = 0 then 4 end, case when t.n % 100 = 7 then '等得太久。' end, case when t.n % 100 = 7 then at + interval '4 days' end,
    case when t.n % 100 = 7 and t.n % 200 = 7 then '已答复。' end
  from (select n, timestamptz '2026-11-20 09:00+08' - make_interval(mins => n) as at from generate_series(1, ${CASES}) n) t
  join (select p.person_id as id, p.unit_id, row_number() over (order by p.id) as n from directory.post p where p.valid_to is null and p.kind = 'main') p on p.n = 1 + t.n % 20000
  join (select m.*, row_number() over (order by m.id) as n from (select * from matters.matter where layer = 'implementing' order by id limit 50000) m) m on m.n = 1 + (t.n * 7) % 50000
  join matters.matter b on b.id = m.basic_id`

/** The catalogue of a province over its real units, by COPY; made once for a database of the bench. */
export const loadMatters = async (client: pg.Client, kernel: Kernel): Promise<void> => {
  const known = await client.query("select 1 from kernel.state where key = 'bench.matters'")
  if (known.rows.length > 0) return
  const bar = progressBar(process.stderr)
  const bodies = await bodiesOf(client)
  const basics = basicsOf(bodies)
  const all = () => carried(bodies, basics, TOTAL - basics.length)
  await client.query('truncate matters.matter, matters.version, matters.case_file, matters.tally cascade')
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(INDEXES)
  for (const { name } of indexes) await client.query(`drop index matters.${name}`)
  const copy = (title: string, table: string, columns: string, rows: Iterable<Cell[]>) =>
    copyInto(client, `matters.${table}`, columns, rows, (done) => bar.progress(title, done, TOTAL))
  await copy('基本目录', 'matter', matterColumns, basicMatters(basics))
  await copy('实施清单', 'matter', matterColumns, carriedMatters(all()))
  await copy('基本目录的版本', 'version', versionColumns, basicVersions(basics))
  await copy('实施清单的版本', 'version', versionColumns, carriedVersions(all()))
  for (const [at, { definition }] of indexes.entries()) {
    bar.progress('索引', at, indexes.length)
    await client.query(definition)
  }
  await setWords(client, basics)
  bar.progress('办件', 0, 1)
  await client.query(CASE_ROWS)
  bar.progress('各单位的事项数', 0, 1)
  await asSystem(kernel, ({ sql }) => recountAll(sql))
  bar.end()
  // what autovacuum would do within the hour
  await client.query('vacuum analyze matters.matter, matters.version, matters.tally, matters.case_file')
  await client.query("insert into kernel.state (key, value) values ('bench.matters', 'true')")
}
