import { useShell } from '#ui'
import { readMemory } from './account-memory.ts'

// the global search box calls its providers without telling whose session it is
let known: string | undefined

/** Whose contacts these are: the id of the signed-in person. */
export function useAccount(): string {
  known = useShell().session.personId
  return known
}

/** People the account was in touch with lately, for the search to put first; none before a contacts page was opened. */
export const recentIds = (account = known): string[] | undefined => {
  const ids = account === undefined ? [] : readMemory(account).recent.map(({ id }) => id)
  return ids.length > 0 ? ids : undefined
}
