import { z } from 'zod'
import { defineApi, del, get, Moment, put } from '#kernel/contract'
import { TaskState, Urgency } from './mine.ts'

/** What a connected system calls its to-do; the same one always means the same to-do of that system. */
const ExternalId = z.object({ externalId: z.string().min(1).max(100) })

/** Whom it is for: the person's id in the directory as far as the application may read it, or the `sub` it got at sign-in. */
const Assignee = z.union([
  z.object({ personId: z.uuid() }).strict(),
  z.object({ sub: z.string().min(1).max(200) }).strict(),
])

const common = {
  assignee: Assignee,
  matter: z.string().trim().min(1).max(60),
  title: z.string().trim().min(1).max(200),
  summary: z.string().trim().max(1000).optional(),
  /** https, on one of the addresses the application registered */
  url: z.url({ protocol: /^https?$/ }).max(1000),
  fromName: z.string().trim().max(40).optional(),
}

export const PushedTask = z.object({
  externalId: z.string(),
  state: TaskState,
  outcome: z.string().nullable(),
  createdAt: Moment,
  openedAt: Moment.nullable(),
  closedAt: Moment.nullable(),
})
export type PushedTask = z.infer<typeof PushedTask>

export const openTasksApi = defineApi({
  pushTask: put('/api/open/tasks/:externalId', {
    summary: '推送待办',
    permission: 'tasks:push',
    input: ExternalId.extend({
      ...common,
      urgency: Urgency.default('normal'),
      dueAt: Moment.optional(),
      /** outcomes a person may give on the platform; the answer travels back as an event */
      outcomes: z.array(z.string().trim().min(1).max(40)).max(6).default([]),
    }),
    output: PushedTask,
  }),
  pushedTask: get('/api/open/tasks/:externalId', {
    summary: '查询推送的待办',
    permission: 'tasks:push',
    input: ExternalId,
    output: PushedTask,
  }),
  closeTask: put('/api/open/tasks/:externalId/closed', {
    summary: '办结推送的待办',
    permission: 'tasks:push',
    input: ExternalId.extend({ outcome: z.string().trim().min(1).max(40).default('已办结') }),
    output: PushedTask,
  }),
  cancelTask: del('/api/open/tasks/:externalId', {
    summary: '撤销推送的待办',
    permission: 'tasks:push',
    input: ExternalId,
    output: PushedTask,
  }),
  pushReading: put('/api/open/readings/:externalId', {
    summary: '推送待阅',
    permission: 'tasks:push',
    input: ExternalId.extend(common),
    output: z.object({ externalId: z.string(), readAt: Moment.nullable() }),
  }),
})
