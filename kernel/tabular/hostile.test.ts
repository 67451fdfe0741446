import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openTable, TabularError } from './index.ts'
import { bookOf, cellsOf, dice, errorOf, fileOf, scratch, zipOf } from './testing.ts'

const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
const ROWS = `<row>${text('姓名')}${text('电话')}</row><row>${text('张三')}${text('1')}</row>`

/** Changes bytes of a file in place. */
function patch(path: string, change: (bytes: Buffer) => void): string {
  const bytes = readFileSync(path)
  change(bytes)
  writeFileSync(path, bytes)
  return path
}

describe('what is no table', () => {
  const ole = (name: string) =>
    Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(504),
      Buffer.from(name, 'utf16le'),
      Buffer.alloc(2048),
    ])
  it.each([
    ['old .xls', ole('Workbook'), 'tabular.old_xls', '另存为 .xlsx'],
    ['.xlsx under a password', ole('EncryptedPackage'), 'tabular.encrypted', '取消密码'],
    ['web page called .xls', '\ufeff\n<HTML><table><tr><td>1</td></tr></table>', 'tabular.not_tabular', '网页'],
    ['XML spreadsheet 2003', '<?xml version="1.0"?><Workbook/>', 'tabular.not_tabular', '另存为'],
    ['PDF', '%PDF-1.7\n', 'tabular.not_tabular', 'PDF'],
    ['PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'tabular.binary', '第 9 个字节'],
  ])('names a %s', async (_, bytes, code, words) => {
    const error = await errorOf(fileOf(bytes, 'x.xlsx'))
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(words)])
  })

  it.each([
    ['OpenDocument', { mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '<a/>' }, '.ods'],
    ['Numbers', { 'Index/Document.iwa': 'x' }, 'Numbers'],
    [
      '.xlsb',
      {
        '_rels/.rels':
          '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        'xl/workbook.bin': 'x',
      },
      '.xlsb',
    ],
    [
      'Word document',
      {
        '_rels/.rels':
          '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/></Relationships>',
        'word/document.xml': '<a/>',
      },
      '不是 Excel',
    ],
    ['empty archive', {}, '不是 Excel'],
  ])('names a %s', async (_, parts, words) => {
    const error = await errorOf(await zipOf(parts))
    expect([error.code, error.message]).toEqual(['tabular.not_tabular', expect.stringContaining(words)])
  })

  it('goes by content, not by extension', async () => {
    const path = scratch('a.csv')
    writeFileSync(path, readFileSync(await bookOf({ sheets: { 表: ROWS } })))
    expect(await cellsOf(path)).toEqual([['张三', '1']])
  })
})

