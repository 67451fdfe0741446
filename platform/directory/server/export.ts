import type { PassThrough } from 'node:stream'
import { maskText } from '#kernel/classify'
import { dayOf } from '#kernel/clock'
import type { FileAnswer, ParsedOf } from '#kernel/contract'
import { notFound } from '#kernel/errors'
import type { Ctx, Kernel } from '#kernel/module'
import type { Column } from '#kernel/tabular'
import { levelNames, postKinds, unitKinds } from '../contract/browse.ts'
import type { ImportKind, transferApi } from '../contract/transfer.ts'
import { answerTable, type Format, markOf, tableWriter } from './export-table.ts'
import { openIdentity } from './identity-number.ts'
import { fieldsOf } from './import-fields.ts'
import { Places } from './import-places.ts'
import { readableMobile } from './mobile-number.ts'

type Api = typeof transferApi

const FETCH = 2000
const wide: Readonly<Record<string, number>> = {
  identityNumber: 22,
  personId: 12,
  postId: 12,
  unitId: 12,
  unit: 50,
  parent: 50,
  name: 16,
  email: 24,
  charge: 30,
  address: 30,
}
const columnsOf = (kind: ImportKind): Column[] =>
  Object.entries(fieldsOf(kind)).map(([field, { title }]) => ({ title, width: wide[field] ?? 14 }))

/**
 * Rows of a query, some at a time, over a cursor on a connection of its own: memory stays flat however many there are, and a reader
 * who stops taking them does not hold the transaction for ever.
 */
async function* cursor<R extends object>(
  kernel: Kernel,
  text: string,
  params: readonly unknown[],
): AsyncGenerator<R[]> {
  const client = await kernel.database.streams.connect()
  const lost = (error: Error): void => kernel.log.warn({ err: error }, '导出的连接断开')
  client.on('error', lost)
  let whole = false
  try {
    await client.query(
      `begin read only; set local idle_in_transaction_session_timeout = '60s'; set local statement_timeout = '60s'`,
    )
    await client.query({ text: `declare export_rows no scroll cursor for ${text}`, values: params as unknown[] })
    for (;;) {
      const { rows } = await client.query<R & Record<string, unknown>>(`fetch ${FETCH} from export_rows`)
      if (rows.length === 0) break
      yield rows
    }
    await client.query('commit')
    whole = true
  } finally {
    client.off('error', lost)
    client.release(!whole)
  }
}

const inScope = async (ctx: Ctx, unitId: string): Promise<{ name: string }> => {
  const scope = ctx.scopeText('u.id', 2)
  const [unit] = await ctx.sql<{ name: string }>(
    `select u.name from directory.unit u where u.id = $1 and u.valid_to is null and ${scope.text}`,
    [unitId, ...scope.params],
  )
  if (!unit) throw notFound('这个单位')
  return unit
}

const placesOf = (ctx: Ctx): Promise<Places> => Places.load(ctx.sql, (column, from) => ctx.scopeText(column, from))

interface PersonRow {
  personId: string
  name: string
  gender: string | null
  identityBox: Buffer | null
  open: boolean
  mobile: Buffer | null
  email: string | null
  rank: string | null
  staffNo: string | null
  unitId: string
  postId: string
  postKind: keyof typeof postKinds
  title: string
  charge: string | null
  leader: boolean
  sort: number
  phone: string | null
  room: string | null
  validFrom: string
}

/** One row for each current post inside the subtree and the scope; identity numbers in full only where that permission reaches too. */
const peopleQuery = (ctx: Ctx, input: ParsedOf<Api['exportPeople']>): { text: string; params: unknown[] } => {
  const scope = ctx.scopeText('u.id', 6)
  const identity = ctx.scopeText('u.id', 6 + scope.params.length, 'directory:identity')
  return {
    text: `select x.id as "personId", x.name, x.gender, x.identity_box as "identityBox", (${identity.text}) as open, x.mobile, x.email, x.rank, x.staff_no as "staffNo",
        u.id as "unitId", p.id as "postId", p.kind as "postKind", p.title, p.charge, p.leader, p.sort, p.phone, p.room, p.valid_from as "validFrom"
      from directory.unit top join directory.unit u on u.pre between top.pre and case when $2 then top.pre else top.pre_end end and u.valid_to is null
      join directory.post p on p.unit_id = u.id and p.valid_to is null join directory.person x on x.id = p.person_id and x.status = 'active'
      where top.id = $1 and (not $3 or p.leader) and ($4::text is null or p.kind = $4)
        and ($5::text is null or starts_with(x.name, $5) or position($5 in p.title) > 0) and ${scope.text}
      order by u.pre, p.leader desc, p.sort, p.id`,
    params: [
      input.unitId,
      input.direct,
      input.leaders,
      input.postKind ?? null,
      input.q || null,
      ...scope.params,
      ...identity.params,
    ],
  }
}

/** A box that does not open is one cell lost, not the whole table; whoever runs the server is told which. */
const readableIdentity = (kernel: Kernel, personId: string, box: Buffer): string => {
  try {
    return openIdentity(kernel.keys, box, personId)
  } catch (error) {
    kernel.log.error({ err: error, personId }, '公民身份号码无法解密')
    return '*'.repeat(18)
  }
}

