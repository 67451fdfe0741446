import { defineModule } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { registerRecords } from '#platform/forms'
import { registerSearch } from '#platform/search'
import { caseEnded, catalogueChanged, importAsked, matterPublished, matterRepealed, mattersApi } from './contract.ts'
import { fillBundleForms } from './server/bundle-form.ts'
import { handlers } from './server/handlers.ts'
import { imports } from './server/import.ts'
import { jobs } from './server/jobs.ts'
import { consumers } from './server/on.ts'
import { publishProcesses } from './server/processes/index.ts'
import { caseRecords } from './server/records.ts'
import { matterSearch } from './server/search.ts'
import { seed } from './server/seed.ts'

export const matters = defineModule({
  name: 'matters',
  title: '事项',
  dependsOn: ['calendar', 'directory', 'forms', 'identity', 'search', 'tasks', 'workflow'],
  reads: ['directory', 'identity', 'tasks', 'workflow'],
  folder: import.meta.dirname,
  api: mattersApi,
  handlers,
  events: [matterPublished, matterRepealed, catalogueChanged, importAsked, caseEnded],
  permissions: [
    { name: 'matters:read', title: '查看事项', roles: ['clerk'] },
    { name: 'matters:apply', title: '申请办事', roles: ['clerk'] },
    { name: 'matters:edit', title: '编制和认领事项', roles: ['unit-admin'] },
    { name: 'matters:approve', title: '审核事项', roles: ['leader', 'unit-admin'] },
  ],
  on: consumers,
  jobs,
  async start(kernel) {
    registerSearch(kernel, matterSearch)
    registerRecords(kernel, 'matters', caseRecords)
    await asSystem(kernel, async (ctx) => {
      await publishProcesses(ctx)
      await fillBundleForms(ctx)
    })
    return imports.start(kernel)
  },
  seed,
})
