import { z } from 'zod'
import { defineApi, get } from '#kernel/contract'

/** One hit. `path` is a page of the product; `kind` is the word shown beside it. */
export const SearchItem = z.object({
  id: z.string().max(200),
  title: z.string().max(300),
  subtitle: z.string().max(500),
  path: z.string().startsWith('/').max(500),
  kind: z.string().max(40),
})
export type SearchItem = z.infer<typeof SearchItem>

export const SearchGroup = z.object({
  id: z.string(),
  title: z.string(),
  items: z.array(SearchItem),
  /** there are further ones that nobody counted: "20+" */
  more: z.boolean(),
  /** this kind could not be searched just now; the others were */
  unavailable: z.boolean(),
})
export type SearchGroup = z.infer<typeof SearchGroup>

export const searchApi = defineApi({
  search: get('/api/search', {
    summary: '全局搜索',
    permission: 'signed-in',
    input: z.object({
      q: z.string().trim().min(1).max(100),
      /** ids of providers; all that the caller may ask when absent */
      kinds: z.array(z.string().max(60)).max(50).optional(),
    }),
    output: z.object({ groups: z.array(SearchGroup) }),
    limit: { max: 300, seconds: 60 },
  }),
})
