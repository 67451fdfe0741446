import { createClient } from '#kernel/web'
import { uploadFetch } from '#ui'
import { formsApi } from '../contract.ts'

export const formsClient = createClient(formsApi, { fetch: uploadFetch })
