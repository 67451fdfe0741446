import { defineModule, on } from '#kernel/module'
import { readingSent, taskClosed, taskOpened, tasksApi } from './contract.ts'
import { seed } from './server/seed.ts'
import { handlers } from './server/service.ts'

export { closeTask, findTask, openTask, sendReading } from './server/open-tasks.ts'
export { type ApplicationReader, registerApplications } from './server/sources.ts'

export const tasks = defineModule({
  name: 'tasks',
  title: '待办',
  dependsOn: ['directory'],
  reads: ['directory'],
  folder: import.meta.dirname,
  api: tasksApi,
  handlers,
  events: [taskOpened, taskClosed, readingSent],
  permissions: [
    { name: 'tasks:read', title: '办理自己的待办', roles: ['clerk'] },
    { name: 'tasks:push', title: '推送待办（接入的应用）', roles: [] },
  ],
  // The page that shows tasks looks again; what it shows is always read, never added up.
  on: [taskOpened, taskClosed, readingSent].map((event) =>
    on(event, `tasks.tell-${event.name.split('.')[1]}`, async ({ kernel }, { personId }) =>
      kernel.realtime.toPerson(personId, 'tasks'),
    ),
  ),
  seed,
})
