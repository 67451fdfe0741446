import { createClient } from '#kernel/web'
import { identityApi } from '../contract.ts'

export const identity = createClient(identityApi)
