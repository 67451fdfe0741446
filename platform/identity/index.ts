import { defineModule, on } from '#kernel/module'
import { personLeft } from '#platform/directory/contract'
import { identityApi, newDevice, openingAsked, sessionsEnded } from './contract.ts'
import { closeAccount } from './server/account-commands.ts'
import { endAccount, isProductionSafe, prune } from './server/end-sessions.ts'
import { foreignReader } from './server/foreign-tokens.ts'
import { seedGrants } from './server/grants-seed.ts'
import { startOpenings } from './server/opening-run.ts'
import { accessJob, accessPermissions } from './server/roles-permissions.ts'
import { guardDecisions, syncRoles } from './server/roles-sync.ts'
import { lendersOf, scopePredicate } from './server/scopes.ts'
import { handlers } from './server/service.ts'
import { cacheOf, createSessionCache } from './server/sessions.ts'
import { hasSms, logSms, registerSmsProvider } from './server/sms.ts'
import { sealedSecrets } from './server/totp.ts'

export { createAccount, grantRole } from './server/accounts.ts'
export { type Appointed, appointFirst, firstRoles, renewFirst } from './server/appoint.ts'
export { authenticateTokens, endPlatformSession } from './server/foreign-tokens.ts'
export { peopleWith } from './server/holders.ts'
export { registerSmsProvider } from './server/sms.ts'

export const identity = defineModule({
  name: 'identity',
  title: '身份',
  dependsOn: ['directory'],
  reads: ['directory', 'kernel'],
  folder: import.meta.dirname,
  api: identityApi,
  handlers,
  events: [sessionsEnded, newDevice, openingAsked],
  // Whoever left or retired is out at once, and the account closed; what they were granted ends with the day.
  on: [
    on(personLeft, 'identity.person-left', async (ctx, { personId }) => {
      await endAccount(ctx, personId)
      await closeAccount(ctx, personId)
    }),
    on(newDevice, 'identity.tell-new-device', async ({ kernel }, { personId, device, address }) => {
      if (personId) kernel.realtime.toPerson(personId, 'security', { device, address })
    }),
  ],
  permissions: [
    { name: 'identity:recover', title: '为人员找回账号', roles: ['unit-admin', 'system-admin', 'security-admin'] },
    {
      name: 'identity:accounts',
      title: '查看人员的账号',
      roles: ['unit-admin', 'system-admin', 'security-admin', 'auditor'],
    },
    { name: 'identity:open', title: '开通和管理人员的账号', roles: ['unit-admin', 'system-admin'] },
    ...accessPermissions,
  ],
  ports: {
    authenticate: async (kernel, token, unattended) =>
      foreignReader(token)?.(kernel, token!) ?? cacheOf(kernel)?.authenticate(token, unattended) ?? null,
    scope: scopePredicate,
    onBehalf: lendersOf,
  },
  sealed: [sealedSecrets],
  jobs: [accessJob, { name: 'identity.prune', daily: '03:20', run: async (ctx) => prune(ctx.sql, ctx.now) }],
  async start(kernel) {
    if (kernel.config.NODE_ENV === 'production' && !(await isProductionSafe(kernel)))
      throw new Error('数据库里有演示账号，生产环境拒绝启动。请换用不含演示数据的数据库。')
    await syncRoles(kernel)
    guardDecisions(kernel)
    if (kernel.config.NODE_ENV === 'development' && !hasSms(kernel)) registerSmsProvider(kernel, logSms(kernel))
    const cache = createSessionCache(kernel)
    const stopOpenings = startOpenings(kernel)
    return async () => {
      await stopOpenings()
      await cache.stop()
    }
  },
  seed: (seed) => seedGrants(seed),
})
