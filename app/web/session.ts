import { queryOptions } from '@tanstack/react-query'
import { createClient } from '#kernel/web'
import { identityApi, type Session } from '#platform/identity/contract'

export type { Session }

// without onUnauthenticated: a wrong password is an answer to the form, not the end of a session
export const sessionClient = createClient({
  read: identityApi.session,
  signIn: identityApi.signIn,
  signOut: identityApi.signOut,
})

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => sessionClient.read({}, { signal }),
  staleTime: 5 * 60_000,
})
