import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lending } from './lending-testing.ts'
import { refusal, type Scene, startBuilt } from './testing.ts'

/** A hidden field at every door there is; and every endpoint from the side of a stranger. */

let scene: Scene
let id = ''
let mine = ''
const loan = { app: 'lending', entity: 'loan' }
const SECRET = '777777'
const hidden = [
  { key: '密级说明', title: '密级说明', type: 'text' },
  { key: '证件', title: '证件号', type: 'identityNumber' },
  { key: '评审表', title: '评审表', type: 'file' },
  { key: '评审人', title: '评审人', type: 'person' },
]
const NUMBER = '11010519491231002X'
/** what the clerk may not see, by name and by value */
const words = [
  '底价',
  '密级说明',
  '评审表',
  '评审人',
  '证件号',
  SECRET,
  '绝密内容',
  NUMBER,
  '110***********002X',
  '评审.txt',
  '刘梦瑶',
]
const leaks = (answer: unknown): string[] => words.filter((word) => JSON.stringify(answer).includes(word))
let file = { id: '', name: '', mediaType: '', size: 0 }

beforeAll(async () => {
  scene = await startBuilt()
  const app = lending({}, hidden)
  const hide = { 底价: 'hide', 密级说明: 'hide', 证件: 'hide', 评审表: 'hide', 评审人: 'hide' }
  app.entities[0]!.permissions = [
    { to: 'everyone', rows: 'unit', may: ['create', 'write', 'remove', 'export'], rest: 'write', fields: hide },
    { to: 'unit-admin', rows: 'scope', may: ['write', 'remove', 'export', 'create'], rest: 'write' },
  ] as never
  app.entities[0]!.views = [
    ...app.entities[0]!.views,
    { key: 'secret', name: '按底价', columns: ['资产', '底价'], filters: ['底价'], sort: '-底价', where: ['底价>=1'] },
  ] as never
  await scene.put(app)
  const draft = await scene
    .forms('admin')
    .saveDraft({ purpose: 'built.new', reference: 'x', title: '借', path: '/built', revision: 0, data: {} })
  file = await scene.forms('admin').attach({ id: draft.id }, { file: new Blob(['绝密内容']), fileName: '评审.txt' })
  mine = (await scene.as('clerk').create({ ...loan, data: { 资产: '公开的' } })).id
  await scene.as('admin').save({
    ...loan,
    id: mine,
    revision: 1,
    data: {
      底价: SECRET,
      密级说明: '绝密内容',
      证件: NUMBER,
      评审表: [file],
      评审人: { id: scene.people.stranger, name: '', unitName: '' },
    } as never,
  })
  id = mine
})
afterAll(() => scene?.server.stop())

