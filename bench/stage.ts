import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Actor } from '#kernel/actor'
import { createServer, type Server } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { modules } from '../app/modules.ts'
import { startChild } from './children.ts'
import { type BenchCluster, openCluster, withAdmin } from './cluster.ts'
import type { Recorded } from './record.ts'

export const BENCH_PASSWORD = 'bench-only-password'
const POOL = '16'

/** One of the two people the bench signs in as. */
export interface Who {
  account: string
  token: string
  actor: Actor
}
/** A full province with the platform in front of it, as a test bench: the platform, two sessions, and what starts the reference. */
export interface Stage {
  cluster: BenchCluster
  /** in this process: to write down the SQL of a call, never to answer a request */
  server: Server
  platform: { url: string; memory(): Promise<number> }
  clerk: Who
  administrator: Who
  who(account: string): Promise<Who>
  bare(calls: Record<string, Recorded[]>): Promise<string>
  stop(): Promise<void>
}

export const signIn = async (url: string, account: string): Promise<string> => {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-requested-with': 'qitong' },
    body: JSON.stringify({ account, password: BENCH_PASSWORD }),
  })
  const token = /qt_session=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1]
  if (!token) throw new Error(`${account} cannot sign in: ${answer.status} ${await answer.text()}`)
  return token
}

/** The environment of the platform in front of a database of the bench. */
export const platformEnv = (url: string, folder: string): Record<string, string> => ({
  DATABASE_URL: url,
  DATA_DIR: path.join(folder, 'data'),
  DB_POOL: POOL,
  LOG_LEVEL: 'error',
  PORT: '0',
  DEMO_PASSWORD: BENCH_PASSWORD,
})

export const openStage = async (people: number): Promise<Stage> => {
  const cluster = await openCluster(people)
  const stops: (() => Promise<void>)[] = [() => cluster.stop()]
  const stop = async () => {
    for (const end of stops.reverse()) await end()
  }
  try {
    const env = platformEnv(cluster.adminUrl, cluster.folder)
    const config = readConfig({ ...env, JOBS: 'false', DB_POOL: '4' })
    const server = await createServer({ config, version: 'bench', modules, adminUrl: cluster.adminUrl })
    stops.push(() => server.stop())
    // Twelve clerks' days in a minute: the budget against copying the address book is not what is measured.
    await withAdmin(cluster.adminUrl, (client) =>
      client.query('update directory.reading_limit set searches = 100000000, people = 100000000'),
    )
    const platform = await startChild('serve.ts', [], env)
    stops.push(() => platform.stop())
    const who = async (account: string): Promise<Who> => {
      const token = await signIn(platform.url, account)
      return { account, token, actor: (await server.kernel.ports.authenticate!(server.kernel, token))! }
    }
    return {
      cluster,
      server,
      platform,
      clerk: await who('zhouwenqing'),
      administrator: await who('xitong'),
      who,
      async bare(calls) {
        const file = path.join(cluster.folder, 'calls.json')
        await writeFile(file, JSON.stringify(calls))
        const child = await startChild('bare.ts', [file], env)
        stops.push(() => child.stop())
        return child.url
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
