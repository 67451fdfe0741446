import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { availableParallelism } from 'node:os'
import { startChild } from './children.ts'
import { openCluster } from './cluster.ts'
import { asker, type Figure, median, quantile, rate, rounded } from './measure.ts'
import { BENCH_PASSWORD, platformEnv, signIn } from './stage.ts'

const ROUNDS = 5
const TURN_MS = 4000
const STORM = 32
const ACCOUNTS = ['zhouwenqing', 'sunliyan', 'bijiahe', 'wantou', 'xitong', 'anquan', 'shenji']
const DEVICE = randomBytes(32).toString('base64url')

/** Posts one body over kept connections; whatever is not 200 is a fault of the bench. */
const poster = () => {
  const agent = new Agent({ keepAlive: true, maxSockets: STORM })
  const post = (url: string, body: object, headers: Record<string, string> = {}): Promise<void> =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body)
      const all = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers }
      const asked = request(url, { method: 'POST', agent, headers: all }, (answer) => {
        answer.resume()
        answer.once('end', () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`${answer.statusCode} from ${url}`)),
        )
      })
      asked.once('error', reject)
      asked.end(text)
    })
  return { post, close: () => agent.destroy() }
}

// One desk each: the limit is by address, and a bench is not an office behind one.
const desk = (at: number): string => `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`

interface Rates {
  ours: number[]
  one: number[]
  all: number[]
}
interface Times {
  quiet: number[]
  storm: number[]
}
const figuresOf = (rates: Rates, { quiet, storm }: Times): Figure[] => {
  const felt = (name: string, q: number): Figure => ({
    name,
    value: rounded(quantile(storm, q)),
    reference: rounded(quantile(quiet, q)),
    ratio: rounded(quantile(storm, q) / quantile(quiet, q)),
  })
  const beside = (name: string, all: readonly number[]): Figure => ({
    name,
    value: rounded(median(rates.ours), 1),
    reference: rounded(median(all), 1),
    ratio: rounded(median(rates.ours.map((value, at) => value / all[at]!))),
    unit: '次/秒',
  })
  return [
    beside('登录（argon2id，19 MiB，2 遍）对一次一个的裸核验', rates.one),
    beside(`登录对占满 ${availableParallelism()} 核的裸核验`, rates.all),
    felt(`${STORM} 路登录时读一次，中位数`, 0.5),
    felt(`${STORM} 路登录时读一次，p99`, 0.99),
  ]
}

/** Sign-ins a second beside bare verifies, in turns; and what a reader feels meanwhile. */
export const signInBench = async ({ people, requests }: { people: number; requests: number }): Promise<Figure[]> => {
  const cluster = await openCluster(people)
  const stops = [() => cluster.stop()]
  const { post, close } = poster()
  try {
    const platform = await startChild('serve.ts', [], {
      ...platformEnv(cluster.adminUrl, cluster.folder),
      TRUST_PROXY: '127.0.0.1',
    })
    stops.push(() => platform.stop())
    const bare = await startChild('bare-verify.ts', [BENCH_PASSWORD], {})
    stops.push(() => bare.stop())
    const token = await signIn(platform.url, ACCOUNTS[0]!)
    const reader = asker([{ url: `${platform.url}/api/session`, headers: { cookie: `qt_session=${token}` } }], 2)
    let next = 0
    const enter = (): Promise<void> => {
      const at = next++
      return post(
        `${platform.url}/api/session`,
        { account: ACCOUNTS[at % ACCOUNTS.length], password: BENCH_PASSWORD },
        { 'x-requested-with': 'qitong', 'x-forwarded-for': desk(at), cookie: `qt_device=${DEVICE}` },
      )
    }
    const verify = (): Promise<void> => post(`${bare.url}/verify`, { password: BENCH_PASSWORD })
    await rate(enter, 2, TURN_MS / 2)
    await rate(verify, 2, TURN_MS / 2)
    await reader.ask(requests)
    const rates: Rates = { ours: [], one: [], all: [] }
    const times: Times = { quiet: [], storm: [] }
    for (let round = 0; round < ROUNDS; round++) {
      times.quiet.push(...(await reader.ask(requests)))
      rates.ours.push(await rate(enter, STORM, TURN_MS))
      rates.one.push(await rate(verify, 1, TURN_MS))
      rates.all.push(await rate(verify, STORM, TURN_MS))
      const storm = rate(enter, STORM, TURN_MS)
      times.storm.push(...(await reader.ask(requests)))
      await storm
    }
    reader.close()
    return figuresOf(rates, times)
  } finally {
    close()
    for (const stop of stops.reverse()) await stop()
  }
}
