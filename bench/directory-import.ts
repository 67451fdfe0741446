import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { request } from 'node:http'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { nodeFlags } from '../app/node-flags.ts'
import { type Child, startChild } from './children.ts'
import { openCluster } from './cluster.ts'
import { withEmptyProvince } from './import-database.ts'
import { type Figure, median, rounded } from './measure.ts'
import { platformEnv, signIn } from './stage.ts'

const LOOK_MS = 500
/** as long as a server that is too busy asks to be left alone */
const BUSY_MS = 5000
const ADMINISTRATOR = 'xitong'

type Format = 'csv' | 'xlsx'
interface Run {
  id: string
  state: string
  message: string | null
  total: number | null
  faulty: number
  done: Record<string, number>
}

export interface ImportOptions {
  /** of the loaded province */
  people: number
  /** how many of them the file holds */
  rows: number
  formats: readonly Format[]
}

class Refused extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(`${status} ${text}`)
    this.status = status
  }
}

/** One HTTP call of the administrator; a body is sent as the file it is. */
const caller =
  (url: string, token: string) =>
  (method: 'GET' | 'POST', route: string, body: { file?: string; json?: object } = {}): Promise<Run> =>
    new Promise((resolve, reject) => {
      const headers: Record<string, string> = { cookie: `qt_session=${token}`, 'x-requested-with': 'qitong' }
      if (body.file) headers['x-file-name'] = path.basename(body.file)
      headers['content-type'] = body.file ? 'application/octet-stream' : 'application/json'
      const call = request(`${url}/api/directory/imports${route}`, { method, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        answer.once('end', () =>
          answer.statusCode === 200
            ? resolve(JSON.parse(text) as Run)
            : reject(new Refused(answer.statusCode ?? 0, text)),
        )
      })
      call.once('error', reject)
      if (body.file) createReadStream(body.file).once('error', reject).pipe(call)
      else call.end(method === 'GET' ? undefined : JSON.stringify(body.json ?? {}))
    })
type Call = ReturnType<typeof caller>

interface Phase {
  seconds: number
  /** most resident memory of the server while it worked */
  peakMb: number
  /** middle resident memory of the first and of the last quarter of the time */
  first: number
  last: number
  run: Run
}

/** Waits for the end of a phase as the page does, and looks at the server's memory meanwhile. */
const follow = async (platform: Child, call: Call, id: string, during: string): Promise<Phase> => {
  const began = performance.now()
  await platform.forgetPeak()
  const samples: number[] = []
  for (;;) {
    const run = await call('GET', `/${id}`).catch((error: unknown) => {
      // The page says so and asks again; an hour's work must not end for it.
      if (error instanceof Refused && error.status === 503) return undefined
      throw error
    })
    if (!run) {
      await sleep(BUSY_MS)
      continue
    }
    samples.push(await platform.memory())
    if (run.state !== during) {
      if (run.state === 'failed') throw new Error(`${during}: ${run.message}`)
      const quarter = Math.ceil(samples.length / 4)
      return {
        seconds: (performance.now() - began) / 1000,
        peakMb: await platform.peak(),
        first: median(samples.slice(0, quarter)),
        last: median(samples.slice(-quarter)),
        run,
      }
    }
    await sleep(LOOK_MS)
  }
}

const writeFileOf = (options: ImportOptions, format: Format, file: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const args = [String(options.people), String(options.rows), format, file]
    const child = spawn(process.execPath, [...nodeFlags, path.join(import.meta.dirname, 'import-file.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    createInterface({ input: child.stdout }).on('line', (line) => console.error(`${format} ${line}`))
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`import-file.ts ended with ${code}`))))
  })

const figuresOf = (format: Format, title: string, phase: Phase, rows: number): Figure[] => {
  const label = `${title} ${format.toUpperCase()}`
  return [
    { name: label, value: rounded(rows / phase.seconds, 0), unit: '行/秒' },
    { name: `${label}，用时`, value: rounded(phase.seconds, 0), unit: '秒' },
    {
      name: `${label}，服务器内存最多`,
      value: phase.peakMb,
      // flat: the last quarter of the time against the first
      ratio: rounded(phase.last / phase.first),
      unit: 'MB',
      target: '≤ 600',
      pass: phase.peakMb <= 600,
    },
  ]
}

const importOne = async (platform: Child, format: Format, file: string): Promise<Figure[]> => {
  const signedIn = async (): Promise<Call> => caller(platform.url, await signIn(platform.url, ADMINISTRATOR))
  let call = await signedIn()
  const { id } = await call('POST', '', { file })
  await call('POST', `/${id}/check`)
  const checked = await follow(platform, call, id, 'checking')
  const rows = checked.run.total ?? 0
  console.error(`${format}：检查 ${rows} 行，${Math.round(checked.seconds)} 秒，${checked.peakMb} MB`)
  // The invented province has a few units of one name in one place: their people name no single unit.
  if (checked.run.faulty > rows / 1000) throw new Error(`${checked.run.faulty} faulty rows in the file of the bench`)
  // Running an import is asked of somebody who has just shown who they are.
  call = await signedIn()
  await call('POST', `/${id}/apply`, { json: { faulty: 'skip' } })
  const applied = await follow(platform, call, id, 'applying')
  console.error(
    `${format}：导入 ${Math.round(applied.seconds)} 秒，${applied.peakMb} MB，${JSON.stringify(applied.run.done)}`,
  )
  // the file goes with it: the copy of the database is thrown away, the folder of files is not
  await call('POST', `/${id}/remove`)
  return [...figuresOf(format, '检查', checked, rows), ...figuresOf(format, '导入', applied, rows)]
}

/** People from CSV and XLSX through HTTP: upload, dry run, apply, each into a copy of the province that has its units but not its people. */
export const directoryImport = async (options: ImportOptions): Promise<Figure[]> => {
  const cluster = await openCluster(options.people)
  const figures: Figure[] = []
  try {
    // Its first start makes the accounts of those who stay in the copies.
    await (await startChild('serve.ts', [], platformEnv(cluster.adminUrl, cluster.folder))).stop()
    for (const format of options.formats) {
      const file = path.join(cluster.folder, `people.${format}`)
      await writeFileOf(options, format, file)
      console.error(`${format}：${Math.round((await stat(file)).size / 1e6)} MB`)
      await withEmptyProvince(cluster.adminUrl, `bench_import_${format}`, async (url) => {
        const platform = await startChild('serve.ts', [], platformEnv(url, cluster.folder))
        try {
          figures.push(...(await importOne(platform, format, file)))
        } finally {
          await platform.stop()
        }
      })
      await rm(file)
    }
    return figures
  } finally {
    await cluster.stop()
  }
}
