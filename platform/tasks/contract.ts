import { z } from 'zod'
import { defineApi, defineEvent } from '#kernel/contract'
import { followsApi } from './contract/follows.ts'
import { loadApi } from './contract/load.ts'
import { mineApi } from './contract/mine.ts'
import { openTasksApi } from './contract/open.ts'
import { opinionsApi } from './contract/opinions.ts'

export * from './contract/follows.ts'
export * from './contract/load.ts'
export * from './contract/mine.ts'
export * from './contract/open.ts'
export * from './contract/opinions.ts'

const about = {
  taskId: z.uuid(),
  personId: z.uuid(),
  source: z.string(),
  sourceId: z.uuid().nullable(),
  externalId: z.string(),
}

export const taskOpened = defineEvent('tasks.opened', z.object(about))
/** Done or cancelled; `by` is the person who gave the outcome on the platform, null when the source closed it. */
export const taskClosed = defineEvent(
  'tasks.closed',
  z.object({
    ...about,
    state: z.enum(['done', 'cancelled']),
    outcome: z.string(),
    note: z.string().nullable(),
    by: z.uuid().nullable(),
  }),
)
export const readingSent = defineEvent('tasks.reading-sent', z.object({ readingId: z.uuid(), personId: z.uuid() }))

/** Files whose rows are gone: erased after the commit. */
export const filesRemoved = defineEvent('tasks.files-removed', z.object({ fileIds: z.array(z.uuid()) }))

export const tasksApi = defineApi({ ...mineApi, ...followsApi, ...loadApi, ...openTasksApi, ...opinionsApi })
