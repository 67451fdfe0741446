import { broken, cellTooLong, TabularError } from './errors.ts'
import { RichText, unescapeXstring } from './rich-text.ts'
import { SharedStrings } from './shared-strings.ts'
import { type SheetContext, SheetTarget } from './sheet.ts'
import { buildTable, findHeader, type Raw, type Source } from './table.ts'
import type { Limits, OpenOptions, Table } from './types.ts'
import { readWorkbook, type Workbook } from './workbook.ts'
import type { XmlTarget } from './xml.ts'
import { Package } from './zip.ts'

/** Opens a workbook as a table; see openTable. */
export async function openXlsx(path: string, options: OpenOptions, limits: Limits): Promise<Table> {
  const pack = await Package.open(path, limits)
  const strings = new SharedStrings(limits.sharedStringBytes)
  const close = async () => {
    pack.close()
    strings.close()
  }
  try {
    const book = await readWorkbook(pack)
    if (book.sharedStrings) await loadStrings(pack, book.sharedStrings, strings, limits)
    const sources = book.sheets.map(({ name, part }) =>
      sheetSource(pack, part, { sheet: name, strings, formats: book.formats, date1904: book.date1904, limits }),
    )
    if (strings.tooLong !== undefined) await blameTooLong(sources, limits)
    const chosen = choose(book, sources, options.sheet)
    const found: (Raw | undefined)[] = []
    for (const source of chosen) found.push(await findHeader(source, options.headerRow))
    const header = found.find((first) => first !== undefined)?.cells
    if (!header) throw new TabularError('tabular.empty', '工作簿里没有内容，请填写表头和数据后重新上传。')
    const same = chosen.flatMap((source, i) => {
      const first = found[i]
      return first && JSON.stringify(first.cells) === JSON.stringify(header) ? [{ source, headerRow: first.row }] : []
    })
    const sheets = book.sheets.map(({ name }) => name)
    return buildTable({ format: 'xlsx', encoding: 'utf-8', sheets, header, sources: same, limits, close })
  } catch (error) {
    await close()
    throw error
  }
}

function choose(book: Workbook, sources: Source[], sheet: string | number | undefined): Source[] {
  if (sources.length === 0) throw broken('没有可见的工作表')
  if (sheet === undefined) return sources
  const index = typeof sheet === 'number' ? sheet - 1 : book.sheets.findIndex(({ name }) => name === sheet)
  const source = sources[index]
  if (source) return [source]
  const names = book.sheets.map(({ name }) => `“${name}”`).join('、')
  throw new TabularError('tabular.no_sheet', `文件里没有工作表“${sheet}”，请从 ${names} 中选择。`, {
    sheet: String(sheet),
  })
}

function sheetSource(pack: Package, part: string, context: SheetContext): Source {
  async function* read(fromRow: number, signal?: AbortSignal): AsyncGenerator<Raw[], void, undefined> {
    const target = new SheetTarget(context, fromRow)
    const { sheet, limits } = context
    const options = { maxToken: maxToken(limits), tooLong: () => target.tooLong(), sheet, signal }
    for await (const _ of pack.parse(part, target, options)) {
      const rows = target.take()
      if (rows.length > 0) yield rows
    }
  }
  return { sheet: context.sheet, read }
}

/** The longest raw text of a cell that may still be legal: each character may be written as a reference such as &#x10FFFF; */
function maxToken(limits: Limits): number {
  return limits.cellChars * 10 + 64 * 1024
}

async function loadStrings(pack: Package, part: string, strings: SharedStrings, limits: Limits): Promise<void> {
  const rich = new RichText()
  const markTooLong = () => {
    strings.tooLong ??= strings.count
  }
  const target: XmlTarget = {
    open: (name, attributes) => (name === 'si' ? rich.start() : rich.open(name, attributes)),
    text: (text) => {
      rich.add(text)
      if (rich.length > limits.cellChars * 7) markTooLong()
    },
    close: (name) => {
      if (name !== 'si') return rich.close(name)
      const text = unescapeXstring(rich.text)
      if (text.length > limits.cellChars) markTooLong()
      strings.push(text)
      if (strings.count > limits.sharedStrings) {
        throw new TabularError(
          'tabular.too_large',
          `文件里不同的文字超过 ${limits.sharedStrings} 条，请拆分后分批上传。`,
        )
      }
    },
  }
  for await (const _ of pack.parse(part, target, { maxToken: maxToken(limits), tooLong: markTooLong })) {
    if (strings.tooLong !== undefined) break
  }
  strings.finish()
}

/** A too long shared string has no address of its own, so the first cell that shows it is looked for: reading that cell throws. */
async function blameTooLong(sources: Source[], limits: Limits): Promise<never> {
  for (const source of sources) {
    for await (const _ of source.read(1)) {
      // Only the error matters.
    }
  }
  throw cellTooLong({}, limits.cellChars)
}
