import { z } from 'zod'
import { defineApi, get } from '#kernel/contract'

const Path = z.string().startsWith('/').max(500)

/** One hit. `path` is a page of the product; `kind` is the word shown beside it. */
export const SearchItem = z.object({
  id: z.string().max(200),
  title: z.string().max(300),
  subtitle: z.string().max(500),
  path: Path,
  kind: z.string().max(40),
  /** pinyin of the title, a space between syllables: marked like the title where it answers the words */
  reading: z.string().max(600).optional(),
  /** the heading it stands under within its kind, nearest first: 本单位, 本县 */
  group: z.string().max(40).optional(),
  /** a human being: shown with the round picture */
  person: z.boolean().optional(),
  /** where else it leads: 到所在单位 */
  aside: z.object({ label: z.string().max(20), path: Path }).optional(),
})
export type SearchItem = z.infer<typeof SearchItem>

export const SearchGroup = z.object({
  id: z.string(),
  title: z.string(),
  /** what may be typed to find this kind: 支持汉字、全拼、首字母 */
  hint: z.string().optional(),
  items: z.array(SearchItem),
  /** there are further ones that nobody counted: "20+" */
  more: z.boolean(),
  /** this kind could not be searched just now; the others were */
  unavailable: z.boolean(),
  /** why, when the person can do something about it */
  detail: z.string().optional(),
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
      /** ids of hits the caller opened lately, newest first; they come first again */
      recent: z.array(z.string().max(200)).max(50).default([]),
    }),
    output: z.object({ groups: z.array(SearchGroup) }),
    limit: { max: 300, seconds: 60 },
  }),
})
