import { PassThrough } from 'node:stream'
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { dayOf } from '#kernel/clock'
import type { ParsedOf } from '#kernel/contract'
import { invalid, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { csvWriter, xlsxWriter } from '#kernel/tabular'
import type { noticeApi, ReaderRow } from '../contract.ts'
import { isAuthor, isPublisher } from './audience.ts'
import { moment } from './open.ts'

/** Up to this headcount the unread are counted one by one; beyond it the directory's own figure is near enough. */
const COUNTED_EXACTLY = 50_000

/** The title, when the caller wrote the notice or publishes for its unit and it has been out. */
const titleFor = async (ctx: Ctx, id: string): Promise<string> => {
  const { rows } = await ctx.db.execute<{ title: string }>(sql`
    select n.title from notice.notice n
    where n.id = ${id} and n.published_at is not null and (${isAuthor(ctx)} or ${isPublisher(ctx)})`)
  const { title } = one('通知')(rows)
  ctx.audit({ type: 'notice', id, label: title })
  return title
}

/** The intervals of the audience; one that lies within another says nothing new. */
const intervals = (id: string): SQL => sql`
  select top.pre, top.pre_end, top.people_total from notice.audience a join directory.unit top on top.id = a.unit_id
  where a.notice_id = ${id} and not exists (
    select 1 from notice.audience b join directory.unit wide on wide.id = b.unit_id
    where b.notice_id = ${id} and b.unit_id <> a.unit_id and top.pre between wide.pre and wide.pre_end)`

const isValid = (post: SQL, today: string): SQL =>
  sql`${post}.valid_from <= ${today} and (${post}.valid_to is null or ${post}.valid_to > ${today})`

// A division's own name (办公室) tells nobody where it is.
const unitName = sql`concat_ws(' ', o.short_name, case when u.kind = 'division' then u.name end)`

/** Everybody who is addressed and has not read it, each at the first of their posts in the audience. */
const unreadPeople = (id: string, today: string): SQL => sql`
  from (${intervals(id)}) top
  join directory.unit u on u.pre between top.pre and top.pre_end join directory.unit o on o.no = u.org_no
  join directory.post m on m.unit_id = u.id and ${isValid(sql`m`, today)}
  join directory.person p on p.id = m.person_id and p.status = 'active'
  where not exists (select 1 from notice.read r where r.person_id = p.id and r.notice_id = ${id})
    and not exists (
      select 1 from directory.post other join directory.unit v on v.id = other.unit_id
      where other.person_id = p.id and ${isValid(sql`other`, today)} and (v.pre, other.id) < (u.pre, m.id)
        and exists (select 1 from (${intervals(id)}) again where v.pre between again.pre and again.pre_end))`

export const readCount = async (ctx: Ctx, { id }: ParsedOf<typeof noticeApi.readCount>) => {
  await titleFor(ctx, id)
  const { rows } = await ctx.db.execute<{ read: number; headcount: number }>(sql`
    select (select count(*)::int from notice.read where notice_id = ${id}) as read,
      (select coalesce(sum(people_total), 0)::int from (${intervals(id)}) top) as headcount`)
  const { read, headcount } = one('通知')(rows)
  if (headcount > COUNTED_EXACTLY) return { read, unread: Math.max(0, headcount - read), estimated: true }
  const counted = await ctx.db.execute<{ unread: number }>(
    sql`select count(*)::int as unread ${unreadPeople(id, dayOf(ctx.now))}`,
  )
  return { read, unread: counted.rows[0]!.unread, estimated: false }
}

interface Row extends Record<string, unknown> {
  person_id: string
  name: string
  unit_name: string
  title: string
  read_at: string | null
  /** where the unread stand in the tree */
  place: string | null
}
interface Page {
  id: string
  read: boolean
  cursor?: string
  limit: number
}

const whoRead = ({ id, cursor, limit }: Page): SQL => {
  const after = cursor === undefined ? undefined : position(cursor, z.tuple([z.iso.datetime(), z.uuid()]))
  return sql`
    select p.id as person_id, p.name, ${unitName} as unit_name, coalesce(m.title, '') as title, r.at as read_at, null as place
    from notice.read r join directory.person p on p.id = r.person_id
    left join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
    left join directory.unit u on u.id = m.unit_id left join directory.unit o on o.no = u.org_no
    where r.notice_id = ${id} ${after ? sql`and (r.at, r.person_id) < (${after[0]}, ${after[1]})` : sql``}
    order by r.at desc, r.person_id desc limit ${limit}`
}

/** In the order of the tree, so that it shows which units to ask. */
const whoDidNot = ({ id, cursor, limit }: Page, today: string): SQL => {
  const after = cursor === undefined ? undefined : position(cursor, z.tuple([z.coerce.number().int(), z.uuid()]))
  return sql`
    select p.id as person_id, p.name, ${unitName} as unit_name, m.title, null as read_at, u.pre || '~' || m.id as place
    ${unreadPeople(id, today)} ${after ? sql`and (u.pre, m.id) > (${after[0]}, ${after[1]})` : sql``}
    order by u.pre, m.id limit ${limit}`
}

const position = <S extends z.ZodType>(cursor: string, shape: S): z.output<S> => {
  const read = shape.safeParse(cursor.split('~'))
  if (!read.success) throw invalid('翻页标记有误，请从第一页看起。')
  return read.data
}

const pageOf = async (ctx: Ctx, page: Page): Promise<{ rows: ReaderRow[]; next: string | null }> => {
  const wanted = { ...page, limit: page.limit + 1 }
  const { rows } = await ctx.db.execute<Row>(page.read ? whoRead(wanted) : whoDidNot(wanted, dayOf(ctx.now)))
  const shown = rows.slice(0, page.limit).map(({ person_id, name, unit_name, title, read_at, place }) => {
    const readAt = read_at && moment(read_at)
    return {
      row: { personId: person_id, name, unitName: unit_name, title, readAt },
      at: place ?? `${readAt}~${person_id}`,
    }
  })
  return { rows: shown.map(({ row }) => row), next: rows.length > page.limit ? shown.at(-1)!.at : null }
}

export const listReaders = async (ctx: Ctx, input: ParsedOf<typeof noticeApi.readers>) => {
  await titleFor(ctx, input.id)
  return pageOf(ctx, input)
}

const COLUMNS = [
  { title: '姓名', width: 12 },
  { title: '单位', width: 32 },
  { title: '职务', width: 24 },
  { title: '状态', width: 8 },
  { title: '阅读时间', width: 20 },
]
const MEDIA_TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })
const EXPORT_PAGE = 1000

/** Both lists as one file, page by page: an audience of a million people needs no more memory than one of ten. */
export const exportReaders = async (ctx: Ctx, { id, format }: ParsedOf<typeof noticeApi.exportReaders>) => {
  const title = await titleFor(ctx, id)
  const out = new PassThrough()
  const writer =
    format === 'csv'
      ? csvWriter(out, { columns: COLUMNS })
      : xlsxWriter(out, { sheetName: '阅读名单', columns: COLUMNS })
  const write = async (): Promise<void> => {
    for (const read of [false, true]) {
      let cursor: string | undefined
      do {
        const page = await pageOf(ctx, { id, read, cursor, limit: EXPORT_PAGE })
        for (const row of page.rows)
          await writer.write([
            row.name,
            row.unitName,
            row.title,
            read ? '已读' : '未读',
            row.readAt && shanghai.format(new Date(row.readAt)),
          ])
        cursor = page.next ?? undefined
      } while (cursor !== undefined)
    }
    await writer.end()
  }
  write().catch((error: Error) => out.destroy(error))
  return { stream: out, name: `${title}-阅读名单.${format}`, mediaType: MEDIA_TYPES[format] }
}
