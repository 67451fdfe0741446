import { createClient } from '#kernel/web'
import { uploadFetch } from '#ui'
import { mattersApi } from '../contract.ts'

export const matters = createClient(mattersApi, { fetch: uploadFetch })
