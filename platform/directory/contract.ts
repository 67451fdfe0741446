import { browseApi } from './contract/browse.ts'
import { visibilityApi } from './contract/visibility.ts'

export * from './contract/browse.ts'
export * from './contract/visibility.ts'

export const directoryApi = { ...browseApi, ...visibilityApi }
