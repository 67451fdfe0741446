import { defineModule } from '#kernel/module'
import { registerSearch } from '#platform/search'
import { attachmentsRemoved, noticeApi, noticePublished, noticeWithdrawn } from './contract.ts'
import { jobs } from './server/jobs.ts'
import { consumers } from './server/on.ts'
import { noticeSearch } from './server/search.ts'
import { seed } from './server/seed.ts'
import { handlers } from './server/service.ts'

export const notice = defineModule({
  name: 'notice',
  title: '通知公告',
  dependsOn: ['directory', 'search'],
  reads: ['directory'],
  folder: import.meta.dirname,
  api: noticeApi,
  handlers,
  events: [noticePublished, noticeWithdrawn, attachmentsRemoved],
  permissions: [
    { name: 'notice:read', title: '查看通知', roles: ['clerk'] },
    { name: 'notice:write', title: '起草通知', roles: ['clerk'] },
    { name: 'notice:publish', title: '审核发布通知', roles: ['leader', 'unit-admin'] },
  ],
  on: consumers,
  jobs,
  async start(kernel) {
    registerSearch(kernel, noticeSearch)
    return async () => undefined
  },
  seed,
})
