import { createClient } from '#kernel/web'
import { tasksApi } from '#platform/tasks/contract'
import { workflowApi } from '#platform/workflow/contract'
import { workbenchApi } from '../contract.ts'

export const workbench = createClient(workbenchApi)
export const tasks = createClient(tasksApi)
export const cases = createClient(workflowApi)
