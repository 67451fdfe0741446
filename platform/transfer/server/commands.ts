import { dayOf } from '#kernel/clock'
import { AppError, conflict, invalid, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Kernel, Upload } from '#kernel/module'
import type { ImportRun, ImportState } from '../contract.ts'
import { mappingFaults, suggestMapping } from './fields.ts'
import type { ImportOwner } from './owner.ts'
import { NOTHING } from './store.ts'

const KEPT_DAYS = 30

const columns = `i.id, i.kind, i.file_name as "fileName", i.unit_id as "unitId", i.state, i.message, i.total, i.checked, i.faulty, i.expected, i.applied, i.done,
  i.header, i.mapping, i.created_at as "createdAt", i.expires_on as "expiresOn"`
interface Stored<K extends string> extends Omit<ImportRun<K>, 'fields' | 'createdAt' | 'unitName'> {
  unitId: string
  createdAt: Date
}

const present = <K extends string>(
  owner: ImportOwner<K>,
  { unitId, ...row }: Stored<K>,
  names: ReadonlyMap<string, string>,
): ImportRun<K> => ({
  ...row,
  unitName: names.get(unitId) ?? '',
  createdAt: row.createdAt.toISOString(),
  fields: Object.entries(owner.fields(row.kind)).map(([field, { title, required }]) => ({ field, title, required })),
})

/** An import belongs to the account that made it. */
export const readRun = async <K extends string>(owner: ImportOwner<K>, ctx: Ctx, id: string): Promise<ImportRun<K>> => {
  const row = await ctx
    .sql<Stored<K>>(`select ${columns} from ${owner.schema}.import i where i.account_id = $1 and i.id = $2`, [
      ctx.actor.accountId,
      id,
    ])
    .then(one('这次导入'))
  return present(owner, row, await owner.unitNames(ctx.sql, [row.unitId]))
}

const listRuns = async <K extends string>(
  owner: ImportOwner<K>,
  ctx: Ctx,
  { cursor, limit }: { cursor?: string; limit: number },
): Promise<{ rows: ImportRun<K>[]; next: string | null }> => {
  const [at, last] = cursor?.split('~') ?? []
  if (cursor !== undefined && (Number.isNaN(Date.parse(at ?? '')) || !/^[0-9a-f-]{36}$/.test(last ?? '')))
    throw invalid('翻页标记有误，请从第一页看起。')
  const rows = await ctx.sql<Stored<K>>(
    `select ${columns} from ${owner.schema}.import i
     where i.account_id = $1 and ($2::timestamptz is null or (i.created_at, i.id) < ($2, $3::uuid)) order by i.created_at desc, i.id desc limit $4`,
    [ctx.actor.accountId, at ?? null, last ?? null, limit + 1],
  )
  const page = rows.slice(0, limit)
  const units = page.map(({ unitId }) => unitId)
  const names = units.length > 0 ? await owner.unitNames(ctx.sql, units) : new Map<string, string>()
  const end = page.at(-1)
  return {
    rows: page.map((row) => present(owner, row, names)),
    next: rows.length > limit && end ? `${end.createdAt.toISOString()}~${end.id}` : null,
  }
}

const take = async <K extends string>(
  owner: ImportOwner<K>,
  ctx: Ctx,
  { kind, unitId }: { kind: K; unitId?: string },
  body: Upload,
): Promise<ImportRun<K>> => {
  const home = await owner.home(ctx, unitId)
  const id = newId()
  const file = await owner.files.keep(ctx.kernel, id, body)
  try {
    const header = await owner.files.withTable(ctx.kernel, file.id, `${id}-head`, async (table) => table.header)
    await ctx.sql(
      `insert into ${owner.schema}.import (id, kind, unit_id, account_id, person_id, file_id, file_name, header, mapping, state, created_at, updated_at, expires_on)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'uploaded', $10, $10, $11::date + ${KEPT_DAYS})`,
      [
        id,
        kind,
        home.id,
        ctx.actor.accountId,
        ctx.actor.personId,
        file.id,
        file.name,
        header,
        JSON.stringify(suggestMapping(owner.fields(kind), header)),
        ctx.now,
        dayOf(ctx.now),
      ],
    )
  } catch (error) {
    await ctx.kernel.files.remove(file.id)
    throw error
  }
  ctx.audit({ type: 'import', id, label: file.name })
  return readRun(owner, ctx, id)
}

interface Move {
  from: readonly ImportState[]
  set: string
  params: readonly unknown[]
  /** why it cannot be, where it is in another state */
  refusal: string
}
/** Moves an import of the caller from one of some states, or says why it cannot be. */
const move = async <K extends string>(owner: ImportOwner<K>, ctx: Ctx, id: string, to: Move): Promise<ImportRun<K>> => {
  const rows = await ctx.sql(
    `update ${owner.schema}.import set ${to.set}, updated_at = $4 where id = $1 and account_id = $2 and state = any($3) returning 1`,
    [id, ctx.actor.accountId, to.from, ctx.now, ...to.params],
  )
  const run = await readRun(owner, ctx, id)
  if (rows.length === 0) throw conflict(to.refusal, { state: run.state })
  ctx.audit({ type: 'import', id, label: run.fileName })
  return run
}
const UNWRITTEN: readonly ImportState[] = ['uploaded', 'checked', 'failed', 'cancelled']

