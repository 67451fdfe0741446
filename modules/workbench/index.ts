import { defineModule } from '#kernel/module'
import { workbenchApi } from './contract.ts'
import { handlers } from './server/service.ts'

export const workbench = defineModule({
  name: 'workbench',
  title: '工作台',
  dependsOn: ['directory'],
  reads: ['directory'],
  folder: import.meta.dirname,
  api: workbenchApi,
  handlers,
  permissions: [
    { name: 'workbench:read', title: '使用工作台', roles: ['clerk'] },
    { name: 'workbench:arrange', title: '安排单位的工作台', roles: ['unit-admin'] },
  ],
})
