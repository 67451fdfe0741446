import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { dayOf } from '#kernel/clock'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { AppError, conflict, invalid, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Kernel, Upload } from '#kernel/module'
import { openTable, type Row, type Table } from '#kernel/tabular'
import { type ImportRun, type ImportState, importAsked, type mattersApi } from '../contract.ts'
import { fieldsOf, mappingFaults, suggestMapping } from './import-fields.ts'
import { NOTHING } from './import-store.ts'

type Api = typeof mattersApi

const KEPT_DAYS = 30

/** Reading back and forth needs a file of its own; its name is the key's, so that whoever takes over writes over what a crash left. */
export const withTable = async <T>(
  kernel: Kernel,
  fileId: string,
  key: string,
  work: (table: Table) => Promise<T>,
): Promise<T> => {
  const folder = path.join(kernel.config.DATA_DIR, 'matters-imports')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const copy = path.join(folder, key)
  try {
    const { stream } = await kernel.files.get(fileId)
    await pipeline(stream, createWriteStream(copy, { mode: 0o600 }))
    const table = await openTable(copy)
    try {
      return await work(table)
    } finally {
      await table.close()
    }
  } finally {
    await rm(copy, { force: true })
  }
}

/** The same rows in batches of one size, each row with its number in the file. */
export async function* inBatches(
  rows: AsyncIterable<Row[]>,
  size: number,
  first: number,
): AsyncGenerator<{ row: Row; no: number }[]> {
  let batch: { row: Row; no: number }[] = []
  let no = first
  for await (const some of rows)
    for (const row of some) {
      batch.push({ row, no: no++ })
      if (batch.length < size) continue
      yield batch
      batch = []
    }
  if (batch.length > 0) yield batch
}

const columns = `i.id, i.kind, i.file_name as "fileName", u.name as "unitName", i.state, i.message, i.total, i.checked, i.faulty, i.expected, i.applied, i.done,
  i.header, i.mapping, i.created_at as "createdAt", i.expires_on as "expiresOn"`
// An import belongs to the account that made it.
const own = 'from matters.import i join directory.unit u on u.id = i.unit_id where i.account_id = $1'
type Stored = Omit<ImportRun, 'fields' | 'createdAt'> & { createdAt: Date }
const present = (row: Stored): ImportRun => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  fields: Object.entries(fieldsOf(row.kind)).map(([field, { title, required }]) => ({ field, title, required })),
})
const readRun = async (ctx: Ctx, id: string): Promise<ImportRun> =>
  present(
    await ctx.sql<Stored>(`select ${columns} ${own} and i.id = $2`, [ctx.actor.accountId, id]).then(one('这次导入')),
  )
export const importRun = (ctx: Ctx, { id }: ParsedOf<Api['importRun']>): Promise<ImportRun> => readRun(ctx, id)

export const imports = async (
  ctx: Ctx,
  { cursor, limit }: ParsedOf<Api['imports']>,
): Promise<OutputOf<Api['imports']>> => {
  const [at, last] = cursor?.split('~') ?? []
  if (cursor !== undefined && (Number.isNaN(Date.parse(at ?? '')) || !/^[0-9a-f-]{36}$/.test(last ?? '')))
    throw invalid('翻页标记有误，请从第一页看起。')
  const rows = await ctx.sql<Stored>(
    `select ${columns} ${own} and ($2::timestamptz is null or (i.created_at, i.id) < ($2, $3::uuid)) order by i.created_at desc, i.id desc limit $4`,
    [ctx.actor.accountId, at ?? null, last ?? null, limit + 1],
  )
  const page = rows.slice(0, limit).map(present)
  const end = page.at(-1)
  return { rows: page, next: rows.length > limit && end ? `${end.createdAt}~${end.id}` : null }
}

const unitInScope = async (ctx: Ctx, unitId: string): Promise<void> => {
  const scope = ctx.scopeText('u.id', 2)
  const rows = await ctx.sql(
    `select 1 from directory.unit u where u.id = $1 and u.valid_to is null and ${scope.text}`,
    [unitId, ...scope.params],
  )
  if (rows.length === 0) throw notFound('这个单位')
}

export const uploadImport = async (
  ctx: Ctx,
  input: ParsedOf<Api['uploadImport']>,
  body: Upload,
): Promise<ImportRun> => {
  const [home] = await ctx.sql<{ id: string }>(
    'select o.id from directory.unit d join directory.unit o on o.no = d.org_no where d.id = $1',
    [input.unitId ?? ctx.actor.unitId],
  )
  if (!home) throw notFound('这个单位')
  await unitInScope(ctx, home.id)
  const id = newId()
  const file = await ctx.kernel.files.put(body.stream, { name: body.name, maxBytes: body.limit })
  try {
    const header = await withTable(ctx.kernel, file.id, `${id}-head`, async (table) => table.header)
    await ctx.sql(
      `insert into matters.import (id, kind, unit_id, account_id, person_id, file_id, file_name, header, mapping, state, created_at, updated_at, expires_on)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'uploaded', $10, $10, $11::date + ${KEPT_DAYS})`,
      [
        id,
        input.kind,
        home.id,
        ctx.actor.accountId,
        ctx.actor.personId,
        file.id,
        file.name,
        header,
        JSON.stringify(suggestMapping(input.kind, header)),
        ctx.now,
        dayOf(ctx.now),
      ],
    )
  } catch (error) {
    await ctx.kernel.files.remove(file.id)
    throw error
  }
  ctx.audit({ type: 'import', id, label: file.name })
  return readRun(ctx, id)
}

