import { createWriteStream, readFileSync } from 'node:fs'
import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openPromise } from 'yauzl'
import { csvWriter, openTable, xlsxWriter } from './index.ts'
import { SharedStrings } from './shared-strings.ts'
import { bookOf, cellsOf, collect, dice, scratch } from './testing.ts'

const KINDS = ['csv', 'xlsx'] as const
type Kind = (typeof KINDS)[number]
type Cell = string | number | null

function writerTo(kind: Kind, out: Writable, columns: string[], rowsPerSheet?: number) {
  return kind === 'csv' ? csvWriter(out, { columns }) : xlsxWriter(out, { sheetName: '人员', columns, rowsPerSheet })
}

async function roundTrip(kind: Kind, columns: string[], rows: Cell[][], rowsPerSheet?: number) {
  const path = scratch(`x.${kind}`)
  const writer = writerTo(kind, createWriteStream(path), columns, rowsPerSheet)
  for (const row of rows) await writer.write(row)
  await writer.end()
  return path
}

/** Text that some layer on the way could mistake for its own syntax. */
const NASTY = [
  '=1+1',
  "'=1",
  "''@x",
  '\t',
  '\r',
  '\n',
  'a\r\nb',
  '＝cmd',
  '-5',
  '+86 138',
  ' 两端 ',
  '"',
  '""',
  'a,b',
  'a;b',
  "'",
  '001',
  '370102199001011234',
  '_x0041_',
  '_x005F_x0041_',
  '_x0001\u0001',
  '\u0001x0041_',
  '\u000b\u001f\u007f\u0085',
  '\ufffe\uffff',
  '<&>]]>',
  '&amp;',
  '𠮷😀',
  '\ufeff',
  '\ufeff=1',
  'TRUE',
  '1e5',
  '#N/A',
  'x'.repeat(32_767),
]

describe.each(KINDS)('%s round trip', (kind) => {
  it('gives back every text', async () => {
    const path = await roundTrip(
      kind,
      ['=列', 'b;c'],
      NASTY.map((text) => [text, 'z']),
    )
    const table = await openTable(path)
    expect(table.header).toEqual(['=列', 'b;c'])
    expect((await collect(table.rows())).map(({ cells }) => cells[0])).toEqual(NASTY)
    await table.close()
  })

  it('gives back random text from those pieces', async () => {
    const random = dice(3)
    const pieces = [...NASTY.slice(0, -1), '_', 'x', '0041', '张', '\u0001', "'", '=']
    const texts = Array.from({ length: 2_000 }, () =>
      Array.from({ length: 1 + random(5) }, () => pieces[random(pieces.length)]).join(''),
    )
    const path = await roundTrip(
      kind,
      ['a', 'b'],
      texts.map((text) => [text, 'z']),
    )
    expect((await cellsOf(path)).map(([first]) => first)).toEqual(texts)
  })

  it('writes numbers as numbers and null as nothing', async () => {
    const path = await roundTrip(kind, ['a', 'b', 'c', 'd'], [[-5, 1.5, null, 1e15]])
    expect(await cellsOf(path)).toEqual([['-5', '1.5', '', '1000000000000000']])
  })

  it('fails, and does not hang, when the reader goes away', async () => {
    const out = new PassThrough()
    const writer = writerTo(kind, out, ['a'])
    const endless = (async () => {
      for (let i = 0; ; i++) {
        if (i === 50_000) out.destroy()
        if (i % 1_000 === 0 && i < 50_000) out.resume()
        await writer.write([`${i}`.repeat(20)])
      }
    })()
    await expect(endless).rejects.toThrow()
    await expect(writer.end()).rejects.toThrow()
  })

  it('waits for a slow reader', async () => {
    let held = 0
    let most = 0
    const slow = new Writable({
      write(chunk: Buffer, _, done) {
        held += chunk.length
        setImmediate(done)
      },
    })
    const writer = writerTo(kind, slow, ['a'])
    const random = dice(5)
    for (let i = 0; i < 30_000; i++) {
      await writer.write([String(random(1e9)).repeat(5)])
      most = Math.max(most, slow.writableLength)
    }
    await writer.end()
    expect(held).toBeGreaterThan(300_000)
    expect(most).toBeLessThan(300_000)
  })
})

describe('CSV', () => {
  it('starts with a mark unless told otherwise, and ends lines with CRLF', async () => {
    expect(readFileSync(await roundTrip('csv', ['a'], [['1']]), 'utf8')).toBe('\ufeffa\r\n1\r\n')
  })
})

