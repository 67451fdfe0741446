import { createClient } from '#kernel/web'
import { accessApi } from '../contract.ts'

export const access = createClient(accessApi)
