import { z } from 'zod'
import { Day, defineApi, Empty, get, Id, listInput, Moment, post } from '#kernel/contract'

export const Urgency = z.enum(['normal', 'urgent', 'most-urgent'])
export type Urgency = z.infer<typeof Urgency>
export const TaskState = z.enum(['open', 'done', 'cancelled'])

export const Task = z.object({
  id: z.uuid(),
  /** what it belongs to, as the person knows it: 请假审批, 用印申请 */
  matter: z.string(),
  title: z.string(),
  summary: z.string().nullable(),
  /** where it is worked on: a path of this platform, or an address of the connected system */
  url: z.string(),
  /** who handed it over */
  fromName: z.string().nullable(),
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
  /** outcomes that can be given here; empty when it is worked on where `url` leads */
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

const filters = {
  matter: z.string().max(60).optional(),
  since: Day.optional(),
}
/** `total` and `matters` come with the first page of what is open, from the query that lists it. */
const page = <R extends z.ZodType>(row: R) =>
  z.object({
    rows: z.array(row),
    next: z.string().nullable(),
    total: z.number().int().optional(),
    matters: z.array(z.object({ matter: z.string(), count: z.number().int() })).optional(),
  })

export const mineApi = defineApi({
  tasks: get('/api/tasks', {
    summary: '我的待办、已办',
    permission: 'tasks:read',
    input: listInput({
      ...filters,
      state: z.enum(['open', 'closed']).default('open'),
      urgency: Urgency.optional(),
      /** past its limit, or within a day of it */
      pressing: z.boolean().optional(),
    }),
    output: page(Task),
  }),
  task: get('/api/tasks/:id', { summary: '一件待办', permission: 'tasks:read', input: Id, output: Task }),
  markOpened: post('/api/tasks/:id/opened', {
    summary: '打开待办',
    permission: 'tasks:read',
    input: Id,
    output: Empty,
  }),
  complete: post('/api/tasks/:id/complete', {
    summary: '办理待办',
    permission: 'tasks:read',
    input: Id.extend({ outcome: z.string().trim().min(1).max(40), note: z.string().trim().max(1000).optional() }),
    output: Task,
  }),
  readings: get('/api/tasks/readings', {
    summary: '我的待阅、已阅',
    permission: 'tasks:read',
    input: listInput({ ...filters, state: z.enum(['unread', 'read']).default('unread') }),
    output: page(Reading),
  }),
  reading: get('/api/tasks/readings/:id', {
    summary: '一份待阅',
    permission: 'tasks:read',
    input: Id,
    output: Reading,
  }),
  markRead: post('/api/tasks/readings/read', {
    summary: '标为已阅',
    permission: 'tasks:read',
    input: z.object({ ids: z.array(z.uuid()).min(1).max(200) }),
    output: z.object({ read: z.number().int() }),
  }),
  counts: get('/api/tasks/counts', {
    summary: '待办、待阅的件数',
    permission: 'tasks:read',
    input: Empty,
    output: z.object({ open: z.number().int(), pressing: z.number().int(), unread: z.number().int() }),
  }),
})
