import { createClient } from '#kernel/web'
import { auditApi } from '../contract.ts'

export const audit = createClient(auditApi)
