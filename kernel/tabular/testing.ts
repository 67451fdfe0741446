import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { onTestFinished } from 'vitest'
import { ZipFile } from 'yazl'
import { type OpenOptions, openTable, type Row, type TabularError } from './index.ts'

/** A path for a test's file that goes away with the test. */
export function scratch(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tabular-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, name)
}

export function fileOf(content: string | Uint8Array, name = 'sample.csv'): string {
  const path = scratch(name)
  writeFileSync(path, content)
  return path
}

/** GB18030 of code points outside the BMP, which Node cannot encode (GB 18030-2022 §5). */
export function gb18030Supplementary(char: string): Buffer {
  const index = char.codePointAt(0)! - 0x10000 + 189_000
  const bytes = [Math.floor(index / 12_600), Math.floor(index / 1_260) % 10, Math.floor(index / 10) % 126, index % 10]
  return Buffer.from(bytes.map((value, i) => value + (i % 2 === 0 ? 0x81 : 0x30)))
}

export interface Book {
  /** Content of <sheetData> by sheet name, or a whole worksheet when it begins with <. */
  sheets: Record<string, string>
  /** The <si> elements. */
  strings?: string
  styles?: string
  workbookPr?: string
  /** Raw text for any part, also one of those made here. */
  parts?: Record<string, string | Buffer>
  states?: Record<string, string>
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
const NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** Writes a workbook with exactly the XML that a test asks for. */
export async function bookOf(book: Book): Promise<string> {
  const names = Object.keys(book.sheets)
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${REL}/${type}" Target="${target}"/>`
  const relations = names.map((_, i) => relation(`r${i}`, 'worksheet', `worksheets/sheet${i}.xml`))
  const parts: Record<string, string | Buffer> = {
    '_rels/.rels': `${HEAD}<Relationships>${relation('a', 'officeDocument', '/xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `${HEAD}<workbook ${NS} xmlns:r="${REL}">${book.workbookPr ?? ''}<sheets>${names
      .map(
        (name, i) =>
          `<sheet name="${name}" sheetId="${i + 1}" state="${book.states?.[name] ?? 'visible'}" r:id="r${i}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships>${relations.join('')}${relation('s', 'sharedStrings', 'sharedStrings.xml')}${relation('t', 'styles', 'styles.xml')}</Relationships>`,
  }
  if (book.strings !== undefined) parts['xl/sharedStrings.xml'] = `${HEAD}<sst ${NS}>${book.strings}</sst>`
  if (book.styles !== undefined) parts['xl/styles.xml'] = `${HEAD}<styleSheet ${NS}>${book.styles}</styleSheet>`
  names.forEach((name, i) => {
    parts[`xl/worksheets/sheet${i}.xml`] =
      `${HEAD}<worksheet ${NS}><sheetData>${book.sheets[name]}</sheetData></worksheet>`
  })
  return zipOf({ ...parts, ...book.parts })
}

export async function zipOf(parts: Record<string, string | Buffer>): Promise<string> {
  const path = scratch('sample.xlsx')
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(parts))
    zip.addBuffer(Buffer.from(content), name, { compressionLevel: 1 })
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
  return path
}

export async function readAll(path: string, options?: OpenOptions): Promise<{ header: string[]; rows: Row[] }> {
  const table = await openTable(path, options)
  try {
    return { header: table.header, rows: await collect(table.rows()) }
  } finally {
    await table.close()
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

export async function cellsOf(path: string, options?: OpenOptions): Promise<string[][]> {
  const { rows } = await readAll(path, options)
  return rows.map(({ cells }) => cells)
}

/** The error reading a file ends in; a file that reads well fails the test. */
export async function errorOf(path: string, options?: OpenOptions): Promise<TabularError> {
  const outcome = await readAll(path, options).catch((error: unknown) => error)
  if (outcome instanceof Error) return outcome as TabularError
  throw new Error('the file was read without an error')
}

/** Deterministic random numbers below n. */
export function dice(seed: number): (n: number) => number {
  let state = seed >>> 0
  return (n) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    return ((state ^ (state >>> 13)) >>> 0) % n
  }
}
