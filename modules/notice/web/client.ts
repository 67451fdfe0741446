import { createClient } from '#kernel/web'
import { directoryApi } from '#platform/directory/contract'
import { noticeApi } from '../contract.ts'

export const notices = createClient(noticeApi)
export const directory = createClient(directoryApi)
