import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTable } from '#kernel/tabular'
import type { Draft, ImportKind } from './contract.ts'
import { type MattersServer, matterBuilder, refusal, sound, startMatters } from './testing.ts'

let scene: MattersServer
let basic: Draft
let code: string
beforeAll(async () => {
  scene = await startMatters()
  basic = await matterBuilder(scene).published(sound(), '取水许可')
  code = (await scene.as('clerk').matter({ id: basic.matterId })).code!
})
afterAll(() => scene.server.stop())

type Who = 'owner' | 'editor' | 'neighbour'
const upload = (who: Who, kind: ImportKind, lines: string[]) =>
  scene.as(who).uploadImport({ kind }, { file: new Blob([lines.join('\r\n')]), fileName: '事项.csv' })
const until = async (who: Who, id: string, states: string[]) => {
  await expect
    .poll(async () => (await scene.as(who).importRun({ id })).state, { timeout: 15_000 })
    .toSatisfy((state: string) => states.includes(state))
  return scene.as(who).importRun({ id })
}
const checked = async (who: Who, kind: ImportKind, lines: string[]) => {
  const { id } = await upload(who, kind, lines)
  await scene.as(who).checkImport({ id })
  return until(who, id, ['checked', 'failed'])
}
const table = async (answer: Response): Promise<string[][]> => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'qt-matters-')), 'table')
  await writeFile(file, Buffer.from(await answer.arrayBuffer()))
  const opened = await openTable(file)
  const rows = [opened.header]
  for await (const row of opened.rows()) rows.push(row.cells)
  await opened.close()
  return rows
}

