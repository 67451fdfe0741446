import { dayOf } from '#kernel/clock'
import type { FileAnswer, ParsedOf } from '#kernel/contract'
import type { Ctx } from '#kernel/module'
import { answerTable } from '#platform/transfer'
import {
  basisWords,
  Elements,
  type ImportKind,
  importKinds,
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
import { fieldsOf } from './import-fields.ts'
import { type Place, params, placeOf } from './places.ts'

type Api = typeof mattersApi
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
type Position = Pick<Row, 'code' | 'id'> & { pre: number }
/** Unit by unit in the order of the tree, each by an index: one unit costs what it has, the province what it has. */
const pageAfter = (ctx: Ctx, { pre, preEnd }: Place, input: ParsedOf<Api['exportMatters']>, after?: Position) => {
  const p = params(input.layer, after?.pre ?? pre, preEnd, PAGE)
  const kind = input.kind ? `and m.kind = ${p.add(input.kind)}` : ''
  const from = after ? `and (u.pre > $2 or (m.code, m.id) > (${p.add(after.code)}, ${p.add(after.id)}::uuid))` : ''
  return ctx.kernel.database.query<Row & Position>(
    `select m.id, m.code, b.code as "basicCode", m.name, m.kind, c.name as type, u.name as unit, u.pre, f.content as function, v.elements
     from directory.unit u cross join lateral (
       select m.id, m.code, m.name, m.kind, m.type, m.basic_id, m.version_id, m.function_id from matters.matter m
       where m.unit_id = u.id and m.layer = $1 and m.state = 'published' ${kind} ${from} order by m.code, m.id limit $4) m
     join matters.version v on v.id = m.version_id join matters.matter b on b.id = m.basic_id
     left join directory.statutory_function f on f.id = m.function_id left join matters.code c on c.list = 'type' and c.code = m.type
     where u.pre between $2 and $3 order by u.pre, m.code, m.id limit $4`,
    p.values,
  )
}

/** What is in force, page by page: memory stays flat however much it is. */
export const exportMatters = async (ctx: Ctx, input: ParsedOf<Api['exportMatters']>): Promise<FileAnswer> => {
  const place = await placeOf(ctx.sql, input.unitId)
  const kind: ImportKind = input.layer
  ctx.audit({ type: 'unit', id: place.id, label: place.name })
  const name = `${place.name}-事项-${dayOf(ctx.now)}`
  return answerTable(ctx, { name, sheet: '事项', format: input.format, columns: titles(kind) }, async (writer) => {
    for (let after: Position | undefined; ; ) {
      const rows = await pageAfter(ctx, place, input, after)
      for (const row of rows) await writer.write(kind === 'basic' ? basicCells(row) : implementingCells(row))
      if (rows.length < PAGE) return
      after = rows.at(-1)
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
  answerTable(
    ctx,
    { name: `${importKinds[kind]}导入模板`, sheet: '事项', format, columns: titles(kind) },
    async (writer) => {
      await writer.write(Object.keys(fieldsOf(kind)).map((field) => examples[kind][field] ?? null))
    },
  )
