import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withConnection } from '#kernel/db'
import { lending } from './lending-testing.ts'
import { type Scene, startBuilt } from './testing.ts'

/** Lists over many records: what a person may see is found by an index, and a page is read, not the table. */

const ROWS = 120_000
let scene: Scene
let table = ''
const loan = { app: 'lending', entity: 'loan' }

beforeAll(async () => {
  scene = await startBuilt()
  await scene.put(lending())
  const { id } = await scene.as('clerk').create({ ...loan, data: { 资产: '一台', 数量: 3 } })
  const [row] = await scene.server.sql<{ no: number; amount: number }>(
    "select (layout -> 'entities' -> 'loan' ->> 'no')::int as no, (layout -> 'entities' -> 'loan' -> 'fields' ->> '数量')::int as amount from built.version where state = 'published'",
  )
  table = `built.e_${row?.no}`
  // The register would take most of the time and none of it is read here.
  await withConnection(scene.server.adminUrl, async (client) => {
    await client.query("set session_replication_role = 'replica'")
    await client.query(
      `insert into ${table} (id, unit_id, author_id, author_name, author_unit, created_at, updated_at, f_${row?.amount})
       select gen_random_uuid(), case when n % 400 = 0 then t.unit_id else gen_random_uuid() end, case when n % 2000 = 0 then t.author_id else gen_random_uuid() end,
         '某人', '某单位', t.created_at - n * interval '1 minute', t.created_at, n % 997 from ${table} t, generate_series(1, $1) n where t.id = $2`,
      [ROWS, id],
    )
    await client.query(`analyze ${table}`)
  })
})
afterAll(() => scene?.server.stop())

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}
/** The plan of the one statement that a call asks, as it ran. */
const planOf = async (call: () => Promise<unknown>): Promise<Plan> => {
  const { pool } = scene.server.kernel.database
  const query = pool.query.bind(pool)
  const seen: { text: string; values: unknown[] }[] = []
  pool.query = ((...args: unknown[]) => {
    const [first, values] = args as [string | { text: string; values: unknown[] }, unknown[]]
    const asked = typeof first === 'string' ? { text: first, values } : first
    if (asked.text.includes(`from ${table} r`)) seen.push(asked)
    return (query as (...given: unknown[]) => unknown)(...args)
  }) as typeof pool.query
  try {
    await call()
  } finally {
    pool.query = query
  }
  expect(seen).toHaveLength(1)
  const [{ 'QUERY PLAN': plan } = { 'QUERY PLAN': '' }] = (
    await query<{ 'QUERY PLAN': unknown }>(`explain (analyze, format json) ${seen[0]!.text}`, seen[0]!.values)
  ).rows
  return (plan as { Plan: Plan }[])[0]!.Plan
}
const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]
/** Rows of the table that were looked at, kept or not. */
const looked = (plan: Plan): number =>
  nodes(plan)
    .filter((node) => node['Relation Name']?.startsWith('e_'))
    .reduce(
      (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    )

describe('a list over many records', () => {
  it.each([
    ['a clerk’s own, newest first', 'clerk', { sort: '-@created' }, 200],
    ['a clerk’s own, by a number', 'clerk', {}, 200],
    ['a leader’s scope, newest first', 'head', { sort: '-@created' }, 1500],
    ['an administrator’s, by a number', 'admin', {}, 1500],
    ['an administrator’s, filtered', 'admin', { where: ['数量>=900'] }, 1500],
  ] as const)('%s, reads what it answers and not the table', async (_name, who, input, most) => {
    const { where = [], ...rest } = input as { where?: readonly string[]; sort?: string }
    const view = 'sort' in rest ? {} : { view: 'all' }
    const plan = await planOf(() => scene.as(who).list({ ...loan, ...view, ...rest, where: [...where], limit: 50 }))
    expect(
      nodes(plan).filter((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name']?.startsWith('e_')),
    ).toEqual([])
    expect(looked(plan), JSON.stringify(plan)).toBeLessThan(most)
  })
})
