import { type Reading, readName } from './readings.ts'

export type TermKind = 'tail' | 'han' | 'latin' | 'mixed'
export interface Term {
  kind: TermKind
  text: string
  /** a key of any of these prefixes makes a candidate; `matches` then decides. None of a number: its keys are blind */
  prefixes: string[]
}
export interface Query {
  kind: TermKind
  terms: Term[]
}

/** Lower case, half-width, tone marks off, ü as v; anything else than letters and digits separates. */
function normalise(text: string): string {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .normalize('NFD')
      .replace(/u[\u0300-\u0304\u030c]?\u0308|u:/g, 'v')
      .replace(/(?<=[a-z])\p{M}+/gu, '')
      .normalize('NFC')
      .replace(/ü/g, 'v')
      .replace(/(?<=[a-z])['’](?=[a-z])/g, '')
      // zhang1 wei3
      .replace(/(?<![a-z\d])((?:[a-z]+[1-5])+)(?![a-z\d])/g, (spelled) => spelled.replace(/\d/g, ''))
  )
}

const isHan = (char: string): boolean => /\p{Script=Han}/u.test(char)
const onlyHan = /^\p{Script=Han}+$/u
const isPiece = (one: string): boolean => onlyHan.test(one) && [...one].length === 1

const belongTogether = (left: string, right: string): boolean =>
  [/^[a-z]+$/, /^\d+$/].some((alphabet) => alphabet.test(left) && alphabet.test(right))

/** `张 伟` is one name with a space in it, `zhang wei`, `l m y` and `138 1234 2716` are one; `水利局 张伟` is two terms. */
function joinPieces(words: readonly string[]): string[] {
  const joined: string[] = []
  let lastWasPiece = false
  for (const word of words) {
    const last = joined.at(-1)
    if (last !== undefined && (belongTogether(last, word) || (lastWasPiece && isPiece(word))))
      joined[joined.length - 1] = last + word
    else joined.push(word)
    lastWasPiece = isPiece(word)
  }
  return joined
}

function mixedPrefixes(text: string): string[] {
  const [, han = '', rest = ''] = text.match(/^(\p{Script=Han}+)(.*)$/u) ?? []
  if (han && /^[a-z]+$/.test(rest)) {
    const name = readName(han)
    return [
      ...new Set(
        [name, ...name.alternatives].flatMap((one) => [one.pinyin.replaceAll(' ', '') + rest, one.initials + rest]),
      ),
    ]
  }
  // every ending of a name is a key of its own, so the longest run of characters finds whoever matches
  const runs = text.match(/\p{Script=Han}+/gu) ?? []
  return [runs.reduce((best, run) => (run.length > best.length ? run : best), '')]
}

function toTerm(word: string): Term {
  if (/^\d+$/.test(word)) return { kind: 'tail', text: word, prefixes: [] }
  if (/^[a-z\d]+$/.test(word)) return { kind: 'latin', text: word, prefixes: [word] }
  if (/[a-z]/.test(word)) return { kind: 'mixed', text: word, prefixes: mixedPrefixes(word) }
  return { kind: 'han', text: word, prefixes: [word] }
}

/** What was typed in the search box. No terms: nothing to search. At most 4 terms of 40 characters. */
export function parseQuery(text: string): Query {
  const words = normalise(text.slice(0, 200))
    .split(/[^\p{L}\p{N}·]+/u)
    .map((word) => word.replace(/^·+|·+$/gu, ''))
    .filter(Boolean)
  const terms = joinPieces(words)
    .slice(0, 4)
    .map((word) => toTerm([...word].slice(0, 40).join('')))
  const kind = terms[0]?.kind ?? 'han'
  return { kind: terms.every((term) => term.kind === kind) ? kind : 'mixed', terms }
}

export interface Named extends Reading {
  name: string
  alternatives?: readonly Reading[]
  mobile?: string | null
}

// Each character of the query stands for itself; letters spell a syllable, begin the last one, or give its first letter.
function spells(query: string, chars: readonly string[], syllables: readonly string[], at: number): boolean {
  if (query === '') return true
  const syllable = syllables[at]
  const [head = ''] = query
  if (syllable === undefined) return false
  if (isHan(head)) return head === chars[at] && spells(query.slice(head.length), chars, syllables, at + 1)
  if (syllable.startsWith(query)) return true
  if (query.startsWith(syllable) && spells(query.slice(syllable.length), chars, syllables, at + 1)) return true
  return syllable.startsWith(head) && spells(query.slice(1), chars, syllables, at + 1)
}

/** Does the person answer to the term? For a mixed term (张w, zhang伟) and for every term after the first. */
export function matches(term: Term, person: Named): boolean {
  if (term.kind === 'tail') {
    const mobile = person.mobile ?? ''
    return term.text.length > 4
      ? mobile.length === 11 && term.text.endsWith(mobile.slice(-term.text.length))
      : mobile.slice(-4).startsWith(term.text)
  }
  if (term.kind === 'han') return person.name.replaceAll('·', '').includes(term.text.replaceAll('·', ''))
  const chars = [...person.name.replaceAll('·', '')]
  return [person, ...(person.alternatives ?? [])].some((reading) => {
    const syllables = reading.pinyin.split(' ')
    return syllables.some((_, at) => spells(term.text, chars, syllables, at))
  })
}
