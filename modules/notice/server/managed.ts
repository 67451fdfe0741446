import { and, desc, eq, ilike, ne, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { ParsedOf } from '#kernel/contract'
import { invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { noticeApi } from '../contract.ts'
import { notice } from './schema.ts'

const Cursor = z.tuple([z.iso.datetime(), z.uuid()])
const positionOf = (cursor: string) => {
  const read = Cursor.safeParse(cursor.split('~'))
  if (!read.success) throw invalid('翻页标记有误，请从第一页看起。')
  return read.data
}
const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

/** What the caller wrote, or what the units they publish for have sent for approval: the last touched first. */
export const listManaged = async (ctx: Ctx, { view, state, q, cursor, limit }: ParsedOf<typeof noticeApi.managed>) => {
  const position = cursor === undefined ? undefined : positionOf(cursor)
  const rows = await ctx.db
    .select({
      id: notice.id,
      kind: notice.kind,
      title: notice.title,
      state: notice.state,
      unitName: sql<string>`(select u.name from directory.unit u where u.id = ${notice.unitId})`,
      authorName: sql<string>`(select p.name from directory.person p where p.id = ${notice.authorId})`,
      publishedAt: notice.publishedAt,
      pinnedUntil: notice.pinnedUntil,
      updatedAt: notice.updatedAt,
    })
    .from(notice)
    .where(
      and(
        view === 'mine'
          ? eq(notice.authorId, ctx.actor.personId)
          : and(ne(notice.state, 'draft'), ctx.scope(notice.unitId, 'notice:publish')),
        state ? eq(notice.state, state) : undefined,
        q ? ilike(notice.title, `%${literal(q)}%`) : undefined,
        position ? sql`(${notice.updatedAt}, ${notice.id}) < (${position[0]}, ${position[1]})` : undefined,
      ),
    )
    .orderBy(desc(notice.updatedAt), desc(notice.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit).map((row) => ({
    ...row,
    publishedAt: row.publishedAt?.toISOString() ?? null,
    updatedAt: row.updatedAt.toISOString(),
  }))
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last ? `${last.updatedAt}~${last.id}` : null }
}
