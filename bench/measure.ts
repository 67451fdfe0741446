import { Agent, get } from 'node:http'

/** One request of a load; `headers` carry the session. */
export interface Target {
  url: string
  headers?: Record<string, string>
}

const fetchOnce = (target: Target, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    const began = performance.now()
    const request = get(target.url, { agent, headers: target.headers }, (answer) => {
      answer.resume()
      answer.once('end', () =>
        answer.statusCode === 200
          ? resolve(performance.now() - began)
          : reject(new Error(`${answer.statusCode} from ${target.url}`)),
      )
    })
    request.setTimeout(30_000, () => request.destroy(new Error(`no answer from ${target.url}`)))
    request.once('error', reject)
  })

/** Asks one side, `width` requests at a time over kept connections, the targets in turn. */
export interface Asker {
  /** milliseconds of each of `count` requests */
  ask(count: number): Promise<number[]>
  close(): void
}
export const asker = (targets: readonly Target[], width: number): Asker => {
  const agent = new Agent({ keepAlive: true, maxSockets: width })
  let next = 0
  return {
    async ask(count) {
      const times: number[] = []
      let begun = 0
      const worker = async (): Promise<void> => {
        while (begun++ < count) times.push(await fetchOnce(targets[next++ % targets.length]!, agent))
      }
      await Promise.all(Array.from({ length: width }, worker))
      return times
    },
    close: () => agent.destroy(),
  }
}

/** Completed calls a second, `width` at a time, for `ms`. */
export const rate = async (call: (at: number) => Promise<unknown>, width: number, ms: number): Promise<number> => {
  const began = performance.now()
  let done = 0
  let next = 0
  const worker = async (): Promise<void> => {
    while (performance.now() - began < ms) {
      await call(next++)
      done++
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  return (done * 1000) / (performance.now() - began)
}
export const rateOver = async (targets: readonly Target[], width: number, ms: number): Promise<number> => {
  const agent = new Agent({ keepAlive: true, maxSockets: width })
  try {
    return await rate((at) => fetchOnce(targets[at % targets.length]!, agent), width, ms)
  } finally {
    agent.destroy()
  }
}

export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!
}
export const median = (values: readonly number[]): number => quantile(values, 0.5)
export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits))

/** One figure against its reference; `ratio` is what is judged. */
export interface Figure {
  name: string
  /** milliseconds unless the unit says otherwise */
  value: number
  reference?: number
  ratio?: number
  target?: string
  pass?: boolean
  unit?: string
}
