import { notFound } from '#kernel/errors'
import type { Ctx, Kernel } from '#kernel/module'
import type { Access, RecordView } from '../contract.ts'
import { accessTo } from '../core/access.ts'
import { sayValue } from '../core/kinds.ts'
import { plannedForm } from '../core/plan.ts'
import { fileIdsIn, sendOfRecord } from './files.ts'
import { formById } from './forms.ts'
import { keeperOf } from './keeper.ts'
import { heldRecord, readRecord, recordRow } from './records.ts'
import { openNumber } from './sealed.ts'

/** A service whose business records belong to. */
export interface RecordOwner {
  /** what the caller may do with this record now; null where it is none of theirs */
  access(ctx: Ctx, recordId: string): Promise<Access | null>
}

const registered = new WeakMap<Kernel, Map<string, RecordOwner>>()

/** Called from a service's `start`: without it nobody reads records of that source by the endpoints of forms. */
export const registerRecords = (kernel: Kernel, source: string, owner: RecordOwner): void => {
  const known = registered.get(kernel) ?? new Map<string, RecordOwner>()
  registered.set(kernel, known.set(source, owner))
}

/** 404 for whoever may not read it: a record that is not theirs is not there. */
const accessOf = async (ctx: Ctx, id: string): Promise<Access> => {
  const { source, formId } = await recordRow(ctx.sql, id)
  const owned = await registered.get(ctx.kernel)?.get(source)?.access(ctx, id)
  const form = await formById(ctx.sql, formId)
  const access = owned ?? (await keeperOf(form)?.access(ctx, form, id))
  if (!access) throw notFound('这份表单')
  return access
}

export const record = async (ctx: Ctx, { id }: { id: string }): Promise<RecordView> =>
  readRecord(ctx, { id, access: await accessOf(ctx, id) })

export const recordFile = async (ctx: Ctx, { id, fileId, inline }: { id: string; fileId: string; inline: boolean }) => {
  const { definition, data } = await record(ctx, { id })
  return sendOfRecord(ctx, id, fileId, inline, new Set(fileIdsIn(definition, data)))
}

/** Who changed what; a field that the caller may not see changed for nobody. */
export const recordHistory = async (ctx: Ctx, { id }: { id: string }) => historyOf(ctx, id, await accessOf(ctx, id))
export const historyOf = async (ctx: Pick<Ctx, 'sql'>, id: string, access: Access) => {
  const { form } = await heldRecord(ctx.sql, id)
  const { byPath } = plannedForm(form.definition)
  const rows = await ctx.sql<{ revision: number; at: Date; name: string; before: RecordView['data'] }>(
    'select revision, at, person_name as name, before from forms.history where record_id = $1 order by revision desc limit 500',
    [id],
  )
  return {
    rows: rows.map(({ revision, at, name, before }) => ({
      revision,
      at: at.toISOString(),
      name,
      changes: Object.entries(before).flatMap(([key, value]) => {
        const field = byPath.get(key)?.field
        if (!field || accessTo(access, key) === 'hide') return []
        const said = field.type === 'table' ? `${Array.isArray(value) ? value.length : 0} 行` : sayValue(field, value)
        return [{ key, title: field.title, before: said }]
      }),
    })),
  }
}

/** The number in clear, for a purpose that stands in the audit record. */
export const reveal = async (ctx: Ctx, { id, path, purpose }: { id: string; path: string; purpose: string }) => {
  const access = await accessOf(ctx, id)
  const { form } = await heldRecord(ctx.sql, id)
  const [key = '', row, column] = path.split('.')
  const planned = plannedForm(form.definition).byPath.get(row === undefined ? key : `${key}.${column}`)
  if (!planned || accessTo(access, planned.field.key, planned.table) === 'hide') throw notFound('这个号码')
  ctx.audit({ type: 'form-record', id, label: planned.field.title, detail: { purpose, path } })
  return { value: await openNumber(ctx, id, path) }
}
