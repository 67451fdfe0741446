import { conflict, invalid, notFound, one } from '#kernel/errors'
import type { Ctx, Handlers } from '#kernel/module'
import type { tasksApi } from '../contract.ts'
import { countMine, listReadings, listTasks } from './lists.ts'
import { closeTask, findTask, openTask, sendReading } from './open-tasks.ts'
import {
  presentPushed,
  presentReading,
  presentTask,
  type ReadingRow,
  readingColumns,
  type TaskRow,
  taskColumns,
} from './rows.ts'
import { assigneeOf, callerOf, refuseForeignUrl } from './sources.ts'

const mine = (ctx: Ctx, id: string, lock = ''): Promise<TaskRow> =>
  ctx
    .sql<TaskRow>(`select ${taskColumns} from tasks.task where id = $1 and person_id = $2 ${lock}`, [
      id,
      ctx.actor.personId,
    ])
    .then(one('这件待办'))

const pushed = async (ctx: Ctx, externalId: string, lock?: ''): Promise<TaskRow> => {
  const { source } = await callerOf(ctx)
  const row = await findTask(ctx, source, externalId, lock)
  if (!row) throw notFound('这个编号的待办')
  return row
}

export const handlers: Handlers<typeof tasksApi> = {
  tasks: listTasks,
  readings: listReadings,
  counts: countMine,
  task: async (ctx, { id }) => presentTask(await mine(ctx, id)),
  async markOpened(ctx, { id }) {
    await mine(ctx, id)
    await ctx.sql('update tasks.task set opened_at = $2 where id = $1 and opened_at is null', [id, ctx.now])
    return {}
  },
  async complete(ctx, { id, outcome, note }) {
    const row = await mine(ctx, id, 'for update')
    if (row.state !== 'open') throw conflict('这件待办已经办结。请刷新后再看。')
    if (!row.outcomes.includes(outcome)) throw invalid('这件待办不能这样办理。请打开办理页面。')
    ctx.audit({ type: 'task', id: row.id, label: row.title })
    return presentTask(await closeTask(ctx, row, { state: 'done', outcome, note, by: ctx.actor.personId }))
  },
  reading: async (ctx, { id }) =>
    presentReading(
      await ctx
        .sql<ReadingRow>(`select ${readingColumns} from tasks.reading where id = $1 and person_id = $2`, [
          id,
          ctx.actor.personId,
        ])
        .then(one('这份待阅')),
    ),
  async markRead(ctx, { ids }) {
    const rows = await ctx.sql(
      'update tasks.reading set read_at = $3 where id = any($1) and person_id = $2 and read_at is null returning 1',
      [ids, ctx.actor.personId, ctx.now],
    )
    return { read: rows.length }
  },
  async pushTask(ctx, { externalId, assignee, ...task }) {
    const { application, source } = await callerOf(ctx)
    refuseForeignUrl(application, task.url)
    const personId = await assigneeOf(application, assignee)
    const row = await openTask(ctx, source, { ...task, externalId, personId })
    ctx.audit({ type: 'task', id: row.id, label: row.title })
    return presentPushed(row)
  },
  pushedTask: async (ctx, { externalId }) => presentPushed(await pushed(ctx, externalId, '')),
  closeTask: async (ctx, { externalId, outcome }) =>
    presentPushed(await closeTask(ctx, await pushed(ctx, externalId), { state: 'done', outcome })),
  cancelTask: async (ctx, { externalId }) =>
    presentPushed(await closeTask(ctx, await pushed(ctx, externalId), { state: 'cancelled', outcome: '已撤销' })),
  async pushReading(ctx, { externalId, assignee, ...item }) {
    const { application, source } = await callerOf(ctx)
    refuseForeignUrl(application, item.url)
    const personId = await assigneeOf(application, assignee)
    const { readAt } = await sendReading(ctx, source, { ...item, externalId, personId })
    return { externalId, readAt: readAt?.toISOString() ?? null }
  },
}
