import { execFileSync } from 'node:child_process'
import { readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Whether the process runs; a zombie that nobody reaps does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return !/^\d+ \(.*\) [ZX]/s.test(stat)
}

/** Waits until the process is gone; false when it is still there after `ms`. */
export async function waitGone(pid: number, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; await isRunning(pid); ) {
    if (Date.now() > end) return false
    await sleep(20)
  }
  return true
}

/**
 * The processes that work in the cluster: postgres changes into its data directory, so their working directory tells,
 * even when a process number was reused. Without /proc, those whose command line names the directory.
 */
export async function processesIn(cluster: string): Promise<number[]> {
  const path = await realpath(cluster)
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-axo', 'pid=,args='], { encoding: 'utf8' }).split('\n')
    return lines.filter((line) => line.includes(`-D ${path}`)).map((line) => Number.parseInt(line, 10))
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const link = (pid: string, name: string) => readlink(join('/proc', pid, name)).catch(() => '')
  const found = await Promise.all(
    pids.map(async (pid) => (await link(pid, 'cwd')) === path && isPostgres(await link(pid, 'exe'))),
  )
  return pids.filter((_, index) => found[index]).map(Number)
}

// A shell of the operator may stand in the directory too. Replaced programs (npm ci) are shown as deleted.
function isPostgres(program: string): boolean {
  return /\/postgres( \(deleted\))?$/.test(program)
}

/** Ends a postmaster: fast shutdown, after `ms` an immediate one, which loses nothing committed. */
export async function stopPostmaster(pid: number, ms = 60_000): Promise<void> {
  for (const [signal, wait] of [
    ['SIGINT', ms],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 10_000],
  ] as const) {
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    if (await waitGone(pid, wait)) return
  }
}
