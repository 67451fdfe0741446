import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { dayOf } from '#kernel/clock'
import type { ParsedOf } from '#kernel/contract'
import { invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { InboxRow, NoticeKind, noticeApi } from '../contract.ts'
import { unitsAbove } from './audience.ts'
import { moment } from './open.ts'
import { unreadSince } from './rules.ts'

type Input = Partial<ParsedOf<typeof noticeApi.inbox>>

/** The inbox from top to bottom; each part newest first. */
const parts = ['pinned', 'unread', 'rest'] as const
type Part = (typeof parts)[number]

/** `asOf`: when the first page was made. What is read while leafing keeps its place, so that no page skips or repeats a row. */
const Cursor = z.tuple([z.enum(parts), z.iso.datetime(), z.iso.datetime(), z.uuid()])
interface Position {
  part: Part
  asOf: Date
  after?: { at: string; id: string }
}
const positionOf = (cursor: string | undefined, now: Date): Position => {
  if (cursor === undefined) return { part: 'pinned', asOf: now }
  const read = Cursor.safeParse(cursor.split('~'))
  if (!read.success) throw invalid('翻页标记有误，请从第一页看起。')
  const [part, asOf, at, id] = read.data
  return { part, asOf: new Date(asOf), after: { at, id } }
}

interface Row extends Record<string, unknown> {
  id: string
  kind: NoticeKind
  title: string
  unit_name: string
  published_at: string
  expires_on: string | null
  attachments: number
  pinned: boolean
  unread: boolean
  withdrawn: boolean
}

/**
 * At most `limit` notices of one part: from each unit above the caller the first ones of an index range, merged.
 * A notice is in time while it is published and not expired; only then it is pinned, and only then it asks to be read.
 */
export const partOf = (
  ctx: Pick<Ctx, 'actor' | 'now'>,
  part: Part,
  position: Position,
  input: Input,
  limit: number,
): SQL => {
  const today = dayOf(ctx.now)
  const inTime = sql`n.state = 'published' and (n.expires_on is null or n.expires_on >= ${today})`
  const pinned = sql`coalesce(a.pinned_until >= ${today} and ${inTime}, false)`
  const unread = sql`a.published_at > ${unreadSince(ctx.now)} and ${inTime} and not exists (select 1 from notice.read r
    where r.person_id = ${ctx.actor.personId} and r.notice_id = a.notice_id and r.at <= ${position.asOf})`
  const belongs = {
    pinned: sql`a.pinned_until is not null and ${pinned}`,
    unread: sql`not ${pinned} and ${unread}`,
    rest: sql`not ${pinned} and not (${unread})`,
  }[part]
  const { kind, unitId, q } = input
  const conditions = [
    sql`a.unit_id = above.id and a.published_at is not null`,
    belongs,
    position.after ? sql`(a.published_at, a.notice_id) < (${position.after.at}, ${position.after.id})` : [],
    kind ? sql`n.kind = ${kind}` : [],
    unitId ? sql`n.unit_id = ${unitId}` : [],
    q ? sql`strpos(lower(n.title), lower(${q})) > 0` : [],
    input.unread ? unread : [],
  ].flat()
  return sql`
    with found as (
      select distinct on (mine.published_at, mine.notice_id) mine.* from (${unitsAbove(ctx)}) above cross join lateral (
        select a.notice_id, a.published_at, ${pinned} as pinned, ${unread} as unread
        from notice.audience a join notice.notice n on n.id = a.notice_id
        where ${sql.join(conditions, sql` and `)}
        order by a.published_at desc, a.notice_id desc limit ${limit}
      ) mine
      order by mine.published_at desc, mine.notice_id desc limit ${limit}
    )
    select n.id, n.kind, n.title, u.name as unit_name, n.published_at, n.expires_on, n.state = 'withdrawn' as withdrawn,
      found.pinned, found.unread, (select count(*)::int from notice.attachment f where f.notice_id = n.id) as attachments
    from found join notice.notice n on n.id = found.notice_id join directory.unit u on u.id = n.unit_id
    order by found.published_at desc, found.notice_id desc`
}

const present = ({ unit_name, published_at, expires_on, ...row }: Row): InboxRow => ({
  ...row,
  unitName: unit_name,
  publishedAt: moment(published_at),
  expiresOn: expires_on,
})

export const listInbox = async (ctx: Ctx, input: ParsedOf<typeof noticeApi.inbox>) => {
  const start = positionOf(input.cursor, ctx.now)
  const rows: { part: Part; row: InboxRow }[] = []
  for (const part of parts.slice(parts.indexOf(start.part))) {
    const position = part === start.part ? start : { part, asOf: start.asOf }
    const found = await ctx.db.execute<Row>(partOf(ctx, part, position, input, input.limit + 1 - rows.length))
    rows.push(...found.rows.map((row) => ({ part, row: present(row) })))
    if (rows.length > input.limit) break
  }
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  const more = rows.length > input.limit && last
  return {
    rows: page.map(({ row }) => row),
    next: more ? [last.part, start.asOf.toISOString(), last.row.publishedAt, last.row.id].join('~') : null,
  }
}

const COUNTED = 100
/** The number on the badge is the length of the list of unread ones: both come from the same query. */
export const unreadCount = async (ctx: Ctx) => {
  const { rows } = await listInbox(ctx, { unread: true, limit: COUNTED })
  return { count: rows.length }
}
