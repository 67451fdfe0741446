import { defineModule } from '#kernel/module'
import { searchApi } from './contract.ts'
import { handlers } from './server/search.ts'

export { registerSearch, type SearchHits, type SearchProvider } from './server/providers.ts'
export { readingOf } from './server/readings.ts'
export { queryTokens, segment, toTsQueryText, toTsVectorText } from './server/tokens.ts'

export const search = defineModule({
  name: 'search',
  title: '搜索',
  dependsOn: [],
  folder: import.meta.dirname,
  api: searchApi,
  handlers,
})
