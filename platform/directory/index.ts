import { defineModule } from '#kernel/module'
import { registerSearch } from '#platform/search'
import { adminEvents, directoryApi, importAsked, structureChanged } from './contract.ts'
import { flushBudget, pruneBudget } from './server/budget.ts'
import { directorySearch } from './server/global-search.ts'
import { handlers } from './server/handlers.ts'
import { identityJobs, sealedIdentities } from './server/identity-number.ts'
import { startImports } from './server/import-run.ts'
import { sealedSamples } from './server/import-sample.ts'
import { sealedMobiles } from './server/mobile-number.ts'
import { scimRoutes } from './server/scim.ts'
import { sealPlain } from './server/seal-plain.ts'
import { seed } from './server/seed.ts'
import { structureJobs } from './server/structure-effect.ts'
import { startSyncHints, syncJobs } from './server/sync-hint.ts'
import { transferJobs } from './server/transfer.ts'

export { registerHandover } from './server/handover.ts'
export { mobileIndex, openMobile, openRows, readableMobile, type Sealed } from './server/mobile-number.ts'
export { closedToAll, notHidden, notMasked, visibleTo } from './server/open-view.ts'
export { registerStructureImpact } from './server/structure-impact.ts'
export { type Change, changeDirectory, createPerson, createUnit } from './server/write.ts'

export const directory = defineModule({
  name: 'directory',
  title: '组织目录',
  dependsOn: ['search'],
  folder: import.meta.dirname,
  api: directoryApi,
  handlers,
  raw: scimRoutes,
  events: [...adminEvents, importAsked, structureChanged],
  permissions: [
    { name: 'directory:import', title: '导入人员和单位', roles: ['unit-admin', 'system-admin'] },
    { name: 'directory:export', title: '导出人员和单位', roles: ['unit-admin', 'system-admin'] },
    { name: 'directory:manage', title: '管理单位和人员', roles: ['unit-admin', 'system-admin'] },
    { name: 'directory:identity', title: '查看公民身份号码', roles: ['unit-admin', 'system-admin'] },
    { name: 'directory:restructure', title: '办理机构改革', roles: ['unit-admin', 'system-admin'] },
    { name: 'directory:scim', title: '登记 SCIM 客户端', roles: ['system-admin'] },
    { name: 'directory:configure', title: '维护岗位职责种类', roles: ['system-admin'] },
    { name: 'directory:read', title: '查看通讯录', roles: ['clerk'] },
    { name: 'directory:visibility', title: '管理可见性规则', roles: ['unit-admin', 'system-admin'] },
    {
      name: 'directory:explain',
      title: '解释可见性',
      roles: ['unit-admin', 'system-admin', 'security-admin', 'auditor'],
    },
  ],
  sealed: [sealedIdentities, ...sealedMobiles, sealedSamples],
  jobs: [
    ...identityJobs,
    ...structureJobs,
    ...syncJobs,
    ...transferJobs,
    { name: 'directory.prune-budget', daily: '03:40', run: async (ctx) => void (await pruneBudget(ctx.sql, ctx.now)) },
  ],
  start: async (kernel) => {
    await sealPlain(kernel)
    for (const provider of directorySearch) registerSearch(kernel, provider)
    const stopImports = startImports(kernel)
    const stopHints = startSyncHints(kernel)
    return async () => {
      stopHints()
      await stopImports()
      await flushBudget(kernel)
    }
  },
  seed,
})
