import type { Query } from '#kernel/db'
import { brokenIn } from '../../platform/workflow/engine/invariants.ts'
import { openOf } from '../../platform/workflow/engine/open.ts'
import type { State } from '../../platform/workflow/engine/state.ts'
import { taskNumber } from '../../platform/workflow/server/advance.ts'
import { definitionById } from '../../platform/workflow/server/definitions.ts'
import { envOf } from '../../platform/workflow/server/env.ts'
import { compile } from '../../platform/workflow/server/expressions.ts'
import { replayed } from '../../platform/workflow/server/replay.ts'
import type { Office } from './cases-ground.ts'

interface Row {
  id: string
  definition_id: string
  state: State
}

/** What is in one list and not in the other; a thing that is twice in one must be twice in the other. */
const differences = (what: string, found: readonly string[], wanted: readonly string[]): string[] => {
  const left = new Map<string, number>()
  for (const one of found) left.set(one, (left.get(one) ?? 0) + 1)
  for (const one of wanted) left.set(one, (left.get(one) ?? 0) - 1)
  return [...left].flatMap(([one, n]) => (n === 0 ? [] : [`${what}: ${one} ${n > 0 ? `${n} too many` : 'is missing'}`]))
}

/** Everything that was asked for must get out in the end: no event waits, no job. */
const quiet = async (sql: Query): Promise<string[]> => {
  for (let look = 0; ; look++) {
    const [left] = await sql<{ events: number; jobs: number }>(
      `select (select count(*)::int from kernel.outbox) as events,
         (select count(*)::int from graphile_worker.jobs where task_identifier = 'kernel.consume') as jobs`,
    )
    if (left?.events === 0 && left.jobs === 0) return []
    if (look > 600) return [`${left?.events} events and ${left?.jobs} jobs stay behind`]
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** The engine's invariants, the replay of the history, and the to-dos against the open slots. */
const stateFaults = async (sql: Query, row: Row): Promise<string[]> => {
  const { graph } = await definitionById(sql, row.definition_id)
  const faults = brokenIn(graph, row.state).map((text) => `${row.id}: ${text}`)
  const again = await replayed({ database: { query: sql } } as Parameters<typeof replayed>[0], row.id).catch(String)
  if (JSON.stringify(sorted(again)) !== JSON.stringify(sorted(row.state)))
    faults.push(`${row.id}: the replay differs${typeof again === 'string' ? `: ${again}` : ''}`)
  const { tasks } = openOf(graph, row.state, envOf(graph, 0, compile))
  const open = await sql<{ n: string }>(
    "select external_id as n from tasks.task where source = 'workflow' and state = 'open' and url = $1",
    [`/cases/${row.id}`],
  )
  return [
    ...faults,
    ...differences(
      'open to-dos',
      open.map(({ n }) => n),
      Object.entries(tasks).map(([slot, { person }]) => taskNumber(row.id, slot, person)),
    ),
  ]
}
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

/** What people did is in the history once, and nothing else of them; each line of it was handed once to whoever subscribes. */
const historyFaults = async (sql: Query, { acknowledged }: Office): Promise<string[]> => {
  const done = await sql<{ text: string }>(
    `select concat_ws(' ', h.instance_id, h.what, h.command ->> 'slot') as text from workflow.history h
     where h.person_id is not null and not (h.what = 'start' and exists (
       select 1 from workflow.instance i where i.id = h.instance_id and i.parent_id is not null))`,
  )
  const lines = await sql<{ text: string }>("select concat_ws('/', instance_id, no) as text from workflow.history")
  const heard = await sql<{ text: string }>("select concat_ws('/', instance_id, rev) as text from faults.heard")
  const texts = (rows: { text: string }[]): string[] => rows.map(({ text }) => text)
  return [
    ...differences('commands', texts(done), acknowledged),
    ...differences('events', texts(heard), texts(lines)),
    ...differences(
      'audit',
      texts(await audited(sql)),
      acknowledged.map((one) => one.split(' ').slice(0, 1).join()),
    ),
  ]
}
const audited = (sql: Query) =>
  sql<{ text: string }>(
    `select a.target_id as text from kernel.audit a where a.action in ('workflow.start', 'workflow.act') and a.kind = 'command'`,
  )

/** What each case that was closed must have left, and no case anything else. */
const effectFaults = async (sql: Query, { closed }: Office): Promise<string[]> => {
  const rows = await sql<Record<'id' | 'found', string>>(
    `select i.id, concat_ws(' ', i.status,
       'marks', (select count(*) from faults.mark m where m.instance_id = i.id),
       'decisions', (select count(*) from workflow.history h, jsonb_array_elements(h.log) e
          where h.instance_id = i.id and e ->> 'what' = 'decide' and e ->> 'node' = 'sign'),
       'done', (select count(*) from tasks.task t where t.url = '/cases/' || i.id and t.state = 'done'),
       'readings', (select count(*) from tasks.reading r where r.url = '/cases/' || i.id),
       'called', (select count(*) from workflow.instance c where c.parent_id = i.id and c.status = 'completed')) as found
     from workflow.instance i where i.parent_id is null`,
  )
  const wanted = closed.map(
    ({ id, rounds }) =>
      `${id} completed marks ${rounds} decisions ${rounds} done ${rounds * SIGNERS + 2} readings 1 called 1`,
  )
  const [called] = await sql<{ n: number }>(
    'select count(*)::int as n from workflow.instance where parent_id is not null',
  )
  return [
    ...differences(
      'effects',
      rows.map(({ id, found }) => `${id} ${found}`),
      wanted,
    ),
    ...(called?.n === closed.length ? [] : [`${called?.n} processes were called by ${closed.length} cases`]),
  ]
}
/** who signs together; the last decision and what the starter does come to it */
const SIGNERS = 4

/** What is wrong after all the killing; empty when nothing is. */
export const judge = async (office: Office): Promise<string[]> => {
  const sql = office.ground.sql as Query
  const late = await quiet(sql)
  const rows = await sql<Row>('select id, definition_id, state from workflow.instance')
  const states: string[] = []
  for (const row of rows) states.push(...(await stateFaults(sql, row)))
  return [...late, ...states, ...(await historyFaults(sql, office)), ...(await effectFaults(sql, office))]
}