describe('bombs', () => {
  it('stops inflating a bomb by its ratio, and any file at the total', async () => {
    const bomb = await bookOf({ sheets: { 表: `${ROWS}${`<a>${' '.repeat(50_000)}</a>`.repeat(500)}` } })
    expect(readFileSync(bomb).length).toBeLessThan(200 * 1024)
    expect((await errorOf(bomb)).code).toBe('tabular.zip_bomb')
    expect((await errorOf(bomb, { limits: { bytes: 1024 ** 2 } })).code).toBe('tabular.too_large')
    expect((await errorOf(await bookOf({ sheets: { 表: ROWS } }), { limits: { entries: 3 } })).code).toBe(
      'tabular.zip_bomb',
    )
  })

  it.each([[1], [0x7fffffff]])('does not believe a header that claims %i bytes', async (claim) => {
    const path = patch(await bookOf({ sheets: { 表: ROWS } }), (bytes) => {
      const entry = (from: number) => bytes.indexOf('PK\x01\x02', from, 'latin1')
      for (let at = entry(0); at >= 0; at = entry(at + 4)) bytes.writeUInt32LE(claim, at + 24)
    })
    expect((await errorOf(path)).code).toBe('tabular.broken')
  })

  it('refuses entities, deep nesting and endless tokens', async () => {
    const laughs = `<!DOCTYPE lolz [<!ENTITY a "ha">${Array.from({ length: 9 }, (_, i) => `<!ENTITY b${i} "&a;&a;&a;">`).join('')}]><worksheet><sheetData><row><c t="str"><v>&b8;</v></c></row></sheetData></worksheet>`
    const sheet = (xml: string) => bookOf({ sheets: { 表: '' }, parts: { 'xl/worksheets/sheet0.xml': xml } })
    expect((await errorOf(await sheet(laughs))).code).toBe('tabular.forbidden_xml')
    expect((await errorOf(await sheet('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'))).code).toBe(
      'tabular.forbidden_xml',
    )
    expect((await errorOf(await sheet('<a>'.repeat(100_000)))).code).toBe('tabular.forbidden_xml')
    expect((await errorOf(await sheet(`<a b="${'x'.repeat(1024 ** 2)}"/>`))).code).toBe('tabular.forbidden_xml')
    expect((await errorOf(await sheet(`<a>${' '.repeat(1024 ** 2)}</a>`))).code).toBe('tabular.forbidden_xml')
    expect((await errorOf(await sheet('<worksheet>&nbsp;</worksheet>'))).code).toBe('tabular.broken')
  })

  const TEN_MEGABYTES = 'x'.repeat(10 * 1024 ** 2)
  it.each([
    ['inline', { sheets: { 表: `${ROWS}<row r="7">${text('a')}${text(TEN_MEGABYTES)}</row>` } }],
    [
      'in many runs',
      {
        sheets: {
          表: `${ROWS}<row r="7"><c r="B7" t="inlineStr"><is>${`<r><t>${'x'.repeat(999)}</t></r>`.repeat(999)}</is></c></row>`,
        },
      },
    ],
    ['a formula', { sheets: { 表: `${ROWS}<row r="7"><c r="B7" t="str"><v>${TEN_MEGABYTES}</v></c></row>` } }],
    [
      'shared',
      {
        sheets: { 表: `${ROWS}<row r="7"><c r="B7" t="s"><v>1</v></c></row>` },
        strings: `<si><t>a</t></si><si><t>${TEN_MEGABYTES}</t></si>`,
      },
    ],
    [
      'just above',
      {
        sheets: { 表: `${ROWS}<row r="7"><c r="B7" t="s"><v>0</v></c></row>` },
        strings: `<si><t>${'x'.repeat(32_768)}</t></si>`,
      },
    ],
  ])('names the cell that is too long: %s', async (_, book) => {
    const error = await errorOf(await bookOf(book))
    expect(error).toMatchObject({ code: 'tabular.cell_too_long', where: { sheet: '表', row: 7, column: 2 } })
    expect(error.message).toContain('工作表“表”的 B7')
  })

  it('limits columns, rows and shared strings', async () => {
    const path = await bookOf({ sheets: { 表: `${ROWS}<row><c r="XFD3" t="str"><v>1</v></c></row>` } })
    expect(await errorOf(path)).toMatchObject({ code: 'tabular.too_many_columns', where: { row: 3, column: 16_384 } })
    expect((await errorOf(await bookOf({ sheets: { 表: ROWS + ROWS } }), { limits: { rows: 2 } })).code).toBe(
      'tabular.too_many_rows',
    )
    const strings = '<si><t>a</t></si>'.repeat(3)
    expect(
      (await errorOf(await bookOf({ sheets: { 表: ROWS }, strings }), { limits: { sharedStrings: 2 } })).code,
    ).toBe('tabular.too_large')
  })
})

describe('damage', () => {
  it.each([
    ['rows in disorder', '<row r="2"/><row r="1"/>'],
    ['row 0', '<row r="0"/>'],
    ['row beyond the sheet', '<row r="1048577"/>'],
    ['cell without a column', '<row><c r="7"/></row>'],
    ['missing shared string', '<row><c t="s"><v>0</v></c></row>'],
    ['shared string -1', '<row><c t="s"><v>-1</v></c></row>'],
    ['number that is none', '<row><c><v>abc</v></c></row>'],
    ['unclosed element', '<row><c>'],
  ])('reports %s', async (_, rows) => {
    expect((await errorOf(await bookOf({ sheets: { 表: rows } }))).code).toBe('tabular.broken')
  })

  it('reports an archive cut anywhere, or with one byte changed', async () => {
    const whole = readFileSync(await bookOf({ sheets: { 表: ROWS } }))
    for (let size = 30; size < whole.length; size += 97) {
      expect((await errorOf(fileOf(whole.subarray(0, size)))).code).toBe('tabular.broken')
    }
    const stored = whole.indexOf('PK\x01\x02', 0, 'latin1')
    const flipped = patch(fileOf(whole), (bytes) =>
      bytes.writeUInt32LE(bytes.readUInt32LE(stored + 16) ^ 1, stored + 16),
    )
    expect((await errorOf(flipped)).code).toBe('tabular.broken')
  })

  it('survives random bytes and random changes: a table or a TabularError, nothing else', async () => {
    const random = dice(42)
    const whole = readFileSync(
      await bookOf({ sheets: { 表: ROWS }, strings: '<si><t>a</t></si>', styles: '<cellXfs/>' }),
    )
    for (let i = 0; i < 200; i++) {
      const bytes =
        i % 3 === 0 ? Buffer.from(Array.from({ length: random(2000) }, () => random(256))) : Buffer.from(whole)
      if (i % 3 !== 0) for (let n = 0; n <= random(6); n++) bytes[random(bytes.length)] = random(256)
      if (i % 6 === 0) bytes.write('PK\x03\x04', 'latin1')
      const outcome = await cellsOf(fileOf(bytes)).catch((error: unknown) => error)
      expect(Array.isArray(outcome) || outcome instanceof TabularError || String(outcome)).toBe(true)
    }
  })

  it('passes on what is not the fault of the file', async () => {
    await expect(openTable('/nowhere/x.csv')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
