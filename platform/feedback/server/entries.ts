import { invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { FeedbackKind, FeedbackRow, FeedbackState, MyFeedback } from '../contract.ts'

export interface EntryRecord {
  id: string
  kind: FeedbackKind
  state: FeedbackState
  text: string
  contact: string | null
  path: string
  request_id: string | null
  person_id: string | null
  sender_name: string
  unit_name: string | null
  sent_at: Date
  updated_at: Date
  revision: number
}
interface StepRecord {
  id: string
  entry_id: string
  at: Date
  action: 'sent' | 'replied' | 'closed'
  actor_name: string
  text: string | null
}

export const columns = `e.id, e.kind, e.state, e.text, e.contact, e.path, e.request_id, e.person_id, e.sender_name,
  u.name as unit_name, e.sent_at, e.updated_at, e.revision`
export const source = 'feedback.entry e left join directory.unit u on u.id = e.unit_id'

const common = (row: EntryRecord) => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  text: row.text,
  path: row.path,
  sentAt: row.sent_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  revision: row.revision,
})
export const presentRow = (row: EntryRecord): FeedbackRow => ({
  ...common(row),
  senderName: row.sender_name,
  unitName: row.unit_name ?? '',
})

/** What happened to each entry, oldest first. */
export const historiesOf = async (sql: Ctx['sql'], ids: readonly string[]) => {
  const steps = await sql<StepRecord>(
    'select id, entry_id, at, action, actor_name, text from feedback.step where entry_id = any($1) order by id',
    [ids],
  )
  const byEntry = Map.groupBy(steps, (step) => step.entry_id)
  return (id: string) =>
    (byEntry.get(id) ?? []).map(({ at, actor_name: actorName, id: stepId, action, text }) => ({
      id: stepId,
      at: at.toISOString(),
      action,
      actorName,
      text,
    }))
}

export const presentMine = async (sql: Ctx['sql'], rows: readonly EntryRecord[]): Promise<MyFeedback[]> => {
  const historyOf = await historiesOf(
    sql,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({ ...common(row), history: historyOf(row.id) }))
}

interface Page {
  cursor?: string
  limit: number
}

/** Newest first, by keyset: what arrives while somebody pages does not shift the pages. */
export const pageOf = async (
  ctx: Ctx,
  conditions: readonly string[],
  params: readonly unknown[],
  { cursor, limit }: Page,
) => {
  const [sentAt, id] = cursor ? readCursor(cursor) : [null, null]
  const at = params.length
  const rows = await ctx.sql<EntryRecord>(
    `select ${columns} from ${source}
     where ${[...conditions, `($${at + 1}::timestamptz is null or (e.sent_at, e.id) < ($${at + 1}, $${at + 2}::uuid))`].join(' and ')}
     order by e.sent_at desc, e.id desc limit $${at + 3}`,
    [...params, sentAt, id, limit + 1],
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { page, next: rows.length > limit && last ? `${last.sent_at.toISOString()}~${last.id}` : null }
}

const readCursor = (cursor: string): [string, string] => {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)~([0-9a-f-]{36})$/.exec(cursor)
  if (!match || Number.isNaN(Date.parse(match[1]!))) throw invalid('翻页标记有误，请从第一页看起。')
  return [match[1]!, match[2]!]
}
