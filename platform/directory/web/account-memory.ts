/** What this browser remembers of one account's contacts; gone with the sign-out or with the next account. */
export interface AccountMemory {
  /** the unit the person belongs to: the tree opens there before the server has answered */
  home?: string
  recent: RecentPerson[]
}
export interface RecentPerson {
  id: string
  name: string
  title: string
  unitName: string
}

const KEY = 'qt.contacts'
const KEEP = 50

interface Kept extends AccountMemory {
  account: string
}

/** Of this account only: another one's is never read, and overwritten by the first thing remembered. */
export function readMemory(account: string): AccountMemory {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Kept | null
    return kept?.account === account && Array.isArray(kept.recent) ? kept : { recent: [] }
  } catch {
    return { recent: [] }
  }
}

function write(account: string, memory: AccountMemory): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...memory, account } satisfies Kept))
  } catch {
    // a locked-down browser costs the memory, not the page
  }
}

export const rememberHome = (account: string, home: string): void => write(account, { ...readMemory(account), home })

export const rememberPerson = (account: string, person: RecentPerson): void => {
  const memory = readMemory(account)
  write(account, { ...memory, recent: withPerson(memory.recent, person) })
}

/** Newest first, each person once. */
export const withPerson = (recent: readonly RecentPerson[], person: RecentPerson): RecentPerson[] =>
  [person, ...recent.filter(({ id }) => id !== person.id)].slice(0, KEEP)

export function forgetMemory(): void {
  try {
    localStorage.removeItem(KEY)
  } catch {
    // nothing was kept, so nothing is left
  }
}
