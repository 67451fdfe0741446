import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { nodeFlags } from '../app/node-flags.ts'
import { demoPassword } from './accounts.ts'

const root = path.resolve(import.meta.dirname, '..')
const START_MS = 240_000

/** Starts the whole platform as a newcomer would, in a folder of its own, and stops it after the last test. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'qitong-e2e-'))
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const server = spawn(process.execPath, [...nodeFlags, 'app/start.ts'], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: 'development',
      PORT: String(port),
      DATA_DIR: folder,
      DEMO_PEOPLE: process.env.E2E_PEOPLE ?? '3000',
      DEMO_PASSWORD: demoPassword,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  server.stdout.on('data', (text: Buffer) => (output += text.toString()))
  server.stderr.on('data', (text: Buffer) => (output += text.toString()))
  const exited = new Promise<number | null>((resolve) => server.once('exit', resolve))
  const url = `http://127.0.0.1:${port}`
  const deadline = Date.now() + START_MS
  for (;;) {
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ready) break
    const ended = await Promise.race([exited, new Promise<'running'>((resolve) => setTimeout(resolve, 500, 'running'))])
    if (ended !== 'running' || Date.now() > deadline) {
      server.kill('SIGTERM')
      throw new Error(`the platform did not start (${ended}):\n${output}`)
    }
  }
  process.env.E2E_URL = url
  return async () => {
    server.kill('SIGTERM')
    await exited
    if (process.env.E2E_LOG) console.log(output)
    await rm(folder, { recursive: true, force: true })
  }
}