/** Moves an import of the caller from one of some states, or says why it cannot be. */
const move = async (
  ctx: Ctx,
  id: string,
  from: readonly ImportState[],
  set: string,
  params: readonly unknown[],
  refusal: string,
): Promise<ImportRun> => {
  const rows = await ctx.sql(
    `update matters.import set ${set}, updated_at = $4 where id = $1 and account_id = $2 and state = any($3) returning 1`,
    [id, ctx.actor.accountId, from, ctx.now, ...params],
  )
  const run = await readRun(ctx, id)
  if (rows.length === 0) throw conflict(refusal, { state: run.state })
  ctx.audit({ type: 'import', id, label: run.fileName })
  return run
}
const UNWRITTEN: readonly ImportState[] = ['uploaded', 'checked', 'failed', 'cancelled']

export const mapImport = async (ctx: Ctx, { id, mapping }: ParsedOf<Api['mapImport']>): Promise<ImportRun> => {
  const { kind, header, applied } = await readRun(ctx, id)
  const faults = mappingFaults(kind, header.length, mapping)
  if (faults.length > 0)
    throw invalid(
      faults.join(''),
      faults.map((message) => ({ path: 'mapping', message })),
    )
  if (applied > 0) throw conflict('这次导入已经写入了一部分，不能再改列的对应。')
  return move(
    ctx,
    id,
    UNWRITTEN,
    "mapping = $5, state = 'uploaded', message = null, total = null, checked = 0, faulty = 0, expected = $6",
    [JSON.stringify(mapping), NOTHING],
    '检查或导入正在进行。请先取消，或等它结束。',
  )
}

/** The scope as it is when the work is asked for; the run has no actor. */
const scopeOf = async (ctx: Ctx): Promise<{ trees: string[]; units: string[] }> => {
  const rows = await ctx.sql<{ unit_id: string | null; scope: string }>(
    `select g.unit_id, g.scope from identity.grant g where g.account_id = $1 and g.valid_from <= $2::date and (g.valid_to is null or g.valid_to > $2::date)
       and exists (select 1 from identity.role_permission p where p.role = g.role and p.permission = 'matters:edit')`,
    [ctx.actor.accountId, ctx.now],
  )
  if (rows.some(({ scope }) => scope === 'all')) {
    const [root] = await ctx.sql<{ id: string }>(
      'select id from directory.unit where parent_id is null and valid_to is null',
    )
    return { trees: root ? [root.id] : [], units: [] }
  }
  const of = (scope: string) => rows.filter((row) => row.scope === scope).flatMap((row) => row.unit_id ?? [])
  return { trees: of('subtree'), units: of('unit') }
}

const begin = async (
  ctx: Ctx,
  id: string,
  from: readonly ImportState[],
  set: string,
  params: readonly unknown[],
  refusal: string,
) => {
  const { trees, units } = await scopeOf(ctx)
  const run = await move(
    ctx,
    id,
    from,
    `${set}, scope_trees = $5, scope_units = $6, message = null, starts = 0`,
    [trees, units, ...params],
    refusal,
  )
  ctx.emit(importAsked, { id })
  return run
}

export const checkImport = async (ctx: Ctx, { id }: ParsedOf<Api['checkImport']>): Promise<ImportRun> => {
  const { kind, header, mapping, applied } = await readRun(ctx, id)
  const [fault] = mappingFaults(kind, header.length, mapping)
  if (fault) throw invalid(fault)
  if (applied > 0) throw conflict('这次导入已经写入了一部分。请继续导入，或重新上传；已写入的行不会重复。')
  return begin(ctx, id, UNWRITTEN, "state = 'checking', total = null", [], '检查或导入正在进行，请等它结束。')
}

export const applyImport = async (ctx: Ctx, { id, faulty }: ParsedOf<Api['applyImport']>): Promise<ImportRun> => {
  const before = await readRun(ctx, id)
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

export const cancelImport = (ctx: Ctx, { id }: ParsedOf<Api['cancelImport']>): Promise<ImportRun> =>
  move(
    ctx,
    id,
    ['uploaded', 'checking', 'checked', 'applying', 'failed'],
    "state = 'cancelled', message = $5",
    ['导入人取消。已写入的行保留。'],
    '导入已经完成或取消。',
  )

export const removeImport = async (ctx: Ctx, { id }: ParsedOf<Api['removeImport']>): Promise<Record<string, never>> => {
  const { state, fileName } = await readRun(ctx, id)
  if (state === 'checking' || state === 'applying') throw conflict('检查或导入正在进行。请先取消，再删除。')
  const rows = await ctx.sql<{ fileId: string }>(
    `delete from matters.import where id = $1 and account_id = $2 and state not in ('checking', 'applying') returning file_id as "fileId"`,
    [id, ctx.actor.accountId],
  )
  for (const { fileId } of rows) await ctx.kernel.files.remove(fileId)
  ctx.audit({ type: 'import', id, label: fileName })
  return {}
}

/** Every day: files, faults and records whose time is over. */
export const pruneImports = async (kernel: Kernel): Promise<void> => {
  const gone = await kernel.database.query<{ fileId: string }>(
    `delete from matters.import where expires_on <= $1 and state not in ('checking', 'applying') returning file_id as "fileId"`,
    [dayOf(kernel.clock.now())],
  )
  for (const { fileId } of gone) await kernel.files.remove(fileId)
}
