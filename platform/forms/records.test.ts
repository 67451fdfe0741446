import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Access, Data } from './contract.ts'
import { checkReach, currentForm, readRecord, removeRecord } from './index.ts'
import { type FormsScene, refusal, startForms } from './scene-testing.ts'
import { formOf, numberField, purchase, textField } from './testing.ts'

let scene: FormsScene
let formId = ''
beforeAll(async () => {
  scene = await startForms()
  formId = (await scene.publish(purchase())).id
})
afterAll(() => scene?.server.stop())

const ALL: Access = { rest: 'write', fields: {} }
const NUMBER = '11010519491231002X'
const MASK = '110***********002X'
const order = (more: Data = {}): Data => ({
  事由: '换打印机',
  明细: [{ 物品: '打印机', 单价: '1999.90', 数量: 2 }],
  ...more,
})
const read = (id: string, access: Access = ALL) => scene.server.system((ctx) => readRecord(ctx, { id, access }))
const stored = async (id: string) => {
  const [row] = await scene.server.sql<{ data: Record<string, unknown>; revision: number }>(
    'select data, revision from forms.record where id = $1',
    [id],
  )
  return row!
}

describe('publishing', () => {
  it('a new version only where something changed, and the old one stays as it is', async () => {
    expect((await scene.publish(purchase())).id).toBe(formId)
    const next = await scene.publish({ ...purchase(), name: '采购申请（新）' })
    expect(next).toMatchObject({ version: 2 })
    await expect(scene.server.sql("update forms.form set name = 'x' where id = $1", [formId])).rejects.toThrow(
      'does not change',
    )
    await scene.server.sql('update forms.form set retired_at = now() where id = $1', [next.id])
  })
  it('says every fault, and whose the number is', async () => {
    const faulty = await refusal(scene.publish({ ...purchase(), key: 'Purchase!', groups: [] }))
    expect(faulty).toMatchObject({ code: 'bad-definition', status: 400 })
    expect(faulty.errors).toHaveLength(2)
    expect(await refusal(scene.publish(purchase(), scene.units.water.id))).toMatchObject({ code: 'invalid' })
  })
})

describe('reach', () => {
  const reaches = (id: string, unitId: string) =>
    scene.server
      .system((ctx) => checkReach(ctx.sql, id, unitId))
      .then(
        () => true,
        () => false,
      )
  it('goes down the tree, or to the owner alone', async () => {
    const { county, office, water } = scene.units
    const down = await scene.publish({ ...purchase(), key: 'down' }, office.id)
    const own = await scene.publish({ ...purchase(), key: 'own', reach: 'unit' }, county.id)
    expect([
      await reaches(down.id, office.id),
      await reaches(down.id, water.id),
      await reaches(down.id, county.id),
    ]).toEqual([true, false, false])
    expect([await reaches(own.id, county.id), await reaches(own.id, office.id)]).toEqual([true, false])
    const next = await scene.publish({ ...purchase(), key: 'down', name: '第二版' }, office.id)
    expect((await scene.server.system((ctx) => currentForm(ctx.sql, 'down', office.id))).id).toBe(next.id)
    expect(await refusal(scene.server.system((ctx) => currentForm(ctx.sql, 'down', water.id)))).toMatchObject({
      code: 'not-found',
    })
  })
})

