import { bigint, date, integer, pgSchema, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { NoticeKind, NoticeState } from '../contract.ts'

/** The tables of migrations/ as values; a test in app/ compares the two. */
const schema = pgSchema('notice')
const moment = (name: string) => timestamp(name, { withTimezone: true })

export const notice = schema.table('notice', {
  id: uuid('id').primaryKey(),
  unitId: uuid('unit_id').notNull(),
  authorId: uuid('author_id').notNull(),
  kind: text('kind').$type<NoticeKind>().notNull(),
  title: text('title').notNull(),
  body: text('body').notNull(),
  state: text('state').$type<NoticeState>().notNull().default('draft'),
  reason: text('reason'),
  expiresOn: date('expires_on'),
  pinnedUntil: date('pinned_until'),
  publishedAt: moment('published_at'),
  publishedBy: uuid('published_by'),
  updatedAt: moment('updated_at').notNull(),
  revision: integer('revision').notNull().default(1),
})
export type NoticeRecord = typeof notice.$inferSelect

export const audience = schema.table(
  'audience',
  {
    noticeId: uuid('notice_id').notNull(),
    unitId: uuid('unit_id').notNull(),
    publishedAt: moment('published_at'),
    pinnedUntil: date('pinned_until'),
  },
  (table) => [primaryKey({ columns: [table.noticeId, table.unitId] })],
)

export const attachment = schema.table('attachment', {
  id: uuid('id').primaryKey(),
  noticeId: uuid('notice_id').notNull(),
  name: text('name').notNull(),
  mediaType: text('media_type').notNull(),
  size: bigint('size', { mode: 'number' }).notNull(),
})

export const read = schema.table(
  'read',
  { personId: uuid('person_id').notNull(), noticeId: uuid('notice_id').notNull(), at: moment('at').notNull() },
  (table) => [primaryKey({ columns: [table.personId, table.noticeId] })],
)
