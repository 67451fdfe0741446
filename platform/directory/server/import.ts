import { dayOf } from '#kernel/clock'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import type { Query } from '#kernel/db'
import { AppError, conflict, invalid, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Kernel, Upload } from '#kernel/module'
import type { ImportDetail, ImportKind, ImportRun, ImportState, transferApi } from '../contract/transfer.ts'
import { importAsked } from '../contract/transfer.ts'
import { fieldsOf } from './import-fields.ts'
import { keepFile, removeCopies, withTable } from './import-file.ts'
import { mappingFaults, rememberedOf, suggestMapping } from './import-mapping.ts'
import { openSample, sealSample } from './import-sample.ts'
import { NOTHING } from './import-store.ts'

type Api = typeof transferApi

const KEPT_DAYS = 30
const SAMPLE_ROWS = 5
const SAMPLE_CHARS = 100

const runColumns = `i.id, i.kind, jsonb_build_object('id', u.id, 'name', u.name, 'shortName', u.short_name) as unit, i.file_name as "fileName", i.format,
  i.encoding, i.size, i.state, i.message, i.total, i.checked, i.faulty, i.expected, i.applied, i.done,
  to_char(i.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
  to_char(i.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt", i.expires_on as "expiresOn"`
const detailColumns = `${runColumns}, i.header, i.sample, i.mapping`
// An import belongs to the account that made it: the file may hold what other administrators must not see.
const own = 'from directory.import i join directory.unit u on u.id = i.unit_id where i.account_id = $1'

const fieldList = (kind: ImportKind): ImportDetail['fields'] =>
  Object.entries(fieldsOf(kind)).map(([field, { title, required, help }]) => ({ field, title, required, help }))

type Stored = Omit<ImportDetail, 'fields' | 'sample'> & { sample: Buffer | null }
export const readDetail = async (ctx: Ctx, id: string): Promise<ImportDetail> => {
  const row = await ctx
    .sql<Stored>(`select ${detailColumns} ${own} and i.id = $2`, [ctx.actor.accountId, id])
    .then(one('这次导入'))
  return { ...row, sample: openSample(ctx.kernel.keys, row.sample, id), fields: fieldList(row.kind) }
}
export const importDetail = (ctx: Ctx, { id }: ParsedOf<Api['importDetail']>): Promise<ImportDetail> =>
  readDetail(ctx, id)

export const imports = async (ctx: Ctx, input: ParsedOf<Api['imports']>): Promise<OutputOf<Api['imports']>> => {
  const [at, last] = input.cursor?.split('~') ?? []
  if (input.cursor !== undefined && (Number.isNaN(Date.parse(at ?? '')) || !/^[0-9a-f-]{36}$/.test(last ?? '')))
    throw invalid('翻页标记有误，请从第一页看起。')
  const rows = await ctx.sql<ImportRun>(
    `select ${runColumns} ${own} and ($2::text is null or i.kind = $2) and ($3::timestamptz is null or (i.created_at, i.id) < ($3, $4::uuid))
     order by i.created_at desc, i.id desc limit $5`,
    [ctx.actor.accountId, input.kind ?? null, at ?? null, last ?? null, input.limit + 1],
  )
  const page = rows.slice(0, input.limit)
  const end = page.at(-1)
  return { rows: page, next: rows.length > input.limit && end ? `${end.createdAt}~${end.id}` : null }
}

/** The unit must be in scope for importing, whoever else may see it. */
const unitInScope = async (ctx: Ctx, unitId: string): Promise<void> => {
  const scope = ctx.scopeText('u.id', 2)
  const rows = await ctx.sql(
    `select 1 from directory.unit u where u.id = $1 and u.valid_to is null and ${scope.text}`,
    [unitId, ...scope.params],
  )
  if (rows.length === 0) throw notFound('这个单位')
}

const readHead = (kernel: Kernel, fileId: string, id: string) =>
  withTable(kernel, fileId, `${id}-head`, async (table) => {
    const sample: string[][] = []
    for await (const { cells } of table.rows()) {
      sample.push(cells.slice(0, table.header.length).map((cell) => cell.slice(0, SAMPLE_CHARS)))
      if (sample.length === SAMPLE_ROWS) break
    }
    return { format: table.format, encoding: table.encoding, header: table.header, sample }
  })

