import type { PassThrough } from 'node:stream'
import type { FileAnswer, OutputOf, ParsedOf } from '#kernel/contract'
import { invalid, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { columnLetters, type Row } from '#kernel/tabular'
import { inBatches } from '#platform/transfer'
import type { ImportFault, transferApi } from '../contract/transfer.ts'
import { answerTable, markOf, tableWriter } from './export-table.ts'
import { readDetail } from './import.ts'
import { withTable } from './import-file.ts'

type Api = typeof transferApi

interface FaultRow extends Omit<ImportFault, 'column' | 'header'> {
  no: number
  seq: number
  col: number
}
const faultsAfter = `select no, seq, sheet, row_no as row, col, value, message, stage from directory.import_fault
  where import_id = $1 and (no, seq) > ($2, $3) order by no, seq limit $4`

export const importFaults = async (
  ctx: Ctx,
  input: ParsedOf<Api['importFaults']>,
): Promise<OutputOf<Api['importFaults']>> => {
  const { header } = await readDetail(ctx, input.id)
  const [, no = '0', seq = '-1'] = /^(\d{1,9})~(\d{1,4})$/.exec(input.cursor ?? '0~') ?? []
  if (input.cursor !== undefined && seq === '-1') throw invalid('翻页标记有误，请从第一页看起。')
  const rows = await ctx.sql<FaultRow>(faultsAfter, [input.id, Number(no), Number(seq), input.limit + 1])
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  return {
    rows: page.map(({ no: _, seq: __, col, ...fault }) => ({
      ...fault,
      column: col < 0 ? null : columnLetters(col + 1),
      header: col < 0 ? null : (header[col] ?? null),
    })),
    next: rows.length > input.limit && last ? `${last.no}~${last.seq}` : null,
  }
}

/** Faults of the next rows, read in order beside the file. */
const faultReader = (ctx: Ctx, id: string) => {
  let known: FaultRow[] = []
  let at = { no: 0, seq: -1 }
  let isEnd = false
  return async (upTo: number): Promise<FaultRow[]> => {
    while (!isEnd && (known.at(-1)?.no ?? 0) <= upTo) {
      const more = await ctx.kernel.database.query<FaultRow>(faultsAfter, [id, at.no, at.seq, 5000])
      isEnd = more.length < 5000
      at = more.at(-1) ?? at
      known = known.concat(more)
    }
    const split = known.findIndex((fault) => fault.no > upTo)
    const taken = split < 0 ? known : known.slice(0, split)
    known = split < 0 ? [] : known.slice(split)
    return taken
  }
}

const sentence = (faults: readonly FaultRow[], header: readonly string[]): string =>
  faults
    .map(({ col, message }) => (col < 0 ? message : `${columnLetters(col + 1)} 列“${header[col] ?? ''}”：${message}`))
    .join('\n')

/** The faulty rows as the file has them, with the row and what is wrong: to be mended and uploaded again as it is. */
export const faultSheet = async (ctx: Ctx, { id, format }: ParsedOf<Api['faultSheet']>): Promise<FileAnswer> => {
  const { header, fileName } = await readDetail(ctx, id)
  const { fileId } = await ctx
    .sql<{ fileId: string }>('select file_id as "fileId" from directory.import where id = $1', [id])
    .then(one('这次导入'))
  ctx.audit({ type: 'import', id, label: fileName })
  return answerTable(`${fileName.replace(/\.[^.]*$/, '')}-错误`, format, async (out: PassThrough) => {
    const writer = tableWriter(out, format, '错误', [...header, '行号', '错误'], markOf(ctx))
    const faultsUpTo = faultReader(ctx, id)
    await withTable(ctx.kernel, fileId, `${id}-faults-${ctx.requestId}`, async (table) => {
      for await (const batch of inBatches(table.batches(), 1000, 1)) {
        const faults = Map.groupBy(await faultsUpTo(batch.at(-1)!.no), (fault) => fault.no)
        for (const { row, no } of batch)
          if (faults.has(no))
            await writer.write([...cellsOf(row, header.length), placeOf(row), sentence(faults.get(no)!, header)])
      }
    })
    await writer.end()
  })
}

const cellsOf = ({ cells }: Row, width: number): string[] => Array.from({ length: width }, (_, at) => cells[at] ?? '')
const placeOf = ({ sheet, row }: Row): string => (sheet ? `${sheet} 第 ${row} 行` : String(row))
