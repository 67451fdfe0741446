import { createClient } from '#kernel/web'
import { designingApi } from '../contract/designing.ts'
import { workflowApi } from '../contract.ts'

export const cases = createClient(workflowApi)
export const designs = createClient(designingApi)
