import { describe, expect, it } from 'vitest'
import { openTable } from './index.ts'
import { bookOf, cellsOf, collect, errorOf, readAll } from './testing.ts'

const text = (value: string) => `<c t="inlineStr"><is><t xml:space="preserve">${value}</t></is></c>`
const HEADER = `<row r="1">${text('姓名')}${text('值')}</row>`

/** One cell of column B per XML given, read back as text. */
async function valuesOf(cells: string[], styles?: string, workbookPr?: string): Promise<(string | undefined)[]> {
  const rows = cells.map((cell, i) => `<row r="${i + 2}">${text('x')}${cell}</row>`)
  const path = await bookOf({ sheets: { 表: HEADER + rows.join('') }, styles, workbookPr })
  return (await cellsOf(path)).map((row) => row[1])
}

describe('XLSX values', () => {
  it('renders numbers without noise and flags those that lost digits', async () => {
    const raw = [
      '1.1000000000000001',
      '0.30000000000000004',
      '123456789012345',
      '-7',
      '1E-7',
      '3.7010219900101101E+17',
      '370102199001011234',
      '1e300',
    ]
    const path = await bookOf({
      sheets: { 表: HEADER + raw.map((v, i) => `<row r="${i + 2}"><c><v>1</v></c><c><v>${v}</v></c></row>`).join('') },
    })
    const { rows } = await readAll(path)
    expect(rows.slice(0, 5).map(({ cells, lossy }) => [cells[1], lossy])).toEqual(
      ['1.1', '0.3', '123456789012345', '-7', '0.0000001'].map((value) => [value, undefined]),
    )
    expect(rows.slice(5).map(({ lossy }) => lossy)).toEqual([[1], [1], [1]])
    expect(rows[5]?.cells[1]).toMatch(/^3701021990010110\d\d$/)
  })

  it('renders booleans, errors, results of formulas, ISO dates and escapes', async () => {
    const values = await valuesOf([
      '<c t="b"><v>1</v></c>',
      '<c t="b"><v>0</v></c>',
      '<c t="e"><v>#N/A</v></c>',
      '<c t="str"><f>A1&amp;"x"</f><v>结果</v></c>',
      '<c t="d"><v>2026-01-31</v></c>',
      text('a_x000D_b_x005F_x0041_ &lt;&#x20BB7;&gt;<![CDATA[<&]]>'.replace(/<!.*/, '')),
    ])
    expect(values).toEqual(['TRUE', 'FALSE', '#N/A', '结果', '2026-01-31', 'a\rb_x0041_ <𠮷>'])
  })

  const STYLES = `<numFmts count="6"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="165" formatCode="[Red]0.00&quot;days&quot;"/><numFmt numFmtId="166" formatCode="[h]:mm:ss"/><numFmt numFmtId="167" formatCode="000000"/><numFmt numFmtId="168" formatCode="[$-804]e/m/d h:mm;@"/><numFmt numFmtId="169" formatCode="General\\ "/></numFmts>
    <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${[0, 14, 22, 20, 57, 164, 165, 166, 167, 168, 169].map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs>`
  const styled = (style: number, value: string) => `<c s="${style}"><v>${value}</v></c>`

  it('renders dates by their number format in the 1900 system', async () => {
    const values = await valuesOf(
      [
        styled(0, '45322'),
        styled(1, '45322'),
        styled(2, '45322.354166666664'),
        styled(3, '0.75'),
        styled(4, '45322'),
        styled(5, '45322'),
        styled(6, '45322'),
        styled(7, '1.5'),
        styled(8, '250'),
        styled(9, '45322.5'),
        styled(10, '45322'),
        styled(1, '1'),
        styled(1, '59'),
        styled(1, '60'),
        styled(1, '61'),
        styled(1, '2958465'),
        styled(1, '2958466'),
        styled(1, '-1'),
        styled(2, '45322.999999999'),
      ],
      STYLES,
    )
    expect(values).toEqual([
      '45322',
      '2024-01-31',
      '2024-01-31T08:30:00',
      '18:00:00',
      '2024-01-31',
      '2024-01-31',
      '45322',
      '36:00:00',
      '000250',
      '2024-01-31T12:00:00',
      '45322',
      '1900-01-01',
      '1900-02-28',
      '1900-02-29',
      '1900-03-01',
      '9999-12-31',
      '2958466',
      '-1',
      '2024-02-01',
    ])
  })

  it('renders dates in the 1904 system', async () => {
    const values = await valuesOf([styled(1, '0'), styled(1, '43860')], STYLES, '<workbookPr date1904="1"/>')
    expect(values).toEqual(['1904-01-01', '2024-01-31'])
  })

  it('joins rich text, ignores phonetic readings and obeys xml:space', async () => {
    const strings = `<si><r><t>张</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 三</t></r><rPh sb="0" eb="1"><t>zhang</t></rPh></si><si><t>  两端  </t></si><si><t xml:space="preserve"> 留 </t></si><si/>`
    const rows = [0, 1, 2, 3].map((i) => `<row r="${i + 2}">${text('x')}<c t="s"><v>${i}</v></c></row>`)
    const path = await bookOf({ sheets: { 表: HEADER + rows.join('') }, strings })
    expect((await cellsOf(path)).map((cells) => cells[1])).toEqual(['张 三', '两端', ' 留 ', ''])
  })

  it('places sparse rows and cells by their references, and those without by order', async () => {
    const body = `<row r="3"><c r="B3" t="str"><v>甲</v></c><c r="D3" t="str"><v>乙</v></c></row><row r="4"/><row><c t="str"><v>1</v></c></row><row r="9"><c r="AA9" s="1"/><c r="D9" t="str"><v>x</v></c></row>`
    const { header, rows } = await readAll(await bookOf({ sheets: { 表: body } }))
    expect(header).toEqual(['', '甲', '', '乙'])
    expect(rows.map(({ row, cells }) => [row, cells.join('|')])).toEqual([
      [5, '1|||'],
      [9, '|||x'],
    ])
  })

  it('reads prefixed elements, UTF-16 and parts named in another case', async () => {
    const sheet = `<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>列</x:v></x:c></x:row><x:row r="2"><x:c r="A2" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>`
    const path = await bookOf({
      sheets: { 表: '' },
      parts: {
        'xl/worksheets/sheet0.xml': Buffer.from(`\ufeff${sheet}`, 'utf16le'),
        'xl/SharedStrings.XML': '<x:sst xmlns:x="m"><x:si><x:t>值</x:t></x:si></x:sst>',
      },
    })
    expect(await readAll(path)).toMatchObject({ header: ['列'], rows: [{ cells: ['值'] }] })
  })
})

