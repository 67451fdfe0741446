import { createClient } from '#kernel/web'
import { directoryApi } from '#platform/directory/contract'
import { uploadFetch } from '#ui'
import { noticeApi } from '../contract.ts'

export const notices = createClient(noticeApi, { fetch: uploadFetch })
export const directory = createClient(directoryApi)
