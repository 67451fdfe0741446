import { defineModule } from '#kernel/module'
import { directoryApi } from './contract.ts'
import { handlers } from './server/handlers.ts'
import { seed } from './server/seed.ts'

export const directory = defineModule({
  name: 'directory',
  title: '组织目录',
  dependsOn: [],
  folder: import.meta.dirname,
  api: directoryApi,
  handlers,
  permissions: [
    { name: 'directory:read', title: '查看通讯录', roles: ['clerk'] },
    { name: 'directory:visibility', title: '管理可见性规则', roles: ['unit-admin', 'system-admin'] },
    { name: 'directory:explain', title: '解释可见性', roles: ['unit-admin', 'system-admin', 'security-admin', 'auditor'] },
  ],
  seed,
})