describe('XLSX', () => {
  it('begins another sheet with the same header when one is full', async () => {
    const path = await roundTrip(
      'xlsx',
      ['a'],
      ['1', '2', '3', '4', '5'].map((value) => [value]),
      3,
    )
    const table = await openTable(path)
    expect(table.reads).toEqual(['人员', '人员 (2)', '人员 (3)'])
    const rows = await collect(table.rows())
    expect(rows.map(({ sheet, row, cells }) => `${sheet}/${row}/${cells[0]}`)).toEqual([
      '人员/2/1',
      '人员/3/2',
      '人员 (2)/2/3',
      '人员 (2)/3/4',
      '人员 (3)/2/5',
    ])
    await table.close()
  })

  it('says who took it out on each printed sheet and in its properties, in no cell', async () => {
    const path = scratch('x.xlsx')
    const mark = { by: '周&<文>清', at: new Date('2026-11-20T01:42:00Z') }
    const writer = xlsxWriter(createWriteStream(path), { sheetName: '人员', columns: ['a'], rowsPerSheet: 2, mark })
    for (const cell of ['1', '2']) await writer.write([cell])
    await writer.end()
    expect(await cellsOf(path)).toEqual([['1'], ['2']])
    const zip = await openPromise(path, { lazyEntries: true, autoClose: false })
    const parts = new Map<string, string>()
    for await (const entry of zip.eachEntry())
      parts.set(entry.fileName, Buffer.concat(await collect(await zip.openReadStreamPromise(entry))).toString())
    zip.close()
    const footer = '<oddFooter>&amp;L导出人：周&amp;&amp;&lt;文&gt;清，2026-11-20 09:42&amp;R&amp;P/&amp;N</oddFooter>'
    for (const sheet of [1, 2]) expect(parts.get(`xl/worksheets/sheet${sheet}.xml`)).toContain(footer)
    const properties = parts.get('docProps/core.xml')
    expect(properties).toContain('<dc:creator>周&amp;&lt;文&gt;清</dc:creator>')
    expect(properties).toContain('>2026-11-20T01:42:00.000Z</dcterms:created>')
    for (const part of ['[Content_Types].xml', '_rels/.rels']) expect(parts.get(part)).toContain('docProps/core.xml')
  })

  it('refuses a text no cell can hold, and cleans the name of the sheet', async () => {
    const path = scratch('x.xlsx')
    const writer = xlsxWriter(createWriteStream(path), { sheetName: `'a/b[1]*${'长'.repeat(40)}`, columns: ['a'] })
    expect(() => writer.write(['x'.repeat(32_768)])).toThrow('A2 单元格超过')
    await writer.end()
    expect((await openTable(path)).sheets).toEqual([`a b 1  ${'长'.repeat(24)}`])
  })
})

describe('shared strings', () => {
  it('spill to a file beyond the budget and stay the same', async () => {
    const random = dice(9)
    const strings = new SharedStrings(10_000)
    for (let i = 0; i < 50_001; i++) strings.push(`字${i}\n"`)
    strings.finish()
    expect(strings.spilled).toBe(true)
    for (let i = 0; i < 10_000; i++) {
      const index = random(50_001)
      expect(strings.get(index)).toBe(`字${index}\n"`)
    }
    expect([strings.get(0), strings.get(50_000), strings.get(50_001), strings.get(-1), strings.get(0.5)]).toEqual([
      '字0\n"',
      '字50000\n"',
      undefined,
      undefined,
      undefined,
    ])
    strings.close()
  })

  it('read through a workbook with a small budget', async () => {
    const count = 5_000
    const si = Array.from({ length: count }, (_, i) => `<si><t>${i}</t></si>`).join('')
    const rows = Array.from({ length: count }, (_, i) => `<row><c t="s"><v>${(i * 7) % count}</v></c></row>`).join('')
    const path = await bookOf({ sheets: { 表: rows }, strings: si })
    const cells = await cellsOf(path, { limits: { sharedStringBytes: 1_000 } })
    expect(cells.map(([cell]) => cell)).toEqual(
      Array.from({ length: count - 1 }, (_, i) => String(((i + 1) * 7) % count)),
    )
  })
})

describe('memory', () => {
  it.each(KINDS)(
    'stays flat over 200,000 rows of %s',
    async (kind) => {
      const path = scratch(`x.${kind}`)
      const start = process.memoryUsage().rss
      let peak = start
      const writer = writerTo(kind, createWriteStream(path), ['姓名', '单位'])
      for (let i = 0; i < 200_000; i++) {
        await writer.write([`张三${i}`, `山东省某市某单位${i % 5000}`])
        if (i % 1000 === 0) peak = Math.max(peak, process.memoryUsage().rss)
      }
      await writer.end()
      const table = await openTable(path)
      let rows = 0
      for await (const batch of table.batches()) {
        rows += batch.length
        peak = Math.max(peak, process.memoryUsage().rss)
      }
      await table.close()
      expect(rows).toBe(200_000)
      expect((peak - start) / 1024 ** 2).toBeLessThan(150)
    },
    120_000,
  )
})
