import { defineModule } from '#kernel/module'
import { keyRotated, keysApi } from './contract.ts'
import { stepAlone } from './server/rotation.ts'
import { handlers } from './server/service.ts'

export const keys = defineModule({
  name: 'keys',
  title: '数据密钥',
  dependsOn: [],
  reads: ['kernel'],
  folder: import.meta.dirname,
  api: keysApi,
  handlers,
  events: [keyRotated],
  permissions: [
    { name: 'keys:read', title: '查看数据密钥', roles: ['system-admin', 'security-admin', 'auditor'] },
    { name: 'keys:rotate', title: '轮换数据密钥', roles: ['security-admin'] },
  ],
  jobs: [{ name: 'keys.rotation', everyMinutes: 1, runLong: (kernel) => stepAlone(kernel) }],
})
