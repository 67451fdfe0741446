import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { person, signInAs } from '../testing.ts'
import { csv, identityNumber, refusal, type TransferScene, transferScene } from './testing.ts'

let at: TransferScene
beforeAll(async () => {
  at = await transferScene()
  const id = identityNumber()
  await at.applied(
    csv([
      ['姓名', '身份证号', '手机', '单位', '科室', '任职类型', '职务', '办公室', '办公电话', '次序'],
      ['张 三', id, '15411110001', '博兴县水利局', '农村供水科', '', '科员（兼）', 'A 座 101', '0543-0023000', '20'],
      ['张三', id, '', '县政府办公室', '', '兼职', '联络员', '', '', ''],
      ['阿卜杜·买买提', '', '15411110002', '县政府办公室', '文电科', '', "'-说明", '', '', ''],
    ]),
  )
})
afterAll(() => at?.server.stop())

const unitId = () => at.world.units.boxing.id
const bytes = async (answer: Promise<Response>) => new Blob([await (await answer).arrayBuffer()])
const text = async (answer: Promise<Response>) => (await answer).text()
const counts = (run: { done: unknown; state: string }) => ({ state: run.state, ...(run.done as object) })

describe('an export', () => {
  it.each(['csv', 'xlsx'] as const)('of people comes back as it went: nothing changes (%s)', async (format) => {
    const run = await at.applied(await bytes(at.api().exportPeople({ unitId: unitId(), format })), {
      fileName: `人员.${format}`,
    })
    const [{ n }] = (await at.server.sql<{ n: number }>(
      'select count(*)::int as n from directory.post p join directory.unit u on u.id = p.unit_id, directory.unit t where t.id = $1 and u.pre between t.pre and t.pre_end and p.valid_to is null',
      [unitId()],
    )) as [{ n: number }]
    expect(n).toBeGreaterThan(8)
    expect(counts(run)).toEqual({ state: 'done', created: 0, updated: 0, posts: 0, same: n, skipped: 0 })
  })

  it.each(['csv', 'xlsx'] as const)('of units too (%s)', async (format) => {
    const run = await at.applied(await bytes(at.api().exportUnits({ unitId: unitId(), format })), {
      kind: 'units',
      fileName: `单位.${format}`,
    })
    expect(counts(run)).toMatchObject({ state: 'done', created: 0, updated: 0, skipped: 0 })
    expect(run.done.same).toBeGreaterThan(5)
  })

  it('shows identity numbers only to whom that permission reaches, and masked ones come back too', async () => {
    expect(await text(at.api().exportPeople({ unitId: unitId(), format: 'csv' }))).toMatch(
      /,379999\d{12}|,379999\d{11}X/,
    )
    await at.server.sql(
      "delete from identity.role_permission where permission = 'directory:identity' and role = 'unit-admin'",
    )
    const other = await signInAs(at.server, at.world.people.colleague.id, [
      { role: 'unit-admin', scope: 'subtree', unitId: unitId() },
    ])
    const masked = await text(at.api(other).exportPeople({ unitId: unitId(), format: 'csv' }))
    expect(masked).toMatch(/,379\*{11}\w{4}/)
    expect(masked).not.toMatch(/379999\d{6}/)
    const run = await at.applied(new Blob([masked]))
    expect(counts(run)).toMatchObject({ created: 0, updated: 0, posts: 0, skipped: 0 })
    // One column sorted without the others.
    const shifted = masked.replace(/,379\*{11}\w{4}/, ',379***********0000')
    expect((await at.faults((await at.checked(new Blob([shifted]))).id))[0]!.message).toMatch(/对不上/)
    await at.server.sql("insert into identity.role_permission values ('unit-admin', 'directory:identity')")
  })

  it('names in the file who took it out: a CSV has no place for it beside its rows', async () => {
    const name = (answer: Response) => decodeURIComponent(answer.headers.get('content-disposition') ?? '')
    const csv = await at.api().exportPeople({ unitId: unitId(), format: 'csv' })
    expect(name(csv)).toMatch(/博兴县-人员-\d{4}-\d\d-\d\d-导出人\p{Script=Han}+\.csv/u)
    await csv.body?.cancel()
  })

  it('guards what a spreadsheet would run', async () => {
    const raw = await bytes(at.api().exportPeople({ unitId: unitId(), format: 'csv' }))
    expect(Buffer.from(await raw.arrayBuffer()).toString()).toMatch(/^\ufeff人员标识,姓名,/)
    const csvText = await raw.text()
    expect(csvText).toContain(",'-说明,")
    await at.server.system((ctx) =>
      person(ctx, { name: '公式', unit: at.world.units.water.id, title: '=cmd|calc', mobile: '15411110009' }),
    )
    expect(await text(at.api().exportPeople({ unitId: unitId(), format: 'csv' }))).toContain(",'=cmd|calc,")
  })

  it('narrows by unit, leaders, kind and words', async () => {
    const names = async (input: object) =>
      (await text(at.api().exportPeople({ unitId: unitId(), format: 'csv', ...input })))
        .trim()
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(',')[1])
    expect(await names({ leaders: true })).toEqual(['孙立岩', '张伟'])
    expect(await names({ postKind: 'concurrent' })).toEqual(['张三'])
    expect(await names({ unitId: at.world.units.water.id, direct: true })).toEqual(expect.arrayContaining(['张伟']))
    expect(await names({ q: '科长' })).toEqual(expect.arrayContaining(['单明远']))
  })

  it('is audited, and ends at the border of the scope', async () => {
    await text(at.api().exportPeople({ unitId: unitId(), format: 'csv' }))
    const [row] = await at.server.sql(
      "select target_label from kernel.audit where kind = 'export' and action = 'directory.exportPeople' order by at desc limit 1",
    )
    expect(row).toEqual({ target_label: '博兴县' })
    expect(await refusal(at.api().exportPeople({ unitId: at.world.units.binzhou.id }))).toMatchObject({ status: 404 })
    expect(await refusal(at.api().exportUnits({ unitId: at.world.units.zouping.id }))).toMatchObject({ status: 404 })
    const two = await signInAs(at.server, at.world.people.leader.id, [
      { role: 'unit-admin', scope: 'unit', unitId: at.world.units.water.id },
      { role: 'unit-admin', scope: 'unit', unitId: at.world.units.boxing.id },
    ])
    const seen = await text(at.api(two).exportPeople({ unitId: unitId(), format: 'csv' }))
    expect(seen).toContain('张伟')
    expect(seen).not.toContain('单明远')
  })

  it('gives a template that names every column', async () => {
    for (const kind of ['people', 'units'] as const) {
      const run = await at.upload(await bytes(at.api().importTemplate({ kind, format: 'xlsx' })), { kind })
      expect(Object.keys(run.mapping).sort()).toEqual(run.fields.map(({ field }) => field).sort())
    }
  })
})
