import { conflict, invalid, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { SystemCtx } from '#kernel/module'
import { readingSent, type Task, taskClosed, taskOpened } from '../contract.ts'
import { type TaskRow, taskColumns } from './rows.ts'

/** A service of the platform by its name, or a connected application. */
export type Source =
  | { source: string; sourceId?: undefined }
  | { source: 'application'; sourceId: string; sourceName: string }

export interface NewItem {
  personId: string
  externalId: string
  matter: string
  title: string
  summary?: string
  url: string
  fromName?: string
}
export interface NewTask extends NewItem {
  /** where the person handles it, when the source knows it already */
  unitId?: string
  /** 委托: in whose stead */
  ownerId?: string
  urgency: Task['urgency']
  dueAt?: string
  outcomes?: readonly string[]
}

const NO_SOURCE = '00000000-0000-0000-0000-000000000000'
type Tx = Pick<SystemCtx, 'sql' | 'now' | 'emit' | 'tell'>

const unitOf = async ({ sql }: Tx, personId: string): Promise<string> => {
  const [row] = await sql<{ unit_id: string }>(
    `select m.unit_id from directory.person p join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
     where p.id = $1 and p.status = 'active'`,
    [personId],
    'tasks.unit',
  )
  if (!row) throw invalid('办理人不存在或已离岗，请核对后重新推送。')
  return row.unit_id
}

const about = (row: TaskRow) => ({
  taskId: row.id,
  personId: row.person_id,
  source: row.source,
  sourceId: row.source_id,
  externalId: row.external_id,
})

/** The to-do of a source by the source's own number; locked unless it is only looked at. */
export const findTask = async (
  { sql }: Pick<Tx, 'sql'>,
  source: Source,
  externalId: string,
  lock: 'for update' | '' = 'for update',
): Promise<TaskRow | undefined> => {
  const [row] = await sql<TaskRow>(
    `select ${taskColumns} from tasks.task
     where source = $1 and coalesce(source_id, '${NO_SOURCE}') = coalesce($2::uuid, '${NO_SOURCE}') and external_id = $3 ${lock}`,
    [source.source, source.sourceId ?? null, externalId],
    `tasks.find ${lock}`,
  )
  return row
}

interface Opening {
  /** events and hints are those of the command that opens it; all share one transaction */
  tx: Tx
  task: NewTask
}
type Made = TaskRow & { fresh: boolean }

const unitsOf = async (items: readonly Opening[]): Promise<string[]> =>
  Promise.all(items.map(({ tx, task }) => task.unitId ?? unitOf(tx, task.personId)))

const insertTasks = async (source: Source, items: readonly Opening[]): Promise<Made[]> => {
  const units = await unitsOf(items)
  const sourceName = source.sourceId === undefined ? null : source.sourceName
  const column = (read: (task: NewTask) => unknown): unknown[] => items.map(({ task }) => read(task) ?? null)
  return (items[0] as Opening).tx.sql<Made>(
    `insert into tasks.task as t (id, person_id, unit_id, source, source_id, source_name, external_id, matter, title, summary, url, from_name,
       urgency, due_at, outcomes, created_at, owner_id)
     select id, person_id, unit_id, $1, $2, $3, external_id, matter, title, summary, url, from_name, urgency, due_at,
       array(select jsonb_array_elements_text(outcomes)), created_at, owner_id
     from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
       $14::timestamptz[], $15::jsonb[], $16::timestamptz[], $17::uuid[])
       as k (id, person_id, unit_id, external_id, matter, title, summary, url, from_name, urgency, due_at, outcomes, created_at, owner_id)
     on conflict (source, coalesce(source_id, '${NO_SOURCE}'), external_id) do update set matter = excluded.matter, title = excluded.title,
       summary = excluded.summary, url = excluded.url, from_name = excluded.from_name, urgency = excluded.urgency, due_at = excluded.due_at,
       outcomes = excluded.outcomes where t.state = 'open' and t.person_id = excluded.person_id
     returning ${taskColumns}, xmax = 0 as fresh`,
    [
      source.source,
      source.sourceId ?? null,
      sourceName,
      items.map(() => newId()),
      column(({ personId }) => personId),
      units,
      column(({ externalId }) => externalId),
      column(({ matter }) => matter),
      column(({ title }) => title),
      column(({ summary }) => summary),
      column(({ url }) => url),
      column(({ fromName }) => fromName),
      column(({ urgency }) => urgency),
      column(({ dueAt }) => dueAt),
      column(({ outcomes }) => JSON.stringify(outcomes ?? [])),
      items.map(({ tx }) => tx.now),
      column(({ ownerId }) => ownerId),
    ],
    'tasks.push',
  )
}

/** Hands tasks to people, in one statement for all. The same number again changes what is written on it; one that is closed stays closed. */
export const openTasks = async (source: Source, items: readonly Opening[]): Promise<TaskRow[]> => {
  if (items.length === 0) return []
  const made = new Map((await insertTasks(source, items)).map((row) => [row.external_id, row]))
  return Promise.all(
    items.map(async ({ tx, task }) => {
      const row = made.get(task.externalId)
      if (row) {
        tx.emit(taskOpened, about(row))
        tx.tell(row.person_id, 'tasks')
        return row
      }
      const known = await findTask(tx, source, task.externalId)
      if (known?.person_id !== task.personId)
        throw conflict('这个编号的待办已推送给另一个人。转给别人请先撤销，再用新的编号推送。')
      return known
    }),
  )
}
export const openTask = async (tx: Tx, source: Source, task: NewTask): Promise<TaskRow> =>
  (await openTasks(source, [{ tx, task }]))[0] as TaskRow

export interface Closing {
  state: 'done' | 'cancelled'
  outcome: string
  note?: string
  /** the person who gave the outcome on the platform */
  by?: string
}

/** Closes tasks by the numbers of their source, in one statement; those that are closed already stay as they are. */
export const closeTasks = async (
  source: Source,
  items: readonly { tx: Tx; externalId: string; closing: Closing }[],
): Promise<TaskRow[]> => {
  const [first] = items
  if (!first) return []
  const rows = await first.tx.sql<TaskRow>(
    `update tasks.task t set state = k.state, outcome = k.outcome, note = k.note, closed_at = k.closed_at
     from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) as k (external_id, state, outcome, note, closed_at)
     where t.source = $1 and coalesce(t.source_id, '${NO_SOURCE}') = coalesce($2::uuid, '${NO_SOURCE}') and t.external_id = k.external_id
       and t.state = 'open' returning ${taskColumns
         .split(',')
         .map((column) => `t.${column.trim()}`)
         .join(', ')}`,
    [
      source.source,
      source.sourceId ?? null,
      items.map(({ externalId }) => externalId),
      items.map(({ closing }) => closing.state),
      items.map(({ closing }) => closing.outcome),
      items.map(({ closing }) => closing.note ?? null),
      items.map(({ tx }) => tx.now),
    ],
    'tasks.close',
  )
  const closed = new Map(rows.map((row) => [row.external_id, row]))
  for (const { tx, externalId, closing } of items) {
    const row = closed.get(externalId)
    if (!row) continue
    const { state, outcome, note, by } = closing
    tx.emit(taskClosed, { ...about(row), state, outcome, note: note ?? null, by: by ?? null })
    tx.tell(row.person_id, 'tasks')
  }
  return rows
}
/** Closes a task; one that is closed already stays as it is. */
export const closeTask = async (tx: Tx, row: TaskRow, closing: Closing): Promise<TaskRow> => {
  if (row.state !== 'open') return row
  const [closed] = await closeTasks(sourceOf(row), [{ tx, externalId: row.external_id, closing }])
  return one('这件待办')(closed ? [closed] : [])
}
const sourceOf = ({ source, source_id, source_name }: TaskRow): Source =>
  source_id === null ? { source } : { source: 'application', sourceId: source_id, sourceName: source_name ?? '' }

/** Sends something to be read; the same number again changes its text, and an unread mark stays as it was. */
export const sendReading = async (ctx: Tx, source: Source, item: NewItem): Promise<{ readAt: Date | null }> => {
  const unitId = await unitOf(ctx, item.personId)
  const sourceName = source.sourceId === undefined ? null : source.sourceName
  const [row] = await ctx.sql<{ id: string; person_id: string; read_at: Date | null; fresh: boolean }>(
    `insert into tasks.reading (id, person_id, unit_id, source, source_id, source_name, external_id, matter, title, summary, url, from_name, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (source, coalesce(source_id, '${NO_SOURCE}'), external_id) do update set matter = excluded.matter, title = excluded.title,
       summary = excluded.summary, url = excluded.url, from_name = excluded.from_name
     returning id, person_id, read_at, xmax = 0 as fresh`,
    [
      newId(),
      item.personId,
      unitId,
      source.source,
      source.sourceId ?? null,
      sourceName,
      item.externalId,
      item.matter,
      item.title,
      item.summary ?? null,
      item.url,
      item.fromName ?? null,
      ctx.now,
    ],
    'tasks.send-reading',
  )
  if (row!.person_id !== item.personId) throw conflict('这个编号的待阅已推送给另一个人，请换一个编号。')
  if (row!.fresh) {
    ctx.emit(readingSent, { readingId: row!.id, personId: item.personId })
    ctx.tell(item.personId, 'tasks')
  }
  return { readAt: row!.read_at }
}
