import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { apps } from './index.ts'
import type { AppsServer } from './testing.ts'

/** A node of the platform in a process of its own, to be killed. */
export interface Node {
  url: string
  kill(signal: NodeJS.Signals): Promise<void>
}

export const startNode = async (place: AppsServer, env: Record<string, string> = {}): Promise<Node> => {
  const { config } = place.server.kernel
  const child: ChildProcess = spawn(process.execPath, [import.meta.filename], {
    env: {
      ...process.env,
      NODE_ENV: 'test',
      PORT: '0',
      LOG_LEVEL: 'error',
      DB_POOL: '6',
      DATA_DIR: config.DATA_DIR,
      SECRET_KEY: config.SECRET_KEY,
      DATABASE_URL: place.server.adminUrl,
      APP_DATABASE_URL: config.APP_DATABASE_URL,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const [said] = (await Promise.race([
    once(child.stdout!, 'data'),
    ended.then(([code]) => Promise.reject(new Error(`the node ended with ${code}`))),
  ])) as [Buffer]
  return {
    url: String(said).trim(),
    async kill(signal) {
      child.kill(signal)
      await ended
    },
  }
}

if (process.argv[1] === import.meta.filename) {
  const server = await createServer({
    config: readConfig(process.env),
    version: 'test',
    modules: [directory, identity, search, tasks, apps],
    adminUrl: process.env.DATABASE_URL!,
    migrate: false,
  })
  console.log(await server.listen())
  process.once('SIGTERM', async () => {
    await server.stop()
    process.exit(0)
  })
}
