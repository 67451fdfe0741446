import { createClient } from '#kernel/web'
import { appsApi } from '../contract.ts'

export const apps = createClient(appsApi)
