import { defineApi } from '#kernel/contract'
import { auditApi } from './contract/audit.ts'
import { sessionApi } from './contract/sessions.ts'

export * from './contract/audit.ts'
export * from './contract/sessions.ts'

export const identityApi = defineApi({ ...sessionApi, ...auditApi })
