import type { Handlers } from '#kernel/module'
import type { mattersApi } from '../contract.ts'
import { application, apply } from './apply.ts'
import { bulkApprove, bulkEdit } from './bulk.ts'
import { applyBundle, bundleApplication, bundles } from './bundles.ts'
import * as cases from './cases.ts'
import { catalogue } from './catalogue.ts'
import { desk } from './desk.ts'
import { diff, version } from './draft.ts'
import * as drafts from './drafts.ts'
import { exportMatters, faultSheet, importFaults, importTemplate } from './export.ts'
import { facets } from './facets.ts'
import { held, keepHeld } from './held.ts'
import * as imports from './import.ts'
import { matter } from './matter.ts'
import { claimable, functions, queue, work } from './work.ts'

export const handlers: Handlers<typeof mattersApi> = {
  catalogue,
  facets,
  async codes(ctx) {
    return {
      rows: await ctx.sql(
        'select list, code, name, kind, verified from matters.code order by list, sort, code',
        [],
        'matters.codes',
      ),
    }
  },
  matter,
  version,
  diff,
  held,
  keepHeld,
  work,
  queue,
  functions,
  claimable,
  ...drafts,
  ...cases,
  desk,
  application,
  apply,
  bundles,
  bundleApplication,
  applyBundle,
  uploadImport: imports.uploadImport,
  imports: imports.imports,
  importRun: imports.importRun,
  mapImport: imports.mapImport,
  checkImport: imports.checkImport,
  applyImport: imports.applyImport,
  cancelImport: imports.cancelImport,
  removeImport: imports.removeImport,
  importFaults,
  faultSheet,
  importTemplate,
  exportMatters,
  bulkEdit,
  bulkApprove,
}
