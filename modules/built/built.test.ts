import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lending } from './lending-testing.ts'
import { refusal, type Scene, startBuilt } from './testing.ts'

let scene: Scene
let appId = ''
const loan = { app: 'lending', entity: 'loan' }
beforeAll(async () => {
  scene = await startBuilt()
  appId = await scene.put(lending())
})
afterAll(() => scene?.server.stop())

const lend = (who: Parameters<Scene['as']>[0], data: Record<string, unknown>) =>
  scene.as(who).create({ ...loan, data: data as never })

describe('an application from its definition', () => {
  it('keeps one real table an entity, with typed columns whose names nobody typed, each with its data class', async () => {
    const columns = await scene.server.sql<{ name: string; type: string; note: string }>(
      `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as note
       from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
       where n.nspname = 'built' and c.relname ~ '^e_\\d+$' order by a.attnum`,
    )
    expect(columns.every(({ note }) => /\[(public|internal|personal|sensitive)\]$/.test(note))).toBe(true)
    const own = columns.filter(({ name }) => name.startsWith('f_'))
    expect(own.every(({ name }) => /^f_\d+(_[a-z_]+)?$/.test(name))).toBe(true)
    const typeOf = (title: string) => own.find(({ note }) => note.startsWith(`${title} `))?.type
    expect([typeOf('数量'), typeOf('单价'), typeOf('标签'), typeOf('借用期间'), typeOf('保管人')]).toEqual([
      'numeric',
      'numeric(20,2)',
      'text[]',
      'date',
      'uuid',
    ])
    expect(own.find(({ note }) => note.startsWith('处置底价'))?.note).toContain('[sensitive]')
  })
  it('the role of the server owns none of it and cannot change a table by itself', async () => {
    const [{ table } = { table: '' }] = await scene.server.sql<{ table: string }>(
      "select relname as table from pg_class where relname ~ '^e_\\d+$'",
    )
    const direct = scene.server.kernel.database.query(`alter table built.${table} add column x text`)
    await expect(direct).rejects.toMatchObject({ code: '42501' })
    for (const [no, columns, types, notes] of [
      [1, ['x; drop table built.app'], ['text'], ['甲 [internal]']],
      [1, ['f_1'], ['text); drop table built.app; --'], ['甲 [internal]']],
      [1, ['f_1'], ['text'], ["甲'; drop table built.app [internal]"]],
      [1, ['f_1'], ['text'], ['没有类别']],
    ])
      await expect(
        scene.server.kernel.database.query('select built.define_columns($1, $2::text[], $3::text[], $4::text[])', [
          no,
          columns,
          types,
          notes,
        ]),
      ).rejects.toMatchObject({ code: 'P0001' })
  })
  it('every value comes back as it was kept', async () => {
    const data = {
      资产: '投影仪',
      数量: 3,
      单价: '1234.5',
      期间: { from: '2026-12-01', to: '2026-12-03', fromHalf: 'pm', toHalf: 'pm' },
      用途: 'meeting',
      保管人: { id: scene.people.colleague, name: '谁', unitName: '哪' },
      标签: ['贵重', '易碎'],
      备注: '第一行\n第二行',
      附属: [{ 物品: '遥控器', 件数: 2 }],
    }
    const { id, revision } = await lend('clerk', data)
    expect(revision).toBe(1)
    const read = await scene.as('clerk').read({ ...loan, id })
    expect(read).toMatchObject({
      label: '投影仪',
      state: 'kept',
      revision: 1,
      authorName: '周文清',
      can: { write: true, remove: true },
    })
    expect(read.data).toEqual({
      ...data,
      编号: '借〔2026〕001号',
      单价: '1234.50',
      总价: '3703.50',
      保管人: { id: scene.people.colleague, name: '毕嘉禾', unitName: '文电科' },
      附属: [{ '#': 'r1', 物品: '遥控器', 件数: 2 }],
    })
    const { rows } = await scene.as('clerk').list(loan)
    expect(rows[0]).toMatchObject({ id, label: '投影仪', data: { 数量: 3, 总价: '3703.50' } })
  })
  it('tells what is wrong at its field, and keeps nothing of it', async () => {
    const error = await refusal(lend('clerk', { 资产: '', 数量: 0, 附属: [{ 件数: 1 }] }))
    expect(error).toMatchObject({ status: 400 })
    expect(error.errors.map(({ path }) => path).sort()).toEqual(['数量', '资产', '附属.0.物品'])
    expect((await scene.as('clerk').list({ ...loan, where: ['数量=0'] })).rows).toEqual([])
    const batch = await refusal(scene.as('clerk').createMany({ ...loan, rows: [{ 资产: '好的' }, { 资产: '' }] }))
    expect(batch.errors).toMatchObject([{ path: 'rows.1.资产' }])
    expect((await scene.as('clerk').list({ ...loan, q: '好的' })).rows).toEqual([])
  })
  it('numbers without a gap', async () => {
    const made = await scene.as('clerk').createMany({ ...loan, rows: [{ 资产: '甲' }, { 资产: '乙' }] })
    const numbers = await Promise.all(
      made.rows.map(async ({ id }) => (await scene.as('clerk').read({ ...loan, id })).data.编号),
    )
    expect(numbers).toEqual(['借〔2026〕002号', '借〔2026〕003号'])
  })
})