const map = async <K extends string>(
  owner: ImportOwner<K>,
  ctx: Ctx,
  { id, mapping }: { id: string; mapping: Record<string, number> },
): Promise<ImportRun<K>> => {
  const { kind, header, applied } = await readRun(owner, ctx, id)
  const faults = mappingFaults(owner.fields(kind), header.length, mapping)
  if (faults.length > 0)
    throw invalid(
      faults.join(''),
      faults.map((message) => ({ path: 'mapping', message })),
    )
  if (applied > 0) throw conflict('这次导入已经写入了一部分，不能再改列的对应。')
  return move(owner, ctx, id, {
    from: UNWRITTEN,
    set: "mapping = $5, state = 'uploaded', message = null, total = null, checked = 0, faulty = 0, expected = $6",
    params: [JSON.stringify(mapping), NOTHING],
    refusal: '检查或导入正在进行。请先取消，或等它结束。',
  })
}

const begin = async <K extends string>(
  owner: ImportOwner<K>,
  ctx: Ctx,
  id: string,
  to: Move,
): Promise<ImportRun<K>> => {
  const { trees, units } = await owner.reach(ctx)
  const run = await move(owner, ctx, id, {
    ...to,
    set: `${to.set}, scope_trees = $5, scope_units = $6, message = null, starts = 0`,
    params: [trees, units, ...to.params],
  })
  ctx.emit(owner.asked, { id })
  return run
}

const check = async <K extends string>(owner: ImportOwner<K>, ctx: Ctx, id: string): Promise<ImportRun<K>> => {
  const { kind, header, mapping, applied } = await readRun(owner, ctx, id)
  const [fault] = mappingFaults(owner.fields(kind), header.length, mapping)
  if (fault) throw invalid(fault)
  if (applied > 0) throw conflict('这次导入已经写入了一部分。请继续导入，或重新上传；已写入的行不会重复。')
  return begin(owner, ctx, id, {
    from: UNWRITTEN,
    set: "state = 'checking', total = null",
    params: [],
    refusal: '检查或导入正在进行，请等它结束。',
  })
}

const apply = async <K extends string>(
  owner: ImportOwner<K>,
  ctx: Ctx,
  { id, faulty }: { id: string; faulty: 'skip' | 'refuse' },
): Promise<ImportRun<K>> => {
  const before = await readRun(owner, ctx, id)
  if (before.total === null) throw conflict('请先检查文件，再导入。')
  if (faulty === 'refuse' && before.faulty > 0)
    throw new AppError(
      409,
      'has-faults',
      `文件里有 ${before.faulty} 行有错误。请下载错误表改正后重新上传，或选择跳过这些行。`,
    )
  return begin(owner, ctx, id, {
    from: ['checked', 'failed', 'cancelled'],
    set: "state = 'applying', faulty_rows = $7",
    params: [faulty],
    refusal: '导入正在进行或已经完成。',
  })
}

const cancel = <K extends string>(owner: ImportOwner<K>, ctx: Ctx, id: string): Promise<ImportRun<K>> =>
  move(owner, ctx, id, {
    from: ['uploaded', 'checking', 'checked', 'applying', 'failed'],
    set: "state = 'cancelled', message = $5",
    params: ['导入人取消。已写入的行保留。'],
    refusal: '导入已经完成或取消。',
  })

const remove = async <K extends string>(
  owner: ImportOwner<K>,
  ctx: Ctx,
  id: string,
): Promise<Record<string, never>> => {
  const { state, fileName } = await readRun(owner, ctx, id)
  if (state === 'checking' || state === 'applying') throw conflict('检查或导入正在进行。请先取消，再删除。')
  const rows = await ctx.sql<{ fileId: string }>(
    `delete from ${owner.schema}.import where id = $1 and account_id = $2 and state not in ('checking', 'applying') returning file_id as "fileId"`,
    [id, ctx.actor.accountId],
  )
  for (const { fileId } of rows) await ctx.kernel.files.remove(fileId)
  ctx.audit({ type: 'import', id, label: fileName })
  return {}
}

/** The commands of an import, for the handlers of its owner. */
export const importCommands = <K extends string>(owner: ImportOwner<K>) => ({
  uploadImport: (ctx: Ctx, input: { kind: K; unitId?: string }, body: Upload) => take(owner, ctx, input, body),
  imports: (ctx: Ctx, input: { cursor?: string; limit: number }) => listRuns(owner, ctx, input),
  importRun: (ctx: Ctx, { id }: { id: string }) => readRun(owner, ctx, id),
  mapImport: (ctx: Ctx, input: { id: string; mapping: Record<string, number> }) => map(owner, ctx, input),
  checkImport: (ctx: Ctx, { id }: { id: string }) => check(owner, ctx, id),
  applyImport: (ctx: Ctx, input: { id: string; faulty: 'skip' | 'refuse' }) => apply(owner, ctx, input),
  cancelImport: (ctx: Ctx, { id }: { id: string }) => cancel(owner, ctx, id),
  removeImport: (ctx: Ctx, { id }: { id: string }) => remove(owner, ctx, id),
})

/** Every day: files, faults and records whose time is over, and what a crash left of copies in the clear. */
export const pruneImports = async <K extends string>(
  kernel: Kernel,
  { schema, files }: ImportOwner<K>,
): Promise<void> => {
  const { query } = kernel.database
  const gone = await query<{ fileId: string }>(
    `delete from ${schema}.import where expires_on <= $1 and state not in ('checking', 'applying') returning file_id as "fileId"`,
    [dayOf(kernel.clock.now())],
  )
  for (const { fileId } of gone) await kernel.files.remove(fileId)
  const inWork = await query<{ id: string }>(
    `select id from ${schema}.import where state in ('checking', 'applying') or created_at > now() - interval '1 day'`,
  )
  await files.removeCopies(kernel, new Set(inWork.map(({ id }) => id)))
}
