import { Readable } from 'node:stream'
import { transaction } from '#kernel/db'
import { invalid, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { filesRemoved, type Ink, type Strokes } from '../contract.ts'
import { takeDraft } from './drafts.ts'

const PNG_BYTES = 300_000

const putPng = async (ctx: Ctx, png: string): Promise<string> => {
  const bytes = Buffer.from(png, 'base64')
  if (bytes.length === 0) throw invalid('手写的图片是空的，请重新写一次。')
  const file = await ctx.kernel.files.put(Readable.from([bytes]), {
    name: '手写.png',
    maxBytes: PNG_BYTES,
    allowed: ['image/png'],
  })
  return file.id
}
/** The strokes alone: the picture is a file. */
const strokesOf = ({ width, height, strokes }: Ink): Strokes => ({ width, height, strokes })

/** First the file, then its row, and no file without its row; what it replaces goes once the row is there for good. */
const replace = async (
  ctx: Ctx,
  ink: Ink | null,
  write: (sql: Ctx['sql'], fileId: string | null) => Promise<string | null>,
): Promise<void> => {
  const fileId = ink && (await putPng(ctx, ink.png))
  try {
    const old = await transaction(ctx.kernel.database.pool, ({ query }) => write(query, fileId))
    if (old) ctx.emit(filesRemoved, { fileIds: [old] })
  } catch (error) {
    if (fileId) await ctx.kernel.files.remove(fileId)
    throw error
  }
}

export const setOpinionInk = async (ctx: Ctx, { id, ink }: { id: string; ink: Ink | null }) => {
  await replace(ctx, ink, async (sql, fileId) => {
    const draft = await takeDraft({ sql, actor: ctx.actor }, id)
    await sql('update tasks.opinion set ink = $2, ink_file_id = $3 where id = $1', [id, ink && strokesOf(ink), fileId])
    return draft.ink_file_id
  })
  return {}
}

export const signature = async ({ sql, actor }: Ctx) => {
  const [row] = await sql<{ ink: Strokes; updated_at: Date }>(
    'select ink, updated_at from tasks.signature where person_id = $1',
    [actor.personId || null],
  )
  return { signature: row ? { ...row.ink, updatedAt: row.updated_at.toISOString() } : null }
}

export const setSignature = async (ctx: Ctx, { ink }: { ink: Ink }) => {
  const { actor, now } = ctx
  ctx.audit({ type: 'person', id: actor.personId, label: actor.name })
  await replace(ctx, ink, async (sql, fileId) => {
    const [old] = await sql<{ ink_file_id: string }>(
      'select ink_file_id from tasks.signature where person_id = $1 for update',
      [actor.personId],
    )
    await sql(
      `insert into tasks.signature (person_id, ink, ink_file_id, updated_at) values ($1, $2, $3, $4)
       on conflict (person_id) do update set ink = excluded.ink, ink_file_id = excluded.ink_file_id, updated_at = excluded.updated_at`,
      [actor.personId, strokesOf(ink), fileId, now],
    )
    return old?.ink_file_id ?? null
  })
  return {}
}

export const removeSignature = async (ctx: Ctx) => {
  const row = await ctx
    .sql<{ ink_file_id: string }>('delete from tasks.signature where person_id = $1 returning ink_file_id', [
      ctx.actor.personId,
    ])
    .then(one('您的签名'))
  ctx.emit(filesRemoved, { fileIds: [row.ink_file_id] })
  return {}
}