describe('a hidden field', () => {
  it('is there for whoever may see it', async () => {
    expect(leaks(await scene.as('admin').read({ ...loan, id }))).toEqual(
      expect.arrayContaining(['底价', SECRET, '密级说明', '110***********002X']),
    )
  })
  it('read', async () => {
    expect(leaks(await scene.as('clerk').read({ ...loan, id }))).toEqual([])
  })
  it('write: refused like a field that does not exist, and kept as it is by who saves the rest', async () => {
    const [at, none] = await Promise.all(
      ['底价', '没有'].map((key) =>
        refusal(scene.as('clerk').save({ ...loan, id, revision: 2, data: { [key]: '1' } })),
      ),
    )
    expect(at?.errors[0]?.message.replace('底价', '没有')).toBe(none?.errors[0]?.message)
    expect(await refusal(scene.as('clerk').create({ ...loan, data: { 资产: '甲', 底价: '1' } }))).toMatchObject({
      status: 400,
    })
    expect(await refusal(scene.as('clerk').createMany({ ...loan, rows: [{ 资产: '甲', 底价: '1' }] }))).toMatchObject({
      status: 400,
    })
    await scene.as('clerk').save({ ...loan, id, revision: 2, data: { 备注: '改' } })
    expect((await scene.as('admin').read({ ...loan, id })).data).toMatchObject({
      底价: '777777.00',
      密级说明: '绝密内容',
    })
  })
  it('list and its form', async () => {
    expect(leaks(await scene.as('clerk').list(loan))).toEqual([])
    expect(leaks(await scene.as('clerk').app({ app: 'lending' }))).toEqual([])
    expect(leaks(await scene.as('clerk').blank(loan))).toEqual([])
  })
  it('filter and sort: refused like a field that does not exist', async () => {
    for (const input of [
      { where: ['底价>=1'] },
      { where: ['底价?'] },
      { sort: '-底价' },
      { sort: '底价' },
      { where: [`密级说明~绝密`] },
      { view: 'secret' },
    ]) {
      const error = await refusal(scene.as('clerk').list({ ...loan, ...input }))
      expect(error).toMatchObject({ status: 400 })
    }
    const [at, none] = await Promise.all(
      ['底价>=1', '没有>=1'].map((one) => refusal(scene.as('clerk').list({ ...loan, where: [one] }))),
    )
    expect(at?.detail.replace('底价', '没有')).toBe(none?.detail)
    expect((await scene.as('admin').list({ ...loan, where: ['底价>=1'], sort: '-底价' })).rows).toHaveLength(1)
  })
  it('search finds nothing by it', async () => {
    expect((await scene.as('clerk').list({ ...loan, q: '绝密' })).rows).toEqual([])
    expect((await scene.as('clerk').list({ ...loan, q: '刘梦瑶' })).rows).toEqual([])
    expect((await scene.as('admin').list({ ...loan, q: '绝密' })).rows).toHaveLength(1)
    expect((await scene.as('admin').list({ ...loan, q: '刘梦瑶' })).rows).toHaveLength(1)
  })
  it('export', async () => {
    const text = async (who: 'clerk' | 'admin') =>
      (await scene.as(who).exportRecords({ ...loan, format: 'csv' })).text()
    expect(leaks(await text('clerk'))).toEqual([])
    expect(leaks(await text('admin'))).toContain('绝密内容')
    for (const input of [{ sort: '-底价' }, { where: ['底价>=1'] }])
      expect(await refusal(scene.as('clerk').exportRecords({ ...loan, format: 'csv', ...input }))).toMatchObject({
        status: 400,
      })
  })
  it('interface description', async () => {
    expect(leaks(await scene.as('clerk').openapi({ app: 'lending' }))).toEqual([])
  })
  it('history, here and by the door of forms', async () => {
    expect(leaks(await scene.as('clerk').history({ ...loan, id }))).toEqual([])
    expect(leaks(await scene.forms('clerk').recordHistory({ id }))).toEqual([])
    expect(leaks(await scene.forms('clerk').record({ id }))).toEqual([])
    expect(JSON.stringify(await scene.as('admin').history({ ...loan, id }))).toContain('底价')
  })
  it('restoring does not bring it back, nor tell of it', async () => {
    const { revision } = await scene.as('clerk').read({ ...loan, id })
    await scene.as('clerk').restore({ ...loan, id, revision, to: 1 })
    expect((await scene.as('admin').read({ ...loan, id })).data).toMatchObject({
      底价: '777777.00',
      密级说明: '绝密内容',
    })
  })
  it('conflict: what somebody changed in it is told to nobody else', async () => {
    const { revision } = await scene.as('clerk').read({ ...loan, id })
    await scene.as('admin').save({ ...loan, id, revision, data: { 密级说明: '绝密内容二', 备注: '别人' } })
    const error = await refusal(scene.as('clerk').save({ ...loan, id, revision, data: { 备注: '我' } }))
    expect(error.extra.fields).toMatchObject([{ key: '备注', clash: true }])
    expect(leaks(error)).toEqual([])
  })
  it('files and numbers', async () => {
    expect(await (await scene.forms('admin').recordFile({ id, fileId: file.id })).text()).toBe('绝密内容')
    expect(await refusal(scene.forms('clerk').recordFile({ id, fileId: file.id }))).toMatchObject({ status: 404 })
    expect(await refusal(scene.forms('clerk').reveal({ id, path: '证件', purpose: '核对身份' }))).toMatchObject({
      status: 404,
    })
    expect(await scene.forms('admin').reveal({ id, path: '证件', purpose: '核对身份' })).toEqual({ value: NUMBER })
  })
})

