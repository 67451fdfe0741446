import { defineModule } from '#kernel/module'
import { registerKeeper, registerRecords } from '#platform/forms'
import { appPublished, builtApi, promotionAsked } from './contract.ts'
import { keeper } from './server/keeper.ts'
import { consumers } from './server/on.ts'
import { startPromotions, wakePromotions } from './server/promote.ts'
import { seed } from './server/seed.ts'
import { handlers } from './server/service.ts'

registerKeeper('built', keeper)

export const built = defineModule({
  name: 'built',
  title: '自建应用',
  dependsOn: ['directory', 'forms', 'workflow'],
  reads: ['directory', 'forms', 'workflow'],
  folder: import.meta.dirname,
  api: builtApi,
  handlers,
  permissions: [
    { name: 'built:use', title: '使用自建应用', roles: ['clerk'] },
    { name: 'built:lead', title: '以领导身份查看自建应用的记录', roles: ['leader'] },
    { name: 'built:administer', title: '以单位管理员身份管理自建应用的记录', roles: ['unit-admin'] },
    { name: 'built:define', title: '搭建应用', roles: ['unit-admin'] },
    { name: 'built:publish', title: '审核发布应用', roles: ['leader', 'unit-admin'] },
  ],
  events: [promotionAsked, appPublished],
  on: consumers,
  jobs: [{ name: 'built.promote', everyMinutes: 1, run: async ({ kernel }) => wakePromotions(kernel) }],
  async start(kernel) {
    // Who may read a record of an application is asked of its keeper.
    registerRecords(kernel, 'built', { access: async () => null })
    return startPromotions(kernel)
  },
  seed,
})
