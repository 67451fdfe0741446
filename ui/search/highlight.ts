import type { Range } from './types.ts'

export interface Found {
  name: Range[]
  pinyin: Range[]
}

interface Cell {
  char: string
  at: number
  syllable: string
  syllableAt: number
}

const isHan = (char: string) => /\p{Script=Han}/u.test(char)

/** Each character of the name beside its syllable; nothing when they do not go together (Latin names). */
function cells(name: string, pinyin: string): Cell[] {
  const chars = [...name.matchAll(/[^·]/gu)]
  const syllables = [...pinyin.matchAll(/\S+/g)]
  if (chars.length !== syllables.length) return []
  return chars.map((char, index) => ({
    char: char[0],
    at: char.index,
    syllable: syllables[index]?.[0] ?? '',
    syllableAt: syllables[index]?.index ?? 0,
  }))
}

/** How many letters each cell from `at` on lends to the query: the same reading of it as the server's `matches`. */
function spell(query: string, all: readonly Cell[], at: number): number[] | undefined {
  if (query === '') return []
  const cell = all[at]
  const [head = ''] = query
  if (!cell) return undefined
  if (isHan(head)) {
    const rest = head === cell.char ? spell(query.slice(head.length), all, at + 1) : undefined
    return rest && [0, ...rest]
  }
  if (cell.syllable.startsWith(query)) return [query.length]
  for (const letters of [cell.syllable.length, 1]) {
    if (!query.startsWith(cell.syllable.slice(0, letters))) continue
    const rest = spell(query.slice(letters), all, at + 1)
    if (rest) return [letters, ...rest]
  }
  return undefined
}

function findTerm(term: string, all: readonly Cell[]): Found | undefined {
  if (term === '') return undefined
  for (let start = 0; start < all.length; start++) {
    const letters = spell(term, all, start)
    const first = all[start]
    const last = all[start + (letters?.length ?? 0) - 1]
    if (!letters || !first || !last) continue
    const pinyin = letters.flatMap((count, index): Range[] => {
      const from = all[start + index]?.syllableAt ?? 0
      return count > 0 ? [[from, from + count]] : []
    })
    return { name: [[first.at, last.at + last.char.length]], pinyin }
  }
  return undefined
}

/** Which parts of a name and of its pinyin (space between syllables) answer to what was typed: 张伟, zhangwei, zw, 张w. */
export function highlight(typed: string, name: string, pinyin: string): Found {
  const text = typed.normalize('NFKC').toLowerCase().replace(/ü/g, 'v').replace(/['’]/g, '')
  const all = cells(name, pinyin)
  const words = text.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  const whole = findTerm(words.join(''), all)
  if (whole) return whole
  const parts = words.flatMap((word) => findTerm(word, all) ?? [])
  return { name: parts.flatMap((part) => part.name), pinyin: parts.flatMap((part) => part.pinyin) }
}

/** Where words of the query stand in a text, for units and titles. */
export const highlightText = (typed: string, text: string): Range[] =>
  typed.split(/\s+/).flatMap((word): Range[] => {
    const at = word === '' ? -1 : text.toLowerCase().indexOf(word.toLowerCase())
    return at < 0 ? [] : [[at, at + word.length]]
  })