describe('a field that one grant hides and another shows', () => {
  it('shows in the rows of the one alone, and finds no others', async () => {
    const app = lending()
    app.key = 'mixed'
    app.entities[0]!.permissions = [
      { to: 'everyone', rows: 'unit', may: [], rest: 'read', fields: { 单价: 'hide' } },
      { to: 'everyone', rows: 'own', may: ['create', 'write'], rest: 'write' },
    ] as never
    await scene.put(app)
    const mixed = { app: 'mixed', entity: 'loan' }
    await scene.as('clerk').create({ ...mixed, data: { 资产: '我的', 单价: '5' } })
    await scene.as('colleague').create({ ...mixed, data: { 资产: '同事的', 单价: '6' } })
    const { rows } = await scene.as('clerk').list({ ...mixed, sort: '资产' })
    expect(rows.map(({ label, data }) => [label, data.单价])).toEqual([
      ['同事的', undefined],
      ['我的', '5.00'],
    ])
    expect((await scene.as('clerk').list({ ...mixed, where: ['单价>=1'] })).rows.map(({ label }) => label)).toEqual([
      '我的',
    ])
    expect((await scene.as('clerk').list({ ...mixed, sort: '-单价' })).rows.map(({ label }) => label)).toEqual(['我的'])
  })
})

describe('from the side of a stranger', () => {
  const calls: Record<string, (who?: 'stranger') => Promise<unknown>> = {
    read: (who) => scene.as(who).read({ ...loan, id }),
    save: (who) => scene.as(who).save({ ...loan, id, revision: 1, data: { 备注: 'x' } }),
    remove: (who) => scene.as(who).remove({ ...loan, id, revision: 1 }),
    history: (who) => scene.as(who).history({ ...loan, id }),
    restore: (who) => scene.as(who).restore({ ...loan, id, revision: 1, to: 1 }),
  }
  it.each(Object.keys(calls))(
    '%s is refused to whoever did not sign in, and is not there for a stranger',
    async (name) => {
      expect(await refusal(calls[name]!())).toMatchObject({ status: 401 })
      expect(await refusal(calls[name]!('stranger'))).toMatchObject({ status: 404 })
    },
  )
  it('lists and files hold nothing of another unit', async () => {
    expect((await scene.as('stranger').list(loan)).rows).toEqual([])
    expect(await (await scene.as('stranger').exportRecords({ ...loan, format: 'csv' })).text()).not.toContain('公开的')
  })
  it('an application of a unit beside is not there', async () => {
    const app = lending()
    app.key = 'inner'
    await scene.put({ ...app, reach: 'unit' }, scene.units.office)
    for (const call of [
      () => scene.as('stranger').app({ app: 'inner' }),
      () => scene.as('stranger').list({ app: 'inner', entity: 'loan' }),
      () => scene.as('stranger').create({ app: 'inner', entity: 'loan', data: { 资产: 'x' } }),
      () => scene.as('stranger').app({ app: 'nothing' }),
    ])
      expect(await refusal(call())).toMatchObject({ status: 404 })
    expect((await scene.as('stranger').apps({})).rows.map(({ key }) => key)).not.toContain('inner')
    expect((await scene.as('head').apps({})).rows.map(({ key }) => key)).toContain('inner')
  })
  it('definitions are for whoever administers the unit, and nobody approves what they sent', async () => {
    const { rows } = await scene.as('admin').definitions()
    const appId = rows.find(({ key }) => key === 'lending')!.id
    for (const call of [
      () => scene.as('clerk').definitions(),
      () => scene.as('clerk').definition({ id: appId }),
      () => scene.as('clerk').check({ definition: {} }),
      () => scene.as('clerk').createApp({ unitId: scene.units.office, definition: { key: 'x', name: 'x' } }),
      () => scene.as('clerk').saveDraft({ id: appId, revision: 0, definition: {} }),
      () => scene.as('clerk').publish({ id: appId, revision: 1 }),
    ])
      expect(await refusal(call())).toMatchObject({ status: 403 })
    // a leader may approve, but of the own unit alone
    expect(await refusal(scene.as('head').publish({ id: appId, revision: 1 }))).toMatchObject({ status: 404 })
    expect(
      await refusal(
        scene.as('admin').createApp({ unitId: scene.units.province, definition: { key: 'own', name: '越权' } }),
      ),
    ).toMatchObject({ status: 404 })
    const app = lending()
    app.key = 'self'
    const { id: fresh } = await scene.as('admin').createApp({ unitId: scene.units.county, definition: app as never })
    await scene.as('admin').submit({ id: fresh, revision: 1 })
    expect(await refusal(scene.as('admin').publish({ id: fresh, revision: 1 }))).toMatchObject({ status: 409 })
    await expect(
      scene.server.sql('update built.version set decided_by = submitted_by where app_id = $1', [fresh]),
    ).rejects.toMatchObject({ code: '23514' })
  })
})
