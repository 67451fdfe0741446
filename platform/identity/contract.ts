import { defineApi } from '#kernel/contract'
import { accountsApi } from './contract/accounts.ts'
import { recoveryApi } from './contract/recoveries.ts'
import { grantingApi } from './contract/roles.ts'
import { scanApi, securityApi } from './contract/security.ts'
import { sessionApi } from './contract/sessions.ts'

export * from './contract/accounts.ts'
export * from './contract/agent.ts'
export * from './contract/proofs.ts'
export * from './contract/recoveries.ts'
export * from './contract/roles.ts'
export * from './contract/security.ts'
export * from './contract/sessions.ts'

export const identityApi = defineApi({
  ...sessionApi,
  ...securityApi,
  ...scanApi,
  ...recoveryApi,
  ...grantingApi,
  ...accountsApi,
})