describe('a record', () => {
  it('is kept with defaults and formulas, and read again', async () => {
    const { id } = await scene.open(formId, order())
    expect((await stored(id)).data).toMatchObject({
      方式: 'market',
      合计: '3999.80',
      说明: null,
      明细: [{ '#': 'r1', 小计: '3999.80' }],
    })
    const view = await read(id)
    expect(view).toMatchObject({ revision: 1, version: 1, person: { name: '周文清' }, data: { 合计: '3999.80' } })
  })
  it('is refused as a whole, every problem with its path', async () => {
    const problems = await refusal(scene.open(formId, { 明细: [{ 物品: '' }, { 物品: '纸', 单价: 'x' }] }))
    expect(problems.errors?.map(({ path }) => path)).toEqual(['事由', '明细.0.物品', '明细.0.单价', '明细.1.单价'])
    const unknown = await refusal(scene.open(formId, order({ nothing: 1, __proto__: 2 } as Data)))
    expect(unknown.errors).toEqual([{ path: 'nothing', message: '表单里没有“nothing”这个字段。' }])
  })
  it('changes in what the step lets one write, with the history of it', async () => {
    const { id } = await scene.open(formId, order())
    const step: Access = { rest: 'read', fields: { 内部编号: 'required' } }
    expect(await refusal(scene.save(id, 1, {}, step))).toMatchObject({
      errors: [{ path: '内部编号', message: '请填写内部编号。' }],
    })
    expect(await refusal(scene.save(id, 1, { 内部编号: '7', 事由: '改了' }, step))).toMatchObject({
      errors: [{ path: '事由', message: '「采购事由」在这一步不能填写。' }],
    })
    expect(await scene.save(id, 1, { 内部编号: '7', 合计: '1.00' }, step, 'colleague')).toMatchObject({ revision: 2 })
    expect((await stored(id)).data).toMatchObject({ 内部编号: '7', 合计: '3999.80' })
    const history = await scene.server.sql(
      'select revision, person_name, before from forms.history where record_id = $1 order by 1',
      [id],
    )
    expect(history).toEqual([
      { revision: 1, person_name: '周文清', before: {} },
      { revision: 2, person_name: '毕嘉禾', before: { 内部编号: null } },
    ])
  })
  it('is not written over by whoever saw an older one', async () => {
    const { id } = await scene.open(formId, order())
    const both = await Promise.allSettled(['甲', '乙'].map((事由) => scene.save(id, 1, { 事由 }, ALL)))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await refusal(scene.save(id, 1, { 事由: '丙' }, ALL))).toMatchObject({
      code: 'stale',
      extra: { revision: 2 },
    })
  })
  it('rows keep their names, and what may not be written in them stays', async () => {
    const { id } = await scene.open(
      formId,
      order({
        明细: [
          { 物品: '纸', 单价: 1 },
          { 物品: '笔', 单价: 2 },
        ],
      }),
    )
    const prices: Access = { rest: 'read', fields: { '明细.单价': 'write' } }
    await scene.save(
      id,
      1,
      {
        明细: [
          { '#': 'r2', 单价: 3 },
          { '#': 'r1', 单价: 4 },
        ],
      },
      prices,
    )
    expect((await stored(id)).data).toMatchObject({
      合计: '7.00',
      明细: [
        { '#': 'r2', 物品: '笔', 单价: '3.00' },
        { '#': 'r1', 物品: '纸', 单价: '4.00' },
      ],
    })
    for (const [明细, says] of [
      [[{ '#': 'r1', 单价: 1 }], '不能增减行'],
      [[{ '#': 'r1' }, { '#': 'r1' }], '不能增减行'],
      [[{ '#': 'r2', 物品: '别的' }, { '#': 'r1' }], '「物品」在这一步不能填写'],
    ] as const)
      expect((await refusal(scene.save(id, 2, { 明细: [...明细] }, prices))).errors?.[0]?.message).toContain(says)
  })
  it('is erased with all that is about it', async () => {
    const { id } = await scene.open(formId, order({ 身份证号: NUMBER }))
    await scene.server.system((ctx) => removeRecord(ctx, id))
    const [left] = await scene.server.sql(
      `select (select count(*)::int from forms.record where id = $1) as a, (select count(*)::int from forms.history where record_id = $1) as b,
         (select count(*)::int from forms.sealed where record_id = $1) as c`,
      [id],
    )
    expect(left).toEqual({ a: 0, b: 0, c: 0 })
  })
  it('tells a process only what it asks for, in plain values', async () => {
    const made = await scene.open(formId, order({ 身份证号: NUMBER }))
    expect(made.plain(['合计', '经办人', '身份证号', '没有', '明细.单价', '__proto__'])).toEqual({
      合计: 3999.8,
      经办人: scene.people.clerk.id,
      身份证号: MASK,
    })
    expect(made.plain(['明细'])).toMatchObject({ 明细: [{ 物品: '打印机', 单价: 1999.9, 数量: 2 }] })
  })
})

