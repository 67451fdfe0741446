import { defineModule } from '#kernel/module'
import { registerSearch } from '#platform/search'
import { catalogueChanged, matterPublished, matterRepealed, mattersApi } from './contract.ts'
import { handlers } from './server/handlers.ts'
import { jobs } from './server/jobs.ts'
import { consumers } from './server/on.ts'
import { matterSearch } from './server/search.ts'
import { seed } from './server/seed.ts'

export const matters = defineModule({
  name: 'matters',
  title: '事项',
  dependsOn: ['directory', 'search'],
  reads: ['directory'],
  folder: import.meta.dirname,
  api: mattersApi,
  handlers,
  events: [matterPublished, matterRepealed, catalogueChanged],
  permissions: [
    { name: 'matters:read', title: '查看事项', roles: ['clerk'] },
    { name: 'matters:edit', title: '编制和认领事项', roles: ['unit-admin'] },
    { name: 'matters:approve', title: '审核事项', roles: ['leader', 'unit-admin'] },
  ],
  on: consumers,
  jobs,
  async start(kernel) {
    registerSearch(kernel, matterSearch)
    return async () => undefined
  },
  seed,
})
