import { useUrlState } from '#ui'

/** What a shared address of the contacts page carries. */
const DEFAULTS = {
  /** the unit shown; empty: the reader's own, or that of the person */
  unit: '',
  /** the person whose card is open */
  person: '',
  /** the unit last opened in the tree by hand */
  open: '',
  q: '',
  /** `mine`: the left pane shows 常用; `books`: 行业 */
  tab: '',
  /** the address book shown, under `books` */
  book: '',
  /** `units`: of a unit with people and lower units, the lower units */
  view: '',
  /** `unit`: on narrow screens the unit's own card covers the list */
  info: '',
}
export const useContactsState = () => useUrlState(DEFAULTS)
export type ContactsState = ReturnType<typeof useContactsState>[0]
export type ChangeContacts = ReturnType<typeof useContactsState>[1]
