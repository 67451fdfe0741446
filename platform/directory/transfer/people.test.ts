import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { transferApi } from '../contract.ts'
import { pruneImports } from '../server/import.ts'
import { openMobile } from '../server/mobile-number.ts'
import { signInAs } from '../testing.ts'
import { csv, identityNumber, refusal, type TransferScene, textCell, transferScene, workbook, xlsx } from './testing.ts'

let at: TransferScene
beforeAll(async () => {
  at = await transferScene()
})
afterAll(() => at?.server.stop())

const sql = <R extends object>(text: string, params: unknown[] = []) => at.server.sql<R>(text, params)
const personRows = async (name: string) => {
  const rows = await sql<{ id: string; mobile: Buffer; unit: string; kind: string; title: string; source: string }>(
    `select x.id, x.mobile, u.name as unit, p.kind, p.title, x.source from directory.person x join directory.post p on p.person_id = x.id and p.valid_to is null
     join directory.unit u on u.id = p.unit_id where x.name = $1 order by p.kind <> 'main', p.id`,
    [name],
  )
  return rows.map((row) => ({ ...row, mobile: openMobile(at.server.kernel.keys, row.mobile, row.id) }))
}
const head = ['姓名', '身份证号', '手机', '单位', '科室', '任职类型', '职务']

describe('an import of people', () => {
  it('makes people with their posts, found by search, and the directory stays consistent', async () => {
    const run = await at.applied(
      csv([
        head,
        ['王一', identityNumber(), '15411110001', '博兴县水利局', '农村供水科', '', '科员'],
        ['王　二', identityNumber('女'), '+86 154-1111-0002', '县政府办公室', '文电科', '主职', '副科长'],
        ['王三', '', '15411110003', '山东省/滨州市/博兴县/博兴县水利局', '', '', '副局长'],
      ]),
    )
    expect(run).toMatchObject({ state: 'done', total: 3, faulty: 0, applied: 3 })
    expect(run.done).toEqual({ created: 3, updated: 0, posts: 0, same: 0, skipped: 0 })
    expect(run.expected).toEqual(run.done)
    expect(await personRows('王二')).toMatchObject([
      { mobile: '15411110002', unit: '文电科', kind: 'main', source: 'import' },
    ])
    expect(await sql("select gender from directory.person where name = '王二'")).toEqual([{ gender: '女' }])
    await at.consistent()
  })

  it('knows the same human again: a post is added, fields change, nothing doubles', async () => {
    const id = identityNumber()
    await at.applied(
      csv([
        [...head, '工号'],
        ['赵一', id, '15411120001', '博兴县水利局', '', '', '科员', 'G1'],
      ]),
    )
    const again = await at.applied(
      csv([
        [...head, '工号'],
        ['赵一', id, '', '县政府办公室', '', '兼职', '联络员', ''],
        ['赵一', '', '15411120009', '博兴县水利局', '', '', '主任科员', 'G1'],
        ['赵一', '', '15411120009', '博兴县水利局', '', '', '主任科员', ''],
      ]),
    )
    expect(again.done).toEqual({ created: 0, updated: 1, posts: 1, same: 0, skipped: 1 })
    expect(await personRows('赵一')).toMatchObject([
      { mobile: '15411120009', unit: '博兴县水利局', kind: 'main', title: '主任科员' },
      { unit: '博兴县人民政府办公室', kind: 'concurrent', title: '联络员' },
    ])
    expect(
      await sql(
        "select v.reason from directory.person_version v join directory.person x on x.id = v.person_id where x.name = '赵一'",
      ),
    ).toEqual([{ reason: '导入“人员.csv”' }])
    const third = await at.applied(csv([head, ['赵一', id, '15411120009', '博兴县水利局', '', '主职', '主任科员']]))
    expect(third.done).toEqual({ created: 0, updated: 0, posts: 0, same: 1, skipped: 0 })
    await at.consistent()
  })

  it('counts before it writes what it then does', async () => {
    const { expected } = await at.checked(csv([head, ['钱一', identityNumber(), '', '博兴县水利局', '', '', '']]))
    expect(expected).toMatchObject({ created: 1, skipped: 0 })
    expect(await personRows('钱一')).toEqual([])
    expect(await refusal(at.api().checkImport({ id: at.world.units.root.id }))).toMatchObject({ status: 404 })
  })
})

