import { spawn } from 'node:child_process'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { explainFailure } from './errors.ts'
import { processesIn } from './processes.ts'
import type { Programs } from './programs.ts'
import { commandAs, type RunAs } from './run-as.ts'

const logLimit = 20 * 1024 * 1024

interface PidFile {
  pid: number
  port: number
  ready: boolean
}

/** What the running (or killed) postmaster wrote about itself. */
export async function readPidFile(cluster: string): Promise<PidFile | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
  const line = text.split('\n').map((part) => part.trim())
  if (!line[0]) return undefined
  return { pid: Number(line[0]), port: Number(line[3]), ready: line[7] === 'ready' }
}

/** The postmaster that works in the cluster now, whoever started it. */
export async function findPostmaster(cluster: string): Promise<PidFile | undefined> {
  const file = await readPidFile(cluster)
  return file && (await processesIn(cluster)).includes(file.pid) ? file : undefined
}

/** Starts the server and waits until it takes connections; recovery after a crash may take minutes. */
export async function launch(dir: string, port: number, programs: Programs, runAs: RunAs): Promise<number> {
  const cluster = join(dir, 'cluster')
  const logFile = join(dir, 'postgres.log')
  const size = (await stat(logFile).catch(() => undefined))?.size ?? 0
  if (size > logLimit) await rename(logFile, `${logFile}.1`)
  const from = size > logLimit ? 0 : size
  const args = ['-D', cluster, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
  const command = commandAs(runAs, programs.postgres, args)
  const log = await open(logFile, 'a', 0o600)
  try {
    // A group of its own: Ctrl-C reaches the server process alone, which finishes its requests before it stops the database.
    const child = spawn(command.command, command.args, {
      ...command.options,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    let ended: string | undefined
    child.on('error', (error) => (ended = error.message))
    child.on('exit', (code, signal) => (ended = `exit ${code ?? signal}`))
    child.unref()
    for (;;) {
      if (ended) throw explainFailure(`${await readFrom(logFile, from)}\n${ended}`, dir)
      const file = await readPidFile(cluster)
      if (file && file.pid === child.pid && file.ready) return file.pid
      await sleep(20)
    }
  } finally {
    await log.close()
  }
}

async function readFrom(file: string, offset: number): Promise<string> {
  return (await readFile(file)).subarray(offset).toString('utf8')
}
