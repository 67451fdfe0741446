import { defineModule } from '#kernel/module'
import { registerTaskSource } from '#platform/tasks'
import { designingApi } from './contract/designing.ts'
import { effectAsked, instanceAdvanced, instanceEnded, workflowApi } from './contract.ts'
import { jobs } from './server/alarms.ts'
import { callJobs } from './server/calls.ts'
import { designing } from './server/designing.ts'
import { consumers } from './server/effects.ts'
import { registerForms } from './server/form.ts'
import { handoverJobs, offerHandover } from './server/hand-over.ts'
import { inbox } from './server/inbox.ts'
import { migrationJobs } from './server/migrate-instances.ts'
import { onCalendar, onHours, reckonJobs } from './server/reckon.ts'
import { seed } from './server/seed.ts'
import { handlers } from './server/service.ts'

export { recordAbsence, withdrawAbsence } from './server/absences.ts'
export { accessOfCase } from './server/form.ts'
export { publishFile, publishGraph } from './server/publish.ts'
export { startInstance } from './server/service.ts'
export { registerCall, registerService } from './server/services.ts'

registerTaskSource('workflow', inbox)

export const workflow = defineModule({
  name: 'workflow',
  title: '流程',
  dependsOn: ['calendar', 'directory', 'forms', 'identity', 'tasks'],
  reads: ['directory', 'forms', 'identity', 'tasks'],
  folder: import.meta.dirname,
  api: { ...workflowApi, ...designingApi },
  handlers: { ...handlers, ...designing },
  permissions: [
    { name: 'workflow:start', title: '发起流程', roles: ['clerk'] },
    { name: 'workflow:handle', title: '办理流程', roles: ['clerk'] },
    { name: 'workflow:design', title: '设计流程', roles: ['unit-admin'] },
    { name: 'workflow:publish', title: '发布流程定义', roles: ['unit-admin'] },
    { name: 'workflow:administer', title: '管理本单位的办件', roles: ['unit-admin'] },
  ],
  events: [instanceAdvanced, instanceEnded, effectAsked],
  on: [...consumers, onCalendar, onHours],
  jobs: [...jobs, ...callJobs, ...handoverJobs, ...migrationJobs, ...reckonJobs],
  async start(kernel) {
    offerHandover(kernel)
    registerForms(kernel)
    return async () => undefined
  },
  seed,
})
