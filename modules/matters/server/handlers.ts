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
import { exportMatters, importTemplate } from './export.ts'
import { facets } from './facets.ts'
import { held, keepHeld } from './held.ts'
import { imports } from './import.ts'
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
  ...imports.handlers,
  importTemplate,
  exportMatters,
  bulkEdit,
  bulkApprove,
}
