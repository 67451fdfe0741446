import { PassThrough } from 'node:stream'
import { dayOf } from '#kernel/clock'
import type { FileAnswer, OutputOf, ParsedOf } from '#kernel/contract'
import { invalid, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { columnLetters, csvWriter, type RowWriter, xlsxWriter } from '#kernel/tabular'
import {
  basisWords,
  Elements,
  type ImportFault,
  type ImportKind,
  LocalElements,
  levelWords,
  lifeStages,
  limitWords,
  type MatterKind,
  matterKinds,
  type mattersApi,
  scenes,
  subjectKinds,
} from '../contract.ts'
import { importRun, inBatches, withTable } from './import.ts'
import { fieldsOf } from './import-fields.ts'
import { params, placeOf } from './places.ts'

type Api = typeof mattersApi
type Format = 'xlsx' | 'csv'

const mediaTypes = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const
/** A table that is written while it is sent: half a table must not look whole, so a fault breaks the download off. */
const answer = (
  ctx: Ctx,
  name: string,
  format: Format,
  columns: readonly string[],
  write: (writer: RowWriter) => Promise<void>,
): FileAnswer => {
  const out = new PassThrough()
  const shape = columns.map((title) => ({ title, width: 18 }))
  const writer =
    format === 'csv'
      ? csvWriter(out, { columns: shape })
      : xlsxWriter(out, { sheetName: '事项', columns: shape, mark: { by: ctx.actor.name, at: ctx.now } })
  write(writer)
    .then(() => writer.end())
    .catch((error: Error) => out.destroy(error))
  return { stream: out, name: `${name}.${format}`, mediaType: mediaTypes[format] }
}
const titles = (kind: ImportKind): string[] => Object.values(fieldsOf(kind)).map(({ title }) => title)

interface Row {
  id: string
  code: string
  basicCode: string
  name: string
  kind: MatterKind
  type: string
  unit: string
  function: string | null
  elements: unknown
}
const many = (lines: readonly string[]): string => lines.join('\n')
const basicCells = (row: Row): (string | number | null)[] => {
  const it = Elements.parse(row.elements)
  return [
    row.code,
    row.name,
    matterKinds[row.kind],
    row.type,
    row.unit,
    row.function,
    it.levels.map((level) => levelWords[level]).join('、'),
    many(it.basis.map(basisWords)),
    it.serves.map((one) => subjectKinds[one]).join('、'),
    many(it.conditions),
    many(it.materials.map(({ name }) => name)),
    many(it.steps.map(({ name }) => name)),
    limitWords(it.statutory),
    limitWords(it.promised),
    it.visits,
    it.visitReason,
    many(it.results.map(({ name }) => name)),
    it.consultation.phone,
    it.supervision.phone,
    it.life.map((one) => lifeStages[one]).join('、'),
    it.scenes.map((one) => scenes[one]).join('、'),
    it.keywords,
  ]
}
const implementingCells = (row: Row): (string | number | null)[] => {
  const it = LocalElements.parse(row.elements)
  return [
    row.basicCode,
    row.unit,
    row.function,
    it.address,
    it.hours,
    it.phone,
    it.supervisionPhone,
    limitWords(it.promised),
    many(it.conditions),
  ]
}

const PAGE = 1000
/** What is in force, in pages by id: memory stays flat however much it is. */
export const exportMatters = async (ctx: Ctx, input: ParsedOf<Api['exportMatters']>): Promise<FileAnswer> => {
  const place = await placeOf(ctx.sql, input.unitId)
  const kind: ImportKind = input.layer
  ctx.audit({ type: 'unit', id: place.id, label: place.name })
  return answer(ctx, `${place.name}-事项-${dayOf(ctx.now)}`, input.format, titles(kind), async (writer) => {
    for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
      const p = params(input.layer, place.pre, place.preEnd, after, PAGE)
      const rows = await ctx.kernel.database.query<Row>(
        `select m.id, m.code, b.code as "basicCode", m.name, m.kind, c.name as type, u.name as unit, f.content as function, v.elements
         from matters.matter m join directory.unit u on u.id = m.unit_id join matters.version v on v.id = m.version_id join matters.matter b on b.id = m.basic_id
         left join directory.statutory_function f on f.id = m.function_id left join matters.code c on c.list = 'type' and c.code = m.type
         where m.layer = $1 and m.state = 'published' and u.pre between $2 and $3 and m.id > $4 ${input.kind ? `and m.kind = ${p.add(input.kind)}` : ''}
         order by m.id limit $5`,
        p.values,
      )
      for (const row of rows) await writer.write(kind === 'basic' ? basicCells(row) : implementingCells(row))
      if (rows.length < PAGE) return
      after = rows.at(-1)!.id
    }
  })
}

