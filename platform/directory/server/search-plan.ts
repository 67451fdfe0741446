import type { Keyring } from '#kernel/crypto'
import { tailIndex, tailOf } from './mobile-number.ts'
import type { Term } from './query.ts'

/** Everything that begins so is between the word and the word followed by the last character there is, in byte order. */
const LAST = '\u{10FFFF}'
/** Before any character a key may hold: the range of the word alone. */
const NOTHING = '\u0001'

interface Ranges {
  low: string[]
  high: string[]
}
const ranges = (prefixes: readonly string[], end: string): Ranges => ({
  low: [...prefixes],
  high: prefixes.map((one) => one + end),
})

/** What one term asks of the search words. */
export interface Probe {
  keys: Ranges
  /** for people of other cities: a single character or a part of a number would show strangers at random */
  strangerKeys: Ranges
  tail: boolean
  /** more digits than a tail has: all who have that tail are candidates */
  number: boolean
  /** patterns of "name|title" that all must hold beside a key */
  patterns: string[]
  /** pattern of the initials of the whole name */
  initials: string
  /** `matches` has the last word: the keys alone promise too much */
  residual: boolean
}

// parseQuery leaves letters, digits and the middle dot: nothing that LIKE would read as a sign.
const inName = (text: string): string => `%${text}%|%`
const inNameOrTitle = (text: string): string => `%${text}%`

const hanRuns = (text: string): string[] => text.match(/[\p{Script=Han}·]+/gu) ?? []
const isNumber = (term: Term): boolean => term.kind === 'tail' && term.text !== tailOf(term.text)
const isShort = (term: Term): boolean => (term.kind === 'tail' ? term.text.length < 4 : [...term.text].length === 1)

/** 张w, zhang伟: whichever part is rarer finds the candidates, the rest is a condition. */
const mixedKeys = (term: Term): string[] => [
  ...new Set([...term.prefixes, ...hanRuns(term.text), ...(/^[a-z]+/.exec(term.text) ?? [])]),
]

/** As far as the initials follow from the term: the first letter of each run of letters, as far from the characters as it stands. */
const mixedInitials = (text: string): string =>
  `%${text.replace(/[^\p{Script=Han}a-z]/gu, '').replace(/\p{Script=Han}|[a-z]+/gu, (part) => (/[a-z]/.test(part) ? `${part[0]}${part.length > 1 ? '%' : ''}` : '_'))}%`

/** What the search words of people that a term means begin with. */
export const personKeys = (term: Term, keyring: Keyring): string[] => {
  if (term.kind === 'tail') return [`#${tailIndex(keyring, tailOf(term.text))}`]
  if (term.kind === 'mixed') return mixedKeys(term)
  return term.kind === 'han' && !isShort(term) ? [...term.prefixes, `@${term.text}`] : term.prefixes
}

/** How to look for the people a term means: by name, spelling, title or number. */
export const probeFor = (term: Term, keyring: Keyring): Probe => {
  const prefixes = personKeys(term, keyring)
  const keys = ranges(prefixes, LAST)
  return {
    keys,
    strangerKeys: isShort(term) ? ranges(prefixes, NOTHING) : keys,
    tail: term.kind === 'tail',
    patterns: term.kind === 'mixed' ? hanRuns(term.text).map(inName) : [],
    initials: term.kind === 'mixed' ? mixedInitials(term.text) : '%',
    number: isNumber(term),
    residual: term.kind === 'mixed' || isNumber(term),
  }
}

/** Further words narrow: characters stand in the name or the title. Letters are left to `matches`, digits to the number. */
export const narrowed = (probe: Probe, others: readonly Term[]): Probe => ({
  ...probe,
  patterns: [
    ...probe.patterns,
    ...others.flatMap((term) => (term.kind === 'han' ? [inNameOrTitle(term.text)] : hanRuns(term.text).map(inName))),
  ],
  residual: probe.residual || others.length > 0,
})

/** A unit is named by two characters at least; a number names none. */
export const mayName = (term: Term): boolean => term.kind !== 'tail' && [...term.text].length >= 2

/** How to look for a unit by one of its words. */
export const unitKeys = (term: Term): Ranges => ranges([term.text], LAST)
