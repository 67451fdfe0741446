import { randomInt } from 'node:crypto'
import { type Fault, openGround } from './ground.ts'
import { startImports } from './imports.ts'
import { judge } from './oracle.ts'
import { startWriters } from './writers.ts'

export interface FaultOptions {
  faults: readonly Fault[]
  /** kills of each fault at least */
  kills: number
  /** goes on killing until this moment (ms since 1970) */
  until?: number
  /** rows of each imported file */
  rows: number
  writers: number
  log?: (line: string) => void
}
export interface FaultResult {
  kills: Record<Fault, number>
  /** kills that met an import at work */
  duringImport: number
  commands: number
  /** commands that had to be asked again */
  repeated: number
  imports: number
  importedRows: number
  /** the server ended by itself */
  deaths: number
  seconds: number
  /** what the oracle found wrong */
  faults: string[]
}

const LONGEST_LIFE_MS = 1000

/**
 * Kills server and database with SIGKILL at random moments while clerks write and files are imported, then lets everything come to its
 * end and asks the oracle.
 */
export const runFaults = async ({
  faults,
  kills,
  until = 0,
  rows,
  writers,
  log = () => undefined,
}: FaultOptions): Promise<FaultResult> => {
  const began = performance.now()
  const ground = await openGround()
  try {
    await ground.ready()
    const clerks = startWriters(ground, writers)
    const files = startImports(ground, rows)
    const done: Record<Fault, number> = { server: 0, database: 0 }
    let duringImport = 0
    for (let nth = 0; faults.some((fault) => done[fault] < kills) || Date.now() < until; nth++) {
      const fault = faults[nth % faults.length]!
      await new Promise((resolve) => setTimeout(resolve, randomInt(LONGEST_LIFE_MS)))
      const before = files.finished.length
      await ground.kill(fault)
      done[fault]++
      if (files.finished.length === before) duringImport++
      log(
        `${fault} killed ${done[fault]} times; ${clerks.acknowledged.length} commands, ${files.finished.length} imports and ${files.applied()} rows`,
      )
      await ground.ready()
    }
    await Promise.all([clerks.stop(), files.stop()])
    return {
      kills: done,
      duringImport,
      commands: clerks.acknowledged.length * 2,
      repeated: clerks.acknowledged.reduce((sum, { repeats }) => sum + repeats, 0),
      imports: files.finished.length,
      importedRows: files.finished.reduce((sum, { rows: some }) => sum + some, 0),
      deaths: ground.deaths(),
      seconds: Math.round((performance.now() - began) / 1000),
      faults: await judge(ground, clerks.acknowledged, files.finished),
    }
  } finally {
    await ground.stop()
  }
}