describe('XLSX sheets', () => {
  const rowsOf = (...values: string[]) =>
    values.map((v, i) => `<row r="${i + 2}">${text(v)}${text('1')}</row>`).join('')
  const sheets = {
    甲: HEADER + rowsOf('a', 'b'),
    空: '',
    说明: `<row>${text('别的')}</row>`,
    乙: HEADER + rowsOf('c', 'd'),
    藏: HEADER + rowsOf('z'),
  }
  const book = () => bookOf({ sheets, states: { 藏: 'hidden' } })

  it('reads every visible sheet with the same header, one after another', async () => {
    const table = await openTable(await book())
    expect([table.sheets, table.reads]).toEqual([
      ['甲', '空', '说明', '乙'],
      ['甲', '乙'],
    ])
    const rows = await collect(table.rows())
    expect(rows.map(({ sheet, row, cells }) => `${sheet}${row}${cells[0]}`)).toEqual(['甲2a', '甲3b', '乙2c', '乙3d'])
    const rest = await collect(table.rows({ fromSheet: '乙', fromRow: 3 }))
    expect(rest.map(({ cells }) => cells[0])).toEqual(['d'])
    await table.close()
  })

  it('reads one sheet by name or position, and says which there are', async () => {
    expect((await readAll(await book(), { sheet: '说明' })).header).toEqual(['别的'])
    expect(await cellsOf(await book(), { sheet: 4 })).toEqual([
      ['c', '1'],
      ['d', '1'],
    ])
    const error = await errorOf(await book(), { sheet: '丙' })
    expect([error.code, error.message]).toEqual([
      'tabular.no_sheet',
      expect.stringContaining('“甲”、“空”、“说明”、“乙”'),
    ])
  })

  it('calls a workbook without content empty', async () => {
    expect((await errorOf(await bookOf({ sheets: { 表: '<row/>' } }))).code).toBe('tabular.empty')
  })
})
