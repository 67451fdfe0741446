import { defineModule } from '#kernel/module'
import { authenticateTokens } from '#platform/identity'
import { registerApplications } from '#platform/tasks'
import { applicationChanged, appsApi, deliveryDue, iconsRemoved } from './contract.ts'
import { readToken } from './server/bearer.ts'
import { callingApplication } from './server/calling.ts'
import { consumers, jobs } from './server/jobs.ts'
import { lookAgain } from './server/memory.ts'
import { sealedSigningKeys } from './server/oidc/keys.ts'
import { sendLogouts } from './server/oidc/logout.ts'
import { oidcMount } from './server/oidc/mount.ts'
import { APP_TOKEN } from './server/oidc/tokens.ts'
import { seed } from './server/seed.ts'
import { handlers } from './server/service.ts'
import { startUsage } from './server/usage.ts'
import { sealedWebhooks, startSending, webhookConsumers, webhookJobs } from './server/webhooks/index.ts'

export const apps = defineModule({
  name: 'apps',
  title: '应用中心',
  dependsOn: ['directory', 'identity', 'tasks'],
  reads: ['directory', 'identity'],
  folder: import.meta.dirname,
  api: appsApi,
  handlers,
  mounts: [oidcMount],
  events: [applicationChanged, iconsRemoved, deliveryDue],
  permissions: [
    { name: 'apps:use', title: '使用应用', roles: ['clerk'] },
    { name: 'apps:register', title: '登记应用', roles: ['unit-admin', 'system-admin'] },
    { name: 'apps:approve', title: '审核应用', roles: ['security-admin'] },
    { name: 'apps:operate', title: '监测、停用应用', roles: ['system-admin', 'security-admin'] },
    // Held by applications with the scope, by nobody else.
    { name: 'apps:open-directory', title: '应用读取通讯录', roles: [] },
  ],
  on: [...consumers, ...webhookConsumers],
  jobs: [...jobs, ...webhookJobs],
  sealed: [...sealedWebhooks, sealedSigningKeys],
  seed,
  async start(kernel) {
    authenticateTokens(APP_TOKEN, readToken)
    registerApplications(callingApplication)
    const stopUsage = startUsage(kernel)
    const stopSending = startSending(kernel)
    const stopLooking = kernel.bus.subscribe('event.apps.application-changed', () => lookAgain(kernel))
    // Told at once where the session ended; the job takes what is left over.
    const stopBus = kernel.bus.subscribe('event.identity.sessions-ended', () => {
      setTimeout(() => sendLogouts(kernel).catch((error) => kernel.log.warn({ err: error }, '退出通知')), 1000).unref()
    })
    return async () => {
      stopBus()
      stopLooking()
      await stopSending()
      await stopUsage()
    }
  },
})
