import { defineModule, on } from '#kernel/module'
import { filesRemoved, readingSent, taskClosed, taskOpened, tasksApi } from './contract.ts'
import { pruneDrafts } from './server/drafts.ts'
import { seed } from './server/seed.ts'
import { handlers } from './server/service.ts'

export { closeTask, closeTasks, findTask, openTask, openTasks, sendReading } from './server/open-tasks.ts'
export { opinionInk, opinionOf, opinionsKept } from './server/opinions.ts'
export { type ApplicationReader, registerApplications } from './server/sources.ts'
export { registerTaskSource, type TaskSource } from './server/task-sources.ts'

export const tasks = defineModule({
  name: 'tasks',
  title: '待办',
  dependsOn: ['directory'],
  reads: ['directory'],
  folder: import.meta.dirname,
  api: tasksApi,
  handlers,
  events: [taskOpened, taskClosed, readingSent, filesRemoved],
  permissions: [
    { name: 'tasks:read', title: '办理自己的待办', roles: ['clerk'] },
    { name: 'tasks:oversee', title: '查看本单位的待办', roles: ['leader'] },
    { name: 'tasks:push', title: '推送待办（接入的应用）', roles: [] },
  ],
  on: [
    on(filesRemoved, 'tasks.remove-files', async ({ kernel }, { fileIds }) => {
      for (const id of fileIds) await kernel.files.remove(id)
    }),
  ],
  jobs: [pruneDrafts],
  seed,
})
