import type { ParsedOf } from '#kernel/contract'
import { readMomentCursor } from '#kernel/cursors'
import { AppError, conflict, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Job, SystemCtx } from '#kernel/module'
import type { Draft, DraftRow, FormFile, formsApi } from '../contract.ts'
import { discard } from './files.ts'
import { openDraft, sealDraft } from './sealed.ts'

type Api = typeof formsApi
const MOST_DRAFTS = 200
const KEPT_DAYS = 180

interface Row extends Omit<DraftRow, 'savedAt'> {
  savedAt: Date
  revision: number
  box: Buffer
}
const COLUMNS = 'id, purpose, reference, title, path, saved_at as "savedAt"'
const present = ({ id, purpose, reference, title, path, savedAt }: Omit<Row, 'revision' | 'box'>): DraftRow => ({
  id,
  purpose,
  reference,
  title,
  path,
  savedAt: savedAt.toISOString(),
})

/** Newest first. */
export const listDrafts = async (
  ctx: Ctx,
  { q, purpose, cursor, limit }: ParsedOf<Api['drafts']>,
): Promise<{ rows: DraftRow[]; next: string | null }> => {
  const [at, id] = readMomentCursor(cursor)
  const rows = await ctx.sql<Row>(
    `select ${COLUMNS} from forms.draft where person_id = $1 and ($2::text is null or purpose = $2)
       and ($3::text is null or position($3 in title) > 0) and ($4::timestamptz is null or (saved_at, id) < ($4, $5::uuid))
     order by saved_at desc, id desc limit $6`,
    [ctx.actor.personId || null, purpose ?? null, q ?? null, at, id, limit + 1],
    'forms.drafts',
  )
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    rows: shown.map(present),
    next: rows.length > limit && last ? `${last.savedAt.toISOString()}|${last.id}` : null,
  }
}

export const draftOf = async (
  ctx: Ctx,
  { purpose, reference }: ParsedOf<Api['draftOf']>,
): Promise<{ draft: Draft | null }> => {
  const [row] = await ctx.sql<Row>(
    `select ${COLUMNS}, revision, box from forms.draft where person_id = $1 and purpose = $2 and reference = $3`,
    [ctx.actor.personId || null, purpose, reference],
    'forms.draft',
  )
  if (!row) return { draft: null }
  const files = await ctx.sql<FormFile>(
    'select id, name, media_type as "mediaType", size from forms.file where draft_id = $1 order by id',
    [row.id],
  )
  return {
    draft: { ...present(row), revision: row.revision, data: openDraft(ctx.kernel.keys, row.id, row.box), files },
  }
}

const elsewhere = (revision: number, savedAt: Date): AppError =>
  new AppError(409, 'draft-elsewhere', '这份草稿在另一台设备或另一个窗口里改过。请选择用哪一份。', {
    extra: { revision, savedAt: savedAt.toISOString() },
  })

/**
 * Keeps what is filled in so far, as it is: a draft need not be right. One of each purpose and reference; whoever saves over a revision that
 * they have not seen is told, and chooses.
 */
export const saveDraft = async (
  ctx: Ctx,
  { purpose, reference, title, path, revision, data }: ParsedOf<Api['saveDraft']>,
) => {
  const person = ctx.actor.personId
  const own = [person, purpose, reference]
  const [known] = await ctx.sql<{ id: string; revision: number; savedAt: Date }>(
    'select id, revision, saved_at as "savedAt" from forms.draft where person_id = $1 and purpose = $2 and reference = $3 for update',
    own,
    'forms.draft.lock',
  )
  if (known && known.revision !== revision) throw elsewhere(known.revision, known.savedAt)
  const id = known?.id ?? newId()
  const next = (known?.revision ?? 0) + 1
  const box = sealDraft(ctx.kernel.keys, id, data)
  ctx.audit({ type: 'draft', id, label: title })
  if (known)
    await ctx.sql(
      'update forms.draft set title = $2, path = $3, revision = $4, box = $5, saved_at = $6 where id = $1',
      [id, title, path, next, box, ctx.now],
    )
  else await insertDraft(ctx, [id, ...own, title, path, box, ctx.now])
  return { id, revision: next, savedAt: ctx.now.toISOString() }
}

const insertDraft = async (ctx: Ctx, values: unknown[]): Promise<void> => {
  const [{ count } = { count: 0 }] = await ctx.sql<{ count: number }>(
    'select count(*)::int as count from forms.draft where person_id = $1',
    [values[1]],
  )
  if (count >= MOST_DRAFTS) throw conflict(`草稿最多留 ${MOST_DRAFTS} 份。请先在草稿箱里删去不要的。`)
  const added = await ctx.sql(
    `insert into forms.draft (id, person_id, purpose, reference, title, path, box, saved_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict do nothing returning 1`,
    values,
  )
  // two windows of one person began at once
  if (added.length === 0) throw elsewhere(1, ctx.now)
}

const erase = async (tx: Pick<SystemCtx, 'sql' | 'emit'>, ids: readonly string[]): Promise<void> => {
  const files = await tx.sql<{ id: string }>('delete from forms.file where draft_id = any($1::uuid[]) returning id', [
    ids,
  ])
  await tx.sql('delete from forms.draft where id = any($1::uuid[])', [ids])
  discard(
    tx,
    files.map(({ id }) => id),
  )
}

export const removeDraft = async (ctx: Ctx, { id }: { id: string }) => {
  const row = await ctx
    .sql<{ title: string }>('select title from forms.draft where id = $1 and person_id = $2 for update', [
      id,
      ctx.actor.personId || null,
    ])
    .then(one('草稿'))
  ctx.audit({ type: 'draft', id, label: row.title })
  await erase(ctx, [id])
  return {}
}

const OLD = `select id from forms.draft where saved_at < $1 order by saved_at limit 500 for update skip locked`
/** Drafts nobody has touched for half a year go, with their files; many in one night, but not all in one transaction. */
export const draftJobs: readonly Job[] = [
  {
    name: 'forms.prune-drafts',
    daily: '03:50',
    async run(ctx) {
      const before = new Date(ctx.now.getTime() - KEPT_DAYS * 86_400_000)
      const rows = await ctx.sql<{ id: string }>(OLD, [before])
      await erase(
        ctx,
        rows.map(({ id }) => id),
      )
    },
  },
]
