import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSm2KeyPair } from '#kernel/crypto'
import { verifyFile } from '../../tools/audit-verify.ts'
import { leafTextOf, type RecordLine } from './server/export-lines.ts'
import { algorithms, leafHash } from './server/merkle.ts'
import { type Fault, verifyExport } from './server/verify.ts'
import { type AuditServer, startAuditServer } from './testing.ts'

let scene: AuditServer
let folder: string
let lines: string[]
const fetchExport = async (format: 'ndjson' | 'csv', who: 'auditor' | 'clerk' = 'auditor') => {
  const url = scene.as(who).exportRecords.url({ format, since: '2026-11-20', until: '2026-11-20', reason: '例行检查' })
  return fetch(url, { headers: { cookie: `qt_session=${who}` } })
}
beforeAll(async () => {
  scene = await startAuditServer()
  // The first records are of the day before: the export begins inside the tree.
  await scene.add(70, { at: new Date('2026-11-19T02:00:00Z') })
  await scene.sequenced()
  for (const count of [200, 1, 400]) {
    await scene.add(count)
    await scene.sequenced()
  }
  await scene.add(1, { at: new Date('2026-11-21T02:00:00Z'), target: undefined, detail: '=1+1', actor: null })
  await scene.sequenced()
  folder = await mkdtemp(path.join(tmpdir(), 'qitong-audit-'))
  lines = (await (await fetchExport('ndjson')).text()).trimEnd().split('\n')
})
afterAll(async () => {
  await scene.server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function* each(list: readonly string[]): AsyncGenerator<string> {
  yield* list
}
const check = async (list: readonly string[], trusted?: string[]): Promise<Fault[]> =>
  (await verifyExport(each(list), trusted)).faults
const at = (seq: number): number => lines.findIndex((line) => line.includes(`"seq":${seq},`))
const withLine = (index: number, line: string): string[] => lines.map((own, no) => (no === index ? line : own))
const change = (seq: number, edit: (line: RecordLine) => void): string => {
  const line = JSON.parse(lines[at(seq)]!) as RecordLine
  edit(line)
  return JSON.stringify(line)
}
const flipped = (text: string): string => `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`
const isAbout = (faults: Fault[], seq: number): boolean => faults.some((one) => one.seq === seq)

describe('an export', () => {
  it('holds by itself, in both forms, and is on record with its reason', async () => {
    expect(await verifyExport(each(lines))).toMatchObject({
      origin: 'province',
      from: 70,
      to: 671,
      records: 601,
      erased: 0,
      faults: [],
    })
    const file = path.join(folder, 'a.csv')
    await writeFile(file, Buffer.from(await (await fetchExport('csv')).arrayBuffer()))
    expect(await verifyFile(file)).toMatchObject({ from: 70, faults: [] })
    await scene.sequenced()
    const { rows } = await scene.as('auditor').audit({ kind: 'export', limit: 1 })
    expect(rows[0]).toMatchObject({ targetLabel: expect.stringMatching(/^第 71 至 \d+ 条$/), actorName: '宋廉明' })
    expect((await scene.as('auditor').record({ seq: rows[0]!.seq })).detail).toMatchObject({ reason: '例行检查' })
  })
  it('is refused to others, without a reason, and for days without records', async () => {
    expect((await fetchExport('ndjson', 'clerk')).status).toBe(403)
    const ask = (input: { since: string; until: string; reason: string }) =>
      fetch(scene.as().exportRecords.url({ format: 'csv', ...input }), { headers: { cookie: 'qt_session=auditor' } })
    expect((await ask({ since: '2026-11-20', until: '2026-11-20', reason: ' ' })).status).toBe(400)
    expect((await ask({ since: '2026-11-20', until: '2026-11-19', reason: '例行检查' })).status).toBe(400)
    expect((await ask({ since: '2020-01-01', until: '2020-01-02', reason: '例行检查' })).status).toBe(404)
  })
  it('still holds, and says so, when personal text was erased', async () => {
    await scene.server.sql("select kernel.audit_erase('{100,101}', '个人申请删除')")
    const text = await (await fetchExport('ndjson')).text()
    expect(await verifyExport(each(text.trimEnd().split('\n')))).toMatchObject({ erased: 2, faults: [] })
    expect(
      text
        .split('\n')
        .filter((line) => line.includes('"seq":100,'))
        .join(),
    ).not.toContain('周文清')
  })
})

describe('what was done to an export is found, and the record named', () => {
  const fields = [
    'at',
    'kind',
    'actorName',
    'title',
    'action',
    'targetType',
    'targetId',
    'targetLabel',
    'address',
    'accountId',
    'personId',
    'sessionId',
    'requestId',
    'homeNode',
    'id',
    'detail',
    'key',
    'leaf',
  ] as const
  it.each(fields)('a flipped character of %s', async (field) => {
    const faults = await check(
      withLine(
        at(300),
        change(300, (line) => {
          line[field] = flipped(line[field]!) as never
        }),
      ),
    )
    expect(isAbout(faults, 300)).toBe(true)
    expect(faults.filter(({ seq }) => seq !== undefined && seq !== 300 && seq !== 256)).toEqual([])
  })
  it.each(['actorName', 'address', 'targetLabel', 'detail'] as const)('a flipped keyed hash of %s', async (field) => {
    const faults = await check(
      withLine(
        at(300),
        change(300, (line) => {
          line.hashes[field] = flipped(line.hashes[field]!)
        }),
      ),
    )
    expect(isAbout(faults, 300)).toBe(true)
  })
  it('any flipped byte of a record, of a checkpoint, of the beginning and of the end', async () => {
    const indexes = [
      0,
      at(71),
      at(600),
      lines.findIndex((line) => line.includes('"block"')),
      lines.findIndex((line) => line.includes('"checkpoint"')),
      lines.length - 1,
    ]
    for (const index of indexes) {
      const bytes = Buffer.from(lines[index]!)
      for (let byte = 0; byte < bytes.length; byte += 37 + (byte % 5)) {
        const touched = Buffer.from(bytes)
        touched[byte]! ^= 1
        expect(
          await check(withLine(index, touched.toString())),
          `${index}:${byte} ${touched.toString().slice(byte - 20, byte + 20)}`,
        ).not.toEqual([])
      }
    }
  }, 120_000)
  it('a record taken out', async () => {
    expect(await check(lines.filter((_, no) => no !== at(444)))).toContainEqual({ seq: 444, what: '缺失。' })
  })
  it('the last record taken out, and the numbers made to fit', async () => {
    const faults = await check(
      lines
        .filter((_, no) => no !== at(670))
        .map((line) => line.replace('"records":601', '"records":600').replace('"to":671', '"to":670')),
    )
    expect(faults).not.toEqual([])
  })
  it('two records swapped', async () => {
    const swapped = [...lines]
    swapped[at(500)] = lines[at(501)]!
    swapped[at(501)] = lines[at(500)]!
    expect((await check(swapped)).find(({ seq }) => seq === 500)?.what).toMatch(/不在自己的位置上/)
  })
  it('a record doubled', async () => {
    const doubled = lines.flatMap((line, no) => (no === at(90) ? [line, line] : [line]))
    expect((await check(doubled)).find(({ seq }) => seq === 90)?.what).toMatch(/重复/)
  })
  it('the file cut short, in the middle of a line too', async () => {
    const cut = lines.slice(0, 300)
    expect((await check(cut)).map(({ what }) => what).join()).toMatch(/文件在这里中断.*没有结尾/)
    expect(await check([...cut, lines[300]!.slice(0, 80)])).not.toEqual([])
    expect(await check([])).not.toEqual([])
  })
  it('a record rewritten together with its leaf: by its block', async () => {
    const forged = change(300, (line) => {
      line.title = '删除通知'
      line.leaf = leafHash(algorithms.sm3, Buffer.from(leafTextOf(line))).toString('hex')
    })
    const faults = await check(withLine(at(300), forged))
    expect(faults.find(({ seq }) => seq === 256)?.what).toMatch(/第 257 条至第 512 条中有记录连同它的叶子一起被改写/)
    expect(faults.some(({ what }) => what.includes('树根与记录不符'))).toBe(true)
  })
  it('a checkpoint of somebody else', async () => {
    const [header] = lines
    const { publicKey } = JSON.parse(header!).keys[0]
    expect(await check(lines, [publicKey])).toEqual([])
    expect((await check(lines, [generateSm2KeyPair().publicKey])).map(({ what }) => what).join()).toMatch(
      /公钥不是给定的那一把/,
    )
    expect(
      (await check(withLine(0, header!.replace(publicKey, generateSm2KeyPair().publicKey))))
        .map(({ what }) => what)
        .join(),
    ).toMatch(/签名不成立/)
  })
  it('a cell of the table, though its proof is whole', async () => {
    const text = await (await fetchExport('csv')).text()
    const file = path.join(folder, 'b.csv')
    expect(text).toContain('周文清,发布通知')
    await writeFile(file, text.replace('周文清,发布通知', '张文清,发布通知'))
    expect((await verifyFile(file)).faults).toEqual([{ seq: 70, what: '第 3 行表格里的内容与核对材料不同。' }])
  })
})
