import { and, eq, type SQL, sql } from 'drizzle-orm'
import { dayOf } from '#kernel/clock'
import { forbidden, invalid, one, stale } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Handlers } from '#kernel/module'
import { type NoticeAction, type noticeApi, noticePublished, noticeWithdrawn } from '../contract.ts'
import * as attachments from './attachments.ts'
import { address, isAddressed } from './audience.ts'
import { listInbox, unreadCount } from './inbox.ts'
import { listManaged } from './managed.ts'
import { openNotice } from './open.ts'
import { exportReaders, listReaders, readCount } from './readers.ts'
import { gaps, moves, pinFault, wrongState } from './rules.ts'
import { attachment, audience, type NoticeRecord, notice, read } from './schema.ts'

/** The notice, locked for an action of the caller: 404 when it is not theirs, 409 when its state or its revision says no. */
const take = async (ctx: Ctx, action: NoticeAction, seen: { id: string; revision: number }): Promise<NoticeRecord> => {
  const own = moves[action].by.includes('author') ? eq(notice.authorId, ctx.actor.personId) : undefined
  const row = await ctx.db
    .select()
    .from(notice)
    .where(and(eq(notice.id, seen.id), own, ctx.scope(notice.unitId)))
    .for('update')
    .then(one('通知'))
  if (!moves[action].from.includes(row.state)) throw wrongState(action, row.state)
  if (row.revision !== seen.revision) throw stale(row.revision)
  ctx.audit({ type: 'notice', id: row.id, label: row.title })
  return row
}

/** Writes the change, and to the audience what its indexes need; answers the notice as the caller now sees it. */
const change = async (ctx: Ctx, { id, revision }: NoticeRecord, set: Partial<NoticeRecord>) => {
  const [row] = await ctx.db
    .update(notice)
    .set({ ...set, updatedAt: ctx.now, revision: revision + 1 })
    .where(eq(notice.id, id))
    .returning()
  const { publishedAt, pinnedUntil } = row!
  await ctx.db.update(audience).set({ publishedAt, pinnedUntil }).where(eq(audience.noticeId, id))
  return openNotice(ctx, id)
}

const refuseIncomplete = async (ctx: Ctx, row: NoticeRecord): Promise<void> => {
  const units = await ctx.db.$count(audience, eq(audience.noticeId, row.id))
  const faults = gaps({ ...row, units }, dayOf(ctx.now))
  if (faults.length > 0) throw invalid('通知还不完整，请补齐后再送审。', faults)
}

/** The unit a new notice is issued by: the one asked for, or the organisation of the author's main post. */
const issuer = async (ctx: Ctx, asked: string | undefined): Promise<string> => {
  const which: SQL = asked
    ? sql`u.id = ${asked}`
    : sql`u.no = (select org_no from directory.unit where id = ${ctx.actor.unitId})`
  const { rows } = await ctx.db.execute<{ id: string }>(
    sql`select u.id from directory.unit u where ${which} and u.valid_to is null and ${ctx.scope(sql`u.id`)}`,
  )
  if (!rows[0]) throw forbidden('只能以本单位的名义发通知。请重新选择发布单位。')
  return rows[0].id
}

export const handlers: Handlers<typeof noticeApi> = {
  inbox: listInbox,
  unread: unreadCount,
  open: (ctx, { id }) => openNotice(ctx, id),
  async markRead(ctx, { id }) {
    const { rows } = await ctx.db.execute<{ state: string }>(
      sql`select n.state from notice.notice n where n.id = ${id} and n.published_at is not null and ${isAddressed(ctx)}`,
    )
    if (one('通知')(rows).state === 'published')
      await ctx.db
        .insert(read)
        .values({ personId: ctx.actor.personId, noticeId: id, at: ctx.now })
        .onConflictDoNothing()
    return {}
  },
  managed: listManaged,
  async create(ctx, { unitId, audience: units, ...content }) {
    const unit = await issuer(ctx, unitId)
    const id = newId()
    await ctx.db
      .insert(notice)
      .values({ id, unitId: unit, authorId: ctx.actor.personId, updatedAt: ctx.now, ...content })
    await address(ctx, id, unit, units)
    ctx.audit({ type: 'notice', id, label: content.title })
    return openNotice(ctx, id)
  },
  async edit(ctx, { id, revision, audience: units, ...content }) {
    const row = await take(ctx, 'edit', { id, revision })
    await address(ctx, id, row.unitId, units)
    return change(ctx, row, content)
  },
  async remove(ctx, seen) {
    const { id } = await take(ctx, 'remove', seen)
    const files = await ctx.db.delete(attachment).where(eq(attachment.noticeId, id)).returning({ id: attachment.id })
    await ctx.db.delete(notice).where(eq(notice.id, id))
    attachments.discard(ctx, files)
    return {}
  },
  async submit(ctx, seen) {
    const row = await take(ctx, 'submit', seen)
    await refuseIncomplete(ctx, row)
    return change(ctx, row, { state: 'pending', reason: null })
  },
  async publish(ctx, seen) {
    const row = await take(ctx, 'publish', seen)
    await refuseIncomplete(ctx, row)
    ctx.emit(noticePublished, row)
    return change(ctx, row, { state: 'published', publishedAt: ctx.now, publishedBy: ctx.actor.personId })
  },
  async sendBack(ctx, { reason, ...seen }) {
    const row = await take(ctx, 'sendBack', seen)
    return change(ctx, row, { state: 'returned', reason })
  },
  async withdraw(ctx, { reason, ...seen }) {
    const row = await take(ctx, 'withdraw', seen)
    ctx.emit(noticeWithdrawn, row)
    return change(ctx, row, { state: 'withdrawn', pinnedUntil: null, reason })
  },
  async pin(ctx, { until, ...seen }) {
    const fault = pinFault(until, dayOf(ctx.now))
    if (fault) throw invalid('置顶日期有误。', [{ path: 'until', message: fault }])
    return change(ctx, await take(ctx, 'pin', seen), { pinnedUntil: until })
  },
  attach: attachments.attach,
  detach: attachments.detach,
  attachment: attachments.send,
  readCount,
  readers: listReaders,
  exportReaders,
}