const yesNo = (yes: boolean): string => (yes ? '是' : '否')

const personCells = (kernel: Kernel, places: Places, row: PersonRow): (string | number | null)[] => {
  const place = places.get(row.unitId)
  const number = row.identityBox && readableIdentity(kernel, row.personId, row.identityBox)
  return [
    row.personId,
    row.name,
    row.gender,
    number && !row.open ? maskText(number) : number,
    readableMobile(kernel, row.mobile, row.personId),
    row.email,
    row.rank,
    row.staffNo,
    place ? places.pathOf(places.orgOf(place)) : '',
    place ? places.divisionOf(place) : '',
    row.postId,
    postKinds[row.postKind],
    row.title,
    row.charge,
    yesNo(row.leader),
    row.sort,
    row.phone,
    row.room,
    row.validFrom,
  ]
}

export const exportPeople = async (ctx: Ctx, input: ParsedOf<Api['exportPeople']>): Promise<FileAnswer> => {
  const unit = await inScope(ctx, input.unitId)
  const places = await placesOf(ctx)
  const { text, params } = peopleQuery(ctx, input)
  ctx.audit({ type: 'unit', id: input.unitId, label: unit.name })
  const mark = markOf(ctx)
  const write = async (out: PassThrough): Promise<void> => {
    const writer = tableWriter(out, input.format, '人员', columnsOf('people'), mark)
    for await (const rows of cursor<PersonRow>(ctx.kernel, text, params))
      for (const row of rows) await writer.write(personCells(ctx.kernel, places, row))
    await writer.end()
  }
  return answerTable(`${unit.name}-人员-${dayOf(ctx.now)}`, input.format, write, mark)
}

interface UnitRow {
  unitId: string
  name: string
  shortName: string
  kind: keyof typeof unitKinds
  level: keyof typeof levelNames
  creditCode: string | null
  documentMark: string | null
  regionCode: string | null
  line: string | null
  establishment: number | null
  phone: string | null
  address: string | null
  sort: number
  validFrom: string
}

const unitCells = (places: Places, row: UnitRow): (string | number | null)[] => {
  const place = places.get(row.unitId)
  const parent = place && places.parentOf(place)
  return [
    row.unitId,
    parent ? places.pathOf(parent) : '',
    row.name,
    row.shortName,
    unitKinds[row.kind],
    levelNames[row.level],
    row.creditCode,
    row.documentMark,
    row.regionCode,
    row.line,
    row.establishment,
    row.phone,
    row.address,
    row.sort,
    row.validFrom,
  ]
}

export const exportUnits = async (ctx: Ctx, input: ParsedOf<Api['exportUnits']>): Promise<FileAnswer> => {
  const unit = await inScope(ctx, input.unitId)
  const places = await placesOf(ctx)
  const scope = ctx.scopeText('u.id', 2)
  const text = `select u.id as "unitId", u.name, u.short_name as "shortName", u.kind, u.level, u.credit_code as "creditCode", u.document_mark as "documentMark",
      u.region_code as "regionCode", u.line, u.establishment, u.phone, u.address, u.sort, u.valid_from as "validFrom"
    from directory.unit top join directory.unit u on u.pre between top.pre and top.pre_end and u.valid_to is null
    where top.id = $1 and ${scope.text} order by u.pre`
  ctx.audit({ type: 'unit', id: input.unitId, label: unit.name })
  const mark = markOf(ctx)
  const write = async (out: PassThrough): Promise<void> => {
    const writer = tableWriter(out, input.format, '单位', columnsOf('units'), mark)
    for await (const rows of cursor<UnitRow>(ctx.kernel, text, [input.unitId, ...scope.params]))
      for (const row of rows) await writer.write(unitCells(places, row))
    await writer.end()
  }
  return answerTable(`${unit.name}-单位-${dayOf(ctx.now)}`, input.format, write, mark)
}

const examples: Readonly<Record<ImportKind, Readonly<Record<string, string>>>> = {
  people: {
    name: '张三',
    gender: '男',
    mobile: '15400000000',
    staffNo: 'Q00000001',
    unit: '（可写全路径，用 / 隔开）',
    division: '办公室',
    postKind: '主职',
    title: '科员',
    leader: '否',
    validFrom: '2024-03-01',
  },
  units: { parent: '（可写全路径，用 / 隔开）', name: '某某科', shortName: '某某科', kind: '内设机构', level: '县级' },
}

export const importTemplate = async (
  _ctx: Ctx,
  { kind, format }: { kind: ImportKind; format: Format },
): Promise<FileAnswer> =>
  answerTable(kind === 'people' ? '人员导入模板' : '单位导入模板', format, async (out) => {
    const writer = tableWriter(out, format, kind === 'people' ? '人员' : '单位', columnsOf(kind))
    await writer.write(Object.keys(fieldsOf(kind)).map((field) => examples[kind][field] ?? null))
    await writer.end()
  })
