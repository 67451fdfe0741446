import { createClient } from '#kernel/web'
import { directoryApi } from '#platform/directory/contract'
import { certificatesApi } from '../contract.ts'

export const certificates = createClient(certificatesApi)
export const directory = createClient(directoryApi)
