import { sql } from 'drizzle-orm'
import { one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { type Attachment, type Notice, type NoticeKind, type NoticeState, noticeActions } from '../contract.ts'
import { isAddressed, isAuthor, isPublisher, isVisible } from './audience.ts'
import { allows } from './rules.ts'

interface Row extends Record<string, unknown> {
  id: string
  kind: NoticeKind
  title: string
  body: string
  state: NoticeState
  unit_id: string
  unit_name: string
  author_name: string
  audience: Notice['audience'] | null
  attachments: Attachment[] | null
  expires_on: string | null
  pinned_until: string | null
  published_at: string | null
  reason: string | null
  updated_at: string
  revision: number
  author: boolean
  publisher: boolean
  unread: boolean
}

export const moment = (text: string): string => new Date(text).toISOString()

/** One notice as the caller may see it: readers of a withdrawn one learn that, and why, but no longer what it said. */
export const openNotice = async (ctx: Ctx, id: string): Promise<Notice> => {
  const { rows } = await ctx.db.execute<Row>(sql`
    select n.*, u.name as unit_name, p.name as author_name, ${isAuthor(ctx)} as author, ${isPublisher(ctx)} as publisher,
      n.state = 'published' and ${isAddressed(ctx)} and not exists (
        select 1 from notice.read r where r.person_id = ${ctx.actor.personId} and r.notice_id = n.id) as unread,
      (select json_agg(json_build_object('id', w.id, 'name', w.name, 'people', w.people_total) order by w.pre)
        from notice.audience a join directory.unit w on w.id = a.unit_id where a.notice_id = n.id) as audience,
      (select json_agg(json_build_object('id', f.id, 'name', f.name, 'mediaType', f.media_type, 'size', f.size) order by f.id)
        from notice.attachment f where f.notice_id = n.id) as attachments
    from notice.notice n join directory.unit u on u.id = n.unit_id join directory.person p on p.id = n.author_id
    where n.id = ${id} and ${isVisible(ctx, 'published', 'withdrawn')}`)
  const row = one('通知')(rows)
  const closed = row.state === 'withdrawn' && !row.author && !row.publisher
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    body: closed ? '' : row.body,
    state: row.state,
    unitId: row.unit_id,
    unitName: row.unit_name,
    authorName: row.author_name,
    audience: row.audience ?? [],
    attachments: closed ? [] : (row.attachments ?? []),
    expiresOn: row.expires_on,
    pinnedUntil: row.pinned_until,
    publishedAt: row.published_at && moment(row.published_at),
    reason: row.reason,
    updatedAt: moment(row.updated_at),
    revision: row.revision,
    unread: row.unread,
    can: Object.fromEntries(noticeActions.map((action) => [action, allows(action, row.state, row)])) as Notice['can'],
  }
}
