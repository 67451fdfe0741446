import { type Column, titleOf } from './writer.ts'

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** Who took a table out and when: at the foot of each printed sheet and in the properties of the file, in no cell, so that it reads back whole. */
export interface ExportMark {
  by: string
  at: Date
}

/** Every part that is not named here is a worksheet, so this part can stand first although nobody knows yet how many follow. */
export const contentTypes = (marked: boolean): string =>
  `${DECLARATION}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${marked ? `<Override PartName="/${PROPERTIES}" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` : ''}</Types>`

export const rootRelations = (marked: boolean): string =>
  `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/>${marked ? `<Relationship Id="rId2" Type="${PACKAGE}/relationships/metadata/core-properties" Target="${PROPERTIES}"/>` : ''}</Relationships>`

export const PROPERTIES = 'docProps/core.xml'
/** ISO/IEC 29500-2 §11 */
export const properties = ({ by, at }: ExportMark): string =>
  `${DECLARATION}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>${escapeXml(by)}</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">${at.toISOString()}</dcterms:created></cp:coreProperties>`

/** Style 1 is text (format 49), so that editing a cell does not turn an identity number into a number; style 2 is the header. */
export const STYLES = `${DECLARATION}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })
const FOOTER_CHARS = 200

/** The end of a worksheet; in a footer `&` begins a code and stands doubled for itself (ISO/IEC 29500-1 §18.3.1.46). */
export function sheetEnd(mark?: ExportMark): string {
  if (!mark) return '</sheetData></worksheet>'
  const said = `导出人：${mark.by}，${shanghai.format(mark.at)}`.slice(0, FOOTER_CHARS).replaceAll('&', '&&')
  return `</sheetData><headerFooter><oddFooter>${escapeXml(`&L${said}&R&P/&N`)}</oddFooter></headerFooter></worksheet>`
}

/** A worksheet up to its first row, with the header frozen and the columns wide enough to read. */
export function sheetStart(columns: readonly Column[]): string {
  const widths = columns.map((column, i) => {
    const width = (typeof column === 'string' ? undefined : column.width) ?? readableWidth(titleOf(column))
    return `<col min="${i + 1}" max="${i + 1}" width="${width}" style="1" customWidth="1"/>`
  })
  const cols = widths.length > 0 ? `<cols>${widths.join('')}</cols>` : ''
  return `${DECLARATION}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${cols}<sheetData>`
}

function readableWidth(title: string): number {
  const shown = [...title].reduce((sum, char) => sum + (char > '\u2e7f' ? 2 : 1), 0)
  return Math.min(Math.max(shown + 4, 12), 40)
}

export function workbook(sheetName: string, sheets: number): string {
  const list = Array.from({ length: sheets }, (_, i) => {
    const name = escapeAttribute(sheetTitle(sheetName, i + 1))
    return `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`
  })
  return `${DECLARATION}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><bookViews><workbookView/></bookViews><sheets>${list.join('')}</sheets></workbook>`
}

export function workbookRelations(sheets: number): string {
  const list = Array.from({ length: sheets }, (_, i) => relation(i + 1, 'worksheet', `worksheets/sheet${i + 1}.xml`))
  list.push(relation(sheets + 1, 'styles', 'styles.xml'))
  return `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships">${list.join('')}</Relationships>`
}

function relation(id: number, type: string, target: string): string {
  return `<Relationship Id="rId${id}" Type="${OFFICE}/${type}" Target="${target}"/>`
}

/** A name Excel accepts: at most 31 characters, none of []:*?/\, no apostrophe at either end; further sheets are numbered. */
function sheetTitle(wanted: string, number: number): string {
  const suffix = number > 1 ? ` (${number})` : ''
  const clean = wanted.replace(/[[\]:*?/\\\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ').replace(/^['\s]+|['\s]+$/g, '')
  return (clean || 'Sheet').slice(0, 31 - suffix.length).replace(/['\s]+$/, '') + suffix
}

const SPECIAL = /[&<>\p{Cs}\ufffe\uffff]|[^\P{Cc}\t\n]|_x/u
/** Even without the closing underscore: an escape that follows could bring it. */
const ESCAPE_LITERAL = /_(?=x[0-9A-Fa-f]{4})/g
const ILLEGAL = /[^\P{Cc}\t\n]|[\p{Cs}\ufffe\uffff]/gu

/** Text of an element; what XML 1.0 §2.2 forbids, and CR which a parser would change, becomes _xHHHH_ (ST_Xstring). */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text
  return text
    .replace(ESCAPE_LITERAL, '_x005F_')
    .replace(ILLEGAL, (char) => `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