export const uploadImport = async (
  ctx: Ctx,
  input: ParsedOf<Api['uploadImport']>,
  body: Upload,
): Promise<ImportDetail> => {
  const unitId = input.unitId ?? ctx.actor.unitId
  if (!unitId) throw invalid('请选择为哪个单位导入。', [{ path: 'unitId', message: '必填' }])
  await unitInScope(ctx, unitId)
  const id = newId()
  const file = await keepFile(ctx.kernel, id, body)
  try {
    const head = await readHead(ctx.kernel, file.id, id)
    const [saved] = await ctx.sql<{ fields: Record<string, string> }>(
      'select fields from directory.import_mapping where unit_id = $1 and kind = $2',
      [unitId, input.kind],
    )
    const mapping = suggestMapping(input.kind, head.header, saved?.fields ?? {})
    await ctx.sql(
      `insert into directory.import (id, kind, unit_id, account_id, person_id, file_id, file_name, format, encoding, size, header, sample, mapping, state,
         created_at, updated_at, expires_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'uploaded', $14, $14, $15::date + ${KEPT_DAYS})`,
      [
        id,
        input.kind,
        unitId,
        ctx.actor.accountId,
        ctx.actor.personId || null,
        file.id,
        file.name,
        head.format,
        head.encoding,
        file.size,
        head.header,
        sealSample(ctx.kernel.keys, head.sample, id),
        mapping,
        ctx.now,
        dayOf(ctx.now),
      ],
    )
  } catch (error) {
    await ctx.kernel.files.remove(file.id)
    throw error
  }
  ctx.audit({ type: 'import', id, label: file.name })
  return readDetail(ctx, id)
}

/** Moves an import of the caller from one of some states; says in words why it cannot be when it is in another. */
const advance = async (
  ctx: Ctx,
  id: string,
  from: readonly ImportState[],
  set: string,
  params: readonly unknown[],
  refusal: string,
): Promise<void> => {
  const rows = await ctx.sql(
    `update directory.import set ${set}, updated_at = $4 where id = $1 and account_id = $2 and state = any($3) returning 1`,
    [id, ctx.actor.accountId, from, ctx.now, ...params],
  )
  if (rows.length > 0) return
  const { state } = await readDetail(ctx, id)
  throw conflict(refusal, { state })
}

const UNWRITTEN: readonly ImportState[] = ['uploaded', 'mapped', 'checked', 'failed', 'cancelled']

export const mapImport = async (ctx: Ctx, { id, mapping }: ParsedOf<Api['mapImport']>): Promise<ImportDetail> => {
  const before = await readDetail(ctx, id)
  const faults = mappingFaults(before.kind, before.header, mapping)
  if (faults.length > 0)
    throw invalid(
      faults.join(''),
      faults.map((message) => ({ path: 'mapping', message })),
    )
  if (before.applied > 0) throw conflict('这次导入已经写入了一部分，不能再改列的对应。请继续导入，或重新上传。')
  await advance(
    ctx,
    id,
    UNWRITTEN,
    `mapping = $5, state = 'mapped', message = null, total = null, checked = 0, faulty = 0, expected = $6`,
    [mapping, NOTHING],
    '检查或导入正在进行，不能改列的对应。请先取消，或等它结束。',
  )
  await ctx.sql(
    `insert into directory.import_mapping (unit_id, kind, fields, updated_at) values ($1, $2, $3, $4)
     on conflict (unit_id, kind) do update set fields = directory.import_mapping.fields || excluded.fields, updated_at = excluded.updated_at`,
    [before.unit.id, before.kind, rememberedOf(before.header, mapping), ctx.now],
  )
  ctx.audit({ type: 'import', id, label: before.fileName })
  return readDetail(ctx, id)
}

/**
 * The caller's scope as units: subtrees wholly inside and single units. Kept with the import, because the work outlives the session;
 * it is taken anew for every command.
 */
