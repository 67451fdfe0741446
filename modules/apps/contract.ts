import { defineApi } from '#kernel/contract'
import { healthApi } from './contract/health.ts'
import { mineApi } from './contract/mine.ts'
import { openApi } from './contract/open.ts'
import { registerApi } from './contract/register.ts'
import { webhooksApi } from './contract/webhooks.ts'

export * from './contract/content.ts'
export * from './contract/health.ts'
export * from './contract/mine.ts'
export * from './contract/open.ts'
export * from './contract/register.ts'
export * from './contract/webhooks.ts'

export const appsApi = defineApi({ ...registerApi, ...mineApi, ...healthApi, ...openApi, ...webhooksApi })
