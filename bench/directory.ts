import { handlers } from '../platform/directory/server/handlers.ts'
import { withAdmin } from './cluster.ts'
import { administratorBeside } from './directory-administrator.ts'
import { type Case, directoryCases } from './directory-cases.ts'
import { asker, type Figure, median, quantile, rate, rateOver, rounded, type Target } from './measure.ts'
import { type Recorded, record } from './record.ts'
import { openStage, type Stage, type Who } from './stage.ts'

const ROUNDS = 5
/** of each side before it is measured: a server that runs has compiled what it does all day, and the database has planned it */
const WARM = 400
const WIDTH = 2
/** requests of one side before the next one's turn */
const TURN = 10
const SEARCHES_AT_ONCE = 16
const CHANGED_UNITS = 50

export interface Options {
  people: number
  /** of each side in each round */
  requests: number
}

const asPerson = (stage: Stage, who: Who, one: Case): Target[] =>
  one.calls.map(({ path }) => ({
    url: stage.platform.url + path,
    headers: { cookie: `qt_session=${who.token}`, 'accept-encoding': 'identity' },
  }))

interface Rounds {
  clerk: number[][]
  administrator: number[][]
  bare: number[][]
}
/**
 * Clerk, reference and administrator take turns of a few requests within every round, whoever goes first changing too: what else the
 * machine does for a tenth of a second, and it always does something, hits all alike instead of one of them.
 */
const alternate = async (sides: Record<keyof Rounds, Target[]>, requests: number): Promise<Rounds> => {
  const rounds: Rounds = { clerk: [], administrator: [], bare: [] }
  const order = ['clerk', 'bare', 'administrator'] as const
  const askers = {
    clerk: asker(sides.clerk, WIDTH),
    bare: asker(sides.bare, WIDTH),
    administrator: asker(sides.administrator, WIDTH),
  }
  try {
    for (const key of order) await askers[key].ask(WARM)
    let turn = 0
    for (let round = 0; round < ROUNDS; round++) {
      for (const key of order) rounds[key].push([])
      for (let left = requests; left > 0; left -= TURN, turn++)
        for (const at of order.keys()) {
          const key = order[(at + turn) % order.length]!
          rounds[key][round]!.push(...(await askers[key].ask(Math.min(TURN, left))))
        }
    }
  } finally {
    for (const one of Object.values(askers)) one.close()
  }
  return rounds
}

const figuresOf = (one: Case, rounds: Rounds): Figure[] =>
  ([0.5, 0.99] as const).flatMap((q) => {
    const at = (side: keyof Rounds) => rounds[side].map((times) => quantile(times, q))
    const [clerk, bare, administrator] = [at('clerk'), at('bare'), at('administrator')]
    const ratio = (over: number[], under: number[]) =>
      rounded(median(over.map((value, round) => value / under[round]!)))
    const label = `${one.title} p${q * 100}`
    const toBare = ratio(clerk, bare)
    const toAdministrator = ratio(clerk, administrator)
    return [
      {
        name: label,
        value: rounded(median(clerk)),
        reference: rounded(median(bare)),
        ratio: toBare,
        target: '≤ 2',
        pass: toBare <= 2,
      },
      {
        name: `${label}，办事员比管理员`,
        value: rounded(median(clerk)),
        reference: rounded(median(administrator)),
        ratio: toAdministrator,
        target: '≤ 1.2',
        pass: toAdministrator <= 1.2,
      },
    ]
  })

const recordAll = async (stage: Stage, cases: readonly Case[]): Promise<Record<string, Recorded[]>> => {
  const calls: Record<string, Recorded[]> = {}
  for (const { key, handler, calls: inputs } of cases) {
    calls[key] = []
    for (const { input } of inputs)
      calls[key].push(await record(stage.server.kernel, stage.clerk.actor, handler, input))
  }
  return calls
}

/** Searches a second through HTTP against the same statements by the driver alone. */
const throughput = async (stage: Stage, cases: readonly Case[], calls: Record<string, Recorded[]>): Promise<Figure> => {
  const searches = cases.filter(({ key }) => key.startsWith('search-'))
  const targets = searches.flatMap((one) => asPerson(stage, stage.clerk, one))
  const statements = searches.flatMap(({ key }) => calls[key]!)
  const { query } = stage.server.kernel.database
  const drive = async (at: number) => {
    for (const wave of statements[at % statements.length]!)
      await Promise.all(wave.map(({ text, params, name }) => query(text, params, name)))
  }
  const [through, direct]: [number[], number[]] = [[], []]
  await rate(drive, SEARCHES_AT_ONCE, 1000)
  for (let round = 0; round < ROUNDS; round++) {
    through.push(await rateOver(targets, SEARCHES_AT_ONCE, 3000))
    direct.push(await rate(drive, SEARCHES_AT_ONCE, 3000))
  }
  const ratio = rounded(median(through.map((value, round) => value / direct[round]!)))
  return {
    name: '每秒搜索',
    value: rounded(median(through), 0),
    reference: rounded(median(direct), 0),
    ratio,
    unit: '次/秒',
    target: '≥ 0.25',
    pass: ratio >= 0.25,
  }
}

