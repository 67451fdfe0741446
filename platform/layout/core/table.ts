import { type Item, type Piece, piecesOf, type Setting, shifted } from './place.ts'
import type { Cell, Row, Table } from './tree.ts'

const PADDING_X = 5
const PADDING_Y = 3
const INK = '#000000'

/** A cell where it stands: its column, how many columns and rows it covers, and its text as pieces. */
interface Placed {
  row: number
  column: number
  colspan: number
  rowspan: number
  valign: NonNullable<Cell['valign']>
  pieces: Piece[]
}

/** A part of a table that one page takes: as much of a row as fits. */
export interface TablePart {
  height: number
  items: Item[]
  /** where cells come from the part above and go on in the part below: closed with a line where the page parts them */
  above: [number, number][]
  below: [number, number][]
}

export interface LaidTable {
  /** of the head rows, to be repeated */
  head: TablePart[]
  /**
   * The next part, at most `room` high; nothing when it belongs on the next page. `full` is the room of a fresh page: what takes more than half
   * of that is cut between its lines, the rest stays whole.
   */
  take(room: number, full: number): TablePart | undefined
  done(): boolean
}

const heightOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { height }) => sum + height, 0)

const edgesOf = ({ widths }: Table, width: number): number[] => {
  const whole = widths.reduce((sum, share) => sum + share, 0)
  let x = 0
  return [0, ...widths.map((share) => (x += (share / whole) * width))]
}

/** Fills the grid row by row; a cell stands in the first place that none above covers. Spans that reach out of the table end at its edge. */
const gridOf = (table: Table, edges: readonly number[], setting: Setting): Placed[] => {
  const taken = table.rows.map(() => new Set<number>())
  const columns = table.widths.length
  return table.rows.flatMap((row, at) => {
    let column = 0
    return row.cells.flatMap((cell): Placed[] => {
      while (taken[at]?.has(column)) column++
      if (column >= columns) return []
      const colspan = Math.min(cell.colspan ?? 1, columns - column)
      const rowspan = Math.min(cell.rowspan ?? 1, table.rows.length - at)
      for (let below = at; below < at + rowspan; below++)
        for (let right = column; right < column + colspan; right++) taken[below]?.add(right)
      const width = (edges[column + colspan] ?? 0) - (edges[column] ?? 0) - 2 * PADDING_X
      const pieces = piecesOf(cell.blocks, Math.max(width, 1), setting)
      const placed = { row: at, column, colspan, rowspan, valign: cell.valign ?? 'middle', pieces }
      column += colspan
      return [placed]
    })
  })
}

/** Rows as high as what stands in them; what spans several adds to the last of them. */
const heightsOf = (rows: readonly Row[], cells: readonly Placed[]): number[] => {
  const heights = rows.map(({ minHeight = 0 }) => minHeight)
  const grow = (at: number, by: number): void => {
    heights[at] = (heights[at] ?? 0) + Math.max(0, by)
  }
  for (const { row, rowspan, pieces } of cells.filter((one) => one.rowspan === 1))
    if (rowspan === 1) grow(row, heightOf(pieces) + 2 * PADDING_Y - (heights[row] ?? 0))
  for (const { row, rowspan, pieces } of cells.filter((one) => one.rowspan > 1)) {
    const has = heights.slice(row, row + rowspan).reduce((sum, height) => sum + height, 0)
    grow(row + rowspan - 1, heightOf(pieces) + 2 * PADDING_Y - has)
  }
  return heights
}

/** Above, below, left, right. A line of no thickness would still be drawn by a printer, as thin as it can. */
const box = (x1: number, y1: number, x2: number, y2: number, thickness: number): Item[] => {
  const line = (ax: number, ay: number, bx: number, by: number): Item => ({
    kind: 'line',
    x1: ax,
    y1: ay,
    x2: bx,
    y2: by,
    thickness,
    color: INK,
  })
  return [line(x1, y1, x2, y1), line(x1, y2, x2, y2), line(x1, y1, x1, y2), line(x2, y1, x2, y2)]
}

/** The pieces of a cell from the top, in a box of this height. */
const textOf = (pieces: readonly Piece[], x: number, height: number, valign: Placed['valign']): Item[] => {
  const spare = Math.max(0, height - 2 * PADDING_Y - heightOf(pieces))
  let y = PADDING_Y + (valign === 'top' ? 0 : valign === 'middle' ? spare / 2 : spare)
  return pieces.flatMap(({ items, height: own }) => {
    const top = y
    y += own
    return items.map((item) => shifted(item, x + PADDING_X, top))
  })
}