describe('faults', () => {
  const faultOf = async (row: readonly string[], columns: readonly string[] = head) => {
    const run = await at.checked(csv([columns, row]))
    expect(run).toMatchObject({ state: 'checked', total: 1, faulty: 1 })
    const [fault] = await at.faults(run.id)
    return fault!
  }
  const good = () => ['孙一', identityNumber(), '', '博兴县水利局', '', '', '科员']
  const but = (column: number, cell: string) => good().map((known, i) => (i === column ? cell : known))

  it.each([
    ['no name', 0, '', /请填写姓名/],
    ['a formula for a name', 0, '=1+1', /不该出现的字符/],
    ['a wrong check digit', 1, '379999199001010018', /校验位/],
    ['an old number', 1, '370102800101123', /15 位旧号码/],
    ['a wrong mobile', 2, '12345', /11 位数字/],
    ['an unknown unit', 3, '没有这个单位', /没有找到这个单位/],
    ['a unit outside the scope', 3, '邹平市水利局', /不在您的管理范围/],
    ['a region', 3, '博兴县', /区划/],
    ['an unknown division', 4, '航天科', /没有内设机构/],
    ['an unknown kind of post', 5, '临时工', /只能填：主职、兼职/],
    ['a title too long', 6, '长'.repeat(101), /超过 100 个字/],
    ['a formula for a title', 6, '=HYPERLINK("http://evil")', /像是公式/],
  ])('names %s', async (_what, column, cell, message) => {
    const fault = await faultOf(but(column, cell))
    expect(fault).toMatchObject({ row: 2, header: head[column], stage: 'check' })
    expect(fault.column).toBe('ABCDEFG'[column])
    expect(fault.message).toMatch(message)
  })

  it('masks numbers of persons where it shows them', async () => {
    expect((await faultOf(but(1, '379999199001010018'))).value).toBe('379***********0018')
  })

  it('refuses a person who could not be known again', async () => {
    expect((await faultOf(['孙一', '', '', '博兴县水利局', '', '', ''])).message).toMatch(/至少填写/)
  })

  it('finds rows of one file that contradict each other', async () => {
    const [a, b, c] = [identityNumber(), identityNumber(), identityNumber()]
    const run = await at.checked(
      csv([
        head,
        ['李一', a, '', '博兴县水利局', '', '主职', ''],
        ['李二', a, '', '博兴县水利局', '', '兼职', ''],
        ['李三', b, '', '博兴县水利局', '', '主职', ''],
        ['李三', b, '', '县政府办公室', '', '主职', ''],
        ['李四', c, '', '博兴县水利局', '', '主职', '科员'],
        ['李四', c, '', '博兴县水利局', '', '主职', '科员'],
      ]),
    )
    const faults = await at.faults(run.id)
    expect(faults.map(({ row }) => row)).toEqual([3, 5, 7])
    expect(faults[0]!.message).toMatch(/第 1 条数据是同一个人，姓名却不同/)
    expect(faults[1]!.message).toMatch(/只能有一个/)
    expect(faults[2]!.message).toMatch(/重复/)
    expect(run.expected).toMatchObject({ created: 3, skipped: 3 })
  })

  it('refuses to move somebody, and to change somebody of another unit', async () => {
    const id = identityNumber()
    const root = at.world.units.zoupingWater.id
    await at.applied(csv([head, ['周一', id, '15411130001', '博兴县水利局', '', '', '']]))
    expect((await faultOf(['周一', id, '', '县政府办公室', '', '主职', ''])).message).toMatch(/已有主职/)
    await sql(
      'update directory.post set unit_id = $1 where person_id = (select id from directory.person where name = $2)',
      [root, '周一'],
    )
    expect((await faultOf(['周一', id, '15411130002', '博兴县水利局', '', '兼职', ''])).message).toMatch(/不能由您修改/)
    expect((await faultOf(['周二', id, '', '博兴县水利局', '', '兼职', ''])).message).toMatch(/登记的不一致/)
    // A stranger's telephone number must not be found by trying.
    const tried = await at.checked(csv([head, ['周一', '', '15411130001', '博兴县水利局', '', '', '']]))
    expect(tried.expected).toMatchObject({ created: 1 })
  })

  it('sees identity numbers that a spreadsheet kept as numbers', async () => {
    const file = await workbook(
      `<row>${['姓名', '身份证号', '单位'].map(textCell).join('')}</row><row>${textCell('吴一')}<c><v>379999199001010010</v></c>${textCell('博兴县水利局')}</row>`,
    )
    const run = await at.checked(file, { fileName: '人员.xlsx' })
    const [fault] = await at.faults(run.id)
    expect(fault).toMatchObject({ sheet: '人员', row: 2, column: 'B' })
    expect(fault!.message).toMatch(/末尾几位已经丢失/)
  })

  it('come as a sheet that can be mended and uploaded again', async () => {
    const run = await at.checked(
      csv([
        [...head, '备注'],
        [...good(), '好'],
        [...but(1, '1'), '=cmd'],
        [...but(3, '无此单位'), ''],
      ]),
    )
    expect(run).toMatchObject({ total: 3, faulty: 2 })
    const text = await (await at.api().faultSheet({ id: run.id, format: 'csv' })).text()
    const lines = text.replace('\ufeff', '').trim().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toBe([...head, '备注', '行号', '错误'].join(','))
    expect(lines[1]).toMatch(/,'=cmd,3,B 列“身份证号”：公民身份号码应为 18 位/)
    expect(lines[2]).toMatch(/,4,D 列“单位”：没有找到这个单位/)
    const mended = text.replace('无此单位', '博兴县水利局').replace(/,1,,/, `,${identityNumber()},,`)
    expect(await at.checked(new Blob([mended]))).toMatchObject({ state: 'checked', total: 2, faulty: 0 })
  })

  it('hold back the whole file when asked, and only their rows otherwise', async () => {
    const { id } = await at.checked(
      csv([head, ['郑一', identityNumber(), '', '博兴县水利局', '', '', ''], ['', '', '', '', '', '', '科员']]),
    )
    expect(await refusal(at.api().applyImport({ id, faulty: 'refuse' }))).toMatchObject({
      status: 409,
      code: 'has-faults',
    })
    await at.api().applyImport({ id, faulty: 'skip' })
    expect((await at.settled(id)).done).toMatchObject({ created: 1, skipped: 1 })
  })
})

describe('columns', () => {
  it('are guessed by what offices call them and remembered for the unit', async () => {
    const odd = ['干部姓名', '证件号码', '所在处室', '工作单位', '行政职务']
    const rows = [odd, ['冯一', identityNumber(), '', '博兴县水利局', '科员']]
    const first = await at.upload(csv(rows))
    expect(first.mapping).toEqual({ identityNumber: 1, unit: 3 })
    expect(await refusal(at.api().checkImport({ id: first.id }))).toMatchObject({
      status: 400,
      message: expect.stringMatching(/“姓名”在哪一列/),
    })
    const mapping = { ...first.mapping, name: 0, division: 2, title: 4 }
    expect(await at.api().mapImport({ id: first.id, mapping })).toMatchObject({ state: 'mapped', mapping })
    expect((await at.upload(csv(rows))).mapping).toEqual(mapping)
  })
  it.each([
    [{ name: 0, unit: 0 }, /对应了同一列/],
    [{ name: 99 }, /不存在/],
    [{ name: 0, nonsense: 1 }, /没有“nonsense”/],
    [{ unit: 1 }, /“姓名”在哪一列/],
  ])('refuse the mapping %o', async (mapping, message) => {
    const { id } = await at.upload(
      csv([
        ['姓名', '单位'],
        ['甲', '乙'],
      ]),
    )
    expect((await refusal(at.api().mapImport({ id, mapping: mapping as Record<string, number> }))).message).toMatch(
      message,
    )
  })
  it('are read from GB18030 and from tab-separated text too', async () => {
    const bytes = Buffer.from('d0d5c3fb09cad6bbfabac5c2eb09b5a5cebb0d0ab3c2d2bb093135343131313430303031', 'hex')
    const unit = Buffer.from('09b2a9d0cbcfd8cbaec0fbbed60d0a', 'hex')
    const run = await at.checked(new Blob([bytes, unit]))
    expect(run).toMatchObject({ encoding: 'gb18030', state: 'checked', faulty: 0, expected: { created: 1 } })
    expect(run.sample).toEqual([['陈一', '15411140001', '博兴县水利局']])
  })
})

describe('who may', () => {
  it('strangers, clerks and other administrators may not', async () => {
    const { id } = await at.upload(csv([['姓名'], ['甲']]))
    const stranger = at.server.client(transferApi)
    expect(await refusal(stranger.importDetail({ id }))).toMatchObject({ status: 401 })
    const clerk = await signInAs(at.server, at.world.people.colleague.id)
    for (const call of [
      () => at.api(clerk).imports(),
      () => at.api(clerk).importDetail({ id }),
      () => at.api(clerk).exportPeople({ unitId: at.world.units.boxing.id }),
    ])
      expect(await refusal(call())).toMatchObject({ status: 403 })
    const other = await signInAs(at.server, at.world.people.zoupingClerk.id, [
      { role: 'unit-admin', scope: 'subtree', unitId: at.world.units.zouping.id },
    ])
    for (const call of [
      () => at.api(other).importDetail({ id }),
      () => at.api(other).checkImport({ id }),
      () => at.api(other).faultSheet({ id }),
      () => at.api(other).removeImport({ id }),
      () => at.api(other).importFaults({ id }),
    ])
      expect(await refusal(call())).toMatchObject({ status: 404 })
    expect(await refusal(at.upload(csv([['姓名'], ['甲']]), { token: other }))).toMatchObject({ status: 404 })
    expect((await at.api(other).imports()).rows).toEqual([])
  })

  it('a scope that is taken away ends where the work begins', async () => {
    const { id } = await at.checked(csv([head, ['蒋一', identityNumber(), '', '博兴县水利局', '', '', '']]))
    await sql("update directory.import set scope_trees = '{}' where id = $1", [id])
    await sql("update directory.import set state = 'applying', faulty_rows = 'skip' where id = $1", [id])
    const run = await at.settled(id)
    expect(run).toMatchObject({ state: 'failed', applied: 0, message: expect.stringMatching(/管理范围/) })
    expect(await personRows('蒋一')).toEqual([])
  })

  it('what is over is erased: on demand, and after its time', async () => {
    const first = await at.upload(csv([['姓名'], ['甲']]))
    await at.api().removeImport({ id: first.id })
    expect(await refusal(at.api().importDetail({ id: first.id }))).toMatchObject({ status: 404 })
    const second = await at.upload(csv([['姓名'], ['甲']]))
    const [{ file }] = (await sql<{ file: string }>('select file_id as file from directory.import where id = $1', [
      second.id,
    ])) as [{ file: string }]
    at.server.clock.advance(31 * 86_400_000)
    await pruneImports(at.server.kernel)
    at.server.clock.advance(-31 * 86_400_000)
    expect(await at.server.kernel.files.exists(file)).toBe(false)
    expect(await sql('select 1 from directory.import where id = $1', [second.id])).toEqual([])
  })

  it('cancels, keeps what was written, and goes on later', async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => [
      `韩${'一二三四五六七八九十'[i % 10]}`,
      `154${String(20_000_000 + i)}`,
      '博兴县水利局',
    ])
    // Six sheets: going on begins in the middle of one of them.
    const { id } = await at.checked(await xlsx(['姓名', '手机', '单位'], rows, 450), { fileName: '人员.xlsx' })
    await at.api().applyImport({ id, faulty: 'skip' })
    while ((await at.api().importDetail({ id })).applied === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const cancelled = await at.api().cancelImport({ id })
    expect(cancelled.state).toBe('cancelled')
    const [{ n }] = (await sql<{ n: number }>(
      "select count(*)::int as n from directory.person where name like '韩_'",
    )) as [{ n: number }]
    const stopped = await at.api().importDetail({ id })
    expect(stopped.applied).toBe(n)
    await at.api().applyImport({ id, faulty: 'skip' })
    expect(await at.settled(id)).toMatchObject({ state: 'done', applied: 2500, done: { created: 2500 } })
    expect(await sql("select count(*)::int as n from directory.person where name like '韩_'")).toEqual([{ n: 2500 }])
  })
})
