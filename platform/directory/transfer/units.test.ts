import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { creditCheck, organisationCheck } from '../contract/codes.ts'
import { csv, type TransferScene, transferScene } from './testing.ts'

let at: TransferScene
beforeAll(async () => {
  at = await transferScene()
})
afterAll(() => at?.server.stop())

const head = ['上级单位', '全称', '简称', '性质', '层级', '统一社会信用代码', '编制数']
const applied = (rows: readonly (readonly string[])[]) =>
  at.applied(csv([head, ...rows]), { kind: 'units', fileName: '单位.csv' })
const creditCode = (n: number): string => {
  const body = String(n).padStart(8, '0')
  const first = `11371625${body}${organisationCheck(body)}`
  return first + creditCheck(first)
}
const unit = async (name: string) =>
  (
    await at.server.sql<{
      parent: string
      kind: string
      level: number
      establishment: number | null
      credit_code: string | null
    }>(
      'select p.name as parent, u.kind, u.level, u.establishment, u.credit_code from directory.unit u join directory.unit p on p.id = u.parent_id where u.name = $1 and u.valid_to is null',
      [name],
    )
  )[0]

describe('an import of units', () => {
  it('makes units, those included whose parent stands further up in the file', async () => {
    const run = await applied([
      ['博兴县', '博兴县大数据局', '县大数据局', '政府', '', creditCode(1), '12'],
      ['博兴县大数据局', '数据资源科', '', '内设机构', '', '', ''],
      ['博兴县/博兴县大数据局/数据资源科', '归集组', '', '内设机构', '', '', '3'],
    ])
    expect(run).toMatchObject({ state: 'done', done: { created: 3, updated: 0, same: 0, skipped: 0 } })
    expect(run.expected).toEqual(run.done)
    expect(await unit('博兴县大数据局')).toMatchObject({
      parent: '博兴县',
      kind: 'government',
      level: 3,
      establishment: 12,
      credit_code: creditCode(1),
    })
    expect(await unit('归集组')).toMatchObject({ parent: '数据资源科', kind: 'division' })
    await at.consistent()
  })

  it('changes what is there and says nothing twice', async () => {
    const rows = [['博兴县', '博兴县统计局', '县统计局', '政府', '', '', '5']]
    await applied(rows)
    expect((await applied([['博兴县', '博兴县统计局', '县统计局', '', '', '', '8']])).done).toMatchObject({
      created: 0,
      updated: 1,
    })
    expect(await unit('博兴县统计局')).toMatchObject({ establishment: 8 })
    expect((await applied([['博兴县', '博兴县统计局', '', '', '', '', '8']])).done).toMatchObject({
      created: 0,
      updated: 0,
      same: 1,
    })
    await at.consistent()
  })

  it.each([
    ['a parent that is not there', ['无此单位', '甲局', '', '政府', '', '', ''], /没有找到这个单位/],
    ['a parent outside the scope', ['邹平市', '甲局', '', '政府', '', '', ''], /没有找到这个单位/],
    ['no kind', ['博兴县', '甲局', '', '', '', '', ''], /请填写性质/],
    ['a division under a region', ['博兴县', '甲科', '', '内设机构', '', '', ''], /不能直接设在区划/],
    ['a unit under a division', ['博兴县水利局/农村供水科', '甲局', '', '政府', '', '', ''], /只能再设内设机构/],
    ['a higher level than the parent', ['博兴县', '甲局', '', '政府', '省级', '', ''], /不能高于上级/],
    ['a wrong credit code', ['博兴县', '甲局', '', '政府', '', '113716250000000010', ''], /校验/],
    ['a wrong number', ['博兴县', '甲局', '', '政府', '', '', '很多'], /整数/],
  ])('names %s', async (_what, row, message) => {
    const run = await at.checked(csv([head, row]), { kind: 'units' })
    expect(run).toMatchObject({ faulty: 1, expected: { created: 0 } })
    expect((await at.faults(run.id))[0]!.message).toMatch(message)
  })

  it('finds rows that name one unit or one credit code twice, and codes of others without naming them', async () => {
    await at.server.sql('update directory.unit set credit_code = $1 where id = $2', [
      creditCode(9),
      at.world.units.lixiaWater.id,
    ])
    const run = await at.checked(
      csv([
        head,
        ['博兴县', '乙局', '', '政府', '', creditCode(7), ''],
        ['博兴县', '乙局', '', '政府', '', '', ''],
        ['博兴县', '丙局', '', '政府', '', creditCode(7), ''],
        ['博兴县', '丁局', '', '政府', '', creditCode(9), ''],
      ]),
      { kind: 'units' },
    )
    const faults = await at.faults(run.id)
    expect(faults.map(({ row }) => row)).toEqual([3, 4, 5])
    expect(faults.map(({ message }) => message).join()).not.toContain('历下')
  })

  it('refuses to move a unit', async () => {
    const id = at.world.units.supply.id
    const run = await at.checked(
      csv([
        ['单位标识', ...head],
        [id, '博兴县人民政府办公室', '农村供水科', '', '', '', '', ''],
      ]),
      { kind: 'units' },
    )
    expect((await at.faults(run.id))[0]!.message).toMatch(/划转请用/)
  })

  it('records a rule that only the directory knew as a fault of the row, and goes on', async () => {
    const { id } = await at.checked(
      csv([head, ['博兴县', '戊局', '', '政府', '', creditCode(20), ''], ['博兴县', '己局', '', '政府', '', '', '']]),
      { kind: 'units' },
    )
    await at.server.sql('update directory.unit set credit_code = $1 where id = $2', [
      creditCode(20),
      at.world.units.jinan.id,
    ])
    await at.api().applyImport({ id, faulty: 'skip' })
    expect(await at.settled(id)).toMatchObject({ state: 'done', done: { created: 1, skipped: 1 } })
    expect(await at.faults(id)).toMatchObject([{ row: 2, stage: 'apply' }])
    await at.consistent()
  })
})