describe('an identity number', () => {
  it('is a mask wherever a record is kept or read, and a box bound to its place', async () => {
    const { id } = await scene.open(formId, order({ 身份证号: NUMBER }))
    expect((await stored(id)).data.身份证号).toBe(MASK)
    expect((await read(id)).data.身份证号).toBe(MASK)
    const dump = await scene.server.sql(
      "select r::text || coalesce(h::text, '') as all from forms.record r left join forms.history h on h.record_id = r.id where r.id = $1",
      [id],
    )
    expect(JSON.stringify(dump)).not.toContain(NUMBER)
    const [{ box } = { box: Buffer.alloc(0) }] = await scene.server.sql<{ box: Buffer }>(
      'select box from forms.sealed where record_id = $1',
      [id],
    )
    expect(scene.server.kernel.keys.open(box, `forms.sealed/${id}/身份证号`).toString()).toBe(NUMBER)
    const other = (await scene.open(formId, order())).id
    expect(() => scene.server.kernel.keys.open(box, `forms.sealed/${other}/身份证号`)).toThrow()
  })
  it('given back as its mask stays; a mask of nothing is refused; emptied it is gone', async () => {
    const { id } = await scene.open(formId, order({ 身份证号: NUMBER }))
    await scene.save(id, 1, { 身份证号: MASK, 事由: '二' }, ALL)
    const count = () => scene.server.sql('select 1 from forms.sealed where record_id = $1', [id])
    expect(await count()).toHaveLength(1)
    expect((await refusal(scene.open(formId, order({ 身份证号: MASK })))).errors?.[0]?.path).toBe('身份证号')
    await scene.save(id, 2, { 身份证号: null }, ALL)
    expect(await count()).toHaveLength(0)
  })
  it('in rows goes with its row', async () => {
    const columns = [textField('姓名'), { key: '号', title: '号', type: 'identityNumber' }]
    const form = await scene.publish({ ...formOf([{ key: '人', title: '人', type: 'table', columns }]), key: 'people' })
    const { id } = await scene.open(form.id, {
      人: [
        { 姓名: '甲', 号: NUMBER },
        { 姓名: '乙', 号: '440524188001010014' },
      ],
    })
    await scene.save(id, 1, { 人: [{ '#': 'r2', 姓名: '乙', 号: '440***********0014' }] }, ALL)
    const boxes = await scene.server.sql<{ place: string }>('select place from forms.sealed where record_id = $1', [id])
    expect(boxes).toEqual([{ place: `${id}/人.r2.号` }])
  })
})

describe('people and units', () => {
  const form = () =>
    scene.publish({
      ...formOf([
        { key: '人', title: '人', type: 'person', multiple: true },
        { key: '单位', title: '单位', type: 'unit' },
        textField('名', { rules: { formula: '人[1].姓名' } }),
        numberField('数', { formula: 'count(人)' }),
      ]),
      key: 'named',
    })
  it('are named by the directory, whatever the browser says', async () => {
    const { id } = await scene.open((await form()).id, {
      人: [{ id: scene.people.stranger.id, name: '市长', unitName: '市政府' }],
      单位: { id: scene.units.water.id, name: '假的' },
    })
    expect((await stored(id)).data).toMatchObject({
      人: [{ name: '刘梦瑶', unitName: '县水利局' }],
      单位: { name: '县水利局' },
      名: '刘梦瑶',
      数: 1,
    })
  })
  it('whom one may not see, and who does not exist, is refused alike', async () => {
    const { id: named } = await form()
    const nobody = '0198f000-0000-7000-8000-000000000001'
    const wrong = await Promise.all(
      [scene.people.agent.id, nobody].map((id) => refusal(scene.open(named, { 人: [{ id, name: '?' }] }))),
    )
    expect(wrong[0]?.errors).toEqual(wrong[1]?.errors)
    expect(wrong[0]?.errors?.[0]?.path).toBe('人')
  })
})
