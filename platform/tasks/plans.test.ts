import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '#kernel/module'
import { countMine } from './server/counts.ts'
import { listFollows } from './server/follows.ts'
import { listTasks } from './server/lists.ts'
import { load, loadRows } from './server/load.ts'
import { startTaskServer, type TaskScene } from './testing.ts'

const EVERYBODY = 40_000
const MINE = { open: 40, done: 200 }
let scene: TaskScene
beforeAll(async () => {
  scene = await startTaskServer()
  const { server, people, places } = scene
  const fill = (state: 'open' | 'done', count: number, person: string, unit: string, mark: string) =>
    server.sql(
      `insert into tasks.task (id, person_id, unit_id, source, external_id, matter, title, url, urgency, state, due_at, created_at, closed_at, outcome)
       select gen_random_uuid(), ${person}, ${unit}, 'workflow', $1 || n, '事项' || n % 8, '标题', '/', 'normal', $2, at + interval '3 days', at,
         case when $2 = 'done' then at end, case when $2 = 'done' then '同意' end
       from generate_series(1, ${count}) n, lateral (select timestamptz '2026-11-20' - make_interval(mins => n) as at) t`,
      [mark, state],
    )
  const someone = 'md5((n % 2000)::text)::uuid'
  const somewhere = "md5('u' || (n % 300))::uuid"
  await fill('done', EVERYBODY, someone, somewhere, 'all-')
  await fill('open', EVERYBODY / 10, someone, somewhere, 'all-open-')
  await fill('open', MINE.open, `'${people.clerk}'`, `'${places.desk.id}'`, 'mine-')
  await fill('done', MINE.done, `'${people.clerk}'`, `'${places.desk.id}'`, 'mine-done-')
  await server.sql(
    `insert into tasks.follow (id, person_id, source, reference, matter, title, url, created_at)
     select gen_random_uuid(), case when n % 400 = 0 then $1::uuid else ${someone} end, 'workflow', 'mine-' || n, '事项', '标题', '/', now() from generate_series(1, 20000) n`,
    [people.clerk],
  )
  await server.sql('analyze tasks.task, tasks.follow')
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

/** The plans of every statement that a handler asks, as they ran. */
const plansOf = async (work: (ctx: Ctx) => Promise<unknown>, who: 'clerk' | 'leader' = 'clerk'): Promise<Plan[]> => {
  const { server, people, places } = scene
  const asked: { text: string; params: unknown[] }[] = []
  const sql: Ctx['sql'] = (text, params = []) => {
    asked.push({ text, params: [...params] })
    return server.kernel.database.query(text, params)
  }
  const unitId = who === 'clerk' ? places.desk.id : places.office.id
  const actor = { personId: people[who], unitId }
  const scopeText = () => ({ text: 'true', params: [] })
  await work({ sql, actor, now: server.clock.now(), kernel: server.kernel, scopeText } as unknown as Ctx)
  const plans: Plan[] = []
  for (const { text, params } of asked) {
    const [row] = await server.sql<{ 'QUERY PLAN': { Plan: Plan }[] }>(`explain (analyze, format json) ${text}`, params)
    plans.push(...nodes(row!['QUERY PLAN'][0]!.Plan))
  }
  return plans
}
const touched = (plans: readonly Plan[], relation: string) =>
  plans
    .filter((node) => node['Relation Name'] === relation)
    .reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0)
const scanned = (plans: readonly Plan[]) =>
  plans
    .filter(
      (node) => node['Node Type'] === 'Seq Scan' && ['task', 'follow', 'reading'].includes(node['Relation Name']!),
    )
    .map((node) => node['Relation Name'])

const open = { state: 'open', order: 'due', limit: 50 } as const
describe('among forty thousand tasks', () => {
  it.each([
    ['open by limit', (ctx: Ctx) => listTasks(ctx, open), MINE.open],
    ['open by arrival', (ctx: Ctx) => listTasks(ctx, { ...open, order: 'arrived' }), MINE.open],
    ['open, looked for', (ctx: Ctx) => listTasks(ctx, { ...open, q: '事项', matter: '事项1', due: 'ok' }), MINE.open],
    ['the first page of what is closed', (ctx: Ctx) => listTasks(ctx, { ...open, state: 'closed' }), 51],
    ['counts', countMine, MINE.open + MINE.done],
    ['follows', (ctx: Ctx) => listFollows(ctx, { limit: 20 }), 50],
  ] as const)('%s read the person’s own rows by index', async (_, work, most) => {
    const plans = await plansOf(work)
    expect(scanned(plans)).toEqual([])
    expect(touched(plans, 'task')).toBeLessThanOrEqual(most)
  })

  it.each([
    ['the load of a unit', load],
    ['the rows behind it', (ctx: Ctx) => loadRows(ctx, { limit: 50 })],
  ] as const)('%s reads the unit’s open rows by index', async (_, work) => {
    const plans = await plansOf(work, 'leader')
    expect(scanned(plans)).toEqual([])
    expect(touched(plans, 'task')).toBeLessThanOrEqual(MINE.open)
  })
})