describe('an import', () => {
  it('keeps its file sealed', async () => {
    const { server } = scene
    const { id } = await upload('owner', 'basic', ['事项名称,种类,类型', '不该明着存的事项,政务服务事项,行政许可'])
    const [row] = await server.sql<{ file: string }>('select file_id as file from matters.import where id = $1', [id])
    const { stream } = await server.kernel.files.get(row!.file)
    const parts: Uint8Array[] = []
    for await (const part of stream as AsyncIterable<Uint8Array>) parts.push(part)
    expect(Buffer.concat(parts).includes('不该明着存的事项')).toBe(false)
  })

  it('tells each fault by its cell, and writes nothing while it checks', async () => {
    const run = await checked('owner', 'basic', [
      '事项名称,种类,类型,行使层级,设定依据,承诺办结时限,三定职责',
      '河道管理许可,政务服务事项,行政许可,省级、市级,《中华人民共和国水法》第三十八条,10 个工作日,管理水资源',
      ',政务服务事项,行政许可,省级,,,',
      '乱填种类,别的,行政许可,省级,,,',
      '类型不合,机关内部事项,行政许可,省级,,,',
      '时限不对,政务服务事项,行政许可,省级,水法第三条,很快,',
      '职责不对,政务服务事项,行政许可,省级,,,没有这条',
    ])
    expect(run).toMatchObject({ state: 'checked', total: 6, faulty: 5, expected: { created: 1, skipped: 5 } })
    const { rows } = await scene.as('owner').importFaults({ id: run.id })
    expect(rows.map(({ row, header, message }) => [row, header, message.slice(0, 8)])).toEqual([
      [3, '事项名称', '请填写事项名称。'],
      [4, '种类', '只能填：机关内部'],
      [5, '类型', '事项类型与种类不'],
      [6, '设定依据', '依据请写成“《法'],
      [6, '承诺办结时限', '时限请写成“15'],
      [7, '三定职责', '这个单位没有这条'],
    ])
    expect((await scene.as('owner').work({ q: '河道管理' })).rows).toEqual([])
    const sheet = await table(await scene.as('owner').faultSheet({ id: run.id, format: 'csv' }))
    expect(sheet[0]?.slice(-2)).toEqual(['行号', '错误'])
    expect(sheet).toHaveLength(6)
  })

  it('refuses a file with faults unless they are skipped; complete rows go for approval, others stay drafts', async () => {
    const { as } = scene
    const run = await checked('owner', 'basic', [
      '事项名称,种类,类型,行使层级,设定依据,承诺办结时限,三定职责,申请材料',
      '水文监测站审批,政务服务事项,行政许可,省级、市级,《中华人民共和国水法》第十六条,10 个工作日,管理水资源,申请书；站点图',
      '还缺很多的事项,政务服务事项,行政许可,,,,,',
      '坏行,别的,行政许可,,,,,',
    ])
    expect(await refusal(as('owner').applyImport({ id: run.id, faulty: 'refuse' }))).toMatchObject({
      code: 'has-faults',
    })
    await as('owner').applyImport({ id: run.id, faulty: 'skip' })
    const done = await until('owner', run.id, ['done', 'failed'])
    expect(done).toMatchObject({ state: 'done', applied: 3, done: { created: 2, skipped: 1 } })
    const { rows } = await as('owner').work({})
    expect(rows.find(({ name }) => name === '水文监测站审批')?.version.state).toBe('review')
    expect(rows.find(({ name }) => name === '还缺很多的事项')?.version.state).toBe('draft')
    const pending = rows.find(({ name }) => name === '水文监测站审批')!
    expect(await as('owner').bulkApprove({ ids: [pending.version.id] })).toMatchObject({
      approved: 0,
      refused: [{ reason: expect.stringContaining('不能自己审核') }],
    })
    expect(await as('second').bulkApprove({ ids: [pending.version.id] })).toEqual({ approved: 1, refused: [] })
    expect((await as('clerk').catalogue({ q: '水文监测' })).rows).toHaveLength(1)
    const again = await checked('owner', 'basic', [
      '事项名称,种类,类型,申请材料',
      '水文监测站审批,政务服务事项,行政许可,申请书；站点图',
    ])
    expect(again.expected).toMatchObject({ same: 1 })
  })

  it('claims for units of the scope alone, once a file', async () => {
    const { as } = scene
    const lines = [
      '基本编码,实施单位,三定职责,办理地址,承诺办结时限',
      `${code},博兴县水利局,管理水资源,一楼,10 个工作日`,
      `${code},博兴县水利局,管理水资源,一楼,`,
      `${code},邹平市水利局,管理水资源,一楼,`,
      '370199999000,博兴县水利局,,,',
      `${code},,管理水资源,一楼,20 个工作日`,
    ]
    const run = await checked('editor', 'implementing', lines)
    expect(run).toMatchObject({ total: 5, faulty: 4, expected: { created: 1 } })
    const { rows } = await as('editor').importFaults({ id: run.id })
    expect(rows.map(({ row, message }) => [row, message.slice(0, 6)])).toEqual([
      [3, '与第 1 条'],
      [4, '您的管理范围'],
      [5, '基本目录里没'],
      [6, '不能长于基本'],
    ])
    await as('editor').applyImport({ id: run.id, faulty: 'skip' })
    await until('editor', run.id, ['done'])
    const claimed = (await as('editor').work({})).rows.filter(({ name }) => name === '取水许可')
    expect(claimed).toMatchObject([{ unit: { name: '博兴县水利局' }, version: { state: 'review' } }])
    expect(await refusal(as('neighbour').importRun({ id: run.id }))).toMatchObject({ status: 404 })
    expect(await refusal(as('neighbour').applyImport({ id: run.id, faulty: 'skip' }))).toMatchObject({ status: 404 })
    await as('head').bulkApprove({ ids: claimed.map(({ version }) => version.id) })
  })

  it('goes on where a crash left it, and never twice', async () => {
    const { server } = scene
    const names = Array.from({ length: 2500 }, (_, n) => `成批事项 ${n + 1}`)
    const run = await checked('owner', 'basic', [
      '事项名称,种类,类型',
      ...names.map((name) => `${name},政务服务事项,行政许可`),
    ])
    // half done by another process: its rows are there and its checkpoint says so
    await scene.as('owner').applyImport({ id: run.id, faulty: 'skip' })
    await until('owner', run.id, ['done'])
    await server.sql(
      "update matters.import set state = 'applying', applied = 1000, at_sheet = '', at_row = 1001 where id = $1",
      [run.id],
    )
    await until('owner', run.id, ['done'])
    const [count] = await server.sql<{ n: number }>(
      "select count(*)::int as n from matters.matter where name like '成批事项%'",
    )
    expect(count).toEqual({ n: 2500 })
  })

  it('is what an export writes: the same file changes nothing', async () => {
    const { as } = scene
    const rows = await table(await as('owner').exportMatters({ layer: 'basic', format: 'csv' }))
    expect(rows[0]?.slice(0, 3)).toEqual(['基本编码', '事项名称', '种类'])
    const quoted = rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
    const run = await checked('owner', 'basic', quoted)
    expect(run).toMatchObject({ faulty: 0, expected: { same: rows.length - 1, created: 0, updated: 0 } })
    const template = await table(await as('owner').importTemplate({ kind: 'basic', format: 'xlsx' }))
    expect(template[0]).toEqual(rows[0])
  })
})

describe('a bulk change', () => {
  it('shows what would change before it does, and goes for approval', async () => {
    const { as } = scene
    const [row] = (await as('editor').catalogue({ layer: 'implementing', unitId: scene.places.water.id })).rows
    const ask = { ids: [row!.id, basic.matterId], set: { phone: '0543-1234567' } }
    const shown = await as('editor').bulkEdit(ask)
    expect(shown.rows).toMatchObject([
      { id: row!.id, refused: null, changes: [{ title: '咨询电话', after: '0543-1234567' }] },
    ])
    expect((await as('editor').work({ state: 'review' })).rows.map(({ id }) => id)).not.toContain(row!.id)
    await as('editor').bulkEdit({ ...ask, apply: true })
    expect((await as('editor').work({ state: 'review' })).rows.map(({ id }) => id)).toContain(row!.id)
    expect((await as('editor').bulkEdit(ask)).rows).toMatchObject([{ refused: '有一版在编制或审核中' }])
    expect((await as('neighbour').bulkEdit(ask)).rows).toEqual([])
  })
})
