/** What is written on paper, before it has a place there. Lengths are points (1/72 inch) unless the name says millimetres. */

/**
 * The five faces of Chinese office papers, by their use: 小标宋 of titles, 仿宋 of texts, 楷体 of signers and second levels, 黑体 of first levels,
 * 宋体 of page numbers (GB/T 9704-2012 §5.2.2, §7).
 */
export type Face = 'title' | 'fang' | 'kai' | 'hei' | 'song'

export interface Style {
  face: Face
  /** points: 二号 22, 三号 16, 四号 14, 小四 12 */
  size: number
  /** #rrggbb */
  color: string
}

export interface Run {
  text: string
  style?: Partial<Style>
}

export interface Paragraph {
  kind: 'paragraph'
  runs: readonly Run[]
  /** default justify: both edges even, the last line left */
  align?: 'left' | 'center' | 'right' | 'justify'
  /** of the first line, in characters of the paragraph's size */
  indent?: number
  /** of every line, on the right, in characters */
  indentRight?: number
  lineHeight?: number
  before?: number
  after?: number
  /** stays on the page of what follows */
  keepWithNext?: boolean
}

export interface Picture {
  kind: 'picture'
  /** PNG or JPEG */
  bytes: Uint8Array
  width: number
  height: number
  align?: 'left' | 'center' | 'right'
}

export interface Rule {
  kind: 'rule'
  thickness: number
  color: string
}

export interface Space {
  kind: 'space'
  height: number
}

export interface PageBreak {
  kind: 'page-break'
}

export interface Cell {
  blocks: readonly Block[]
  colspan?: number
  rowspan?: number
  valign?: 'top' | 'middle' | 'bottom'
}

export interface Row {
  cells: readonly Cell[]
  minHeight?: number
}

export interface Table {
  kind: 'table'
  /** shares of the width, in any unit */
  widths: readonly number[]
  rows: readonly Row[]
  /** so many rows at the top stand again on each page */
  head?: number
  border?: number
}

export type Block = Paragraph | Picture | Rule | Space | PageBreak | Table

/** Millimetres. */
export interface Paper {
  width: number
  height: number
  top: number
  right: number
  bottom: number
  left: number
}

/** A4 with the type area of GB/T 9704-2012 §5.2.1: 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm. */
export const OFFICIAL_PAPER: Paper = { width: 210, height: 297, top: 37, right: 26, bottom: 35, left: 28 }
/** A4 for forms and lists, which need more room. */
export const FORM_PAPER: Paper = { width: 210, height: 297, top: 20, right: 18, bottom: 20, left: 22 }

export interface PaperDocument {
  title: string
  /** the unit that issues it */
  author: string
  /** written into the file: the same document makes the same file */
  at: Date
  paper: Paper
  style: Style
  /** default of paragraphs */
  lineHeight: number
  /** numbers below the type area, outside (GB/T 9704-2012 §7.5) */
  pageNumbers?: boolean
  blocks: readonly Block[]
}

export const POINTS_PER_MM = 72 / 25.4
export const mm = (millimetres: number): number => millimetres * POINTS_PER_MM

/** 22 lines on the 225 mm of the type area (GB/T 9704-2012 §5.2.3). */
export const OFFICIAL_LINE: number = mm(225) / 22
