import type { ParsedOf } from '#kernel/contract'
import { type Query, transaction } from '#kernel/db'
import { conflict, one } from '#kernel/errors'
import type { Ctx, SystemCtx, Upload } from '#kernel/module'
import {
  type Data,
  type FormDefinition,
  type FormFile,
  filesRemoved,
  type formsApi,
  type Json,
  type Problem,
} from '../contract.ts'
import { isObject, textOf } from '../core/kinds/kind.ts'
import { cellsOf, replaced } from './walk.ts'

const MOST_FILES = 200

type Tx = Pick<SystemCtx, 'sql' | 'emit'>

/** The files go once the rows are gone for good: a transaction that fails must not have lost them. */
export const discard = ({ emit }: Pick<Tx, 'emit'>, fileIds: readonly string[]): void => {
  if (fileIds.length > 0) emit(filesRemoved, { fileIds: [...fileIds] })
}

const ownDraft = (sql: Query, id: string, personId: string, lock = ''): Promise<{ title: string }> =>
  sql<{ title: string }>(`select title from forms.draft where id = $1 and person_id = $2 ${lock}`, [id, personId]).then(
    one('草稿'),
  )

/** First the bytes, then their row, and no bytes without a row; no transaction is held while they arrive. */
export const attach = async (ctx: Ctx, { id }: ParsedOf<typeof formsApi.attach>, body: Upload): Promise<FormFile> => {
  const { title } = await ownDraft(ctx.sql, id, ctx.actor.personId)
  ctx.audit({ type: 'draft', id, label: title })
  const file = await ctx.kernel.files.put(body.stream, { name: body.name, maxBytes: body.limit })
  try {
    await transaction(ctx.kernel.database.pool, async ({ query }) => {
      await ownDraft(query, id, ctx.actor.personId, 'for update')
      const [{ count } = { count: 0 }] = await query<{ count: number }>(
        'select count(*)::int as count from forms.file where draft_id = $1',
        [id],
      )
      if (count >= MOST_FILES) throw conflict(`一份草稿最多 ${MOST_FILES} 个附件。请移除不要的，再上传。`)
      await query('insert into forms.file (id, draft_id, name, media_type, size) values ($1, $2, $3, $4, $5)', [
        file.id,
        id,
        file.name,
        file.mediaType,
        file.size,
      ])
    })
  } catch (error) {
    await ctx.kernel.files.remove(file.id)
    throw error
  }
  return { id: file.id, name: file.name, mediaType: file.mediaType, size: file.size }
}

export const detach = async (ctx: Ctx, { id, fileId }: ParsedOf<typeof formsApi.detach>) => {
  const { title } = await ownDraft(ctx.sql, id, ctx.actor.personId)
  ctx.audit({ type: 'draft', id, label: title })
  await ctx.sql('delete from forms.file where id = $1 and draft_id = $2 returning 1', [fileId, id]).then(one('附件'))
  discard(ctx, [fileId])
  return {}
}

const send = async (ctx: Ctx, fileId: string, inline: boolean) => {
  const { file, stream } = await ctx.kernel.files.get(fileId)
  return { stream, name: file.name, mediaType: file.mediaType, size: file.size, inline }
}
export const sendOfDraft = async (ctx: Ctx, { id, fileId, inline }: ParsedOf<typeof formsApi.draftFile>) => {
  await ctx
    .sql(
      'select 1 from forms.file f join forms.draft d on d.id = f.draft_id where f.id = $1 and d.id = $2 and d.person_id = $3',
      [fileId, id, ctx.actor.personId],
    )
    .then(one('附件'))
  return send(ctx, fileId, inline)
}
/** `shown`: ids that stand in what the caller may see of the record. */
export const sendOfRecord = async (
  ctx: Ctx,
  recordId: string,
  fileId: string,
  inline: boolean,
  shown: ReadonlySet<string>,
) => {
  const rows = shown.has(fileId)
    ? await ctx.sql('select 1 from forms.file where id = $1 and record_id = $2', [fileId, recordId])
    : []
  one('附件')(rows)
  return send(ctx, fileId, inline)
}

const isFile = ({ type }: { type: string }): boolean => type === 'file' || type === 'picture'
/** Ids of all files that stand in the values. */
export const fileIdsIn = (definition: FormDefinition, data: Data): string[] =>
  cellsOf(definition, data, isFile).flatMap(({ value }) =>
    [value]
      .flat()
      .filter(isObject)
      .map((one) => textOf(one.id)),
  )

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Names and sizes are those of the bytes that were stored, never the browser's. A file may be named that belongs to the record, or to a draft
 * of whoever saves it: nobody hangs a stranger's file on a form and reads it there.
 */
export const resolveFiles = async (
  { sql }: Pick<Tx, 'sql'>,
  definition: FormDefinition,
  data: Data,
  recordId: string,
  personId: string,
): Promise<{ data: Record<string, Json>; problems: Problem[] }> => {
  const ids = fileIdsIn(definition, data).filter((id) => UUID.test(id))
  const rows =
    ids.length === 0
      ? []
      : await sql<FormFile>(
          `select f.id, f.name, f.media_type as "mediaType", f.size from forms.file f left join forms.draft d on d.id = f.draft_id
           where f.id = any($1::uuid[]) and (f.record_id = $2 or d.person_id = $3) for update of f`,
          [ids, recordId, personId],
        )
  const found = new Map(rows.map((row) => [row.id, { ...row }]))
  const problems: Problem[] = []
  const values = new Map<string, Json>()
  for (const { field, place, path, value } of cellsOf(definition, data, isFile)) {
    if (!Array.isArray(value)) continue
    const files = value.map((one) => found.get(isObject(one) ? textOf(one.id) : ''))
    if (files.includes(undefined))
      problems.push({ path, message: `「${field.title}」里有附件没有传上来，请移除后重新上传。` })
    else values.set(place, files as FormFile[])
  }
  return { data: replaced(definition, data, values), problems }
}

/** The record's files are those that stand in it: new ones leave their draft, and what stands nowhere is erased. */
export const keepFiles = async (
  tx: Tx,
  definition: FormDefinition,
  recordId: string,
  before: Data,
  data: Data,
): Promise<void> => {
  const now = fileIdsIn(definition, data)
  const gone = fileIdsIn(definition, before).filter((id) => !now.includes(id))
  if (now.length > 0)
    await tx.sql(
      'update forms.file set record_id = $1, draft_id = null where id = any($2::uuid[]) and record_id is distinct from $1',
      [recordId, now],
    )
  if (gone.length === 0) return
  await tx.sql('delete from forms.file where record_id = $1 and id = any($2::uuid[])', [recordId, gone])
  discard(tx, gone)
}
