import { createClient } from '#kernel/web'
import { tasksApi } from '../contract.ts'

export const tasks = createClient(tasksApi)
