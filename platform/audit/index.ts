import { defineModule } from '#kernel/module'
import { auditApi } from './contract.ts'
import { auditGauges } from './server/gauges.ts'
import { sealedAuditKeys } from './server/keys.ts'
import { startSequencer } from './server/sequencer.ts'
import { handlers } from './server/service.ts'

export { type Verdict, verifyExport } from './server/verify.ts'

export const audit = defineModule({
  name: 'audit',
  title: '审计',
  dependsOn: [],
  reads: ['kernel'],
  folder: import.meta.dirname,
  api: auditApi,
  handlers,
  permissions: [{ name: 'audit:read', title: '查看审计记录', roles: ['auditor'] }],
  sealed: [sealedAuditKeys],
  async start(kernel) {
    auditGauges(kernel)
    if (!kernel.config.JOBS) return async () => undefined
    const sequencer = startSequencer(kernel)
    return () => sequencer.stop()
  },
})
