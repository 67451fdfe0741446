import { createClient } from '#kernel/web'
import { certificatesApi } from '../contract.ts'

export const certificates = createClient(certificatesApi)
