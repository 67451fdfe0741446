import { browseApi } from './contract/browse.ts'

export * from './contract/browse.ts'

export const directoryApi = { ...browseApi }
