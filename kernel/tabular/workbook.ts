import { posix } from 'node:path'
import { broken } from './errors.ts'
import { type NumberFormat, numberFormat } from './numbers.ts'
import { notAWorkbook } from './sniff.ts'
import { attribute, endlessToken } from './xml.ts'
import type { Package } from './zip.ts'

const MAX_TOKEN = 1024 ** 2
const MAX_SHEETS = 1_000
const MAX_STYLES = 65_536

export interface Workbook {
  /** Visible worksheets in the order of their tabs, with the part that holds each. */
  sheets: { name: string; part: string }[]
  sharedStrings: string | undefined
  /** Number format of each cell style. */
  formats: NumberFormat[]
  date1904: boolean
}

interface Relation {
  id: string
  /** Last segment of the type: transitional and strict documents differ in the rest. */
  type: string
  part: string
}

/** Reads what the sheets of a package need (ISO/IEC 29500-1 §18.2, §18.8). */
export async function readWorkbook(pack: Package): Promise<Workbook> {
  const isWorkbook = (relation: Relation) => relation.type === 'officeDocument'
  const main = pack.has('_rels/.rels') ? (await readRelations(pack, '')).find(isWorkbook)?.part : undefined
  if (!main?.toLowerCase().endsWith('.xml') || !/(?:^|\/)[^/]*workbook[^/]*$/i.test(main))
    throw notAWorkbook(pack.names)
  const relations = await readRelations(pack, main)
  const part = (type: string) => relations.find((relation) => relation.type === type && pack.has(relation.part))?.part
  const sheets: Workbook['sheets'] = []
  let date1904 = false
  await readAll(pack, main, (name, attributes) => {
    if (name === 'workbookPr') date1904 = /^(?:1|true)$/.test(attributes.date1904 ?? '')
    if (name !== 'sheet' || (attributes.state ?? 'visible') !== 'visible') return
    const relation = relations.find(({ id }) => id === attribute(attributes, 'id'))
    if (relation?.type !== 'worksheet') return
    if (sheets.push({ name: attributes.name ?? '', part: relation.part }) > MAX_SHEETS) throw broken('工作表太多')
  })
  const styles = part('styles')
  return {
    sheets,
    sharedStrings: part('sharedStrings'),
    formats: styles ? await readFormats(pack, styles) : [],
    date1904,
  }
}

async function readRelations(pack: Package, source: string): Promise<Relation[]> {
  const folder = posix.dirname(source)
  const part = posix.join(folder, '_rels', `${posix.basename(source)}.rels`)
  const relations: Relation[] = []
  await readAll(pack, part, (name, { Id = '', Type = '', Target = '', TargetMode }) => {
    if (name !== 'Relationship' || TargetMode === 'External') return
    const target = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target)
    relations.push({ id: Id, type: Type.slice(Type.lastIndexOf('/') + 1), part: target })
    if (relations.length > MAX_SHEETS * 4) throw broken('内部关系太多')
  })
  return relations
}

async function readFormats(pack: Package, part: string): Promise<NumberFormat[]> {
  const codes = new Map<number, string>()
  const formats: NumberFormat[] = []
  let inCellXfs = false
  const open = (name: string, attributes: Record<string, string>) => {
    if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
    else if (name === 'cellXfs') inCellXfs = true
    else if (name === 'xf' && inCellXfs) {
      const id = Number(attributes.numFmtId ?? 0)
      formats.push(numberFormat(id, codes.get(id)))
    }
    if (formats.length > MAX_STYLES || codes.size > MAX_STYLES) throw broken('单元格样式太多')
  }
  await readAll(pack, part, open, (name) => {
    if (name === 'cellXfs') inCellXfs = false
  })
  return formats
}

type Open = (name: string, attributes: Record<string, string>) => void

async function readAll(
  pack: Package,
  part: string,
  open: Open,
  close: (name: string) => void = () => {},
): Promise<void> {
  const tooLong = () => {
    throw endlessToken()
  }
  for await (const _ of pack.parse(part, { open, close, text: () => {} }, { maxToken: MAX_TOKEN, tooLong })) {
    // Everything is gathered by the callbacks.
  }
}
