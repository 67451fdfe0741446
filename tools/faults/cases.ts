import { randomInt, randomUUID } from 'node:crypto'
import type { Act } from '#platform/workflow/contract'
import { type Office, openCasesGround } from './cases-ground.ts'
import { judge } from './cases-oracle.ts'

export interface CaseFaults {
  kills: { server: number; database: number }
  /** kills that met a case at work */
  duringCases: number
  /** cases that came to their close */
  cases: number
  commands: number
  /** commands that had to be asked again */
  repeated: number
  /** servers that ended although nobody had killed them */
  deaths: number
  seconds: number
  faults: string[]
}
/** Nothing may take longer, however often it is killed. */
const PATIENCE_MS = 180_000

const isOutage = (error: unknown): boolean => {
  const { status = 0, code = '' } = error as { status?: number; code?: string }
  return status === 0 || status >= 500 || code === 'too-many' || code === 'in-progress'
}
/** The same command under the same key until it is answered. */
const insist = async <T>(office: Office, call: () => Promise<T>): Promise<T> => {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!isOutage(error) || Date.now() > until) throw error
      office.repeated += 1
      await office.ground.ready()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
const until = async <T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> => {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`${what} did not come`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Waits for the step and does it with one key, as a double click at both servers would: exactly once, or an effect is doubled. */
const act = async (office: Office, token: string, id: string, make: (slot: string) => Act): Promise<void> => {
  const { ground } = office
  const at = randomInt(2)
  const slot = await until(`a step of ${id}`, async () => {
    const { mine } = await insist(office, () => ground.client(token, at).caseFile({ id }))
    return mine?.slot
  })
  const idempotencyKey = randomUUID()
  const order = make(slot)
  const opinion = order.do === 'send-back' ? '请重新会签。' : ''
  const once = (server: number) =>
    insist(office, () => ground.client(token, server).act({ id, act: order, opinion }, { idempotencyKey }))
  await Promise.all(randomInt(3) === 0 ? [once(at), once(at + 1)] : [once(at)])
  office.acknowledged.push(`${id} ${order.do} ${slot}`)
}
const complete = (slot: string): Act => ({ do: 'complete', slot, outcome: 'agree' })

/** One case from start to close; every third is sent back once and signed anew. */
const handleOne = async (office: Office, nth: number): Promise<void> => {
  const { ground } = office
  const { clerk, signers } = ground
  const title = `第 ${nth} 件`
  const idempotencyKey = randomUUID()
  const { id } = await insist(office, () =>
    ground.client(clerk, nth).start({ process: 'faults', title }, { idempotencyKey }),
  )
  office.acknowledged.push(`${id} start`)
  const rounds = nth % 3 === 0 ? 2 : 1
  const [decider = ''] = signers
  for (let round = 1; round <= rounds; round++) {
    await Promise.all(signers.map((token) => act(office, token, id, complete)))
    await act(office, decider, id, (slot) =>
      round < rounds ? { do: 'send-back', slot, to: 'sign', mode: 'redo' } : complete(slot),
    )
  }
  const child = await until(`the process that ${id} calls`, async () => {
    const { rows } = await insist(office, () => ground.client(clerk, nth).mine({ status: 'running' }))
    return rows.find((row) => row.title === title && row.id !== id)
  })
  await Promise.all([act(office, clerk, id, complete), act(office, clerk, child.id, complete)])
  await until(`the end of ${id}`, async () => {
    const { status } = await insist(office, () => ground.client(clerk, nth).caseFile({ id }))
    return status !== 'running'
  })
  office.closed.push({ id, rounds })
}

export interface CaseFaultOptions {
  kills: number
  /** goes on killing until this moment (ms since 1970) */
  until?: number
  clerks: number
  log?: (line: string) => void
}
/** Kills both servers and the database in turn while cases are handled, lets all of them come to their end, and judges the rows. */
export const runCaseFaults = async (options: CaseFaultOptions): Promise<CaseFaults> => {
  const { kills, clerks, log = () => undefined } = options
  const began = performance.now()
  const office: Office = { ground: await openCasesGround(), repeated: 0, begun: 0, closed: [], acknowledged: [] }
  const { ground } = office
  try {
    await ground.ready()
    let isOver = false
    const work = async (): Promise<void> => {
      while (!isOver) await handleOne(office, ++office.begun)
    }
    const all = Promise.all(Array.from({ length: clerks }, work))
    let broken: Error | undefined
    all.catch((error: Error) => {
      broken = error
    })
    const done = { server: 0, database: 0 }
    let duringCases = 0
    for (let turn = 0; Math.min(done.server, done.database) < kills || Date.now() < (options.until ?? 0); turn++) {
      if (broken) throw broken
      const what = turn % 2 === 0 ? 'server' : 'database'
      await new Promise((resolve) => setTimeout(resolve, randomInt(800)))
      if (office.begun > office.closed.length) duringCases += 1
      await ground.kill(what, turn >> 1)
      done[what] += 1
      log(`${what} killed ${done[what]} times; ${office.closed.length} cases closed`)
      await ground.ready()
    }
    isOver = true
    const calm = ground.hurry()
    await all
    const faults = await judge(office)
    await calm()
    return {
      kills: done,
      duringCases,
      cases: office.closed.length,
      commands: office.acknowledged.length,
      repeated: office.repeated,
      deaths: ground.deaths(),
      seconds: Math.round((performance.now() - began) / 1000),
      faults,
    }
  } finally {
    await ground.stop()
  }
}