describe('a list', () => {
  beforeAll(async () => {
    await scene.as('colleague').createMany({
      ...loan,
      rows: Array.from({ length: 7 }, (_, at) => ({
        资产: `相机${at}`,
        ...(at > 1 ? { 单价: `${at}00` } : {}),
        数量: at + 1,
        用途: at % 2 ? 'trip' : 'meeting',
        标签: at % 2 ? ['外拍'] : ['会场', '外拍'],
        期间: { from: `2026-12-0${at + 1}`, to: `2026-12-0${at + 2}` },
      })),
    })
  })
  const names = async (input: Record<string, unknown>): Promise<string[]> =>
    (
      await scene.as('colleague').list({
        ...loan,
        sort: '资产',
        ...input,
        ...((input.where as string[]) && { where: ['资产~相机', ...(input.where as string[])] }),
      } as never)
    ).rows
      .map(({ label }) => label.replace('相机', ''))
      .filter((label) => /^\d$/.test(label))
  it.each([
    [['数量>=6'], ['5', '6']],
    [['数量<=2'], ['0', '1']],
    [['数量=1|7'], ['0', '6']],
    [['用途=trip'], ['1', '3', '5']],
    [
      ['用途!=trip', '数量<=3'],
      ['0', '2'],
    ],
    [['标签=会场'], ['0', '2', '4', '6']],
    [['单价?'], ['0', '1']],
    [['单价>=500'], ['5', '6']],
    [
      ['期间>=2026-12-07', '期间<=2026-12-08'],
      ['5', '6'],
    ],
    [['资产=相机3'], ['3']],
    [['资产~%'], []],
    [['@state=done'], []],
    [['@created>=2026-11-20', '数量=1'], ['0']],
  ])('filters by %j', async (where, found) => {
    expect(await names({ where })).toEqual(found)
  })
  it.each(['资产', '-资产', '单价', '-单价', '-期间', '@created', '-@updated', '用途'])(
    'comes page by page without gap or repetition, by %s',
    async (sort) => {
      const whole = (await scene.as('colleague').list({ ...loan, sort, where: ['资产~相机'] })).rows.map(({ id }) => id)
      expect(new Set(whole).size).toBe(7)
      const pages: string[] = []
      let cursor: string | undefined
      do {
        const page = await scene
          .as('colleague')
          .list({ ...loan, sort, where: ['资产~相机'], limit: 2, ...(cursor !== undefined && { cursor }) })
        pages.push(...page.rows.map(({ id }) => id))
        cursor = page.next ?? undefined
      } while (cursor)
      expect(pages).toEqual(whole)
    },
  )
  it('is one statement, however many filters it has', async () => {
    const seen: string[] = []
    const { kernel } = scene.server
    const query = kernel.database.pool.query.bind(kernel.database.pool)
    await scene.as('colleague').list(loan)
    const watched = ((...args: Parameters<typeof query>) => {
      const [first] = args as unknown as [string | { text: string }]
      seen.push(typeof first === 'string' ? first : first.text)
      return query(...args)
    }) as typeof query
    kernel.database.pool.query = watched
    try {
      await scene.as('colleague').list({ ...loan, where: ['数量>=2', '用途=trip'], sort: '-数量', q: '相机' })
    } finally {
      kernel.database.pool.query = query
    }
    expect(seen.filter((text) => text.includes('built.'))).toHaveLength(1)
  })
  it('goes out as a table, for whoever may export', async () => {
    expect(await refusal(scene.as('colleague').exportRecords({ ...loan, format: 'csv' }))).toMatchObject({
      status: 403,
    })
    const answer = await scene
      .as('admin')
      .exportRecords({ ...loan, format: 'csv', where: ['资产~相机', '数量>=6'], sort: '资产' })
    const text = await answer.text()
    expect(text).toContain('资产名称')
    expect(text.match(/相机\d/g)).toEqual(['相机5', '相机6'])
  })
})

