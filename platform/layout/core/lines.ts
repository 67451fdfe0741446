import type { Paragraph, Style } from './tree.ts'

/** One character with its style and how wide it stands. */
export interface Glyph {
  text: string
  style: Style
  width: number
}
/** `natural`: without the room that even edges add. `last`: the paragraph, or a line of it that was ended by hand, ends here. */
export interface Line {
  glyphs: Glyph[]
  natural: number
  last: boolean
}

// What must not begin or end a line in Chinese text (GB/T 15834-2011 §5.1; W3C clreq §3.1).
const NO_START = new Set('，。、；：？！）】》〉」』”’…—％·〕］｝,.;:?!)]}%')
const NO_END = new Set('（【《〈「『“‘〔［｛([{')
const isWord = (glyph: Glyph | undefined): boolean =>
  glyph !== undefined && /[\p{L}\p{N}]/u.test(glyph.text) && glyph.text < '\u2000'
const isSpace = (glyph: Glyph | undefined): boolean => glyph?.text === ' '

/** May a line end before this glyph? Words of letters and numbers stay whole. */
const mayBreak = (glyphs: readonly Glyph[], at: number): boolean => {
  const [before, after] = [glyphs[at - 1], glyphs[at]]
  if (!before || !after) return true
  if (NO_START.has(after.text) || NO_END.has(before.text)) return false
  return !(isWord(before) && isWord(after))
}

/** How many of the glyphs from `from` stand on a line of this width: at least one. */
const fitting = (glyphs: readonly Glyph[], from: number, width: number): number => {
  let used = 0
  let end = from
  for (let glyph = glyphs[end]; glyph && used + glyph.width <= width + 0.01; glyph = glyphs[end]) {
    used += glyph.width
    end++
  }
  if (end === glyphs.length) return end - from
  // A space at the end of a line needs no room.
  if (isSpace(glyphs[end])) return end - from + 1
  let good = end
  while (good > from && !mayBreak(glyphs, good)) good--
  return Math.max(1, (good > from ? good : end) - from)
}

const lineOf = (glyphs: Glyph[], last: boolean): Line => {
  let end = glyphs.length
  while (end > 0 && isSpace(glyphs[end - 1])) end--
  const shown = last ? glyphs : glyphs.slice(0, end)
  return { glyphs: shown, natural: shown.reduce((sum, { width }) => sum + width, 0), last }
}

/** Breaks into lines of `width`, the first shorter by `indent`. A newline in the text ends a line. */
export const breakLines = (all: readonly Glyph[], width: number, indent: number): Line[] => {
  const lines: Line[] = []
  let part: Glyph[] = []
  const flush = (): void => {
    let from = 0
    do {
      const room = width - (lines.length === 0 ? indent : 0)
      const count = fitting(part, from, room)
      const glyphs = part.slice(from, from + count)
      from += count
      lines.push(lineOf(glyphs, from >= part.length))
    } while (from < part.length)
    part = []
  }
  for (const glyph of all)
    if (glyph.text === '\n') flush()
    else part.push(glyph)
  flush()
  return lines
}

/** Where each glyph of the line begins, from the left edge of the room it has. */
export const spread = (line: Line, room: number, align: Paragraph['align'] = 'justify'): number[] => {
  const { glyphs, natural, last } = line
  const spare = Math.max(0, room - natural)
  const even = align === 'justify' && !last && glyphs.length > 1
  const gap = even ? spare / (glyphs.length - 1) : 0
  let x = align === 'center' ? spare / 2 : align === 'right' ? spare : 0
  return glyphs.map(({ width }) => {
    const at = x
    x += width + gap
    return at
  })
}
