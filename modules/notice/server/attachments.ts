import { and, eq, sql } from 'drizzle-orm'
import type { ParsedOf } from '#kernel/contract'
import { transaction } from '#kernel/db'
import { one } from '#kernel/errors'
import type { Ctx, Upload } from '#kernel/module'
import { ATTACHMENTS, attachmentsRemoved, type noticeApi } from '../contract.ts'
import { isVisible } from './audience.ts'
import { moves, tooManyAttachments, wrongState } from './rules.ts'
import { attachment, notice } from './schema.ts'

/** Locks the caller's notice while its attachments change: two uploads at once still count to twenty. */
const takeOwn = async (ctx: Ctx, db: Ctx['db'], id: string): Promise<void> => {
  const row = await db
    .select({ title: notice.title, state: notice.state })
    .from(notice)
    .where(and(eq(notice.id, id), eq(notice.authorId, ctx.actor.personId), ctx.scope(notice.unitId)))
    .for('update')
    .then(one('通知'))
  if (!moves.edit.from.includes(row.state)) throw wrongState('edit', row.state)
  ctx.audit({ type: 'notice', id, label: row.title })
}

/** An upload holds no transaction while bytes arrive: first the file, then its row, and no file without its row. */
export const attach = async (ctx: Ctx, { id }: ParsedOf<typeof noticeApi.attach>, body: Upload) => {
  await takeOwn(ctx, ctx.db, id)
  const file = await ctx.kernel.files.put(body.stream, { name: body.name, maxBytes: body.limit })
  try {
    await transaction(ctx.kernel.database.pool, async ({ db }) => {
      await takeOwn(ctx, db, id)
      if ((await db.$count(attachment, eq(attachment.noticeId, id))) >= ATTACHMENTS) throw tooManyAttachments()
      await db.insert(attachment).values({ ...file, noticeId: id })
    })
  } catch (error) {
    await ctx.kernel.files.remove(file.id)
    throw error
  }
  return file
}

/** The files go once the rows are gone for good: a transaction that fails must not have lost them. */
export const discard = (ctx: Ctx, files: readonly { id: string }[]): void => {
  if (files.length > 0) ctx.emit(attachmentsRemoved, { fileIds: files.map((file) => file.id) })
}

export const detach = async (ctx: Ctx, { id, fileId }: ParsedOf<typeof noticeApi.detach>) => {
  await takeOwn(ctx, ctx.db, id)
  const files = await ctx.db
    .delete(attachment)
    .where(and(eq(attachment.id, fileId), eq(attachment.noticeId, id)))
    .returning({ id: attachment.id })
  one('附件')(files)
  discard(ctx, files)
  return {}
}

export const send = async (ctx: Ctx, { id, fileId, inline }: ParsedOf<typeof noticeApi.attachment>) => {
  const { rows } = await ctx.db.execute(sql`
    select 1 from notice.attachment f join notice.notice n on n.id = f.notice_id
    where f.id = ${fileId} and n.id = ${id} and ${isVisible(ctx, 'published')}`)
  one('附件')(rows)
  const { file, stream } = await ctx.kernel.files.get(fileId)
  return { stream, name: file.name, mediaType: file.mediaType, size: file.size, inline }
}
