import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '#kernel/module'
import { catalogue } from './server/catalogue.ts'
import { facets } from './server/facets.ts'
import { recountAll } from './server/tally.ts'
import { type MattersServer, startMatters } from './testing.ts'

const UNITS = 2000
const BASICS = 500
const EACH = 20
let scene: MattersServer
beforeAll(async () => {
  scene = await startMatters()
  const { server, places } = scene
  await server.sql(
    `insert into directory.unit (id, parent_id, kind, level, name, short_name, org_no, county_no, city_no, pre, pre_end, depth, valid_from)
     select gen_random_uuid(), $1, 'government', 3, 'u' || i, 'u' || i, 1, 1000 + i % 100, 500 + i % 16, 100000 + i, 100000 + i, 3, '2000-01-01' from generate_series(1, ${UNITS}) i`,
    [places.city.id],
  )
  await server.sql('update directory.unit set pre_end = 200000 where id = any($1::uuid[])', [
    [places.province.id, places.city.id],
  ])
  await server.sql(
    `with b as (select gen_random_uuid() as id, i from generate_series(1, ${BASICS}) i)
     insert into matters.matter (id, code, layer, kind, type, name, unit_id, unit_no, county_no, city_no, level, basic_id, state, version_id, levels, words, published_at, created_at, updated_at)
     select b.id, '3701' || lpad(i::text, 8, '0'), 'basic', 'public', '01', '许可 ' || i, $1, $2, $2, $2, 1, b.id, 'published', gen_random_uuid(), '{3}',
       to_tsvector('simple', '许可 第 ' || i || case when i % 100 = 0 then ' 少见' else '' end), now(), now(), now() from b`,
    [places.department.id, places.province.no],
  )
  await server.sql(
    `insert into matters.matter (id, code, layer, kind, type, name, unit_id, unit_no, county_no, city_no, level, basic_id, parent_id, state, version_id, published_at, created_at, updated_at)
     select gen_random_uuid(), u.no || '-' || b.code, 'implementing', case when u.no % 500 = 0 then 'regulatory' else 'public' end, '01', b.name, u.id, u.no, u.county_no, u.city_no, 3, b.id, b.id, 'published', gen_random_uuid(), now(), now(), now()
     from (select id, no, county_no, city_no, row_number() over () as i from directory.unit where pre > 100000) u
     join (select id, code, name, row_number() over (order by code) as i from matters.matter where layer = 'basic') b on (b.i + u.i) % ${BASICS / EACH} = 0`,
  )
  await server.system(({ sql }) => recountAll(sql))
  await server.sql('analyze matters.matter, matters.tally, directory.unit')
})
afterAll(() => scene.server.stop())

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  Plans?: Plan[]
}
const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]
/** Tables that a call reads from end to end. */
const scanned = async (run: (ctx: Pick<Ctx, 'sql'>) => Promise<unknown>): Promise<string[]> => {
  const found: string[] = []
  const { query } = scene.server.kernel.database
  const sql: Ctx['sql'] = async (text, params) => {
    const [row] = await query<{ 'QUERY PLAN': { Plan: Plan }[] }>(`explain (analyze, format json) ${text}`, params)
    for (const node of nodes(row!['QUERY PLAN'][0]!.Plan))
      if (node['Node Type'] === 'Seq Scan') found.push(node['Relation Name'] ?? '?')
    return query(text, params)
  }
  await run({ sql })
  return found
}

describe('the catalogue among forty thousand matters', () => {
  it.each([
    ['the basic catalogue', {}],
    ['a search', { q: '少见' }],
    ['a search for what all have', { q: '许可' }],
    ['implementing lists in order', { layer: 'implementing' as const }],
    ['a rare kind of them', { layer: 'implementing' as const, kind: 'regulatory' as const }],
    ['a search among them', { layer: 'implementing' as const, q: '少见' }],
    ['a kind that nobody has', { layer: 'implementing' as const, kind: 'internal' as const }],
  ])('%s reads by index', async (_name, input) => {
    const of = await scanned((ctx) => catalogue(ctx, { layer: 'basic', limit: 50, ...input }))
    expect(of.filter((table) => table === 'matter' || table === 'version')).toEqual([])
  })

  it('facets read the tally of one node, and the hits of a search', async () => {
    for (const input of [{}, { q: '少见' }]) {
      const of = await scanned((ctx) => facets(ctx, { layer: 'implementing', ...input }))
      expect(of.filter((table) => table === 'matter' || table === 'tally')).toEqual([])
    }
    const { total } = await scene.as('clerk').facets({ layer: 'implementing' })
    const [row] = await scene.server.sql<{ n: number }>(
      "select count(*)::int as n from matters.matter where layer = 'implementing'",
    )
    expect(total).toBe(row!.n)
  })
})
