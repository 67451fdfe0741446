import { type Figure, median, rounded } from './measure.ts'
import { bpmnEngineRate, functionRate } from './process-reference.ts'
import { callAs, openProcessStage, type ProcessStage, type Step, stepsOf } from './process-stage.ts'

const WIDTH = 32
const ROUNDS = 5
const TURN_MS = 6000
/** Cases made before each turn: more than a turn can end. */
const CASES = 4000

interface Case {
  id: string
  steps: readonly Step[]
}

const routesOf = async (stage: ProcessStage): Promise<Map<string, Step[]>> => {
  const routes = new Map<string, Step[]>()
  for (const starter of stage.starters) {
    const steps = await stepsOf(stage, starter)
    if (steps) routes.set(starter, steps)
    if (routes.size === 64) break
  }
  if (routes.size < 16) throw new Error('too few people of this province have two leaders above them')
  return routes
}

const startCases = async (stage: ProcessStage, routes: ReadonlyMap<string, Step[]>, count: number): Promise<Case[]> => {
  const starters = [...routes.entries()]
  const cases: Case[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      const [starter, steps] = starters[next++ % starters.length] as [string, Step[]]
      const { id } = (await callAs(stage.kernel, starter, 'start', { process: 'bench-approval', title: '试一件' })) as {
        id: string
      }
      cases.push({ id, steps })
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, worker))
  return cases
}

/** Each caller takes a case and gives its three answers, one after another; all are accepted. */
const completions = async (stage: ProcessStage, cases: Case[]): Promise<number> => {
  let next = 0
  let done = 0
  const began = performance.now()
  const worker = async (): Promise<void> => {
    while (performance.now() - began < TURN_MS) {
      const one = cases[next++]
      if (!one) throw new Error(`${CASES} cases are too few for a turn`)
      for (const { person, slot } of one.steps) {
        await callAs(stage.kernel, person, 'act', {
          id: one.id,
          act: { do: 'complete', slot, outcome: 'agree' },
          opinion: '同意。',
        })
        done++
      }
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, worker))
  return (done * 1000) / (performance.now() - began)
}

/** Durable completions of a three-step approval against the same rows written by one SQL function, and against bpmn-engine in memory. */
export const processBench = async (people: number): Promise<Figure[]> => {
  const stage = await openProcessStage(people)
  try {
    const routes = await routesOf(stage)
    const rates: Record<'own' | 'sql' | 'engine', number[]> = { own: [], sql: [], engine: [] }
    for (let round = 0; round <= ROUNDS; round++) {
      const cases = await startCases(stage, routes, CASES)
      const mine = await completions(stage, cases.slice(64))
      const spare = cases
        .slice(0, 64)
        .map(({ id, steps }) => ({ id, person: steps[0]?.person ?? '', slot: steps[0]?.slot ?? '' }))
      const units = await stage.kernel.database.query<{ id: string; unit_id: string }>(
        'select id, unit_id from workflow.instance where id = any($1)',
        [spare.map(({ id }) => id)],
      )
      const known = spare.map((one) => ({ ...one, unit: units.find(({ id }) => id === one.id)?.unit_id ?? '' }))
      const sql = await functionRate(stage.adminUrl, stage.kernel.database.query, known, WIDTH, TURN_MS / 2)
      const engine = await bpmnEngineRate(WIDTH, TURN_MS / 2)
      await stage.kernel.relay?.drain()
      console.error(
        `第 ${round} 轮：${Math.round(mine)} 件/s，SQL 函数 ${Math.round(sql)}，bpmn-engine ${Math.round(engine)}`,
      )
      // The first warms up.
      if (round === 0) continue
      rates.own.push(mine)
      rates.sql.push(sql)
      rates.engine.push(engine)
    }
    const [own, sql, engine] = [median(rates.own), median(rates.sql), median(rates.engine)]
    return [
      {
        name: '办理（三步审批，32 路，写盘）',
        value: Math.round(own),
        unit: '件/s',
        target: '≥ 1000',
        pass: own >= 1000,
      },
      {
        name: '与写同样行的 SQL 函数相比',
        value: Math.round(own),
        reference: Math.round(sql),
        ratio: rounded(own / sql),
        unit: '件/s',
        target: '≥ 0.4',
        pass: own / sql >= 0.4,
      },
      {
        name: '与 bpmn-engine（内存）相比',
        value: Math.round(own),
        reference: Math.round(engine),
        ratio: rounded(own / engine),
        unit: '件/s',
        target: '≥ 6',
        pass: own / engine >= 6,
      },
    ]
  } finally {
    await stage.stop()
  }
}
