import { describe, expect, it } from 'vitest'
import { openTable } from './index.ts'
import { cellsOf, collect, errorOf, fileOf, gb18030Supplementary, readAll } from './testing.ts'

const gbk = (hex: string) => Buffer.from(hex, 'hex')
/** 姓名,性别 / 张三,男 in GB18030 */
const GB_HEADER = Buffer.concat([gbk('d0d5c3fb'), Buffer.from(','), gbk('d0d4b1f0'), Buffer.from('\r\n')])
const GB_ROW = Buffer.concat([gbk('d5c5c8fd'), Buffer.from(','), gbk('c4d0'), Buffer.from('\r\n')])

describe('CSV encodings', () => {
  it('reads GB18030, four-byte characters included, across chunk boundaries', async () => {
    const rare = Buffer.concat([
      gb18030Supplementary('𠮷'),
      Buffer.from(','),
      gb18030Supplementary('😀'),
      Buffer.from('\r\n'),
    ])
    const many = Array.from({ length: 15_000 }, () => Buffer.concat([GB_ROW, rare]))
    const path = fileOf(Buffer.concat([GB_HEADER, ...many]))
    const table = await openTable(path)
    expect(table.encoding).toBe('gb18030')
    expect(table.header).toEqual(['姓名', '性别'])
    const rows = await collect(table.rows())
    expect(rows).toHaveLength(30_000)
    expect(rows.at(-2)?.cells).toEqual(['张三', '男'])
    expect(rows.every(({ cells }, i) => cells[0] === (i % 2 ? '𠮷' : '张三'))).toBe(true)
    expect(rows.at(-1)).toEqual({ sheet: '', row: 30_001, cells: ['𠮷', '😀'] })
  })

  it('finds GB18030 that begins after a megabyte of ASCII', async () => {
    const path = fileOf(
      Buffer.concat([Buffer.from('name,sex\n'), Buffer.from(`${'x'.repeat(1000)},m\n`.repeat(1_500)), GB_ROW]),
    )
    const { rows } = await readAll(path)
    expect(rows.at(-1)?.cells).toEqual(['张三', '男'])
  })

  it.each([
    ['UTF-8', Buffer.from('姓名,性别\n张三,男\n'), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from('\ufeff姓名,性别\n张三,男\n'), 'utf-8'],
    ['UTF-16LE with a mark', Buffer.from('\ufeff姓名\t性别\n张三\t男\n', 'utf16le'), 'utf-16le'],
    ['UTF-16BE with a mark', Buffer.from('\ufeff姓名\t性别\n张三\t男\n', 'utf16le').swap16(), 'utf-16be'],
    ['GB18030', Buffer.concat([GB_HEADER, GB_ROW]), 'gb18030'],
    ['GB18030 with a mark', Buffer.concat([gbk('84319533'), GB_HEADER, GB_ROW]), 'gb18030'],
  ])('reads %s', async (_, bytes, encoding) => {
    const table = await openTable(fileOf(bytes))
    expect([table.encoding, table.header]).toEqual([encoding, ['姓名', '性别']])
    expect((await collect(table.rows())).map(({ cells }) => cells)).toEqual([['张三', '男']])
  })

  it('refuses what is in no encoding, or in two, and names the byte', async () => {
    const mixed = await errorOf(fileOf(Buffer.concat([Buffer.from('姓名,性别\n欧阳修,男\n'.repeat(20)), GB_ROW])))
    expect(mixed).toMatchObject({
      code: 'tabular.mixed_encoding',
      where: { row: 41, byte: Buffer.from('姓名,性别\n欧阳修,男\n').length * 20 + 2 },
    })
    expect(mixed.message).toMatch(/第 41 行附近（第 \d+ 个字节）.*另存为/)
    expect(await errorOf(fileOf(Buffer.from('a,b\n\xff\xfe,c\n', 'latin1')))).toMatchObject({
      code: 'tabular.unknown_encoding',
      where: { row: 2, byte: 5 },
    })
    expect((await errorOf(fileOf(Buffer.from('a,b\nc,d\n', 'utf16le')))).code).toBe('tabular.binary')
    expect(await errorOf(fileOf('a,b\nc,\0d\n'))).toMatchObject({ code: 'tabular.binary', where: { row: 2, byte: 7 } })
    expect((await errorOf(fileOf(Buffer.concat([Buffer.from('\ufeffa\n'), GB_ROW])))).code).toBe(
      'tabular.unknown_encoding',
    )
    expect((await errorOf(fileOf(Buffer.concat([GB_HEADER])), { encoding: 'utf-8' })).code).toBe(
      'tabular.unknown_encoding',
    )
    expect((await errorOf(fileOf(Buffer.from('fffe61000000', 'hex')))).code).toBe('tabular.binary')
    expect((await errorOf(fileOf(Buffer.from('fffe00d86100', 'hex')))).code).toBe('tabular.unknown_encoding')
  })
})

