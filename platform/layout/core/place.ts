import { breakLines, type Glyph, spread } from './lines.ts'
import type { Block, PaperDocument, Paragraph, Picture, Style } from './tree.ts'
import { mm } from './tree.ts'

/** Something with a place: points from the left and from the top of what it stands on. */
export type Item =
  | { kind: 'glyph'; x: number; baseline: number; text: string; style: Style }
  | { kind: 'line'; x1: number; y1: number; x2: number; y2: number; thickness: number; color: string }
  | { kind: 'picture'; x: number; y: number; width: number; height: number; bytes: Uint8Array }

/** What cannot be cut by the end of a page: a line of text, a picture. `glue`: stays with the next. */
export interface Piece {
  height: number
  items: Item[]
  glue?: boolean
}

/** How wide one character of this style is, in points. */
export type Measure = (text: string, style: Style) => number

export interface Setting {
  measure: Measure
  style: Style
  lineHeight: number
}

/** A Chinese face stands .88 above the line and .12 below it: the em box of the type, whatever the font says of itself. */
const ASCENT = 0.88

export const shifted = (item: Item, dx: number, dy: number): Item => {
  switch (item.kind) {
    case 'glyph':
      return { ...item, x: item.x + dx, baseline: item.baseline + dy }
    case 'line':
      return { ...item, x1: item.x1 + dx, x2: item.x2 + dx, y1: item.y1 + dy, y2: item.y2 + dy }
    case 'picture':
      return { ...item, x: item.x + dx, y: item.y + dy }
  }
}

const glyphsOf = ({ runs }: Paragraph, { measure, style }: Setting): Glyph[] =>
  runs.flatMap((run) => {
    const own = { ...style, ...run.style }
    // Characters, not halves of them; what moves nothing and shows nothing is left out.
    return [...run.text.replaceAll(/\r\n?/g, '\n').replaceAll('\t', '    ')]
      .filter((text) => text === '\n' || !/\p{C}/u.test(text))
      .map((text) => ({ text, style: own, width: text === '\n' ? 0 : measure(text, own) }))
  })

const paragraphPieces = (paragraph: Paragraph, width: number, setting: Setting): Piece[] => {
  const { align, before = 0, after = 0, lineHeight = setting.lineHeight } = paragraph
  const glyphs = glyphsOf(paragraph, setting)
  const em = Math.max(...paragraph.runs.map(({ style }) => style?.size ?? setting.style.size), 0) || setting.style.size
  const first = (paragraph.indent ?? 0) * em
  const room = width - (paragraph.indentRight ?? 0) * em
  const pieces = breakLines(glyphs, room, first).map((line, at): Piece => {
    const from = at === 0 ? first : 0
    const tallest = Math.max(...line.glyphs.map(({ style }) => style.size), 0) || em
    const height = Math.max(lineHeight, tallest)
    const baseline = (height - tallest) / 2 + tallest * ASCENT
    const places = spread(line, room - from, align)
    return {
      height,
      items: line.glyphs.map(({ text, style }, index) => ({
        kind: 'glyph',
        x: from + (places[index] ?? 0),
        baseline,
        text,
        style,
      })),
      glue: paragraph.keepWithNext,
    }
  })
  return padded(pieces, before, after)
}

/** Room above belongs to the first piece, room below to the last: neither is cut off from it. */
const padded = (pieces: Piece[], before: number, after: number): Piece[] =>
  pieces.map((piece, at) => {
    const above = at === 0 ? before : 0
    const below = at === pieces.length - 1 ? after : 0
    if (above === 0 && below === 0) return piece
    return {
      ...piece,
      height: piece.height + above + below,
      items: piece.items.map((item) => shifted(item, 0, above)),
    }
  })

const picturePiece = ({ bytes, width, height, align = 'left' }: Picture, room: number): Piece => {
  const scale = Math.min(1, room / width)
  const [w, h] = [width * scale, height * scale]
  const x = align === 'center' ? (room - w) / 2 : align === 'right' ? room - w : 0
  return { height: h, items: [{ kind: 'picture', x, y: 0, width: w, height: h, bytes }] }
}

/** Blocks without tables and page breaks, as pieces of this width: what stands in a cell. */
export const piecesOf = (blocks: readonly Block[], width: number, setting: Setting): Piece[] =>
  blocks.flatMap((block): Piece[] => {
    switch (block.kind) {
      case 'paragraph':
        return paragraphPieces(block, width, setting)
      case 'picture':
        return [picturePiece(block, width)]
      case 'space':
        return [{ height: block.height, items: [] }]
      case 'rule':
        return [
          {
            height: block.thickness,
            items: [
              {
                kind: 'line',
                x1: 0,
                x2: width,
                y1: block.thickness / 2,
                y2: block.thickness / 2,
                thickness: block.thickness,
                color: block.color,
              },
            ],
          },
        ]
      default:
        throw new Error(`a ${block.kind} cannot stand in a cell`)
    }
  })

/** The room for text, in points. */
export const areaOf = ({ paper }: Pick<PaperDocument, 'paper'>) => ({
  left: mm(paper.left),
  top: mm(paper.top),
  width: mm(paper.width - paper.left - paper.right),
  height: mm(paper.height - paper.top - paper.bottom),
})