const examples: Record<ImportKind, Readonly<Record<string, string>>> = {
  basic: {
    name: '取水许可',
    kind: '政务服务事项',
    type: '行政许可',
    levels: '省级、市级、县级',
    basis: '《中华人民共和国水法》（2016年修正）第四十八条',
    serves: '企业法人',
    conditions: '符合用水总量控制要求',
    materials: '取水许可申请书',
    statutory: '45 个工作日',
    promised: '15 个工作日',
    results: '取水许可证',
  },
  implementing: {
    code: '370100001000',
    unit: '（全称或统一社会信用代码）',
    address: '县政务服务大厅二楼',
    promised: '10 个工作日',
  },
}
export const importTemplate = async (
  ctx: Ctx,
  { kind, format }: ParsedOf<Api['importTemplate']>,
): Promise<FileAnswer> =>
  answer(ctx, kind === 'basic' ? '基本目录导入模板' : '实施清单导入模板', format, titles(kind), async (writer) => {
    await writer.write(Object.keys(fieldsOf(kind)).map((field) => examples[kind][field] ?? null))
  })

interface FaultRow extends Omit<ImportFault, 'column' | 'header'> {
  no: number
  seq: number
  col: number
}
const faultsAfter = `select no, seq, sheet, row_no as row, col, value, message from matters.import_fault
  where import_id = $1 and (no, seq) > ($2, $3) order by no, seq limit $4`

export const importFaults = async (
  ctx: Ctx,
  input: ParsedOf<Api['importFaults']>,
): Promise<OutputOf<Api['importFaults']>> => {
  const { header } = await importRun(ctx, input)
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

/** The faulty rows as the file has them, with what is wrong: to be mended and uploaded again as it is. */
export const faultSheet = async (ctx: Ctx, { id, format }: ParsedOf<Api['faultSheet']>): Promise<FileAnswer> => {
  const { header, fileName } = await importRun(ctx, { id })
  const { fileId } = await ctx
    .sql<{ fileId: string }>('select file_id as "fileId" from matters.import where id = $1', [id])
    .then(one('这次导入'))
  ctx.audit({ type: 'import', id, label: fileName })
  const { kernel } = ctx
  return answer(ctx, `${fileName.replace(/\.[^.]*$/, '')}-错误`, format, [...header, '行号', '错误'], (writer) =>
    withTable(kernel, fileId, `${id}-faults-${ctx.requestId}`, async (table) => {
      for await (const batch of inBatches(table.batches(), PAGE, 1)) {
        const faults = Map.groupBy(
          await kernel.database.query<{ no: number; col: number; message: string }>(
            'select no, col, message from matters.import_fault where import_id = $1 and no between $2 and $3 order by no, seq',
            [id, batch[0]!.no, batch.at(-1)!.no],
          ),
          ({ no }) => no,
        )
        for (const { row, no } of batch) {
          const wrong = faults.get(no)
          if (!wrong) continue
          const sentence = wrong
            .map(({ col, message }) => (col < 0 ? message : `“${header[col] ?? ''}”：${message}`))
            .join('\n')
          await writer.write([...header.map((_, at) => row.cells[at] ?? ''), row.row, sentence])
        }
      }
    }),
  )
}
