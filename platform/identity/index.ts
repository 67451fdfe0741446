import { defineModule, type Kernel, on } from '#kernel/module'
import { personLeft } from '#platform/directory/contract'
import { identityApi, sessionsEnded } from './contract.ts'
import { syncRoles } from './server/roles.ts'
import { scopePredicate } from './server/scopes.ts'
import { handlers } from './server/service.ts'
import { createSessionCache, type SessionCache } from './server/sessions.ts'
import { endAccount, isProductionSafe, pruneSessions } from './server/sign-in.ts'

export { createAccount, grantRole } from './server/accounts.ts'

const caches = new WeakMap<Kernel, SessionCache>()

export const identity = defineModule({
  name: 'identity',
  title: '身份',
  dependsOn: ['directory'],
  reads: ['directory', 'kernel'],
  folder: import.meta.dirname,
  api: identityApi,
  handlers,
  events: [sessionsEnded],
  // Whoever left or retired is out at once; what they were granted ends with the day.
  on: [on(personLeft, 'identity.person-left', async (ctx, { personId }) => endAccount(ctx, personId))],
  permissions: [{ name: 'audit:read', title: '查看审计记录', roles: ['auditor'] }],
  ports: {
    authenticate: async (kernel, token) => caches.get(kernel)?.authenticate(token) ?? null,
    scope: scopePredicate,
  },
  jobs: [{ name: 'identity.prune', daily: '03:20', run: async (ctx) => void (await pruneSessions(ctx.sql, ctx.now)) }],
  async start(kernel) {
    if (kernel.config.NODE_ENV === 'production' && !(await isProductionSafe(kernel)))
      throw new Error('数据库里有演示账号，生产环境拒绝启动。请换用不含演示数据的数据库。')
    await syncRoles(kernel)
    const cache = createSessionCache(kernel)
    caches.set(kernel, cache)
    return async () => cache.stop()
  },
})
