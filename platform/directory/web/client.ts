import { createClient } from '#kernel/web'
import { directoryApi } from '../contract.ts'

export const directory = createClient(directoryApi)
