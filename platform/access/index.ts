import { defineModule } from '#kernel/module'
import { accessApi, policyActivated } from './contract.ts'
import { createEngine, ensurePolicy } from './server/engine.ts'
import { prune } from './server/records.ts'
import { engines, handlers } from './server/service.ts'

export const access = defineModule({
  name: 'access',
  title: '零信任访问',
  dependsOn: ['calendar', 'identity'],
  reads: ['calendar', 'identity', 'kernel'],
  folder: import.meta.dirname,
  api: accessApi,
  handlers,
  events: [policyActivated],
  permissions: [
    { name: 'access:read', title: '查看访问策略', roles: ['system-admin', 'security-admin', 'auditor'] },
    { name: 'access:propose', title: '提出访问策略', roles: ['system-admin'] },
    { name: 'access:approve', title: '启用访问策略、维护网络区域', roles: ['security-admin'] },
  ],
  ports: {
    decide: async (kernel, request) => engines.get(kernel)!.decide(request),
  },
  jobs: [{ name: 'access.prune', daily: '03:40', runLong: (kernel) => prune(kernel) }],
  async start(kernel) {
    await ensurePolicy(kernel)
    const engine = createEngine(kernel)
    engines.set(kernel, engine)
    return () => engine.stop()
  },
})
