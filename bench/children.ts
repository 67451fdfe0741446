import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { nodeFlags } from '../app/node-flags.ts'

export interface Child {
  readonly url: string
  /** resident memory, MB */
  memory(): Promise<number>
  /** most resident memory since the start or the last `forgetPeak`, MB */
  peak(): Promise<number>
  forgetPeak(): Promise<void>
  stop(): Promise<void>
}

const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once('close', resolve))
    : Promise.resolve()

/** Starts one of the scripts here; its first line of JSON names its address. */
export const startChild = async (
  script: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Child> => {
  const child = spawn(process.execPath, [...nodeFlags, path.join(import.meta.dirname, script), ...args], {
    cwd: path.resolve(import.meta.dirname, '..'),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'Asia/Shanghai', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.once('close', (code) => reject(new Error(`${script} ended with ${code}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"url"')) resolve((JSON.parse(line) as { url: string }).url)
    })
  })
  const status = async (line: 'VmRSS' | 'VmHWM'): Promise<number> => {
    const text = await readFile(`/proc/${child.pid}/status`, 'utf8')
    return Math.round(Number(new RegExp(`${line}:\\s+(\\d+)`).exec(text)![1]) / 1024)
  }
  return {
    url,
    memory: () => status('VmRSS'),
    peak: () => status('VmHWM'),
    // proc(5): 5 resets the peak
    forgetPeak: () => writeFile(`/proc/${child.pid}/clear_refs`, '5'),
    async stop() {
      child.kill('SIGTERM')
      await ended(child)
    },
  }
}
