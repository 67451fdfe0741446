import type { ParsedOf } from '#kernel/contract'
import { transaction } from '#kernel/db'
import { notFound } from '#kernel/errors'
import type { Ctx, Upload } from '#kernel/module'
import { pendingEvent, writeOutbox } from '#kernel/outbox'
import { type appsApi, iconsRemoved } from '../contract.ts'
import { take } from './registered.ts'

const IMAGES = ['image/png', 'image/jpeg', 'image/webp']

/** First the bytes, then the row; the icon before goes when the row is there for good. */
export const setIcon = async (ctx: Ctx, { id }: ParsedOf<typeof appsApi.setIcon>, body: Upload) => {
  await take(ctx, 'secret', { id })
  const file = await ctx.kernel.files.put(body.stream, { name: body.name, maxBytes: body.limit, allowed: IMAGES })
  try {
    await transaction(ctx.kernel.database.pool, async ({ query }) => {
      const [before] = await query<{ icon_id: string | null }>(
        'select icon_id from apps.application where id = $1 for update',
        [id],
      )
      await query('update apps.application set icon_id = $2 where id = $1', [id, file.id])
      if (before?.icon_id)
        await writeOutbox(
          query,
          [pendingEvent(iconsRemoved, { fileIds: [before.icon_id] })],
          ctx.kernel.config.HOME_NODE,
          ctx.now,
        )
    })
  } catch (error) {
    await ctx.kernel.files.remove(file.id)
    throw error
  }
  return { iconId: file.id }
}

export const icon = async (ctx: Ctx, { id }: ParsedOf<typeof appsApi.icon>) => {
  const [row] = await ctx.sql<{ icon_id: string | null }>('select icon_id from apps.application where id = $1', [id])
  if (!row?.icon_id) throw notFound('图标')
  const { file, stream } = await ctx.kernel.files.get(row.icon_id)
  return { stream, name: file.name, mediaType: file.mediaType, size: file.size, inline: true, etag: file.sha256 }
}
