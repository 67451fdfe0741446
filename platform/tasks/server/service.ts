import { notFound, one } from '#kernel/errors'
import type { Ctx, Handlers } from '#kernel/module'
import type { tasksApi } from '../contract.ts'
import { choices, choicesOf, completeMany, give, mine } from './complete.ts'
import { countMine } from './counts.ts'
import { attachToOpinion, detachFromOpinion, draftOpinion } from './drafts.ts'
import { follow, followOf, followOne, listFollows, unfollow } from './follows.ts'
import { removeSignature, setOpinionInk, setSignature, signature } from './ink.ts'
import { listReadings, listTasks } from './lists.ts'
import { load, loadRows } from './load.ts'
import { closeTask, findTask, openTask, sendReading } from './open-tasks.ts'
import { opinion, opinionFile, opinionInk, opinionsKept } from './opinions.ts'
import { phrases, setPhrases } from './phrases.ts'
import { presentPushed, presentReading, presentTask, type ReadingRow, readingColumns, type TaskRow } from './rows.ts'
import { assigneeOf, callerOf, refuseForeignUrl } from './sources.ts'
import { subjectOf } from './task-sources.ts'

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
  async task(ctx, { id }) {
    const row = await mine(ctx, id)
    const reference = subjectOf(row.source, row.external_id)
    const [given, followId, [kept = null]] = await Promise.all([
      choicesOf(ctx, [row]),
      followOf(ctx, { ...row, reference }),
      row.state === 'open' ? [] : opinionsKept(ctx, 'tasks', id),
    ])
    return { ...presentTask(row), choices: [...(given.get(id) ?? [])], followId, opinion: kept }
  },
  choices,
  async markOpened(ctx, { id }) {
    await mine(ctx, id)
    await ctx.sql('update tasks.task set opened_at = $2 where id = $1 and opened_at is null', [id, ctx.now])
    return {}
  },
  complete: async (ctx, { id, ...given }) => presentTask(await give(ctx, id, given)),
  completeMany,
  follows: listFollows,
  followOne,
  followed: async (ctx, { source, reference }) => ({
    followId: await followOf(ctx, { source, source_id: null, reference }),
  }),
  follow,
  unfollow,
  load,
  loadRows,
  phrases,
  setPhrases,
  signature,
  setSignature,
  removeSignature,
  draftOpinion,
  opinion,
  setOpinionInk,
  opinionInk,
  attachToOpinion,
  detachFromOpinion,
  opinionFile,
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