describe('CSV structure', () => {
  it.each([',', ';', '\t'])('detects the delimiter %j in the header', async (delimiter) => {
    const text = [
      ['"a,;\t"', 'b', 'c'],
      ['1', '2', '3'],
    ]
      .map((row) => row.join(delimiter))
      .join('\n')
    expect(await readAll(fileOf(text))).toMatchObject({
      header: ['a,;\t', 'b', 'c'],
      rows: [{ cells: ['1', '2', '3'] }],
    })
  })

  it('keeps quotes, blanks and line breaks inside cells, and numbers rows as a spreadsheet does', async () => {
    const { rows } = await readAll(fileOf('a,b\r\n"x\r\ny","say ""hi"""\r\n\r\n  p ,q"r\r\n'))
    expect(rows).toEqual([
      { sheet: '', row: 2, cells: ['x\r\ny', 'say "hi"'] },
      { sheet: '', row: 4, cells: ['  p ', 'q"r'] },
    ])
  })

  it.each(['\r\n', '\n', '\r'])('ends records with %j, wherever a chunk is cut', async (end) => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i},${'x'.repeat(i % 3)}`)
    const cells = await cellsOf(fileOf(['n,x', ...lines].join(end)))
    expect(cells.map((row) => row.join(','))).toEqual(lines)
  })

  it('takes the delimiter from the header alone', async () => {
    expect(await readAll(fileOf('"a"\nx;y\n'))).toMatchObject({ header: ['a'], rows: [{ cells: ['x;y'] }] })
  })

  it('reports ragged rows without failing', async () => {
    const { rows } = await readAll(fileOf('a,b,c,,\n1,2\n1,2,3,,\n1,2,3,4\n'))
    expect(rows).toEqual([
      { sheet: '', row: 2, cells: ['1', '2', ''], ragged: 'short' },
      { sheet: '', row: 3, cells: ['1', '2', '3'] },
      { sheet: '', row: 4, cells: ['1', '2', '3', '4'], ragged: 'long' },
    ])
  })

  it('resumes at a row, takes a header below a title, and stops when told', async () => {
    const path = fileOf(`人员名单,\n姓名,性别\n${'张三,男\n'.repeat(50_000)}`)
    const table = await openTable(path, { headerRow: 2 })
    expect(table.header).toEqual(['姓名', '性别'])
    const rest = await collect(table.rows({ fromRow: 50_001 }))
    expect(rest.map(({ row }) => row)).toEqual([50_001, 50_002])
    const stop = new AbortController()
    const reading = (async () => {
      for await (const { row } of table.rows({ signal: stop.signal })) if (row === 10) stop.abort(new Error('stopped'))
    })()
    await expect(reading).rejects.toThrow('stopped')
  })

  it('names the cell that is too long, the quote that is not closed, the row or column too many', async () => {
    const tenMegabytes = 'x'.repeat(10 * 1024 ** 2)
    const long = await errorOf(fileOf(`a,b\n1,2\n3,"${tenMegabytes}"\n`))
    expect(long).toMatchObject({ code: 'tabular.cell_too_long', where: { row: 3, column: 2 } })
    expect(long.message).toContain('B3')
    expect(await errorOf(fileOf('a,b\n1,2\n3,"4\n5,6\n'))).toMatchObject({
      code: 'tabular.quote_not_closed',
      where: { row: 3, column: 2 },
    })
    expect(await errorOf(fileOf('a\n1\n2\n3\n'), { limits: { rows: 2 } })).toMatchObject({
      code: 'tabular.too_many_rows',
    })
    expect(await cellsOf(fileOf('a\n1\n2\n'), { limits: { rows: 2 } })).toHaveLength(2)
    expect(await errorOf(fileOf('a\n1,2,3\n'), { limits: { columns: 2 } })).toMatchObject({
      code: 'tabular.too_many_columns',
    })
    expect(await errorOf(fileOf('a\n1\n'), { limits: { bytes: 3 } })).toMatchObject({ code: 'tabular.too_large' })
    const endless = `a,b\n1,"${'x'.repeat(1024 ** 2)}`
    expect(await errorOf(fileOf(endless), { limits: { columns: 2, cellChars: 1_000 } })).toMatchObject({
      code: 'tabular.cell_too_long',
      where: { row: 2, column: 2 },
    })
  })

  it.each(['', '\n\n\n', ',,\n,,\n'])('calls %j empty', async (text) => {
    expect((await errorOf(fileOf(text))).code).toBe('tabular.empty')
  })
})
