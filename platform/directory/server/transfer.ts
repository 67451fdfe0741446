import type { Handlers, Job } from '#kernel/module'
import type { transferApi } from '../contract/transfer.ts'
import { exportPeople, exportUnits, importTemplate } from './export.ts'
import {
  applyImport,
  cancelImport,
  checkImport,
  importDetail,
  imports,
  mapImport,
  pruneImports,
  removeImport,
  uploadImport,
} from './import.ts'
import { faultSheet, importFaults } from './import-faults.ts'

export const transferHandlers: Handlers<typeof transferApi> = {
  uploadImport,
  imports,
  importDetail,
  mapImport,
  checkImport,
  importFaults,
  faultSheet,
  applyImport,
  cancelImport,
  removeImport,
  importTemplate,
  exportPeople,
  exportUnits,
}

export const transferJobs: readonly Job[] = [
  { name: 'directory.import-prune', daily: '02:40', runLong: (kernel) => pruneImports(kernel) },
]
