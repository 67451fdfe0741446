import { useShell } from '#ui'
import { readMemory } from './account-memory.ts'

/** Whose contacts these are: the id of the signed-in person. */
export function useAccount(): string {
  return useShell().session.personId
}

/** People the account was in touch with lately, newest first, for the searches to put first. */
export const recentIds = (account: string): string[] => readMemory(account).recent.map(({ id }) => id)
