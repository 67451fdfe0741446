import { createClient } from '#kernel/web'
import { keysApi } from '../contract.ts'

export const keys = createClient(keysApi)
