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
  urgency: Task['urgency']
  dueAt?: string
  outcomes?: readonly string[]
}

const NO_SOURCE = '00000000-0000-0000-0000-000000000000'
type Tx = Pick<SystemCtx, 'sql' | 'now' | 'emit'>

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

/** Hands a task to a person. The same number again changes what is written on it; one that is closed stays closed. */
export const openTask = async (ctx: Tx, source: Source, task: NewTask): Promise<TaskRow> => {
  const unitId = await unitOf(ctx, task.personId)
  const sourceName = source.sourceId === undefined ? null : source.sourceName
  const [made] = await ctx.sql<TaskRow & { fresh: boolean }>(
    `insert into tasks.task as t (id, person_id, unit_id, source, source_id, source_name, external_id, matter, title, summary, url, from_name,
       urgency, due_at, outcomes, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     on conflict (source, coalesce(source_id, '${NO_SOURCE}'), external_id) do update set matter = excluded.matter, title = excluded.title,
       summary = excluded.summary, url = excluded.url, from_name = excluded.from_name, urgency = excluded.urgency, due_at = excluded.due_at,
       outcomes = excluded.outcomes where t.state = 'open' and t.person_id = excluded.person_id
     returning ${taskColumns}, xmax = 0 as fresh`,
    [
      newId(),
      task.personId,
      unitId,
      source.source,
      source.sourceId ?? null,
      sourceName,
      task.externalId,
      task.matter,
      task.title,
      task.summary ?? null,
      task.url,
      task.fromName ?? null,
      task.urgency,
      task.dueAt ?? null,
      task.outcomes ?? [],
      ctx.now,
    ],
    'tasks.push',
  )
  if (made) {
    ctx.emit(taskOpened, about(made))
    return made
  }
  const known = await findTask(ctx, source, task.externalId)
  if (known && known.person_id !== task.personId)
    throw conflict('这个编号的待办已推送给另一个人。转给别人请先撤销，再用新的编号推送。')
  return known!
}

export interface Closing {
  state: 'done' | 'cancelled'
  outcome: string
  note?: string
  /** the person who gave the outcome on the platform */
  by?: string
}

/** Closes a task; one that is closed already stays as it is. */
export const closeTask = async (ctx: Tx, row: TaskRow, { state, outcome, note, by }: Closing): Promise<TaskRow> => {
  if (row.state !== 'open') return row
  const closed = await ctx
    .sql<TaskRow>(
      `update tasks.task set state = $2, outcome = $3, note = $4, closed_at = $5 where id = $1 returning ${taskColumns}`,
      [row.id, state, outcome, note ?? null, ctx.now],
      'tasks.close',
    )
    .then(one('这件待办'))
  ctx.emit(taskClosed, { ...about(closed), state, outcome, note: note ?? null, by: by ?? null })
  return closed
}

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
  if (row!.fresh) ctx.emit(readingSent, { readingId: row!.id, personId: item.personId })
  return { readAt: row!.read_at }
}
