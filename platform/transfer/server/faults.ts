import { PassThrough } from 'node:stream'
import type { FileAnswer } from '#kernel/contract'
import { invalid, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { columnLetters, csvWriter, type RowWriter, xlsxWriter } from '#kernel/tabular'
import type { ImportFault, TableFormat } from '../contract.ts'
import { readRun } from './commands.ts'
import { inBatches } from './files.ts'
import type { ImportOwner } from './owner.ts'

const mediaTypes = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const
interface TableAnswer {
  name: string
  sheet: string
  format: TableFormat
  columns: readonly string[]
}
/** A table that is written while it is sent: half a table must not look whole, so a fault breaks the download off. */
export const answerTable = (
  ctx: Pick<Ctx, 'actor' | 'now'>,
  { name, sheet, format, columns }: TableAnswer,
  write: (writer: RowWriter) => Promise<void>,
): FileAnswer => {
  const out = new PassThrough()
  const shape = columns.map((title) => ({ title, width: 18 }))
  const writer =
    format === 'csv'
      ? csvWriter(out, { columns: shape })
      : xlsxWriter(out, { sheetName: sheet, columns: shape, mark: { by: ctx.actor.name, at: ctx.now } })
  write(writer)
    .then(() => writer.end())
    .catch((error: Error) => out.destroy(error))
  return { stream: out, name: `${name}.${format}`, mediaType: mediaTypes[format] }
}

interface FaultRow extends Omit<ImportFault, 'column' | 'header'> {
  no: number
  seq: number
  col: number
}
const BATCH = 1000

const listFaults = async <K extends string>(
  owner: ImportOwner<K>,
  ctx: Ctx,
  { id, cursor, limit }: { id: string; cursor?: string; limit: number },
): Promise<{ rows: ImportFault[]; next: string | null }> => {
  const { header } = await readRun(owner, ctx, id)
  const [, no = '0', seq = '-1'] = /^(\d{1,9})~(\d{1,4})$/.exec(cursor ?? '0~') ?? []
  if (cursor !== undefined && seq === '-1') throw invalid('翻页标记有误，请从第一页看起。')
  const rows = await ctx.sql<FaultRow>(
    `select no, seq, sheet, row_no as row, col, value, message from ${owner.schema}.import_fault
     where import_id = $1 and (no, seq) > ($2, $3) order by no, seq limit $4`,
    [id, Number(no), Number(seq), limit + 1],
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page.map(({ no: _, seq: __, col, ...fault }) => ({
      ...fault,
      column: col < 0 ? null : columnLetters(col + 1),
      header: col < 0 ? null : (header[col] ?? null),
    })),
    next: rows.length > limit && last ? `${last.no}~${last.seq}` : null,
  }
}

/** The faulty rows as the file has them, with what is wrong: to be mended and uploaded again as it is. */
const faultSheet = async <K extends string>(
  owner: ImportOwner<K>,
  ctx: Ctx,
  { id, format }: { id: string; format: TableFormat },
): Promise<FileAnswer> => {
  const { header, fileName } = await readRun(owner, ctx, id)
  const { fileId } = await ctx
    .sql<{ fileId: string }>(`select file_id as "fileId" from ${owner.schema}.import where id = $1`, [id])
    .then(one('这次导入'))
  ctx.audit({ type: 'import', id, label: fileName })
  const { kernel } = ctx
  const columns = [...header, '行号', '错误']
  const name = `${fileName.replace(/\.[^.]*$/, '')}-错误`
  return answerTable(ctx, { name, sheet: '错误', format, columns }, (writer) =>
    owner.files.withTable(kernel, fileId, `${id}-faults-${ctx.requestId}`, async (table) => {
      for await (const batch of inBatches(table.batches(), BATCH, 1)) {
        const found = await kernel.database.query<{ no: number; col: number; message: string }>(
          `select no, col, message from ${owner.schema}.import_fault where import_id = $1 and no between $2 and $3 order by no, seq`,
          [id, batch[0]!.no, batch.at(-1)!.no],
        )
        const faults = Map.groupBy(found, ({ no }) => no)
        for (const { row, no } of batch)
          if (faults.has(no))
            await writer.write([
              ...header.map((_, at) => row.cells[at] ?? ''),
              row.sheet ? `${row.sheet} 第 ${row.row} 行` : row.row,
              sentence(faults.get(no)!, header),
            ])
      }
    }),
  )
}
const sentence = (faults: readonly { col: number; message: string }[], header: readonly string[]): string =>
  faults
    .map(({ col, message }) => (col < 0 ? message : `${columnLetters(col + 1)} 列“${header[col] ?? ''}”：${message}`))
    .join('\n')

/** What went wrong, listed and as a sheet, for the handlers of an owner. */
export const importReports = <K extends string>(owner: ImportOwner<K>) => ({
  importFaults: (ctx: Ctx, input: { id: string; cursor?: string; limit: number }) => listFaults(owner, ctx, input),
  faultSheet: (ctx: Ctx, input: { id: string; format: TableFormat }) => faultSheet(owner, ctx, input),
})
