import { describe, expect, it } from 'vitest'
import { layOut } from './flow.ts'
import { breakLines, type Glyph, spread } from './lines.ts'
import type { Item } from './place.ts'
import { areaOf } from './place.ts'
import { approvalSheet, introductionLetter } from './sheets.ts'
import { type Block, FORM_PAPER, mm, OFFICIAL_LINE, OFFICIAL_PAPER, type PaperDocument, type Style } from './tree.ts'

const STYLE: Style = { face: 'fang', size: 16, color: '#000000' }
/** Chinese characters as wide as high, others half of it. */
const measure = (text: string, { size }: Style): number => (text < '\u2000' ? size / 2 : size)
const glyphs = (text: string): Glyph[] =>
  [...text].map((one) => ({ text: one, style: STYLE, width: one === '\n' ? 0 : measure(one, STYLE) }))
const broken = (text: string, characters: number, indent = 0): string[] =>
  breakLines(glyphs(text), characters * 16, indent * 16).map((line) => line.glyphs.map((one) => one.text).join(''))
const paper = (blocks: readonly Block[], more: Partial<PaperDocument> = {}): PaperDocument => ({
  title: '试排',
  author: '博兴县人民政府办公室',
  at: new Date('2026-11-20T09:00:00+08:00'),
  paper: OFFICIAL_PAPER,
  style: STYLE,
  lineHeight: 29,
  blocks,
  ...more,
})
const text = (value: string, more: object = {}): Block => ({ kind: 'paragraph', runs: [{ text: value }], ...more })
const glyphsIn = (items: readonly Item[]) => items.filter((item) => item.kind === 'glyph')
const linesOf = (items: readonly Item[]): string[] => {
  const lines = new Map<number, string>()
  for (const { baseline, text: one } of glyphsIn(items))
    lines.set(Math.round(baseline), (lines.get(Math.round(baseline)) ?? '') + one)
  return [...lines.values()]
}

describe('breaking Chinese text into lines', () => {
  it('begins no line with a mark that closes, ends none with one that opens', () => {
    expect(broken('一二三四五，六七八九十', 5)).toEqual(['一二三四', '五，六七八', '九十'])
    expect(broken('一二三四《五六七》八', 5)).toEqual(['一二三四', '《五六七》', '八'])
    expect(broken('一二三四五）》。六', 5)).toEqual(['一二三四', '五）》。六'])
  })
  it('keeps words and numbers whole, unless one is longer than a line', () => {
    expect(broken('按照规GB9704执行', 5)).toEqual(['按照规', 'GB9704执行'])
    expect(broken('abcdefghijklmnop', 5)).toEqual(['abcdefghij', 'klmnop'])
  })
  it('lets a space end a line without room of its own, and a newline end it early', () => {
    expect(broken('一二三四五 六七', 5)).toEqual(['一二三四五', '六七'])
    expect(broken('一\n二\n\n三', 5)).toEqual(['一', '二', '', '三'])
  })
  it('indents the first line only', () => {
    expect(broken('一二三四五六七八九', 5, 2)).toEqual(['一二三', '四五六七八', '九'])
  })
  it('loses and adds nothing, whatever the text and the width', () => {
    const alphabet = [...'一二三，。（）《》“”ab 1%—…\n']
    for (let seed = 1; seed <= 400; seed++) {
      let state = seed * 7919
      const random = (below: number): number => {
        state = (state * 1103515245 + 12345) % 2147483648
        return state % below
      }
      const value = Array.from({ length: random(60) }, () => alphabet[random(alphabet.length)]).join('')
      const lines = breakLines(glyphs(value), (1 + random(12)) * 16, 0)
      const bare = (one: string): string => one.replaceAll(/[\n ]/g, '')
      expect(bare(lines.flatMap((line) => line.glyphs.map((glyph) => glyph.text)).join(''))).toBe(bare(value))
    }
  })
  it('makes both edges even but for the last line', () => {
    const [first, last] = breakLines(glyphs('一二三四，五六七'), 4 * 16, 0)
    const places = spread(first!, 4 * 16)
    expect(places.at(-1)! + 16).toBeCloseTo(64)
    expect(spread(last!, 64).at(-1)).toBe(last!.natural - 16)
    expect(spread(last!, 100, 'right').at(-1)).toBeCloseTo(84)
    expect(spread(last!, 100, 'center')[0]).toBeCloseTo((100 - last!.natural) / 2)
  })
})

