import { spawn, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

export const hasNats = (): boolean => spawnSync('nats-server', ['--version']).status === 0

const pidFile = (folder: string): string => path.join(folder, 'nats.pid')

/** Not a child that must be waited for: whoever kills it finds it by the file it writes. */
export const startNats = (folder: string, port: string): void => {
  const args = ['-a', '127.0.0.1', '-p', port, '-P', pidFile(folder)]
  spawn('nats-server', args, { stdio: 'ignore', detached: true }).unref()
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** As a machine that loses its power: no word to anybody. */
export const killNats = async (folder: string): Promise<void> => {
  const pid = Number(await readFile(pidFile(folder), 'utf8').catch(() => ''))
  if (!(pid > 1) || !isRunning(pid)) return
  process.kill(pid, 'SIGKILL')
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
}