const firstSync = async ({ platform, clerk }: Stage): Promise<Figure[]> => {
  const headers = { cookie: `qt_session=${clerk.token}` }
  const read = async (path: string) => {
    const began = performance.now()
    const answer = await fetch(`${platform.url}/api/directory/${path}?encoding=br`, { headers })
    await answer.arrayBuffer()
    return { bytes: Number(answer.headers.get('content-length')), ms: performance.now() - began }
  }
  const first = [await read('snapshot'), await read('snapshot/counties/0')]
  const again = [await read('snapshot'), await read('snapshot/counties/0')]
  const bytes = first.reduce((sum, part) => sum + part.bytes, 0)
  const ms = (parts: typeof first) =>
    rounded(
      parts.reduce((sum, part) => sum + part.ms, 0),
      0,
    )
  return [
    { name: '首次同步', value: rounded(bytes / 1000, 1), unit: 'kB', target: '≤ 300', pass: bytes <= 300_000 },
    { name: '首次同步，现做', value: ms(first) },
    { name: '首次同步，已做好', value: ms(again) },
  ]
}

/** Fifty units of the clerk's county change; everybody who holds the tree asks what changed. */
const deltaCase = async (stage: Stage, county: number): Promise<Case> => {
  const headers = { cookie: `qt_session=${stage.clerk.token}` }
  const base = await fetch(`${stage.platform.url}/api/directory/snapshot`, { headers })
  const { view } = (await base.json()) as { view: string }
  const since = await withAdmin(stage.cluster.adminUrl, async (client) => {
    const { rows } = await client.query<{ ver: number }>(
      'update directory.version set ver = ver + 1 returning ver::int',
    )
    await client.query(
      `insert into directory.change (ver, kind, no, county_no)
       select $1, 'unit', no, county_no from directory.unit where county_no = $2 and valid_to is null order by pre limit ${CHANGED_UNITS}`,
      [rows[0]!.ver, county],
    )
    return rows[0]!.ver - 1
  })
  const input = { since, view, held: 20_000 }
  return {
    key: 'delta',
    title: `${CHANGED_UNITS} 个单位的增量`,
    handler: handlers.delta as Case['handler'],
    calls: [{ path: `/api/directory/delta?since=${since}&view=${view}&held=${input.held}`, input }],
  }
}

/** All figures of the directory at one size. */
export const directory = async ({ people, requests }: Options): Promise<Figure[]> => {
  const stage = await openStage(people)
  try {
    const { cluster, platform } = stage
    const figures: Figure[] = [
      { name: '生成并装入', value: rounded(cluster.load.rows / cluster.load.seconds, 0), unit: '行/秒' },
      {
        name: '生成并装入的内存',
        value: cluster.load.peakMb,
        unit: 'MB',
        target: '≤ 600',
        pass: cluster.load.peakMb <= 600,
      },
      ...(await firstSync(stage)),
    ]
    const { cases } = await withAdmin(cluster.adminUrl, async (client) => {
      const { rows } = await client.query<{ county: number }>(
        'select county_no as county from directory.unit where id = $1',
        [stage.clerk.actor.unitId],
      )
      const county = rows[0]!.county
      return { cases: [...(await directoryCases(client, county)), await deltaCase(stage, county)] }
    })
    const calls = await recordAll(stage, cases)
    const reference = await stage.bare(calls)
    const administrator = await administratorBeside(stage)
    for (const one of cases) {
      const sides = {
        clerk: asPerson(stage, stage.clerk, one),
        administrator: asPerson(stage, administrator, one),
        bare: one.calls.map((_, at) => ({ url: `${reference}/${one.key}/${at}` })),
      }
      figures.push(...figuresOf(one, await alternate(sides, requests)))
      console.error(`${figures.at(-4)!.name}：${figures.at(-4)!.value} ms，基准 ${figures.at(-4)!.reference} ms`)
    }
    figures.push(await throughput(stage, cases, calls))
    const memory = await platform.memory()
    figures.push({ name: '负载后服务器常驻内存', value: memory, unit: 'MB', target: '≤ 400', pass: memory <= 400 })
    return figures
  } finally {
    await stage.stop()
  }
}
