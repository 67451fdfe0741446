import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { nodeFlags } from '../app/node-flags.ts'

const root = path.resolve(import.meta.dirname, '..')

/** A platform process as a test or bench runs it: started, watched, ended by id. */
export interface Running {
  readonly child: ChildProcess
  readonly url: string
  output(): string
  /** the exit code, null after a signal */
  readonly exited: Promise<number | null>
  /** resolves when /readyz says 200; rejects when the process ends first */
  ready(ms?: number): Promise<void>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export const freePort = (): number => 20_000 + Math.floor(Math.random() * 20_000)

export const startPlatform = (env: Record<string, string>, port = freePort()): Running => {
  const child = spawn(process.execPath, [...nodeFlags, path.join(root, 'app/start.ts')], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TZ: 'Asia/Shanghai',
      LOG_LEVEL: 'warn',
      PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout.on('data', (part: Buffer) => (text += part.toString()))
  child.stderr.on('data', (part: Buffer) => (text += part.toString()))
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const url = `http://127.0.0.1:${port}`
  return {
    child,
    url,
    output: () => text,
    exited,
    async ready(ms = 120_000) {
      const deadline = Date.now() + ms
      while (Date.now() < deadline) {
        const ok = await fetch(`${url}/readyz`).then(
          (answer) => answer.ok,
          () => false,
        )
        if (ok) return
        const ended = await Promise.race([
          exited,
          new Promise<'running'>((resolve) => setTimeout(resolve, 200, 'running')),
        ])
        if (ended !== 'running') throw new Error(`ended with ${ended}:\n${text}`)
      }
      throw new Error(`not ready after ${ms} ms:\n${text}`)
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
  }
}

/** The postmaster of a data folder, if it runs. */
export const postmasterOf = async (dataDir: string): Promise<number | undefined> => {
  const folder = path.join(dataDir, 'postgres')
  for (const name of [folder, ...(await readdir(folder).catch(() => [])).map((entry) => path.join(folder, entry))]) {
    const text = await readFile(path.join(name, 'postmaster.pid'), 'utf8').catch(() => '')
    const pid = Number(text.split('\n')[0])
    if (pid > 1) return pid
  }
  return undefined
}
