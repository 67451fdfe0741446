import { Jieba } from '@node-rs/jieba'
import { dict } from '@node-rs/jieba/dict.js'

// The dictionary takes half a second and 40 MB: read when the first text comes, not when the server starts.
let jieba: Jieba | undefined
const dictionary = (): Jieba => {
  jieba ??= Jieba.withDict(dict)
  return jieba
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase()
const onlyHan = /^\p{Script=Han}+$/u
/** Letters and digits of one piece; what stands between them separates. Longer ones than any word are cut. */
const LONGEST = 64
const wordsOf = (piece: string): string[] =>
  (piece.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).map((word) => [...word].slice(0, LONGEST).join(''))

/**
 * The words of a text, the dictionary's shorter words inside longer ones included; lower case, half-width, no punctuation.
 * Unknown words are not guessed (no HMM): a guess depends on its neighbours, and a query has others than the text.
 */
export const segment = (text: string): string[] => dictionary().cutForSearch(fold(text), false).flatMap(wordsOf)

/** A word in the smallest words of the dictionary, left to right: 中华人民共和国 → 中华 人民 共和 国. */
const smallest = (word: string): string[] => {
  const chars = [...word]
  if (chars.length <= 2 || !onlyHan.test(word)) return [word]
  const known = new Set(dictionary().cutForSearch(word, false))
  const pieces: string[] = []
  for (let at = 0; at < chars.length; ) {
    const pair = chars.slice(at, at + 2).join('')
    const size = at + 2 <= chars.length && known.has(pair) ? 2 : 1
    pieces.push(chars.slice(at, at + size).join(''))
    at += size
  }
  return pieces
}

const MOST_QUERY_TOKENS = 16

/**
 * The words that a text must all have to be found, each once, the last one typed last. They are smaller than those of `segment`:
 * 政府办 is a word, but 县政府办公室 does not have it; 政府 and 办 it has.
 */
export const queryTokens = (q: string): string[] => {
  const tokens = dictionary()
    .cut(fold(q.slice(0, 200)), false)
    .flatMap(wordsOf)
    .flatMap(smallest)
  return [...new Set(tokens.reverse())].slice(0, MOST_QUERY_TOKENS).reverse()
}

// A tsvector holds 1 MB (PostgreSQL, "Limitations of text search"): a text with more distinct words than that is indexed as far as this.
const MOST_BYTES = 600_000

/** For `to_tsvector('simple', …)`: the words of a text, and each of its Chinese characters, so that half a word is found too. */
export const toTsVectorText = (text: string): string => {
  const seen = new Set<string>()
  let bytes = 0
  const kept: string[] = []
  const keep = (token: string): void => {
    if (!seen.has(token)) bytes += Buffer.byteLength(token) + 8
    if (bytes > MOST_BYTES) return
    seen.add(token)
    kept.push(token)
  }
  for (const word of segment(text)) {
    keep(word)
    if (word.length > 1 && onlyHan.test(word)) for (const char of word) if (!seen.has(char)) keep(char)
  }
  return kept.join(' ')
}

/** For `to_tsquery('simple', …)`: all words, the last one as a beginning; empty, which finds nothing, when nothing was typed. */
export const toTsQueryText = (q: string): string => {
  const tokens = queryTokens(q)
  const last = tokens.pop()
  if (last === undefined) return ''
  // Single characters are indexed themselves; as a beginning they would read a large part of the index.
  const end = [...last].length === 1 && onlyHan.test(last) ? last : `${last}:*`
  return [...tokens, end].join(' & ')
}