describe('the page of GB/T 9704-2012', () => {
  it('takes 22 lines of 28 characters in 三号 on its type area', () => {
    const { width, height } = areaOf({ paper: OFFICIAL_PAPER })
    const wide = (one: string, style: Style): number => (measure(one, style) / 16) * (width / 28)
    const [first, second] = layOut(paper([text('字'.repeat(28 * 23))], { lineHeight: OFFICIAL_LINE }), wide)
    expect(linesOf(first!.items)).toEqual(Array.from({ length: 22 }, () => '字'.repeat(28)))
    expect(linesOf(second!.items)).toEqual(['字'.repeat(28)])
    expect(first!.items.every((item) => item.kind === 'glyph' && item.baseline < mm(37) + height)).toBe(true)
  })
  it('numbers odd pages on the right and even ones on the left, outside the type area', () => {
    const pages = layOut(paper([text('一'), { kind: 'page-break' }, text('二')], { pageNumbers: true }), measure)
    const { left, top, width, height } = areaOf({ paper: OFFICIAL_PAPER })
    const numbers = pages.map(({ items }) => glyphsIn(items).filter(({ baseline }) => baseline > top + height))
    expect(numbers.map((all) => all.map((one) => one.text).join(''))).toEqual(['— 1 —', '— 2 —'])
    expect(numbers[0]!.at(-1)!.x).toBeGreaterThan(left + width / 2)
    expect(numbers[1]![0]!.x).toBeCloseTo(left + 14)
  })
  it('keeps a heading with what follows', () => {
    const blocks = [...Array.from({ length: 21 }, () => text('行')), text('标题', { keepWithNext: true }), text('正文')]
    expect(layOut(paper(blocks), measure).map(({ items }) => linesOf(items).length)).toEqual([21, 2])
  })
  it('ends a document gone wild with a word', () => {
    expect(() => layOut(paper(Array.from({ length: 2001 }, () => ({ kind: 'page-break' as const }))), measure)).toThrow(
      '2000 页',
    )
  })
})

