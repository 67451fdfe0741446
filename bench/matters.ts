import type { Handler } from '#kernel/module'
import { handlers } from '../modules/matters/server/handlers.ts'
import { withAdmin } from './cluster.ts'
import { mattersImport } from './matters-import.ts'
import { loadMatters } from './matters-load.ts'
import { asker, type Figure, median, quantile, rounded, type Target } from './measure.ts'
import { type Recorded, record } from './record.ts'
import { openStage, type Stage } from './stage.ts'

const ROUNDS = 5
const WIDTH = 2
const TURN = 10
/** of each side before it is measured: a server that runs has compiled what it does all day */
const WARM = 600
/** every unit of the province; a cluster of its own: the catalogue must not stand in the way of other benches */
export const PEOPLE = 21_000

interface Case {
  key: string
  title: string
  handler: Handler<never>
  calls: { path: string; input: Record<string, unknown> }[]
}
type Name = 'catalogue' | 'facets' | 'desk' | 'matter'
const query = (input: Record<string, unknown>): string =>
  new URLSearchParams(Object.entries(input).map(([key, value]) => [key, String(value)])).toString()
const addresses: Record<Exclude<Name, 'matter'>, string> = {
  catalogue: '/api/matters',
  facets: '/api/matters/facets',
  desk: '/api/matters/desk',
}
/** `more`: what the contract puts in where nothing is said. */
const defaults: Record<Exclude<Name, 'matter'>, Record<string, unknown>> = {
  catalogue: { layer: 'basic', limit: 50 },
  facets: { layer: 'basic' },
  desk: { kind: 'internal', limit: 50 },
}
const asked = (
  name: Exclude<Name, 'matter'>,
  key: string,
  title: string,
  inputs: readonly Record<string, unknown>[],
): Case => ({
  key,
  title,
  handler: handlers[name] as unknown as Handler<never>,
  calls: inputs.map((input) => ({
    path: `${addresses[name]}?${query(input)}`,
    input: { ...defaults[name], ...input },
  })),
})

const words = [
  '取水许可',
  '养老机构',
  '食品经营',
  '不动产权',
  '消防设计',
  '残疾人证',
  '医疗机构',
  '成品油零售',
  '道路货运',
  '民办学校',
]

const each = <T>(of: readonly T[], input: (one: T, at: number) => Record<string, unknown>) => of.map(input)
const implementing = { layer: 'implementing' }

const byWords = (counties: readonly string[]): Case[] => [
  asked(
    'catalogue',
    'words',
    '按词搜基本目录',
    words.map((q) => ({ q })),
  ),
  asked(
    'catalogue',
    'words-implementing',
    '按词搜全省实施清单',
    words.map((q) => ({ q, ...implementing })),
  ),
  asked(
    'catalogue',
    'words-county',
    '按词搜一个县的实施清单',
    each(counties, (unitId, at) => ({ q: words[at % words.length], unitId, ...implementing })),
  ),
  asked('catalogue', 'common', '搜几乎都有的词，全省实施清单', [{ q: '许可', ...implementing }]),
  asked(
    'facets',
    'facets-words',
    '搜索结果的分面',
    words.map((q) => ({ q })),
  ),
  asked(
    'desk',
    'desk',
    '办事页按词找',
    words.map((q) => ({ q, kind: 'public' })),
  ),
]
const byPlace = (counties: readonly string[], bodies: readonly string[]): Case[] => {
  const at = (of: readonly string[], more: object = {}) => each(of, (unitId) => ({ unitId, ...implementing, ...more }))
  return [
    asked('catalogue', 'first', '基本目录首页', [{}]),
    asked('catalogue', 'all', '全省实施清单首页', [implementing]),
    asked('catalogue', 'county', '一个县的实施清单', at(counties)),
    asked('catalogue', 'unit', '一个单位的实施清单', at(bodies)),
    asked('catalogue', 'rare', '一个县里已废止的监管事项', at(counties, { kind: 'regulatory', state: 'repealed' })),
    asked('facets', 'facets', '全省实施清单的分面', [implementing]),
    asked('facets', 'facets-county', '一个县的分面', at(counties)),
  ]
}

/** What somebody asks of the catalogue all day: by words, by place, by kind, how many of each there are, and a guide. */
export const mattersCases = async (stage: Stage): Promise<Case[]> => {
  const { query: sql } = stage.server.kernel.database
  const ids = async (text: string) => (await sql<{ id: string }>(text)).map(({ id }) => id)
  const counties = await ids(
    "select id from directory.unit where kind = 'region' and level = 3 and valid_to is null order by md5(id::text) limit 20",
  )
  const bodies = await ids(
    "select id from directory.unit where kind = 'government' and level = 3 and no = org_no and valid_to is null order by md5(id::text) limit 20",
  )
  const matters = await ids(
    "select id from (select id from matters.matter where layer = 'implementing' and state = 'published' order by code limit 2000) m order by md5(id::text) limit 20",
  )
  const guide: Case = {
    key: 'guide',
    title: '办事指南',
    handler: handlers.matter as unknown as Handler<never>,
    calls: matters.map((id) => ({ path: `/api/matters/${id}`, input: { id } })),
  }
  return [...byWords(counties), ...byPlace(counties, bodies), guide]
}

/** The platform and the reference take turns of a few requests, whoever goes first changing too. */
const alternate = async (own: Target[], bare: Target[], requests: number): Promise<[number[][], number[][]]> => {
  const askers = [asker(own, WIDTH), asker(bare, WIDTH)]
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

const measure = async (stage: Stage, requests: number): Promise<Figure[]> => {
  const cases = await mattersCases(stage)
  const calls: Record<string, Recorded[]> = {}
  for (const { key, handler, calls: of } of cases) {
    calls[key] = []
    for (const { input } of of) calls[key].push(await record(stage.server.kernel, stage.clerk.actor, handler, input))
  }
  const reference = await stage.bare(calls)
  const headers = { cookie: `qt_session=${stage.clerk.token}`, 'accept-encoding': 'identity' }
  const figures: Figure[] = []
  for (const { key, title, calls: of } of cases) {
    const own = of.map(({ path }) => ({ url: stage.platform.url + path, headers }))
    const bare = of.map((_, at) => ({ url: `${reference}/${key}/${at}` }))
    figures.push(...figuresOf(title, await alternate(own, bare, requests)))
    console.error(`${title}：${figures.at(-2)!.value} ms，基准 ${figures.at(-2)!.reference} ms`)
  }
  return figures
}

/** Opens the bench's catalogue: 1,150,000 matters over every unit of the province. */
export const withCatalogue = async <T>(work: (stage: Stage) => Promise<T>): Promise<T> => {
  const stage = await openStage(PEOPLE)
  try {
    await withAdmin(stage.cluster.adminUrl, (client) => loadMatters(client, stage.server.kernel))
    return await work(stage)
  } finally {
    await stage.stop()
  }
}

/** Search, lists and facets of the catalogue through HTTP with session, against a bare route with the same SQL; import against COPY. */
export const mattersBench = (requests: number): Promise<Figure[]> =>
  withCatalogue(async (stage) => [...(await measure(stage, requests)), ...(await mattersImport(stage))])
