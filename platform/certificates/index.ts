import { defineModule, on } from '#kernel/module'
import { certificateExpiring, certificateIssued, certificateRevoked, certificatesApi } from './contract.ts'
import { ensureAuthority, republish, sealedKeys } from './server/authority.ts'
import { seed } from './server/seed.ts'
import { handlers } from './server/service.ts'
import { tellOperators } from './server/tell.ts'
import { warnOfExpiry } from './server/warn.ts'

export { verifySignature } from './server/verify.ts'

export const certificates = defineModule({
  name: 'certificates',
  title: '数字证书',
  dependsOn: ['directory', 'identity', 'tasks'],
  reads: ['directory'],
  folder: import.meta.dirname,
  api: certificatesApi,
  handlers,
  events: [certificateIssued, certificateRevoked, certificateExpiring],
  on: [on(certificateExpiring, 'certificates.tell-operators', tellOperators)],
  permissions: [
    { name: 'certificates:read', title: '查看证书', roles: ['system-admin', 'security-admin', 'auditor'] },
    { name: 'certificates:manage', title: '签发、导入、吊销证书', roles: ['security-admin'] },
    { name: 'certificates:propose', title: '提出信任的根证书', roles: ['system-admin'] },
    { name: 'certificates:approve', title: '批准、停用信任的根证书', roles: ['security-admin'] },
  ],
  sealed: [sealedKeys],
  jobs: [
    { name: 'certificates.publish-lists', daily: '02:10', runLong: (kernel) => republish(kernel) },
    { name: 'certificates.warn', daily: '06:10', run: async (ctx) => warnOfExpiry(ctx) },
  ],
  async start(kernel) {
    await ensureAuthority(kernel)
    return async () => undefined
  },
  seed,
})
