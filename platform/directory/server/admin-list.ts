import type { PassThrough } from 'node:stream'
import type { FileAnswer } from '#kernel/contract'
import { invalid } from '#kernel/errors'
import { isId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import type { Column } from '#kernel/tabular'
import { answerTable, type Format, markOf, tableWriter } from './export-table.ts'

type Cell = string | number | boolean
type CellType = 'bigint' | 'text' | 'boolean' | 'timestamptz'
/** The columns a list may be sorted by: SQL of ours, never the caller's. All ascending; `-` before the name turns them round. */
export type Sorts = Readonly<Record<string, readonly { sql: string; type: CellType }[]>>

const fits: Record<CellType | 'uuid', (cell: unknown) => boolean> = {
  bigint: (cell) => Number.isSafeInteger(cell),
  text: (cell) => typeof cell === 'string' && !cell.includes('\0'),
  boolean: (cell) => typeof cell === 'boolean',
  timestamptz: (cell) =>
    typeof cell === 'string' && cell.length < 40 && /^\d{4}-[\d:.T+-]+$/.test(cell) && !Number.isNaN(Date.parse(cell)),
  uuid: (cell) => typeof cell === 'string' && isId(cell),
}

const readCursor = (cursor: string, types: readonly (CellType | 'uuid')[]): Cell[] => {
  try {
    const cells: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(cells) && cells.length === types.length && types.every((type, at) => fits[type](cells[at])))
      return cells as Cell[]
  } catch {
    // said below
  }
  throw invalid('翻页标记有误，请从第一页看起。')
}

/** Parameters of hand-written SQL, numbered as they come. */
export const parameters = () => {
  const values: unknown[] = []
  return {
    values,
    bind: (value: unknown): string => `$${values.push(value)}`,
    /** a condition with parameters of its own, such as a scope */
    add: (make: (from: number) => { text: string; params: unknown[] }): string => {
      const { text, params } = make(values.length + 1)
      values.push(...params)
      return text
    },
  }
}
export type Parameters = ReturnType<typeof parameters>

export interface Keyset {
  /** what `next` is made of, as a column of the select */
  key: string
  where: string
  order: string
}

/** Pages that do not shift: the rows after the last one seen, by the sorting and then by id. */
export const keyset = (
  sorts: Sorts,
  input: { sort?: string; cursor?: string },
  id: string,
  { bind }: Parameters,
): Keyset => {
  const [first = ''] = Object.keys(sorts)
  const wanted = input.sort ?? first
  const down = wanted.startsWith('-')
  const columns = Object.hasOwn(sorts, wanted.slice(down ? 1 : 0)) ? sorts[wanted.slice(down ? 1 : 0)] : undefined
  if (!columns)
    throw invalid('这个列表不能按此列排序。', [{ path: 'sort', message: `可用：${Object.keys(sorts).join('、')}` }])
  const all = [
    ...columns.map((column) => ({ ...column, cast: column.type as string })),
    { sql: id, type: 'uuid' as const, cast: 'uuid' },
  ]
  const after =
    input.cursor === undefined
      ? undefined
      : readCursor(
          input.cursor,
          all.map((column) => column.type),
        )
  const expressions = all.map((column) => column.sql)
  return {
    key: `jsonb_build_array(${expressions.join(', ')}) as "key"`,
    where: after
      ? `(${expressions.join(', ')}) ${down ? '<' : '>'} (${after.map((cell, at) => `${bind(cell)}::${all[at]!.cast}`).join(', ')})`
      : 'true',
    order: expressions.map((expression) => `${expression}${down ? ' desc' : ''}`).join(', '),
  }
}

export interface Keyed {
  key: Cell[]
}
/** The page and the mark of the next one, of one row more than asked for. */
export const pageOf = <R extends Keyed>(rows: readonly R[], limit: number): { rows: R[]; next: string | null } => {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page,
    next: rows.length > limit && last ? Buffer.from(JSON.stringify(last.key)).toString('base64url') : null,
  }
}

/** A list as a file, page after page: memory stays the same whatever its length. */
export const downloadOf = <R>(
  ctx: Ctx,
  title: string,
  format: Format,
  columns: readonly Column[],
  pages: AsyncIterable<readonly R[]>,
  cells: (row: R) => (string | number | null)[],
): FileAnswer => {
  const mark = markOf(ctx)
  const write = async (out: PassThrough): Promise<void> => {
    const writer = tableWriter(out, format, title, columns, mark)
    for await (const page of pages) for (const row of page) await writer.write(cells(row))
    await writer.end()
  }
  return answerTable(title, format, write, mark)
}
