import { createClient } from '#kernel/web'
import { directoryApi } from '#platform/directory/contract'
import { sessionApi } from '#platform/identity/contract'
import { appsApi } from '../contract.ts'

export const apps = createClient(appsApi)
export const directory = createClient(directoryApi)
export const sessions = createClient(sessionApi)
