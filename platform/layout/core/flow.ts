import { areaOf, type Item, type Measure, type Piece, piecesOf, type Setting, shifted } from './place.ts'
import { layTable, type TablePart } from './table.ts'
import { mm, type PaperDocument, type Style, type Table } from './tree.ts'

/** One side of paper; places in points from its left and upper edge. */
export interface Page {
  width: number
  height: number
  items: Item[]
}

/** More than any office prints; a definition gone wild ends here instead of filling the memory. */
const MOST_PAGES = 2000

export class TooLong extends Error {
  constructor() {
    super(`文件超过 ${MOST_PAGES} 页，不能排版。请分成几份。`)
  }
}

class Pages {
  readonly all: Page[] = []
  readonly #area
  readonly #size: Pick<Page, 'width' | 'height'>
  #y = 0

  constructor(document: PaperDocument) {
    this.#area = areaOf(document)
    this.#size = { width: mm(document.paper.width), height: mm(document.paper.height) }
    this.next()
  }

  get width(): number {
    return this.#area.width
  }
  get whole(): number {
    return this.#area.height
  }
  get room(): number {
    return this.#area.height - this.#y
  }
  get fresh(): boolean {
    return this.#y === 0
  }

  next(): void {
    if (this.all.length === MOST_PAGES) throw new TooLong()
    this.all.push({ ...this.#size, items: [] })
    this.#y = 0
  }

  put({ items, height }: { items: readonly Item[]; height: number }): void {
    const page = this.all.at(-1) as Page
    for (const item of items) page.items.push(shifted(item, this.#area.left, this.#area.top + this.#y))
    this.#y += height
  }
}

/** Pieces with those that must follow on the same page. */
const flowPieces = (pages: Pages, pieces: readonly Piece[]): void => {
  let from = 0
  while (from < pieces.length) {
    let to = from + 1
    while (to < pieces.length && pieces[to - 1]?.glue) to++
    const group = pieces.slice(from, to)
    const height = group.reduce((sum, piece) => sum + piece.height, 0)
    if (height > pages.room + 0.01 && !pages.fresh) pages.next()
    for (const piece of group) {
      if (piece.height > pages.room + 0.01 && !pages.fresh) pages.next()
      pages.put(piece)
    }
    from = to
  }
}

const closing = (ranges: readonly [number, number][], thickness: number): Item[] =>
  (thickness > 0 ? ranges : []).map(([x1, x2]) => ({ kind: 'line', x1, x2, y1: 0, y2: 0, thickness, color: '#000000' }))

const flowTable = (pages: Pages, table: Table, setting: Setting): void => {
  const laid = layTable(table, pages.width, setting)
  const { border = 0.5 } = table
  const headHeight = laid.head.reduce((sum, { height }) => sum + height, 0)
  const putHead = (): void => {
    for (const part of laid.head) pages.put(part)
  }
  let before: TablePart | undefined
  const full = pages.whole - headHeight
  // Nothing but the head stands on this page yet: what does not fit here fits nowhere.
  let clear = pages.fresh
  const turn = (): void => {
    pages.put({ items: closing(before?.below ?? [], border), height: 0 })
    pages.next()
    putHead()
    before = undefined
    clear = true
  }
  if (headHeight > pages.room && !clear) pages.next()
  putHead()
  while (!laid.done()) {
    const part = laid.take(pages.room, full) ?? (clear ? laid.take(Number.POSITIVE_INFINITY, full) : undefined)
    if (!part) {
      turn()
      continue
    }
    if (!before) pages.put({ items: closing(part.above, border), height: 0 })
    pages.put(part)
    before = part
    clear = false
  }
}

/** 四号 between dashes, 7 mm below the type area; odd pages on the right, even ones on the left, one character in (GB/T 9704-2012 §7.5). */
const NUMBER: Style = { face: 'song', size: 14, color: '#000000' }
const numberItems = (document: PaperDocument, page: Page, no: number, measure: Measure): void => {
  const area = areaOf(document)
  const text = `— ${no} —`
  const glyphs = [...text].map((one) => ({ one, width: measure(one, NUMBER) }))
  const width = glyphs.reduce((sum, glyph) => sum + glyph.width, 0)
  let x = no % 2 === 1 ? area.left + area.width - width - NUMBER.size : area.left + NUMBER.size
  const baseline = area.top + area.height + mm(7) + NUMBER.size * 0.88
  for (const { one, width: own } of glyphs) {
    page.items.push({ kind: 'glyph', x, baseline, text: one, style: NUMBER })
    x += own
  }
}

/** Gives everything its place. Pure: the same document and the same widths give the same pages. */
export const layOut = (document: PaperDocument, measure: Measure): Page[] => {
  const setting: Setting = { measure, style: document.style, lineHeight: document.lineHeight }
  const pages = new Pages(document)
  let pieces: Piece[] = []
  const flush = (): void => {
    flowPieces(pages, pieces)
    pieces = []
  }
  for (const block of document.blocks) {
    if (block.kind === 'table') {
      flush()
      flowTable(pages, block, setting)
    } else if (block.kind === 'page-break') {
      flush()
      pages.next()
    } else pieces.push(...piecesOf([block], pages.width, setting))
  }
  flush()
  if (document.pageNumbers) for (const [at, page] of pages.all.entries()) numberItems(document, page, at + 1, measure)
  return pages.all
}
