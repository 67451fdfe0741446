import { casesApi } from './contract/cases.ts'
import { catalogueApi } from './contract/catalogue.ts'
import { transferApi } from './contract/transfer.ts'

export * from './contract/cases.ts'
export * from './contract/catalogue.ts'
export * from './contract/completeness.ts'
export * from './contract/elements.ts'
export * from './contract/situation.ts'
export * from './contract/transfer.ts'
export * from './contract/words.ts'

export const mattersApi = { ...catalogueApi, ...transferApi, ...casesApi }
