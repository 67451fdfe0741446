import type { Keyring } from '#kernel/crypto'
import type { SealIdentity } from './rows.ts'

export { demoPeople } from './demo.ts'
export { isLoadUnfinished, type LoadOptions, loadProvince, runProvince } from './load.ts'

const purpose = 'directory.person.identity'
/** How an identity number is kept: a box only the server opens, and an index that finds it again. */
export const identitySeal =
  (keys: Keyring): SealIdentity =>
  (identityNumber) => ({ box: keys.seal(identityNumber, purpose), index: keys.blindIndex(purpose, identityNumber) })
