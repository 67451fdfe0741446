import { readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * NIST SP 800-63B §3.1.1.2: length and a list of what is guessed first, no rules of composition. The list is in
 * common-passwords.txt, which names its source.
 */
const LEAST = 10
const MOST = 256

let pieces: ReadonlySet<string> | undefined
const common = (): ReadonlySet<string> => {
  pieces ??= new Set(
    readFileSync(path.join(import.meta.dirname, 'common-passwords.txt'), 'utf8')
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .flatMap((line) => line.split(/\s+/))
      .filter(Boolean),
  )
  return pieces
}

const LONGEST_PIECE = 24
const ROWS = ['01234567890', '09876543210', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']
/** A walk along the keyboard or the alphabet, one sign over and over, or a day of somebody's life. */
const isTrivial = (piece: string): boolean =>
  piece.length >= 3 &&
  (new Set(piece).size === 1 ||
    ROWS.some((row) => row.includes(piece)) ||
    /^(19|20)\d\d((0[1-9]|1[0-2])([0-2]\d|3[01]))?$/.test(piece))

/** How many of its characters belong to nothing that everybody tries. */
const ownCharacters = (password: string): number => {
  const least = [0]
  for (let end = 1; end <= password.length; end++) {
    let best = least[end - 1]! + 1
    for (let start = Math.max(0, end - LONGEST_PIECE); start <= end - 2; start++) {
      const piece = password.slice(start, end)
      if (least[start]! < best && (isTrivial(piece) || common().has(piece))) best = least[start]!
    }
    least.push(best)
  }
  return least[password.length]!
}

// "woaini1314" and "Password2026!" are known words put together: what is left is too little to guess at.
const LEAST_OWN = 4

/** Why a password is refused, as a sentence; undefined when it is good. `own` are the names of the person and the account. */
export const faultOf = (typed: string, own: readonly string[]): string | undefined => {
  const password = typed.normalize('NFKC')
  const length = [...password].length
  if (length < LEAST) return `口令至少 ${LEAST} 个字符，可以用一句话。`
  if (length > MOST) return `口令最多 ${MOST} 个字符。`
  const lower = password.toLowerCase()
  if (own.some((word) => [...word].length >= 2 && lower.includes(word.toLowerCase())))
    return '口令里不能有姓名或账号，请换一个。'
  if (new Set(lower).size < 5) return '口令只有几个字符来回重复，请换一个。'
  // Spaces and signs between known words do not hide them.
  if (ownCharacters(lower.replaceAll(/[\s\p{P}\p{S}]/gu, '')) < LEAST_OWN)
    return '这个口令太常见，在泄露的口令里出现过很多次，请换一个，比如一句只有您会说的话。'
  return undefined
}
