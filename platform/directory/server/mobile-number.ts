import { type Keyring, SealedBoxError } from '#kernel/crypto'
import { AppError } from '#kernel/errors'
import type { Kernel, SealedColumn } from '#kernel/module'

const INDEX = 'directory.mobile'
const TAIL = 'directory.mobile-tail'
/** The box is of this person: copied to another's row it does not open. */
const boundTo = (personId: string): string => `directory.person.mobile/${personId}`

/** What a rotation of the data keys seals anew. The place of a version begins with its person. */
export const sealedMobiles: readonly SealedColumn[] = [
  { table: 'directory.person', key: 'id', column: 'mobile', aad: boundTo },
  {
    table: 'directory.person_version',
    key: 'mobile_place',
    column: 'mobile',
    aad: (place) => boundTo(place.slice(0, 36)),
  },
]

/** The blind index of a whole number, normalised. */
export const mobileIndex = (keys: Keyring, mobile: string): Buffer => keys.blindIndex(INDEX, mobile)

// 10 + 100 + 1,000 + 10,000 beginnings at most: a loader of millions asks for the same ones again and again.
const pieces = new WeakMap<Keyring, Map<string, string>>()
const pieceOf = (keys: Keyring, digits: string): string => {
  const known = pieces.get(keys) ?? new Map<string, string>()
  pieces.set(keys, known)
  const piece = known.get(digits) ?? keys.blindIndex(TAIL, digits).toString('hex', 0, 4)
  known.set(digits, piece)
  return piece
}
/**
 * The blind index of a tail, digit by digit: 32 bits of HMAC-SM3 of each beginning in turn. What 27 gives is what 2716 begins with, so
 * that half a tail is found by a range of the same index.
 */
export const tailIndex = (keys: Keyring, digits: string): string =>
  [...digits].map((_, at) => pieceOf(keys, digits.slice(0, at + 1))).join('')

const TAIL_DIGITS = 4
/** The last digits by which a number is found. */
export const tailOf = (digits: string): string => digits.slice(-TAIL_DIGITS)

export interface SealedMobile {
  box: Buffer
  index: Buffer
  tail: string | null
}
/** Seals a person's number for storage: the box to keep and the blind indexes to find it again. */
export const sealMobile = (keys: Keyring, mobile: string, personId: string): SealedMobile => ({
  box: keys.seal(mobile, boundTo(personId)),
  index: mobileIndex(keys, mobile),
  tail: mobile.length < TAIL_DIGITS ? null : tailIndex(keys, tailOf(mobile)),
})

/** Opens a box of this person's; 500 `sealed-mobile` when it was changed, is somebody else's, or its key is not here. */
export const openMobile = (keys: Keyring, box: Buffer, personId: string): string => {
  try {
    return keys.open(box, boundTo(personId)).toString('utf8')
  } catch (error) {
    if (!(error instanceof SealedBoxError)) throw error
    throw new AppError(500, 'sealed-mobile', `手机号无法解密。${error.message}`, { extra: { personId } })
  }
}

/** The number for a list, null without one. One that does not open is one number lost, not the whole list; whoever runs the server is told. */
export const readableMobile = (kernel: Kernel, box: Buffer | null, personId: string): string | null => {
  try {
    return box && openMobile(kernel.keys, box, personId)
  } catch (error) {
    kernel.log.error({ err: error, personId }, '手机号无法解密')
    return null
  }
}

/** A row as the database gives it: the number is a box, or null when the reader must not see it. */
export type Sealed<R extends { mobile: string | null }> = Omit<R, 'mobile'> & { mobile: Buffer | null }
/** The rows with their numbers opened. */
export const openRows = <R extends { personId: string; mobile: Buffer | null }>(
  kernel: Kernel,
  rows: readonly R[],
): (Omit<R, 'mobile'> & { mobile: string | null })[] =>
  rows.map((row) => ({ ...row, mobile: readableMobile(kernel, row.mobile, row.personId) }))
