import type { Writable } from 'node:stream'
import { guardFormula } from './guard.ts'
import { type Column, type RowWriter, TextSink, titleOf } from './writer.ts'

/** Quoted where RFC 4180 §2 asks for it, and where another delimiter or blanks at the ends could mislead a reader. */
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/

/**
 * Writes CSV in UTF-8 with CRLF, the header first. Text that a spreadsheet would take for a formula gets a leading
 * apostrophe, which openTable takes away again (guard.ts has the rule).
 */
export function csvWriter(
  out: Writable,
  { bom = true, columns }: { bom?: boolean; columns: readonly Column[] },
): RowWriter {
  const sink = new TextSink(out)
  const write: RowWriter['write'] = (row) => sink.push(`${row.map(field).join(',')}\r\n`)
  const started = sink.push(`${bom ? '\ufeff' : ''}${columns.map((column) => field(titleOf(column))).join(',')}\r\n`)
  started?.catch(() => {})
  return { write, end: () => sink.end() }
}

function field(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  // A reader refuses files with NUL as binary, and no database text holds one.
  const text = guardFormula(value).replaceAll('\0', '\ufffd')
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
