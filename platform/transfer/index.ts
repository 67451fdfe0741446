import type { Kernel } from '#kernel/module'
import { importCommands, pruneImports } from './server/commands.ts'
import { importReports } from './server/faults.ts'
import type { ImportOwner } from './server/owner.ts'
import { startImports } from './server/run.ts'

export { answerTable } from './server/faults.ts'
export type { CellFault, FieldDef, Line, Read } from './server/fields.ts'
export { inBatches, uploadedTables } from './server/files.ts'
export type { ImportOwner, ImportRecord, ImportWork, Verdict } from './server/owner.ts'

/** The import of tables of one module: its handlers, what works on the runs, what ends with the day. */
export const importsOf = <K extends string>(owner: ImportOwner<K>) => ({
  handlers: { ...importCommands(owner), ...importReports(owner) },
  start: (kernel: Kernel) => startImports(kernel, owner),
  prune: (kernel: Kernel) => pruneImports(kernel, owner),
})
