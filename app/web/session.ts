import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { defineApi, del, Empty, get, post } from '#kernel/contract'
import { createClient } from '#kernel/web'

// The shape of identity's own contract; replace by `#platform/identity/contract` where that exports it.
const Session = z.object({
  signedIn: z.boolean(),
  demo: z.boolean(),
  version: z.string(),
  actor: z
    .object({
      personId: z.string(),
      name: z.string(),
      unitName: z.string(),
      orgName: z.string(),
      permissions: z.array(z.string()),
    })
    .optional(),
  demoAccounts: z.array(z.object({ account: z.string(), name: z.string(), role: z.string() })).optional(),
})
export type Session = z.infer<typeof Session>

const sessionApi = defineApi({
  read: get('/api/session', { summary: '查看登录状态', permission: 'public', input: Empty, output: Session }),
  signIn: post('/api/session', {
    summary: '登录',
    permission: 'public',
    input: z.object({ account: z.string(), password: z.string() }),
    output: Session,
  }),
  signOut: del('/api/session', { summary: '退出', permission: 'signed-in', input: Empty, output: Empty }),
})

// without onUnauthenticated: a wrong password is an answer to the form, not the end of a session
export const sessionClient = createClient(sessionApi)

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => sessionClient.read({}, { signal }),
  staleTime: 5 * 60_000,
})
