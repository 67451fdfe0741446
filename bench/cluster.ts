import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { ensureDatabase } from '#kernel/migrate'
import { startPostgres } from '#kernel/postgres'
import { nodeFlags } from '../app/node-flags.ts'

const root = path.resolve(import.meta.dirname, '..')

/** What the load of the province cost, kept beside the database it made. */
export interface LoadReport {
  people: number
  rows: number
  seconds: number
  /** most resident memory of the loading process, MB */
  peakMb: number
}

export interface BenchCluster {
  readonly folder: string
  readonly adminUrl: string
  readonly load: LoadReport
  stop(): Promise<void>
}

/** A child of this bench: its last line is JSON; what it says before that is shown. */
const report = (script: string, args: readonly string[]): Promise<LoadReport> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeFlags, path.join(import.meta.dirname, script), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let last = ''
    createInterface({ input: child.stdout }).on('line', (line) => {
      last = line
      console.error(line)
    })
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(last) as LoadReport) : reject(new Error(`${script} ended with ${code}`)),
    )
  })

/** The province in a PostgreSQL of its own under .cache/bench, loaded once and used again. */
/** `durable`: a PostgreSQL of its own that writes to the disk before it says so, for figures of commands. */
export const openCluster = async (people: number, { durable = false } = {}): Promise<BenchCluster> => {
  const folder = path.join(root, '.cache/bench', `pg-${people}${durable ? '-durable' : ''}`)
  await mkdir(folder, { recursive: true })
  const postgres = await startPostgres({
    dir: path.join(folder, 'postgres'),
    fsync: durable,
    settings: { shared_buffers: '512MB', max_wal_size: '4GB', maintenance_work_mem: '256MB' },
  })
  try {
    const adminUrl = await ensureDatabase(postgres.url, 'bench')
    const file = path.join(folder, 'load.json')
    const known = await readFile(file, 'utf8').catch(() => undefined)
    const load = known ? (JSON.parse(known) as LoadReport) : await report('load.ts', [adminUrl, String(people), folder])
    if (!known) await writeFile(file, JSON.stringify(load))
    return { folder, adminUrl, load, stop: () => postgres.stop() }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

export const withAdmin = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
