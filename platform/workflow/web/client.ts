import { createClient } from '#kernel/web'
import { workflowApi } from '../contract.ts'

export const cases = createClient(workflowApi)
