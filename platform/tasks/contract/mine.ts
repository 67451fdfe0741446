import { z } from 'zod'
import { Day, defineApi, Empty, get, Id, listInput, Moment, post } from '#kernel/contract'
import { Opinion, OpinionExtras } from './opinions.ts'

export const Urgency = z.enum(['normal', 'urgent', 'most-urgent'])
export type Urgency = z.infer<typeof Urgency>
export const TaskState = z.enum(['open', 'done', 'cancelled'])

/** An outcome that can be given without opening the page behind the task. */
export const Choice = z.object({
  key: z.string(),
  name: z.string(),
  /** what the keys A and R mean: 同意 goes on, 退回 goes back */
  kind: z.enum(['agree', 'return', 'other']),
  opinion: z.enum(['required', 'optional', 'none']),
})
export type Choice = z.infer<typeof Choice>

export const Task = z.object({
  id: z.uuid(),
  /** the service it came from: `workflow`; `application` for connected systems */
  source: z.string(),
  /** the source's own number */
  reference: z.string(),
  /** what it belongs to, as the person knows it: 请假审批, 用印申请 */
  matter: z.string(),
  title: z.string(),
  summary: z.string().nullable(),
  /** where it is worked on: a path of this platform, or an address of the connected system */
  url: z.string(),
  /** who handed it over */
  fromName: z.string().nullable(),
  /** 委托人: on whose behalf it is handled */
  ownerName: z.string().nullable(),
  /** the connected system it came from; null for the platform's own */
  sourceName: z.string().nullable(),
  urgency: Urgency,
  dueAt: Moment.nullable(),
  state: TaskState,
  outcome: z.string().nullable(),
  /** what the person wrote to the outcome */
  note: z.string().nullable(),
  createdAt: Moment,
  openedAt: Moment.nullable(),
  closedAt: Moment.nullable(),
  /** outcomes that can be given here; empty when it is worked on where `url` leads, or when its source says them */
  outcomes: z.array(z.string()),
})
export type Task = z.infer<typeof Task>

export const Reading = z.object({
  id: z.uuid(),
  matter: z.string(),
  title: z.string(),
  summary: z.string().nullable(),
  url: z.string(),
  fromName: z.string().nullable(),
  sourceName: z.string().nullable(),
  createdAt: Moment,
  readAt: Moment.nullable(),
})
export type Reading = z.infer<typeof Reading>

/** How a task stands to its limit: past it, within a day of it, or in good time (no limit counts as that). */
export const limits = { over: '超期', near: '临期', ok: '时间充裕' } as const
export const Limit = z.enum(Object.keys(limits) as [keyof typeof limits])
export type Limit = z.infer<typeof Limit>

const filters = {
  matter: z.string().max(60).optional(),
  /** days of arrival, of completion for what is closed; both ends included */
  since: Day.optional(),
  until: Day.optional(),
}
const Facet = z.object({ key: z.string(), name: z.string(), count: z.number().int() })
/** `total` and the groups come with the first page of what is open, from the query that lists it. */
const page = <R extends z.ZodType>(row: R) =>
  z.object({
    rows: z.array(row),
    next: z.string().nullable(),
    total: z.number().int().optional(),
    matters: z.array(z.object({ matter: z.string(), count: z.number().int() })).optional(),
    sources: z.array(Facet).optional(),
  })

const permission = 'tasks:read'
const opinion = z.string().trim().max(2000, '意见最多 2,000 个字。')
/** tasks of one batch */
export const BATCH = 100

export const mineApi = defineApi({
  tasks: get('/api/tasks', {
    summary: '我的待办、已办',
    permission,
    input: listInput({
      ...filters,
      state: z.enum(['open', 'closed']).default('open'),
      /** what is open: by arrival, newest first, or by limit, the nearest first */
      order: z.enum(['arrived', 'due']).default('arrived'),
      urgency: Urgency.optional(),
      due: Limit.optional(),
      /** past its limit, or within a day of it */
      pressing: z.boolean().optional(),
      /** a connected system by its id, a service by its name: a key of `sources` */
      source: z.string().max(60).optional(),
      /** 委托给我 */
      delegated: z.boolean().optional(),
    }),
    output: page(Task),
  }),
  task: get('/api/tasks/:id', {
    summary: '一件待办',
    permission,
    input: Id,
    output: Task.extend({
      choices: z.array(Choice),
      /** the follow of its subject, if the caller follows it */
      followId: z.uuid().nullable(),
      /** what was kept with the outcome beside its text */
      opinion: Opinion.nullable(),
    }),
  }),
  choices: get('/api/tasks/choices', {
    summary: '几件待办可以直接给出的结果',
    permission,
    input: z.object({ ids: z.array(z.uuid()).min(1).max(BATCH) }),
    output: z.object({ rows: z.array(z.object({ id: z.uuid(), choices: z.array(Choice) })) }),
  }),
  markOpened: post('/api/tasks/:id/opened', { summary: '打开待办', permission, input: Id, output: Empty }),
  complete: post('/api/tasks/:id/complete', {
    summary: '办理待办',
    permission,
    input: Id.extend({
      /** a key of `choices` */
      outcome: z.string().trim().min(1).max(60),
      note: opinion.optional(),
      extras: OpinionExtras.optional(),
    }),
    output: Task,
  }),
  completeMany: post('/api/tasks/complete', {
    summary: '批量办理待办',
    permission,
    input: z.object({
      items: z
        .array(z.object({ id: z.uuid(), outcome: z.string().trim().min(1).max(60) }))
        .min(1, '请先选择待办。')
        .max(BATCH, `一次最多办理 ${BATCH} 件。`),
      note: opinion.optional(),
    }),
    /** each task by itself: the others are done whatever becomes of one */
    output: z.object({
      results: z.array(
        z.object({
          id: z.uuid(),
          done: z.boolean(),
          fault: z.object({ code: z.string(), detail: z.string() }).nullable(),
        }),
      ),
    }),
    ownTransactions: true,
  }),
  readings: get('/api/tasks/readings', {
    summary: '我的待阅、已阅',
    permission,
    input: listInput({ ...filters, state: z.enum(['unread', 'read']).default('unread') }),
    output: page(Reading),
  }),
  reading: get('/api/tasks/readings/:id', { summary: '一份待阅', permission, input: Id, output: Reading }),
  markRead: post('/api/tasks/readings/read', {
    summary: '标为已阅',
    permission,
    input: z.object({ ids: z.array(z.uuid()).min(1).max(200) }),
    output: z.object({ read: z.number().int() }),
  }),
  counts: get('/api/tasks/counts', {
    summary: '待办、待阅的件数',
    permission,
    input: Empty,
    output: z.object({
      open: z.number().int(),
      over: z.number().int(),
      /** past the limit, or within a day of it */
      pressing: z.number().int(),
      delegated: z.number().int(),
      unread: z.number().int(),
      followed: z.number().int(),
      /** closed since Monday, and how many of those not after their limit */
      doneThisWeek: z.number().int(),
      inTimeThisWeek: z.number().int(),
    }),
  }),
})
