import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { partOf } from './server/inbox.ts'
import { type NoticeServer, startNoticeServer } from './testing.ts'

const NOTICES = 40_000
let scene: NoticeServer
beforeAll(async () => {
  scene = await startNoticeServer()
  const { server, places, people } = scene
  // Three years of notices: one in twenty to the county of the reader, the others to three thousand units elsewhere.
  await server.sql(
    `insert into directory.unit (id, parent_id, kind, level, name, short_name, org_no, county_no, city_no, pre, pre_end, depth, valid_from)
     select gen_random_uuid(), $1, 'government', 3, 'u' || i, 'u' || i, 1, 1, 1, 100000 + i, 100000 + i, 3, '2000-01-01' from generate_series(1, 3000) i`,
    [places.city.id],
  )
  await server.sql(
    `insert into notice.notice (id, unit_id, author_id, kind, title, body, state, published_at, updated_at)
     select gen_random_uuid(), $1, $2, 'notice', '通知 ' || i, '正文', 'published', at, at
     from generate_series(1, ${NOTICES}) i, lateral (select timestamptz '2026-11-20' - make_interval(mins => i * 39) as at) t`,
    [places.office.id, people.clerk.id],
  )
  await server.sql(
    `with u as (select id, row_number() over () as no from directory.unit where pre > 100000),
       n as (select id, published_at, row_number() over (order by published_at desc) as no from notice.notice)
     insert into notice.audience (notice_id, unit_id, published_at, pinned_until)
     select n.id, case when n.no % 20 = 0 then $1 else u.id end, n.published_at, case when n.no % 4000 = 0 then date '2026-12-01' end
     from n join u on u.no = n.no % 3000 + 1`,
    [places.county.id],
  )
  await server.sql(
    `insert into notice.read (person_id, notice_id, at) select $1, notice_id, published_at from notice.audience where unit_id = $2
     order by published_at desc offset 5`,
    [people.reader.id, places.county.id],
  )
  await server.sql('analyze directory.unit, notice.notice, notice.audience, notice.read')
})
afterAll(() => scene.server.stop())

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  Plans?: Plan[]
}
const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]

/** The plan of one part of the reader's inbox, as it ran. */
const planOf = async (part: 'pinned' | 'unread' | 'rest', input: Parameters<typeof partOf>[3] = {}) => {
  const { server, people, places } = scene
  const actor = {
    accountId: '',
    subject: 'public-servant' as const,
    name: '',
    sessionId: '',
    roles: new Set<string>(),
    permissions: new Set<string>(),
    assurance: 1 as const,
    verifiedAt: server.clock.now(),
  }
  const who = { actor: { ...actor, personId: people.reader.id, unitId: places.water.id }, now: server.clock.now() }
  const query = partOf(who, part, { part, asOf: who.now }, input, 51)
  const { rows } = await server.system((ctx) =>
    ctx.db.execute<{ 'QUERY PLAN': { Plan: Plan }[] }>(sql`explain (analyze, format json) ${query}`),
  )
  return nodes(rows[0]!['QUERY PLAN'][0]!.Plan)
}

describe('the inbox among forty thousand notices', () => {
  it.each([
    ['pinned', {}, 10],
    ['unread', {}, 5],
    ['rest', {}, 51],
    ['rest', { kind: 'circular' as const }, 0],
  ] as const)('reads its %s part %j by index', async (part, input, found) => {
    const plan = await planOf(part, input)
    expect(plan[0]!['Actual Rows']).toBe(found)
    expect(plan.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'])).toEqual([])
    const touched = plan
      .filter((node) => node['Relation Name'] === 'audience')
      .reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0)
    expect(touched).toBeLessThanOrEqual(NOTICES / 20)
  })
})
