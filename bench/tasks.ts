import type { Handler } from '#kernel/module'
import { workflow } from '#platform/workflow'
import { handlers } from '../platform/tasks/server/service.ts'
import { withAdmin } from './cluster.ts'
import { asker, type Figure, median, quantile, rounded, type Target } from './measure.ts'
import { longCase, publishSteps } from './process-stage.ts'
import { type Recorded, record } from './record.ts'
import { openStage, type Stage } from './stage.ts'
import { loadTasks } from './tasks-load.ts'

const ROUNDS = 5
const WIDTH = 2
const TURN = 10
/** of each side before it is measured: a server that runs has compiled what it does all day */
const WARM = 600
/** of the long case */
const STEPS = 40
/** a cluster of its own: the tasks must not stand in the way of other benches */
const PEOPLE = 2500

interface Case {
  key: string
  title: string
  handler: Handler<never>
  path: string
  input: Record<string, unknown>
}
const list = (key: string, title: string, query: string, input: Record<string, unknown>): Case => ({
  key,
  title,
  handler: handlers.tasks as unknown as Handler<never>,
  path: `/api/tasks?${query}`,
  input: { state: 'open', order: 'arrived', limit: 50, ...input },
})
const cases: readonly Case[] = [
  list('due', '待办首页和件数，按时限', 'order=due', { order: 'due' }),
  list('arrived', '待办首页和件数，按到达', '', {}),
  list('search', '待办中搜索', `q=${encodeURIComponent('事项的请示')}&matter=${encodeURIComponent('用印申请')}`, {
    q: '事项的请示',
    matter: '用印申请',
  }),
  list('closed', '已办首页', 'state=closed', { state: 'closed' }),
  {
    key: 'counts',
    title: '各项件数',
    handler: handlers.counts as unknown as Handler<never>,
    path: '/api/tasks/counts',
    input: {},
  },
]

/** The platform and the reference take turns of a few requests, whoever goes first changing too. */
const alternate = async (own: Target, bare: Target, requests: number): Promise<[number[][], number[][]]> => {
  const askers = [asker([own], WIDTH), asker([bare], WIDTH)]
  const rounds: [number[][], number[][]] = [[], []]
  try {
    for (const one of askers) await one.ask(WARM)
    for (let round = 0, turn = 0; round < ROUNDS; round++) {
      for (const side of rounds) side.push([])
      for (let left = requests; left > 0; left -= TURN, turn++)
        for (const at of [turn % 2, (turn + 1) % 2])
          rounds[at]![round]!.push(...(await askers[at]!.ask(Math.min(TURN, left))))
    }
  } finally {
    for (const one of askers) one.close()
  }
  return rounds
}

const figuresOf = (title: string, [own, bare]: [number[][], number[][]]): Figure[] =>
  ([0.5, 0.99] as const).map((q) => {
    const at = (side: number[][]) => side.map((times) => quantile(times, q))
    const ratio = rounded(median(at(own).map((value, round) => value / at(bare)[round]!)))
    return {
      name: `${title} p${q * 100}`,
      value: rounded(median(at(own))),
      reference: rounded(median(at(bare))),
      ratio,
      target: '≤ 2',
      pass: ratio <= 2,
    }
  })

const fileOf = (id: string): Case => ({
  key: 'file',
  title: `办件详情，${STEPS} 步`,
  handler: workflow.handlers?.caseFile as unknown as Handler<never>,
  path: `/api/workflow/instances/${id}`,
  input: { id },
})

const measure = async (stage: Stage, cases: readonly Case[], requests: number): Promise<Figure[]> => {
  const calls: Record<string, Recorded[]> = {}
  for (const { key, handler, input } of cases)
    calls[key] = [await record(stage.server.kernel, stage.clerk.actor, handler, input)]
  const reference = await stage.bare(calls)
  const headers = { cookie: `qt_session=${stage.clerk.token}`, 'accept-encoding': 'identity' }
  const figures: Figure[] = []
  for (const { key, title, path } of cases) {
    const own = { url: stage.platform.url + path, headers }
    figures.push(...figuresOf(title, await alternate(own, { url: `${reference}/${key}/0` }, requests)))
    console.error(`${title}：${figures.at(-2)!.value} ms，基准 ${figures.at(-2)!.reference} ms`)
  }
  return figures
}

/** List and count of one person's to-dos among a million open and ten million done, through HTTP with session, against a bare route with the same SQL. */
export const tasksBench = async (requests: number): Promise<Figure[]> => {
  const stage = await openStage(PEOPLE)
  try {
    await withAdmin(stage.cluster.adminUrl, (client) => loadTasks(client, stage.clerk.actor.personId))
    const { kernel } = stage.server
    await publishSteps(kernel)
    const file = fileOf(await longCase(kernel, stage.clerk.actor.personId, STEPS))
    return await measure(stage, [...cases, file], requests)
  } finally {
    await stage.stop()
  }
}
