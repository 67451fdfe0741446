import { z } from 'zod'
import { defineApi, del, get, Id, listInput, Moment, post } from '#kernel/contract'

/** What a person follows 我关注: a piece of business of some source, and how it stands now as far as the person may read it. */
export const Follow = z.object({
  id: z.uuid(),
  source: z.string(),
  reference: z.string(),
  matter: z.string(),
  title: z.string(),
  url: z.string(),
  sourceName: z.string().nullable(),
  createdAt: Moment,
  /** in the words of its source: 办理中：汇总会签意见; null when it says nothing, or not to this person any more */
  state: z
    .object({ words: z.string(), light: z.enum(['ok', 'warn', 'over', 'off']), at: Moment.nullable() })
    .nullable(),
})
export type Follow = z.infer<typeof Follow>

const permission = 'tasks:read'
/** One's own task, or what a service of the platform knows under this reference. */
const What = z.union([
  z.object({ taskId: z.uuid() }).strict(),
  z.object({ source: z.string().min(1).max(60), reference: z.string().min(1).max(200) }).strict(),
])

export const followsApi = defineApi({
  follows: get('/api/tasks/follows', {
    summary: '我关注的事',
    permission,
    input: listInput({}),
    output: z.object({ rows: z.array(Follow), next: z.string().nullable(), total: z.number().int().optional() }),
  }),
  followed: get('/api/tasks/follows/of', {
    summary: '是否关注了一件事',
    permission,
    input: z.object({ source: z.string().min(1).max(60), reference: z.string().min(1).max(200) }),
    output: z.object({ followId: z.uuid().nullable() }),
  }),
  followOne: get('/api/tasks/follows/:id', { summary: '关注的一件事', permission, input: Id, output: Follow }),
  follow: post('/api/tasks/follows', {
    summary: '关注',
    permission,
    input: z.object({ what: What }),
    output: z.object({ id: z.uuid() }),
  }),
  unfollow: del('/api/tasks/follows/:id', { summary: '不再关注', permission, input: Id, output: z.object({}) }),
})