describe('two who change the same record', () => {
  it('the second is told, field by field, what the first changed', async () => {
    const { id } = await lend('clerk', { 资产: '电脑', 数量: 1, 备注: '旧' })
    await scene.as('admin').save({ ...loan, id, revision: 1, data: { 资产: '笔记本电脑', 底价: '99' } })
    const error = await refusal(
      scene.as('clerk').save({ ...loan, id, revision: 1, data: { 资产: '台式机', 备注: '新' } }),
    )
    expect(error).toMatchObject({ status: 409, code: 'stale', extra: { revision: 2, by: '林沐阳' } })
    expect(error.extra.fields).toEqual([
      {
        key: '资产',
        title: '资产名称',
        was: '电脑',
        theirs: '笔记本电脑',
        mine: '台式机',
        value: '笔记本电脑',
        clash: true,
      },
    ])
    expect(await scene.as('clerk').save({ ...loan, id, revision: 2, data: { 备注: '新' } })).toEqual({
      id,
      revision: 3,
    })
  })
  it('one of two at once wins', async () => {
    const { id } = await lend('clerk', { 资产: '音箱' })
    const both = await Promise.allSettled(
      ['甲', '乙'].map((备注) => scene.as('clerk').save({ ...loan, id, revision: 1, data: { 备注 } })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('the history of a record', () => {
  it('is read, and what stood there comes back', async () => {
    const { id } = await lend('clerk', { 资产: '话筒', 数量: 2, 备注: '一' })
    await scene.as('clerk').save({ ...loan, id, revision: 1, data: { 备注: '二', 数量: 5 } })
    await scene.as('clerk').save({ ...loan, id, revision: 2, data: { 备注: '三' } })
    const { rows } = await scene.as('clerk').history({ ...loan, id })
    expect(
      rows.map(({ revision, changes }) => [revision, changes.map(({ key, before }) => `${key}=${before}`).sort()]),
    ).toEqual([
      [3, ['备注=二']],
      [2, ['备注=一', '数量=2']],
      [1, []],
    ])
    await scene.as('clerk').restore({ ...loan, id, revision: 3, to: 1 })
    expect((await scene.as('clerk').read({ ...loan, id })).data).toMatchObject({ 备注: '一', 数量: 2 })
  })
  it('what is removed leaves every list, and stays in the database', async () => {
    const { id } = await lend('clerk', { 资产: '要删的' })
    expect(await refusal(scene.as('clerk').remove({ ...loan, id, revision: 9 }))).toMatchObject({ status: 409 })
    await scene.as('clerk').remove({ ...loan, id, revision: 1 })
    expect(await refusal(scene.as('clerk').read({ ...loan, id }))).toMatchObject({ status: 404 })
    expect(await refusal(scene.forms('clerk').record({ id }))).toMatchObject({ status: 404 })
    expect((await scene.as('admin').list({ ...loan, q: '要删的' })).rows).toEqual([])
    expect(await scene.server.sql('select 1 from forms.record where id = $1', [id])).toHaveLength(1)
  })
  it('the same command given twice is done once', async () => {
    const again = () =>
      scene
        .as('clerk')
        .create({ ...loan, data: { 资产: '一次' } }, { idempotencyKey: '0198f000-0000-7000-8000-00000000a001' })
    expect(await again()).toEqual(await again())
    expect((await scene.as('clerk').list({ ...loan, where: ['资产=一次'] })).rows).toHaveLength(1)
  })
})

describe('what an application says of itself', () => {
  it('stands in the list of whoever it reaches, with what they may see of it', async () => {
    expect((await scene.as('stranger').apps({})).rows).toMatchObject([
      { key: 'lending', name: '固定资产借用', heading: '后勤', version: 1 },
    ])
    const app = await scene.as('clerk').app({ app: 'lending' })
    expect(app.entities[0]).toMatchObject({
      key: 'loan',
      label: '资产',
      can: { create: true, export: false },
      views: [{ key: 'all', sort: '-数量' }],
    })
    expect(JSON.stringify(app)).not.toContain('底价')
    expect(JSON.stringify(await scene.as('admin').app({ app: 'lending' }))).toContain('底价')
  })
  it('describes its interface, without what the caller may not see', async () => {
    const described = await scene.as('clerk').openapi({ app: 'lending' })
    expect(described).toMatchObject({ openapi: '3.1.0', info: { title: '固定资产借用', version: '1' } })
    expect(Object.keys(described.paths as object)).toContain('/api/built/records/lending/loan/{id}')
    expect(JSON.stringify(described)).toContain('资产名称')
    expect(JSON.stringify(described)).not.toContain('底价')
  })
  it('its definition is told of as a JSON Schema that says the same as the server', async () => {
    const schema = await scene.as('admin').schema({})
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false })
    expect(await scene.as('admin').definition({ id: appId })).toMatchObject({
      version: 1,
      pending: null,
      versions: [{ version: 1, state: 'published' }],
    })
  })
})
