import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { apiQuery } from '#kernel/web'
import type { PersonCard } from '../contract.ts'
import { readMemory, rememberHome } from './account-memory.ts'
import { directory } from './client.ts'

/** The post that says where a person belongs: the main one, else the first. */
export const mainPost = (card: Pick<PersonCard, 'posts'>) =>
  card.posts.find(({ kind, validTo }) => kind === 'main' && validTo === null) ?? card.posts[0]

/** The reader's own unit: remembered at once, then as the server says; `undefined` while neither is known. */
export function useHome(account: string): { home: string | undefined; settled: boolean } {
  const me = useQuery(apiQuery(directory.person, { id: account }))
  const said = me.data && mainPost(me.data)?.org.id
  useEffect(() => {
    if (said) rememberHome(account, said)
  }, [account, said])
  return { home: said ?? readMemory(account).home, settled: !me.isPending }
}
