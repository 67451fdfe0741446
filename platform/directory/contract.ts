import { adminApi } from './contract/admin.ts'
import { booksApi } from './contract/books.ts'
import { browseApi } from './contract/browse.ts'
import { historyApi } from './contract/history.ts'
import { scimApi } from './contract/scim.ts'
import { structureApi } from './contract/structure.ts'
import { syncApi } from './contract/sync.ts'
import { transferApi } from './contract/transfer.ts'
import { visibilityApi } from './contract/visibility.ts'

export * from './contract/admin.ts'
export * from './contract/books.ts'
export * from './contract/browse.ts'
export {
  creditCodeFault,
  identityNumberFault,
  mobileFault,
  normaliseCreditCode,
  normaliseIdentityNumber,
  normaliseMobile,
} from './contract/codes.ts'
export * from './contract/history.ts'
export * from './contract/scim.ts'
export * from './contract/structure.ts'
export * from './contract/sync.ts'
export * from './contract/transfer.ts'
export * from './contract/visibility.ts'

export const directoryApi = {
  ...adminApi,
  ...booksApi,
  ...browseApi,
  ...historyApi,
  ...scimApi,
  ...structureApi,
  ...syncApi,
  ...transferApi,
  ...visibilityApi,
}