describe('a table', () => {
  const cell = (value: string, more: object = {}) => ({ blocks: [text(value)], ...more })
  const within = (document: PaperDocument) => {
    const { left, top, width, height } = areaOf(document)
    const pages = layOut(document, measure)
    for (const { items } of pages)
      for (const item of items) {
        const [x, y] =
          item.kind === 'glyph' ? [item.x, item.baseline] : item.kind === 'line' ? [item.x1, item.y1] : [0, 0]
        expect(x).toBeGreaterThanOrEqual(left - 0.01)
        expect(x).toBeLessThanOrEqual(left + width + 0.01)
        expect(y).toBeGreaterThanOrEqual(top - 0.01)
        expect(y).toBeLessThanOrEqual(top + height + 0.01)
      }
    return pages
  }
  it('repeats its head on each page and leaves no row out', () => {
    const rows = Array.from({ length: 60 }, (_, at) => ({ cells: [cell(`第${at + 1}行`), cell('值')] }))
    const pages = within(
      paper([{ kind: 'table', widths: [1, 2], head: 1, rows: [{ cells: [cell('名称'), cell('内容')] }, ...rows] }]),
    )
    expect(pages.length).toBeGreaterThan(2)
    for (const { items } of pages) expect(linesOf(items)[0]).toBe('名称内容')
    const seen = pages.flatMap(({ items }) => linesOf(items)).filter((line) => line.startsWith('第'))
    expect(seen).toEqual(rows.map((_, at) => `第${at + 1}行值`))
  })
  it('cuts a row that is higher than half a page between its lines, and moves a lower one whole', () => {
    const long = '这一栏写得很长。'.repeat(200)
    const pages = within(
      paper([
        {
          kind: 'table',
          widths: [1, 4],
          rows: [{ cells: [cell('意见'), cell(long)] }, { minHeight: 200, cells: [cell('空栏'), cell('')] }],
        },
      ]),
    )
    expect(pages.length).toBeGreaterThan(1)
    const all = pages.flatMap(({ items }) => glyphsIn(items).map((one) => one.text)).join('')
    expect(all.replace('意见', '').replace('空栏', '')).toBe(long)
  })
  it('lets cells span columns and rows, closed by a line where the page parts them', () => {
    const rows = Array.from({ length: 40 }, (_, at) => ({
      cells: at === 0 ? [cell('共', { rowspan: 40 }), cell(`${at}`)] : [cell(`${at}`)],
    }))
    const pages = within(
      paper([{ kind: 'table', widths: [1, 5], rows: [{ cells: [cell('通栏', { colspan: 2 })] }, ...rows] }]),
    )
    expect(pages.length).toBe(3)
    const { left } = areaOf({ paper: OFFICIAL_PAPER })
    for (const { items } of pages) {
      const level = items.filter(
        (item) => item.kind === 'line' && item.y1 === item.y2 && Math.abs(item.x1 - left) < 0.01,
      )
      const ys = level.map((item) => (item.kind === 'line' ? item.y1 : 0))
      const bottom = Math.max(...glyphsIn(items).map(({ baseline }) => baseline))
      expect(Math.max(...ys)).toBeGreaterThan(bottom)
    }
  })
  it('draws no line at all where it has none', () => {
    const [page] = layOut(
      paper([{ kind: 'table', widths: [1], border: 0, rows: [{ cells: [cell('无框')] }] }]),
      measure,
    )
    expect(page!.items.every(({ kind }) => kind === 'glyph')).toBe(true)
  })
})

describe('sheets', () => {
  const at = new Date('2026-11-20T09:00:00+08:00')
  const textOn = (document: PaperDocument): string =>
    layOut(document, measure)
      .flatMap(({ items }) => linesOf(items))
      .join('')
  it('an approval sheet says all fields and opinions, in whose stead, and leaves room for who has not signed', () => {
    const sheet = approvalSheet({
      title: '请假审批表',
      unit: '博兴县人民政府办公室',
      left: '编号：12',
      at,
      fields: [
        { label: '申请人', value: '周文清' },
        { label: '事由', value: '探亲', wide: true },
        { label: '天数', value: '3.5 天' },
      ],
      zones: [
        { title: '科室意见', opinions: [{ text: '同意。', name: '毕嘉禾', day: '2026年11月20日', owner: '高文博' }] },
        { title: '单位意见', opinions: [] },
      ],
      tables: [{ title: '交接', columns: ['事项', '接手人'], rows: [['值班', '孙红']] }],
    })
    expect(sheet.paper).toBe(FORM_PAPER)
    const said = textOn(sheet)
    for (const part of [
      '请假审批表',
      '编号：12',
      '周文清',
      '探亲',
      '3.5 天',
      '同意。',
      '毕嘉禾（受高文博委托）',
      '值班',
      '孙红',
    ])
      expect(said).toContain(part)
  })
  it('a letter of introduction counts its people and names them', () => {
    const said = textOn(
      introductionLetter({
        unit: '博兴县人民政府办公室',
        number: '博政办介〔2026〕12号',
        to: '滨州市档案馆',
        people: [
          { name: '周文清', title: '副科长' },
          { name: '高文博', title: '科员' },
        ],
        purpose: '查阅档案',
        days: 7,
        day: '2026年11月20日',
        at,
      }),
    )
    expect(said).toContain('周文清（副科长）等共2名同志，前往你处查阅档案')
    expect(said).toContain('同行：高文博（科员）')
  })
})
