import { pinyin } from 'pinyin-pro'

const LONGEST = 100

/**
 * Full pinyin and initials of a short title, toneless and without spaces, ü as v; letters and digits stay as they are.
 * For names of people and units the directory has readings that know surnames and places.
 */
export const readingOf = (title: string): { full: string; initials: string } => {
  const text = [...title.normalize('NFKC')].slice(0, LONGEST).join('').toLowerCase()
  const syllables = pinyin(text, { toneType: 'none', type: 'array', v: true, nonZh: 'consecutive' })
    .join(' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
  const initials = syllables.map((syllable) => (/^[a-z]+$/.test(syllable) ? syllable[0] : syllable))
  return { full: syllables.join(''), initials: initials.join('') }
}
