import type { z } from 'zod'
import type { EventDef } from '#kernel/contract'
import type { Query } from '#kernel/db'
import type { Ctx, Kernel, SystemCtx } from '#kernel/module'
import type { ImportCounts, ImportState } from '../contract.ts'
import type { CellFault, Fields, Line, Mapping } from './fields.ts'
import type { UploadedTables } from './files.ts'

/** A run as those who work on it need it. */
export interface ImportRecord<K extends string = string> {
  id: string
  kind: K
  unitId: string
  personId: string
  fileId: string
  fileName: string
  mapping: Mapping
  state: ImportState
  faultyRows: 'skip' | 'refuse' | null
  scopeTrees: string[]
  scopeUnits: string[]
  checked: number
  faulty: number
  expected: ImportCounts
  applied: number
  done: ImportCounts
  atSheet: string | null
  atRow: number
  starts: number
}

/** What became of one row. */
export type Verdict = { line: Line } & ({ action: keyof ImportCounts } | { faults: CellFault[] })

/** How the rows of one run are checked and written, batch by batch, in the order of the file. */
export interface ImportWork {
  check(sql: Query, lines: readonly Line[]): Promise<Verdict[]>
  /** within the transaction that also moves the checkpoint; rows that are refused do not hold up the others */
  apply(ctx: Pick<SystemCtx, 'sql' | 'now' | 'emit'>, lines: readonly Line[]): Promise<Verdict[]>
}

/** The scope of whoever asks, as units: the work outlives the session, so it is kept with the run and taken anew for every command. */
export interface Reach {
  trees: string[]
  units: string[]
}

/**
 * What a module brings to have tables imported. Runs and faults are its own: its schema has tables `import` and `import_fault` of the shape that
 * `README.md` shows, so that what was uploaded is erased and told of with the rest of its data.
 */
export interface ImportOwner<K extends string> {
  /** a name of the program, never of a request */
  schema: string
  /** in sentences: 事项 */
  what: string
  files: UploadedTables
  /** tells that a run asks for work; the pages listen to `topic` */
  asked: EventDef<z.ZodType<{ id: string }>>
  topic: string
  fields(kind: K): Fields
  /** the unit of rows that name none, which the caller may write for */
  home(ctx: Ctx, unitId: string | undefined): Promise<{ id: string }>
  unitNames(sql: Query, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  reach(ctx: Ctx): Promise<Reach>
  /** reads once what the rows are checked against */
  prepare(kernel: Kernel, run: ImportRecord<K>): Promise<ImportWork>
}
