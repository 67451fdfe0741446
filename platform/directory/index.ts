import { defineModule } from '#kernel/module'
import { adminEvents, directoryApi } from './contract.ts'
import { handlers } from './server/handlers.ts'
import { seed } from './server/seed.ts'
import { startSyncHints, syncJobs } from './server/sync-hint.ts'

export { type Handover, registerHandover } from './server/handover.ts'

export const directory = defineModule({
  name: 'directory',
  title: '组织目录',
  dependsOn: [],
  folder: import.meta.dirname,
  api: directoryApi,
  handlers,
  events: [...adminEvents],
  permissions: [
    { name: 'directory:manage', title: '管理单位和人员', roles: ['unit-admin', 'system-admin'] },
    { name: 'directory:identity', title: '查看公民身份号码', roles: ['unit-admin', 'system-admin'] },
    { name: 'directory:configure', title: '维护岗位职责种类', roles: ['system-admin'] },
    { name: 'directory:read', title: '查看通讯录', roles: ['clerk'] },
    { name: 'directory:visibility', title: '管理可见性规则', roles: ['unit-admin', 'system-admin'] },
    { name: 'directory:explain', title: '解释可见性', roles: ['unit-admin', 'system-admin', 'security-admin', 'auditor'] },
  ],
  jobs: [...syncJobs],
  start: async (kernel) => {
    const stopHints = startSyncHints(kernel)
    return async () => stopHints()
  },
  seed,
})