const scopeUnits = async (ctx: Ctx): Promise<{ trees: string[]; units: string[] }> => {
  const scope = ctx.scopeText('u.id', 1)
  const upper = ctx.scopeText('u.parent_id', 1)
  const lower = ctx.scopeText('c.id', 1)
  const rows = await ctx.sql<{ id: string; whole: boolean }>(
    `select u.id, not exists (select 1 from directory.unit c where c.pre between u.pre and u.pre_end and c.valid_to is null and not (${lower.text})) as whole
     from directory.unit u where ${scope.text} and (u.parent_id is null or not (${upper.text}))`,
    scope.params,
  )
  return {
    trees: rows.flatMap(({ id, whole }) => (whole ? [id] : [])),
    units: rows.flatMap(({ id, whole }) => (whole ? [] : [id])),
  }
}

const begin = async (
  ctx: Ctx,
  id: string,
  from: readonly ImportState[],
  set: string,
  params: readonly unknown[],
  refusal: string,
): Promise<ImportDetail> => {
  const { unit, fileName } = await readDetail(ctx, id)
  await unitInScope(ctx, unit.id)
  const { trees, units } = await scopeUnits(ctx)
  await advance(
    ctx,
    id,
    from,
    `${set}, scope_trees = $5, scope_units = $6, message = null, starts = 0`,
    [trees, units, ...params],
    refusal,
  )
  ctx.emit(importAsked, { id })
  ctx.audit({ type: 'import', id, label: fileName })
  return readDetail(ctx, id)
}

export const checkImport = async (ctx: Ctx, { id }: ParsedOf<Api['checkImport']>): Promise<ImportDetail> => {
  const { kind, header, mapping, applied } = await readDetail(ctx, id)
  const [fault] = mappingFaults(kind, header, mapping)
  if (fault) throw invalid(fault)
  if (applied > 0) throw conflict('这次导入已经写入了一部分。请继续导入；要重新检查请再上传一次，已写入的行不会重复。')
  return begin(ctx, id, UNWRITTEN, "state = 'checking', total = null", [], '检查或导入正在进行，请等它结束。')
}

export const applyImport = async (ctx: Ctx, { id, faulty }: ParsedOf<Api['applyImport']>): Promise<ImportDetail> => {
  const before = await readDetail(ctx, id)
  if (before.total === null) throw conflict('请先检查文件，再导入。')
  if (faulty === 'refuse' && before.faulty > 0)
    throw new AppError(
      409,
      'has-faults',
      `文件里有 ${before.faulty} 行有错误。请下载错误表改正后重新上传，或选择跳过这些行。`,
    )
  return begin(
    ctx,
    id,
    ['checked', 'failed', 'cancelled'],
    "state = 'applying', faulty_rows = $7",
    [faulty],
    '导入正在进行或已经完成。',
  )
}

export const cancelImport = async (ctx: Ctx, { id }: ParsedOf<Api['cancelImport']>): Promise<ImportDetail> => {
  await advance(
    ctx,
    id,
    ['uploaded', 'mapped', 'checking', 'checked', 'applying', 'failed'],
    "state = 'cancelled', message = $5",
    ['导入人取消。已写入的行保留。'],
    '导入已经完成或取消。',
  )
  ctx.audit({ type: 'import', id })
  return readDetail(ctx, id)
}

export const removeImport = async (ctx: Ctx, { id }: ParsedOf<Api['removeImport']>): Promise<Record<string, never>> => {
  const { state, fileName } = await readDetail(ctx, id)
  if (state === 'checking' || state === 'applying') throw conflict('检查或导入正在进行。请先取消，再删除。')
  const rows = await ctx.sql<{ fileId: string }>(
    `delete from directory.import where id = $1 and account_id = $2 and state not in ('checking', 'applying') returning file_id as "fileId"`,
    [id, ctx.actor.accountId],
  )
  for (const { fileId } of rows) await ctx.kernel.files.remove(fileId)
  ctx.audit({ type: 'import', id, label: fileName })
  return {}
}

/** Every day: files, faults and records whose time is over. */
export const pruneImports = async (kernel: Kernel): Promise<void> => {
  const query: Query = kernel.database.query
  const gone = await query<{ fileId: string }>(
    `delete from directory.import where expires_on <= $1 and state not in ('checking', 'applying') returning file_id as "fileId"`,
    [dayOf(kernel.clock.now())],
  )
  for (const { fileId } of gone) await kernel.files.remove(fileId)
  const inWork = await query<{ id: string }>(
    "select id from directory.import where state in ('checking', 'applying') or created_at > now() - interval '1 day'",
  )
  await removeCopies(kernel, new Set(inWork.map(({ id }) => id)))
}
