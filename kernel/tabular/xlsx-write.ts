import { PassThrough, pipeline, type Writable } from 'node:stream'
import { ZipFile } from 'yazl'
import { cellTooLong, columnLetters } from './errors.ts'
import { SHEET_ROWS } from './sheet.ts'
import { defaultLimits } from './types.ts'
import { type Column, type RowWriter, TextSink, titleOf } from './writer.ts'
import * as xml from './xlsx-parts.ts'

/** Beyond level 1 the time doubles for a tenth of the size. */
const COMPRESSION = { compressionLevel: 1 }
const MAX_EXACT = 1e15

export interface XlsxOptions {
  sheetName: string
  columns: readonly Column[]
  /** Rows of a sheet with its header before the next one is begun. */
  rowsPerSheet?: number
  mark?: xml.ExportMark
}

/**
 * Writes a workbook as a stream. Every text is an inline string in a text format, never a formula; a full sheet is
 * followed by another with the same header, and all of them read back as one table.
 */
export function xlsxWriter(
  out: Writable,
  { sheetName, columns, rowsPerSheet = SHEET_ROWS, mark }: XlsxOptions,
): RowWriter {
  const zip = new ZipFile()
  const add = (name: string, text: string) => zip.addBuffer(Buffer.from(text), name, COMPRESSION)
  const header = columns.map(titleOf)
  let failure: Error | undefined
  let part: PassThrough
  let sink: TextSink
  let sheets = 0
  let row = 0
  const written = pipeTo(zip, out)
  written.catch((error: Error) => {
    failure = error
    part.destroy(error)
  })

  function begin(): Promise<void> | undefined {
    part = new PassThrough()
    sink = new TextSink(part)
    zip.addReadStream(part, `xl/worksheets/sheet${++sheets}.xml`, COMPRESSION)
    if (failure) part.destroy(failure)
    row = 1
    return sink.push(xml.sheetStart(columns) + rowXml(row, header, 2))
  }

  async function nextSheet(): Promise<void> {
    await finishSheet()
    await begin()
  }

  async function finishSheet(): Promise<void> {
    await sink.push(xml.sheetEnd(mark))
    await sink.end()
  }

  async function writeAfter(ready: Promise<void>, cells: readonly (string | number | null)[]): Promise<void> {
    await ready
    row++
    await sink.push(rowXml(row, cells, 1))
  }

  for (const [name, text] of frontParts(mark)) add(name, text)
  begin()?.catch(() => {})
  return {
    write(cells) {
      if (row >= rowsPerSheet) return writeAfter(nextSheet(), cells)
      row++
      return sink.push(rowXml(row, cells, 1))
    },
    async end() {
      await finishSheet()
      add('xl/workbook.xml', xml.workbook(sheetName, sheets))
      add('xl/_rels/workbook.xml.rels', xml.workbookRelations(sheets))
      zip.end()
      await written
    },
  }
}

/** The parts that stand before the sheets. */
const frontParts = (mark: XlsxOptions['mark']): [name: string, text: string][] => [
  ['[Content_Types].xml', xml.contentTypes(mark !== undefined)],
  ['_rels/.rels', xml.rootRelations(mark !== undefined)],
  ...(mark ? [[xml.PROPERTIES, xml.properties(mark)] satisfies [string, string]] : []),
  ['xl/styles.xml', xml.STYLES],
]

/** Resolves when the archive has been written whole; a reader that goes away rejects. */
function pipeTo(zip: ZipFile, out: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    zip.on('error', reject)
    pipeline(zip.outputStream, out, (error) => (error ? reject(error) : resolve()))
  })
}

const LETTERS = Array.from({ length: 256 }, (_, i) => columnLetters(i + 1))

function rowXml(row: number, cells: readonly (string | number | null)[], style: number): string {
  let text = `<row r="${row}">`
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]
    if (cell === null || cell === undefined || cell === '') continue
    const reference = `${LETTERS[i] ?? columnLetters(i + 1)}${row}`
    if (typeof cell === 'number' && Math.abs(cell) < MAX_EXACT) text += `<c r="${reference}"><v>${cell}</v></c>`
    else {
      const value = String(cell)
      if (value.length > defaultLimits.cellChars) throw cellTooLong({ row, column: i + 1 }, defaultLimits.cellChars)
      text += `<c r="${reference}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${xml.escapeXml(value)}</t></is></c>`
    }
  }
  return `${text}</row>`
}
