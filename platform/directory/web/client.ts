import { createClient } from '#kernel/web'
import { uploadFetch } from '#ui'
import { directoryApi } from '../contract.ts'

export const directory = createClient(directoryApi, { fetch: uploadFetch })
