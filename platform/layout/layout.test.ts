import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import yauzl from 'yauzl'
import { approvalSheet, OFFICIAL_PAPER, type PaperDocument, writeDocx, writePdf } from './index.ts'
import { Faces } from './server/faces.ts'
import { readPdf } from './testing.ts'

let faces: Faces
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qitong-fonts-'))
  faces = await Faces.open(folder)
})
afterAll(() => rm(folder, { recursive: true }))

const at = new Date('2026-11-20T09:00:00+08:00')
const paper = (texts: readonly string[]): PaperDocument => ({
  title: '关于做好节日值守的通知',
  author: '博兴县人民政府办公室',
  at,
  paper: OFFICIAL_PAPER,
  style: { face: 'fang', size: 16, color: '#000000' },
  lineHeight: 29,
  blocks: texts.map((text) => ({ kind: 'paragraph' as const, runs: [{ text }], indent: 2 })),
})
const partOf = (file: Uint8Array, name: string): Promise<string> =>
  new Promise((resolve, reject) => {
    yauzl.fromBuffer(Buffer.from(file), { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error)
      zip.on('entry', (entry: yauzl.Entry) => {
        if (entry.fileName !== name) return zip.readEntry()
        zip.openReadStream(entry, (fault, stream) => {
          if (fault) return reject(fault)
          const parts: Buffer[] = []
          stream
            .on('data', (part: Buffer) => parts.push(part))
            .on('end', () => resolve(Buffer.concat(parts).toString('utf8')))
        })
      })
      zip.readEntry()
    })
  })

describe('a PDF', () => {
  it('says what was written, to be searched and copied, rare characters of names included', async () => {
    const text =
      '请喆堃、昇祎、彧玥三位同志于2026年11月20日（星期五）到岗，联系电话0543-0004560，E-mail: office@example.cn。'
    const { text: read, info } = await readPdf(await writePdf(paper([text]), faces))
    expect(read.replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    expect(info).toMatchObject({ Title: '关于做好节日值守的通知', Author: '博兴县人民政府办公室' })
  })
  it('stands within the type area, 37 mm from above and 28 mm from the left', async () => {
    const { pages } = await readPdf(await writePdf(paper(['字'.repeat(2000)]), faces))
    expect(pages.length).toBeGreaterThan(2)
    const mm = (points: number): number => (points * 25.4) / 72
    for (const page of pages)
      for (const { x, y } of page.filter(({ text }) => text.trim())) {
        expect(mm(x)).toBeGreaterThanOrEqual(27.9)
        expect(mm(x)).toBeLessThanOrEqual(210 - 26)
        expect(297 - mm(y)).toBeGreaterThanOrEqual(37)
        expect(297 - mm(y)).toBeLessThanOrEqual(297 - 35)
      }
  })
  it('of the same document is the same file', async () => {
    const [one, two] = [await writePdf(paper(['同一份文件']), faces), await writePdf(paper(['同一份文件']), faces)]
    expect(Buffer.from(one).equals(Buffer.from(two))).toBe(true)
  })
  it('carries only the glyphs it uses', async () => {
    expect((await writePdf(paper(['请各单位认真贯彻落实。']), faces)).length).toBeLessThan(60_000)
  })
  it('shows a box for what no font has, and is not stopped by what cannot be seen', async () => {
    const { text } = await readPdf(await writePdf(paper(['甲\u{1F9FF}\u0000\u0007乙\u200b\ud800丙']), faces))
    expect(text.replaceAll(' ', '')).toContain('甲')
    expect(text).toContain('丙')
  })
  it('of an empty document is one empty page', async () => {
    expect((await readPdf(await writePdf(paper([]), faces))).pages).toEqual([[]])
  })
})

describe('faces', () => {
  it('say which of them stand in for official ones', () => {
    expect(faces.standIns).toContainEqual({ face: 'fang', wanted: '仿宋', used: '思源宋体' })
    expect(faces.standIns).toHaveLength(5)
  })
  it('of the operator come first, and what they lack is taken glyph by glyph from those that ship', async () => {
    const loaded = faces.fontFor('文', 'fang')
    await faces.load([{ text: '文件', face: 'fang' }])
    const file = loaded ?? faces.fontFor('文', 'fang')
    await writeFile(path.join(folder, 'FangSong_GB2312.ttf'), file!.bytes)
    const own = await Faces.open(folder)
    expect(own.standIns.map(({ face }) => face)).not.toContain('fang')
    await own.load([{ text: '文A喆', face: 'fang' }])
    expect(Buffer.from(own.fontFor('文', 'fang')!.bytes).equals(Buffer.from(file!.bytes))).toBe(true)
    expect(own.fontFor('喆', 'fang')).toBeDefined()
  })
})

describe('a DOCX', () => {
  it('names the official faces, the paper and the table, and says every text', async () => {
    const sheet = approvalSheet({
      title: '用印审批表',
      unit: '博兴县人民政府办公室',
      at,
      fields: [{ label: '用印事由', value: '第一行\n<第二行> & "引号"\u0007', wide: true }],
      zones: [{ title: '单位意见', opinions: [{ text: '同意。', name: '孙立岩', day: '2026年11月20日' }] }],
    })
    const xml = await partOf(await writeDocx(sheet), 'word/document.xml')
    for (const part of [
      '用印审批表',
      '第一行',
      '&lt;第二行&gt; &amp; &quot;引号&quot;',
      '孙立岩',
      '方正小标宋简体',
      '仿宋_GB2312',
      '黑体',
      'w:gridSpan',
    ])
      expect(xml).toContain(part)
    expect(xml).not.toContain('\u0007')
    // 210 × 297 mm in twentieths of a point
    expect(xml).toMatch(/w:pgSz w:w="11906" w:h="16838"/)
  })
})
