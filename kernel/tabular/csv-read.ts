import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse'
import { cellTooLong, columnLetters, TabularError, tooManyColumns } from './errors.ts'
import { unguardFormula } from './guard.ts'
import { sniffEncoding, type TextFacts } from './sniff.ts'
import { buildTable, findHeader, type Raw, type Source } from './table.ts'
import type { Limits, OpenOptions, Table } from './types.ts'

const CHUNK = 128 * 1024
const MAX_RECORD_BYTES = 32 * 1024 ** 2
const QUOTE_ADVICE = '请缩短内容，或检查此处是否缺少一个引号'

/** Opens delimited text as a table (RFC 4180, with the liberties spreadsheets take); see openTable. */
export async function openCsv(path: string, options: OpenOptions, limits: Limits): Promise<Table> {
  const facts = await sniffEncoding(path, options.encoding ?? 'auto', limits)
  const delimiter = await detectDelimiter(path, facts, options.headerRow ?? 1)
  const source: Source = {
    sheet: '',
    read: (fromRow, signal) => readRecords({ path, facts, delimiter, limits }, fromRow, signal),
  }
  const header = await findHeader(source, options.headerRow)
  if (!header) throw new TabularError('tabular.empty', '文件里没有内容，请填写表头和数据后重新上传。')
  return buildTable({
    format: 'csv',
    encoding: facts.encoding,
    sheets: [],
    header: header.cells,
    sources: [{ source, headerRow: header.row }],
    limits,
    close: async () => {},
  })
}

/** The delimiter that the header uses most, a comma when it uses none. */
async function detectDelimiter(path: string, { encoding, bom }: TextFacts, headerRow: number): Promise<string> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, bom)
  const text = new TextDecoder(encoding).decode(buffer.subarray(0, bytesRead))
  const counts = new Map([',', ';', '\t'].map((delimiter) => [delimiter, 0]))
  const hasLineFeed = text.includes('\n')
  let quoted = false
  let row = 1
  let blank = true
  for (const char of text) {
    if (char === '"') {
      quoted = !quoted
      blank = false
    }
    if (quoted) continue
    if (char === '\n' || (char === '\r' && !hasLineFeed)) {
      if (row >= headerRow && !blank) break
      row++
      blank = true
    } else if (row >= headerRow) {
      blank &&= char === '\r'
      const count = counts.get(char)
      if (count !== undefined) counts.set(char, count + 1)
    }
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1])
  return best && best[1] > 0 ? best[0] : ','
}

interface CsvSource {
  path: string
  facts: TextFacts
  delimiter: string
  limits: Limits
}

async function* readRecords(
  csv: CsvSource,
  fromRow: number,
  signal?: AbortSignal,
): AsyncGenerator<Raw[], void, undefined> {
  let batch: Raw[] = []
  let row = 0
  const parser = parse({
    delimiter: csv.delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: Math.min(MAX_RECORD_BYTES, csv.limits.columns * csv.limits.cellChars * 4),
    // Taking records here instead of from the stream spares a promise a row.
    on_record: (cells: string[]) => {
      row++
      if (row >= fromRow) batch.push({ row, cells: checkCells(cells, row, csv.limits) })
      return null
    },
  })
  const failed = new Promise<never>((_, reject) =>
    parser.once('error', (error) => reject(asCsvError(error, row + 1, csv.limits))),
  )
  failed.catch(() => {})
  for await (const chunk of utf8Chunks(csv, signal)) {
    await Promise.race([failed, new Promise<void>((resolve) => parser.write(chunk, () => resolve()))])
    if (batch.length > 0) yield batch
    batch = []
  }
  await Promise.race([failed, new Promise<void>((resolve) => parser.once('finish', resolve).end())])
  if (batch.length > 0) yield batch
}

/** The text of the file without its byte order mark; UTF-8, already checked, passes as it is. */
async function* utf8Chunks(
  { path, facts }: CsvSource,
  signal?: AbortSignal,
): AsyncGenerator<Buffer | string, void, undefined> {
  const stream = createReadStream(path, { start: facts.bom, highWaterMark: CHUNK })
  if (facts.encoding === 'utf-8') {
    for await (const chunk of stream) {
      signal?.throwIfAborted()
      yield chunk as Buffer
    }
    return
  }
  const decoder = new TextDecoder(facts.encoding, { fatal: true, ignoreBOM: true })
  let byte = facts.bom
  const decode = (chunk?: Buffer): string => {
    const text = decodeStrictly(decoder, chunk, byte)
    byte += chunk?.length ?? 0
    return text
  }
  for await (const chunk of stream) {
    signal?.throwIfAborted()
    const text = decode(chunk as Buffer)
    if (text) yield text
  }
  const rest = decode()
  if (rest) yield rest
}

function decodeStrictly(decoder: TextDecoder, chunk: Buffer | undefined, byte: number): string {
  let text: string
  try {
    text = decoder.decode(chunk, { stream: chunk !== undefined })
  } catch (cause) {
    const message = `文件第 ${byte + 1} 个字节之后不是有效的 ${decoder.encoding.toUpperCase()} 文本，请另存为“CSV UTF-8（逗号分隔）”后重新上传。`
    throw new TabularError('tabular.unknown_encoding', message, { byte: byte + 1 }, { cause })
  }
  if (!text.includes('\0')) return text
  throw new TabularError('tabular.binary', `文件第 ${byte + 1} 个字节之后含有空字符，不是表格文本。`, {
    byte: byte + 1,
  })
}

function checkCells(cells: string[], row: number, limits: Limits): string[] {
  if (cells.length > limits.columns) {
    const used = cells.findLastIndex((cell) => cell !== '') + 1
    if (used > limits.columns) throw tooManyColumns({ row, column: used }, limits.columns)
    cells.length = used
  }
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!
    if (cell.length > limits.cellChars) throw cellTooLong({ row, column: i + 1 }, limits.cellChars, QUOTE_ADVICE)
    if (cell.charCodeAt(0) === 39) cells[i] = unguardFormula(cell)
  }
  return cells
}

function asCsvError(error: unknown, row: number, limits: Limits): unknown {
  if (!(error instanceof CsvError)) return error
  const column = Number(error.column ?? 0) + 1
  if (error.code === 'CSV_MAX_RECORD_SIZE') return cellTooLong({ row, column }, limits.cellChars, QUOTE_ADVICE)
  const message = `第 ${row} 行 ${columnLetters(column)} 列的引号没有成对，请补上缺少的引号后重新上传。`
  return new TabularError('tabular.quote_not_closed', message, { row, column }, { cause: error })
}
