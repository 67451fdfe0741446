import { adminApi } from './contract/admin.ts'
import { booksApi } from './contract/books.ts'
import { browseApi } from './contract/browse.ts'
import { historyApi } from './contract/history.ts'
import { syncApi } from './contract/sync.ts'
import { visibilityApi } from './contract/visibility.ts'

export * from './contract/admin.ts'
export * from './contract/books.ts'
export * from './contract/browse.ts'
export * from './contract/history.ts'
export * from './contract/sync.ts'
export * from './contract/visibility.ts'

export const directoryApi = { ...adminApi, ...booksApi, ...browseApi, ...historyApi, ...syncApi, ...visibilityApi }
