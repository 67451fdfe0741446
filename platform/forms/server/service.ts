import { notFound } from '#kernel/errors'
import type { Handlers } from '#kernel/module'
import type { formsApi } from '../contract.ts'
import { checkForm } from '../core/check.ts'
import { plannedForm } from '../core/plan.ts'
import { draftOf, listDrafts, removeDraft, saveDraft } from './drafts.ts'
import { attach, detach, sendOfDraft } from './files.ts'
import { checkReach, formById, listForms, publish, readForm } from './forms.ts'
import { keeperOf } from './keeper.ts'
import { record, recordFile, recordHistory, reveal } from './owners.ts'
import { countedByCalendar } from './references.ts'

export const handlers: Handlers<typeof formsApi> = {
  definitions: listForms,
  definition: (ctx, { id }) => readForm(ctx, id),
  check: async (_ctx, { definition }) => ({ faults: [...checkForm(definition).faults] }),
  publish,
  drafts: listDrafts,
  draftOf,
  saveDraft,
  removeDraft,
  attach,
  detach,
  draftFile: sendOfDraft,
  record,
  recordHistory,
  recordFile,
  reveal,
  async regions(ctx, { parent }) {
    const rows = await ctx.sql<{ code: string; name: string; level: number; more: boolean }>(
      `select r.code, r.name, r.level, exists (select 1 from directory.region c where c.parent_code = r.code and c.valid_to is null) as more
       from directory.region r where r.parent_code is not distinct from $1 and r.valid_to is null order by r.code limit 1000`,
      [parent ?? null],
      'forms.regions',
    )
    return { rows }
  },
  async choices(ctx, { formId, path, q }) {
    const form = await formById(ctx.sql, formId)
    await checkReach(ctx.sql, formId, ctx.actor.unitId)
    const field = plannedForm(form.definition).byPath.get(path)?.field
    const keeper = keeperOf(form)
    if (field?.type !== 'relation' || !keeper) throw notFound('这个字段')
    const rows = await keeper.choices(ctx, form, field, q ?? '')
    return {
      rows: rows.map(({ id, name, with: carried }) => ({
        id: String(id),
        name: String(name),
        ...(carried !== undefined && { with: carried }),
      })),
    }
  },
  async workingDays(ctx, period) {
    const counted = await countedByCalendar(ctx, period)
    const { days } = counted as { days?: number }
    return { days: days ?? null }
  },
}