/** How many pieces fit into this height. */
const countIn = (pieces: readonly Piece[], height: number): number => {
  let left = height - 2 * PADDING_Y
  let count = 0
  for (const piece of pieces) {
    left -= piece.height
    if (left < -0.01) break
    count++
  }
  return count
}

class Laying implements LaidTable {
  readonly head: TablePart[]
  readonly #edges: readonly number[]
  readonly #cells: readonly Placed[]
  readonly #heights: number[]
  readonly #border: number
  #row: number

  constructor(table: Table, width: number, setting: Setting) {
    this.#edges = edgesOf(table, width)
    this.#cells = gridOf(table, this.#edges, setting)
    this.#heights = heightsOf(table.rows, this.#cells)
    this.#border = table.border ?? 0.5
    const head = Math.min(table.head ?? 0, table.rows.length)
    this.head = Array.from({ length: head }, (_, at) => this.#whole(at, Number.POSITIVE_INFINITY))
    this.#row = head
  }

  done(): boolean {
    return this.#row >= this.#heights.length
  }

  take(room: number, full: number): TablePart | undefined {
    const height = this.#heights[this.#row] ?? 0
    if (height <= room + 0.01) return this.#whole(this.#row++, room)
    return height > full / 2 ? this.#cut(room) : undefined
  }

  #over(row: number): Placed[] {
    return this.#cells.filter((cell) => cell.row <= row && row < cell.row + cell.rowspan)
  }

  #frame(cell: Placed, height: number): Item[] {
    return box(this.#edges[cell.column] ?? 0, 0, this.#edges[cell.column + cell.colspan] ?? 0, height, this.#border)
  }

  /** A row with its cells; one that spans further has its text in its first row, in the middle of what its rows take together. */
  #whole(row: number, room: number): TablePart {
    const height = this.#heights[row] ?? 0
    const items = this.#over(row).flatMap((cell): Item[] => {
      const x = this.#edges[cell.column] ?? 0
      const sides = this.#sides(cell, row, height)
      if (cell.row !== row) return sides
      const whole = this.#heights.slice(row, row + cell.rowspan).reduce((sum, each) => sum + each, 0)
      // The page may end before the last of them.
      const within = cell.rowspan === 1 ? height : Math.min(whole, room)
      return [...sides, ...textOf(cell.pieces, x, within, cell.valign)]
    })
    return { height, items, ...this.#ends(row) }
  }

  #ends(row: number): Pick<TablePart, 'above' | 'below'> {
    const range = ({ column, colspan }: Placed): [number, number] => [
      this.#edges[column] ?? 0,
      this.#edges[column + colspan] ?? 0,
    ]
    const over = this.#over(row)
    return {
      above: over.filter((cell) => cell.row < row).map(range),
      below: over.filter((cell) => cell.row + cell.rowspan - 1 > row).map(range),
    }
  }

  /** Lines around a cell in this row: above and below only where it begins and ends. */
  #sides(cell: Placed, row: number, height: number): Item[] {
    if (this.#border === 0) return []
    const [top, bottom, left, right] = this.#frame(cell, height) as [Item, Item, Item, Item]
    return [left, right, ...(cell.row === row ? [top] : []), ...(cell.row + cell.rowspan - 1 === row ? [bottom] : [])]
  }

  /** As much of the row as fits: each cell gives the lines there is room for, the rest comes with the next page. */
  #cut(room: number): TablePart | undefined {
    const row = this.#row
    const cells = this.#over(row)
    const counts = cells.map((cell) => (cell.rowspan === 1 ? countIn(cell.pieces, room) : cell.pieces.length))
    const moves = cells.some((cell, at) => cell.rowspan === 1 && cell.pieces.length > 0 && (counts[at] ?? 0) > 0)
    const stuck = cells.some((cell, at) => cell.rowspan === 1 && cell.pieces.length > 0 && counts[at] === 0)
    if (!moves || stuck) return undefined
    const parts = cells.map((cell, at) => ({
      cell,
      pieces: cell.rowspan === 1 ? cell.pieces.splice(0, counts[at]) : [],
    }))
    const height = Math.max(...parts.map(({ pieces }) => heightOf(pieces) + 2 * PADDING_Y))
    const items = parts.flatMap(({ cell, pieces }) => [
      ...(this.#border > 0 ? this.#frame(cell, height) : []),
      ...textOf(pieces, this.#edges[cell.column] ?? 0, height, 'top'),
    ])
    const rest = cells.filter(({ rowspan }) => rowspan === 1).map(({ pieces }) => heightOf(pieces) + 2 * PADDING_Y)
    this.#heights[row] = Math.max(...rest, 2 * PADDING_Y)
    return { height, items, above: [], below: [] }
  }
}

export const layTable = (table: Table, width: number, setting: Setting): LaidTable => new Laying(table, width, setting)
