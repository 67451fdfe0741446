import { randomInt, randomUUID } from 'node:crypto'
import type { Query } from '#kernel/db'
import { brokenIn } from '../../platform/workflow/engine/invariants.ts'
import { openOf } from '../../platform/workflow/engine/open.ts'
import type { State } from '../../platform/workflow/engine/state.ts'
import { taskNumber } from '../../platform/workflow/server/advance.ts'
import { definitionById } from '../../platform/workflow/server/definitions.ts'
import { envOf } from '../../platform/workflow/server/env.ts'
import { compile } from '../../platform/workflow/server/expressions.ts'
import { replayed } from '../../platform/workflow/server/replay.ts'
import { type CasesGround, openCasesGround } from './cases-ground.ts'

export interface CaseFaults {
  kills: { server: number; database: number }
  /** cases acknowledged as closed, and commands that had to be asked again */
  cases: number
  repeated: number
  deaths: number
  seconds: number
  faults: string[]
}
interface Office {
  ground: CasesGround
  repeated: number
  closed: string[]
}

const isOutage = (error: unknown): boolean => {
  const { status = 0, code = '' } = error as { status?: number; code?: string }
  return status === 0 || status >= 500 || code === 'too-many'
}
/** The same command under the same key until it is answered. */
const insist = async <T>(office: Office, call: () => Promise<T>): Promise<T> => {
  for (let turn = 0; ; turn++) {
    try {
      return await call()
    } catch (error) {
      if (!isOutage(error) || turn > 500) throw error
      office.repeated += 1
      await office.ground.ready()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** One case from start to close: all sign at the same moment, at both servers, some of them twice; a service marks it; one decides. */
const handleOne = async (office: Office, nth: number): Promise<void> => {
  const { ground } = office
  const key = randomUUID()
  const { id } = await insist(office, () =>
    ground.client(ground.clerk, nth).start({ process: 'faults', title: `第 ${nth} 件` }, { idempotencyKey: key }),
  )
  const sign = async (token: string, at: number): Promise<void> => {
    const { mine } = await insist(office, () => ground.client(token, at).caseFile({ id }))
    const mark = randomUUID()
    const once = (server: number) =>
      insist(office, () =>
        ground
          .client(token, server)
          .act({ id, act: { do: 'complete', slot: mine?.slot ?? '', outcome: 'agree' } }, { idempotencyKey: mark }),
      )
    await once(at)
    if (at % 2 === 0) await once(at + 1)
  }
  await Promise.all(ground.signers.map((token, at) => sign(token, nth + at)))
  const last = ground.signers[0] as string
  for (;;) {
    const { mine, status } = await insist(office, () => ground.client(last, nth).caseFile({ id }))
    if (status !== 'running') break
    if (mine) await sign(last, nth * 2)
    else await new Promise((resolve) => setTimeout(resolve, 50))
  }
  office.closed.push(id)
}

/** Rows against what must hold: the engine's invariants, to-dos, the replay, effects. */
const judgeOne = async (sql: Query, row: { id: string; definition_id: string; state: State }): Promise<string[]> => {
  const { graph } = await definitionById(sql, row.definition_id)
  const faults = brokenIn(graph, row.state).map((text) => `${row.id}: ${text}`)
  const again = await replayed({ database: { query: sql } } as Parameters<typeof replayed>[0], row.id)
  if (JSON.stringify(sorted(again)) !== JSON.stringify(sorted(row.state))) faults.push(`${row.id}: the replay differs`)
  const open = openOf(graph, row.state, envOf(graph, 0, compile)).tasks
  const wanted = Object.entries(open).map(([slot, { person }]) => taskNumber(row.id, slot, person))
  const there = await sql<{ n: string }>(
    "select external_id as n from tasks.task where source = 'workflow' and state = 'open' and external_id like $1",
    [`${row.id}/%`],
  )
  if (
    there
      .map(({ n }) => n)
      .sort()
      .join() !== wanted.sort().join()
  )
    faults.push(`${row.id}: to-dos differ from slots`)
  return faults
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

const judge = async ({ ground, closed }: Office): Promise<string[]> => {
  const sql = ground.sql as Query
  for (let look = 0; look < 600; look++) {
    const [left] = await ground.sql<{ n: number }>('select count(*)::int as n from kernel.outbox')
    if (left?.n === 0) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const rows = await ground.sql<{ id: string; definition_id: string; state: State }>(
    'select id, definition_id, state from workflow.instance',
  )
  const faults = (await Promise.all(rows.map((row) => judgeOne(sql, row)))).flat()
  const marks = await ground.sql<{ id: string; n: number; decided: number }>(
    `select i.id, (select count(*)::int from faults.mark m where m.instance_id = i.id) as n,
       (select count(*)::int from workflow.history h, jsonb_array_elements(h.log) e where h.instance_id = i.id and e ->> 'what' = 'decide' and e ->> 'node' = 'sign') as decided
     from workflow.instance i`,
  )
  for (const id of closed) {
    const one = marks.find((mark) => mark.id === id)
    const state = rows.find((row) => row.id === id)?.state
    if (state?.status !== 'completed') faults.push(`${id} was acknowledged as closed and is not`)
    if (one?.n !== 1) faults.push(`${id}: its service ran ${one?.n ?? 0} times`)
    if (one?.decided !== 1) faults.push(`${id}: decided ${one?.decided ?? 0} times`)
  }
  if (rows.length !== closed.length) faults.push(`${rows.length} cases begun, ${closed.length} closed`)
  return faults
}

/** Kills both servers and the database in turn while cases are handled, lets all of them come to their end, and judges the rows. */
export const runCaseFaults = async ({
  kills,
  until = 0,
  clerks,
  log = () => undefined,
}: {
  kills: number
  until?: number
  clerks: number
  log?: (line: string) => void
}): Promise<CaseFaults> => {
  const began = performance.now()
  const office: Office = { ground: await openCasesGround(), repeated: 0, closed: [] }
  const { ground } = office
  try {
    await ground.ready()
    let over = false
    let nth = 0
    const work = async (): Promise<void> => {
      while (!over) await handleOne(office, nth++)
    }
    const all = Promise.all(Array.from({ length: clerks }, work))
    all.catch(() => undefined)
    const done = { server: 0, database: 0 }
    for (let turn = 0; Math.min(done.server, done.database) < kills || Date.now() < until; turn++) {
      const what = turn % 2 === 0 ? 'server' : 'database'
      await new Promise((resolve) => setTimeout(resolve, randomInt(800)))
      await ground.kill(what, turn >> 1)
      done[what] += 1
      log(`${what} killed ${done[what]} times; ${office.closed.length} cases closed`)
      await ground.ready()
    }
    over = true
    await all
    const seconds = Math.round((performance.now() - began) / 1000)
    const { closed, repeated } = office
    return {
      kills: done,
      cases: closed.length,
      repeated,
      deaths: ground.deaths(),
      seconds,
      faults: await judge(office),
    }
  } finally {
    await ground.stop()
  }
}
