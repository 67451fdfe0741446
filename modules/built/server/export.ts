import { PassThrough } from 'node:stream'
import type { FileAnswer, ParsedOf } from '#kernel/contract'
import { forbidden } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { csvWriter, xlsxWriter } from '#kernel/tabular'
import { sayValue } from '#platform/forms'
import { type builtApi, type RecordRow, recordStates } from '../contract.ts'
import { grantsOf } from './held.ts'
import { listSql, runList, shownFields } from './list.ts'
import { type LiveField, liveEntity } from './live.ts'

const MEDIA_TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
const PAGE = 500
const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })

const cellOf = ({ field }: LiveField, { data }: RecordRow): string | number | null => {
  const value = data[field.key] ?? null
  if (value === null || field.type === 'table') return null
  if (field.type === 'number' && typeof value === 'number') return value
  if (field.type === 'money') return Number(value)
  return sayValue(field, value)
}

/** The list as a file, page by page: the same statement, the same grants, and only of those who may export. */
export const exportRecords = async (
  ctx: Ctx,
  { format, ...input }: ParsedOf<typeof builtApi.exportRecords>,
): Promise<FileAnswer> => {
  const live = await liveEntity(ctx, input)
  if (!grantsOf(ctx, live).some(({ may }) => may.includes('export'))) throw forbidden(`您不能导出${live.entity.name}。`)
  const statement = (cursor?: string) => listSql(ctx, live, { ...input, cursor, limit: PAGE }, 'export')
  const fields = shownFields(statement())
  ctx.audit({ type: 'built-entity', id: live.app.appId, label: `${live.app.definition.name}：${live.entity.name}` })
  const columns = [...fields.map(({ field }) => field.title), '状态', '建立人', '单位', '建立时间'].map((title) => ({
    title,
  }))
  const out = new PassThrough()
  const writer =
    format === 'csv'
      ? csvWriter(out, { columns })
      : xlsxWriter(out, {
          sheetName: live.entity.name.slice(0, 30),
          columns,
          mark: { by: ctx.actor.name, at: ctx.now },
        })
  const write = async (): Promise<void> => {
    let cursor: string | undefined
    do {
      const page = await runList(ctx, statement(cursor), PAGE)
      for (const row of page.rows)
        await writer.write([
          ...fields.map((field) => cellOf(field, row)),
          recordStates[row.state],
          row.authorName,
          row.unitName,
          shanghai.format(new Date(row.createdAt)),
        ])
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    await writer.end()
  }
  write().catch((error: Error) => out.destroy(error))
  return { stream: out, name: `${live.entity.name}.${format}`, mediaType: MEDIA_TYPES[format] }
}
