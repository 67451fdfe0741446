import type { PushedTask, Reading, Task } from '../contract.ts'

export interface TaskRow {
  id: string
  person_id: string
  source: string
  source_id: string | null
  source_name: string | null
  external_id: string
  matter: string
  title: string
  summary: string | null
  url: string
  from_name: string | null
  owner_id: string | null
  urgency: Task['urgency']
  due_at: Date | null
  outcomes: string[]
  state: Task['state']
  outcome: string | null
  note: string | null
  created_at: Date
  opened_at: Date | null
  closed_at: Date | null
}
/** With the name of the principal, which the directory knows. */
export type NamedRow = TaskRow & { owner_name: string | null }
export const taskColumns = `id, person_id, source, source_id, source_name, external_id, matter, title, summary, url, from_name, owner_id,
  urgency, due_at, outcomes, state, outcome, note, created_at, opened_at, closed_at`

export interface ReadingRow {
  id: string
  source_name: string | null
  matter: string
  title: string
  summary: string | null
  url: string
  from_name: string | null
  created_at: Date
  read_at: Date | null
}
export const readingColumns = 'id, source_name, matter, title, summary, url, from_name, created_at, read_at'

const moment = (at: Date | null): string | null => at?.toISOString() ?? null

export const presentTask = (row: NamedRow): Task => ({
  id: row.id,
  source: row.source,
  reference: row.external_id,
  matter: row.matter,
  title: row.title,
  summary: row.summary,
  url: row.url,
  fromName: row.from_name,
  ownerName: row.owner_name,
  sourceName: row.source_name,
  urgency: row.urgency,
  dueAt: moment(row.due_at),
  state: row.state,
  outcome: row.outcome,
  note: row.note,
  createdAt: row.created_at.toISOString(),
  openedAt: moment(row.opened_at),
  closedAt: moment(row.closed_at),
  outcomes: row.state === 'open' ? row.outcomes : [],
})

export const presentReading = (row: ReadingRow): Reading => ({
  id: row.id,
  matter: row.matter,
  title: row.title,
  summary: row.summary,
  url: row.url,
  fromName: row.from_name,
  sourceName: row.source_name,
  createdAt: row.created_at.toISOString(),
  readAt: moment(row.read_at),
})

export const presentPushed = (row: TaskRow): PushedTask => ({
  externalId: row.external_id,
  state: row.state,
  outcome: row.outcome,
  createdAt: row.created_at.toISOString(),
  openedAt: moment(row.opened_at),
  closedAt: moment(row.closed_at),
})
