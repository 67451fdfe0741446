import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSm2KeyPair, sm2Sign } from '#kernel/crypto'
import { verifyFile } from '../../tools/audit-verify.ts'
import { checkpointText } from './server/checkpoint.ts'
import type { EndLine, HeaderLine, Line, RecordLine } from './server/export-lines.ts'
import { verifyExport } from './server/verify.ts'
import { type AuditServer, startAuditServer } from './testing.ts'

let scene: AuditServer
let folder: string
let lines: string[]
const fetchExport = async (format: 'ndjson' | 'csv'): Promise<Buffer> => {
  const days = { since: '2026-11-20', until: '2026-11-20', reason: '例行检查' }
  const url = scene.as('auditor').exportRecords.url({ format, ...days })
  return Buffer.from(await (await fetch(url, { headers: { cookie: 'qt_session=auditor' } })).arrayBuffer())
}
const saved = async (name: string, bytes: Buffer | string): Promise<string> => {
  const file = path.join(folder, name)
  await writeFile(file, bytes)
  return file
}
const LONG = 10 * 1024 * 1024

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qitong-audit-'))
  scene = await startAuditServer()
  const { add, server } = scene
  await add(1, {
    detail: { text: '甲\0乙\u2028丙\ud800丁\\u0000' },
    target: { type: 'a\0b', id: 'c\0', label: '行\u2028末\0=1+1' },
  })
  await add(1, {
    detail: { text: '长'.repeat(200_000) },
    target: { type: 'notice', id: '1', detail: { reason: '为什么' } },
  })
  // Past writeAudit, as a trigger or another program writes: nothing limits it there.
  await server.sql(
    `insert into kernel.audit_intake (id, at, home_node, actor_name, request_id, address, action, title, kind, detail)
     values (gen_random_uuid(), '2026-11-20T01:50:00Z', 'province', '数据库', '', 'local', 'x', '极长', 'system', jsonb_build_object('text', repeat('x', ${LONG})))`,
  )
  await add(300)
  await scene.sequenced()
  lines = (await fetchExport('ndjson')).toString().trimEnd().split('\n')
})
afterAll(async () => {
  await scene.server.stop()
  await rm(folder, { recursive: true, force: true })
})

const check = async (list: readonly string[], trusted?: string[]) => {
  async function* each() {
    yield* list
  }
  return (await verifyExport(each(), trusted)).faults
}
const edit = <L extends Line>(at: number, change: (line: L) => void): string[] => {
  const line = JSON.parse(lines.at(at)!) as L
  change(line)
  return lines.with(at, JSON.stringify(line))
}

describe('a record that holds what is hard to keep', () => {
  it('does not fail its command: what no database keeps is replaced, what is too long stands there by its digest', async () => {
    const [odd, long] = await scene.server.sql<{
      target_id: string
      target_label: string
      detail: Record<string, unknown>
    }>('select target_id, target_label, detail from kernel.audit_log order by seq limit 2')
    expect(odd).toMatchObject({ target_id: 'c\ufffd', target_label: '行\u2028末\ufffd=1+1' })
    expect(odd!.detail).toEqual({ input: { text: '甲\ufffd乙\u2028丙\ufffd丁\\u0000' } })
    expect(long!.detail).toEqual({
      omitted: { characters: 200_036, sm3: expect.stringMatching(/^[0-9a-f]{64}$/) },
      reason: '为什么',
    })
  })
  it('is exported and holds, ten megabytes and line separators included', async () => {
    expect(lines.some((line) => line.length > LONG)).toBe(true)
    expect(await verifyFile(await saved('a.ndjson', await fetchExport('ndjson')))).toMatchObject({ faults: [] })
    expect(await verifyFile(await saved('a.csv', await fetchExport('csv')))).toMatchObject({ faults: [] })
  })
  it('is named when one byte in the middle of ten million is another', async () => {
    const at = lines.findIndex((line) => line.length > LONG)
    const touched = `${lines[at]!.slice(0, LONG / 2)}y${lines[at]!.slice(LONG / 2 + 1)}`
    expect(await check(lines.with(at, touched))).toEqual([
      { seq: 2, what: expect.stringMatching(/^细节与记录时的不同/) },
    ])
  })
})

describe('a file that ends within a record', () => {
  it.each(['csv', 'ndjson'] as const)('%s: said in a sentence, wherever it was cut', async (format) => {
    const whole = await fetchExport(format)
    for (const cut of [40, 300, 900, 1500]) {
      const { faults } = await verifyFile(await saved(`cut.${format}`, whole.subarray(0, whole.length - cut)))
      expect(faults.map(({ what }) => what).join()).toMatch(/文件没有结尾/)
    }
  })
})

describe('a proof that no log gives', () => {
  const ends: [string, (line: EndLine) => void][] = [
    ['with a hash too many', (line) => line.consistency.push('00'.repeat(32))],
    ['with a hash too short', (line) => line.consistency.push('00'.repeat(31))],
    ['with other letters', (line) => line.consistency.push('zz'.repeat(32))],
    ['of a tree without records', (line) => Object.assign(line.point, { size: 0 })],
    ['of a negative size', (line) => Object.assign(line.point, { size: -1 })],
    ['of half a record', (line) => Object.assign(line.point, { size: 300.5 })],
    ['of more than a number holds', (line) => Object.assign(line.point, { size: 2 ** 60 })],
    ['of a tree smaller than the file', (line) => Object.assign(line.point, { size: 3 })],
    ['under another algorithm', (line) => Object.assign(line.point, { algorithm: 'sha256' })],
    ['under an algorithm that is none', (line) => Object.assign(line.point, { algorithm: 'constructor' })],
    ['without a signature', (line) => Object.assign(line.point, { signature: '00'.repeat(64) })],
    ['for another number of records', (line) => Object.assign(line, { records: 0 })],
  ]
  it.each(ends)('%s', async (_name, change) => {
    expect(await check(edit(-1, change))).not.toEqual([])
  })
  const headers: [string, (line: HeaderLine) => void][] = [
    ['an edge where there is none', (line) => line.edge.push('00'.repeat(32))],
    ['a beginning within the tree', (line) => Object.assign(line, { from: 1 })],
    ['no records', (line) => Object.assign(line, { to: 0 })],
    ['fewer records than there are', (line) => Object.assign(line, { to: 200 })],
    ['more records than there can be', (line) => Object.assign(line, { to: Number.MAX_SAFE_INTEGER })],
    ['no keys', (line) => Object.assign(line, { keys: [] })],
    ['another algorithm', (line) => Object.assign(line, { algorithm: 'sha256' })],
  ]
  it.each(headers)('a beginning with %s', async (_name, change) => {
    expect(await check(edit(0, change))).not.toEqual([])
  })
  it('numbers that leap, many times over', async () => {
    const at = lines.findIndex((line) => line.includes('"seq":290,'))
    const leaps = Array.from({ length: 20 }, (_, no) =>
      JSON.stringify({ ...(JSON.parse(lines[at]!) as RecordLine), seq: 900_000 * (no + 1) }),
    )
    const opened = edit<HeaderLine>(0, (line) => Object.assign(line, { to: 2 ** 50 }))
    const faults = await check([...opened.slice(0, at), ...leaps])
    expect(faults.length).toBeLessThan(1_100_000)
    expect(faults.some(({ what }) => /缺失/.test(what))).toBe(true)
  })
  it('not a file of ours at all', async () => {
    for (const text of ['', '\0', '[]', 'null', '{"type":"header"}', '['.repeat(100_000), '{"__proto__":1}'])
      expect((await check([text])).length).toBeGreaterThan(0)
  })
})

it('a log made anew and signed with another key passes for nobody who kept the right one', async () => {
  const { keys } = await scene.as('auditor').state({})
  const own = generateSm2KeyPair()
  const forged = lines.map((text) => {
    const line = JSON.parse(text) as Line
    if (line.type === 'header') line.keys = [{ id: line.keys[0]!.id, publicKey: own.publicKey }]
    if (line.type === 'checkpoint' || line.type === 'end')
      line.point.signature = Buffer.from(sm2Sign(own, checkpointText(line.point))).toString('hex')
    return JSON.stringify(line)
  })
  expect(await check(forged)).toEqual([])
  const faults = await check(
    forged,
    keys.map(({ publicKey }) => publicKey),
  )
  expect(faults.every(({ what }) => /公钥不是给定的那一把/.test(what))).toBe(true)
  expect(faults.length).toBeGreaterThan(0)
  const last = edit<EndLine>(-1, ({ point }) => {
    point.signature = Buffer.from(sm2Sign(own, checkpointText(point))).toString('hex')
  })
  expect((await check(last)).map(({ what }) => what).join()).toMatch(/签名不成立/)
})
