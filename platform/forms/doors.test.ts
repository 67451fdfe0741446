import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Access } from './contract.ts'
import { blankForm } from './index.ts'
import { type FormsScene, refusal, startForms } from './scene-testing.ts'
import { formOf, moneyField, numberField, textField } from './testing.ts'

/** A hidden field at every door there is, and every endpoint from the side of a stranger. */

let scene: FormsScene
let formId = ''
let recordId = ''
let file = { id: '', name: '', mediaType: '', size: 0 }
let draft = { id: '', revision: 0 }
const SECRET = '底价八十万'
const NUMBER = '11010519491231002X'
const HIDING: Access = {
  rest: 'write',
  fields: { 底价: 'hide', 报价单: 'hide', 底号: 'hide', '明细.成本': 'hide', 理由: 'hide' },
}
const EVERYTHING: Access = { rest: 'write', fields: {} }

const bidding = () =>
  formOf(
    [
      textField('名称'),
      textField('理由', { rules: { default: `"${SECRET}"` } }),
      moneyField('底价', { validation: [{ check: '底价 > 1', message: SECRET }] }),
      { key: '报价单', title: SECRET, type: 'file' },
      { key: '底号', title: '底号', type: 'identityNumber' },
      { key: '号', title: '号', type: 'identityNumber' },
      {
        key: '明细',
        title: '明细',
        type: 'table',
        columns: [textField('项'), moneyField('成本'), moneyField('售价', { formula: '成本 * 2' })],
      },
      moneyField('总价', { formula: '底价 + 1' }),
      numberField('档', { visible: '底价 > 100', required: '底价 > 1', default: 'if 底价 > 5 then 3 else 4' }),
    ],
    { key: 'bidding' },
  )

beforeAll(async () => {
  scene = await startForms()
  formId = (await scene.publish(bidding())).id
  const saved = await scene.as('clerk').saveDraft({
    purpose: 'test.bid',
    reference: '1',
    title: '投标',
    path: '/bids/new',
    revision: 0,
    data: { 名称: SECRET },
  })
  draft = saved
  file = await scene.as('clerk').attach({ id: draft.id }, { file: new Blob([SECRET]), fileName: '底价.txt' })
  recordId = (
    await scene.open(formId, {
      名称: '水库加固',
      底价: '800000',
      底号: NUMBER,
      号: NUMBER,
      报价单: [file],
      明细: [{ 项: '水泥', 成本: 7 }],
      档: 1,
    })
  ).id
  scene.granted.set(recordId, { clerk: EVERYTHING, colleague: HIDING })
})
afterAll(() => scene?.server.stop())

const leaks = (answer: unknown): string[] =>
  ['底价', '报价单', '底号', '成本', '理由', SECRET, '800000', '800001.00.']
    .filter((word) => JSON.stringify(answer).includes(word))
    .filter((word) => word !== '800001.00.')

describe('a hidden field', () => {
  it('is there for whoever may see it', async () => {
    const { data, definition } = await scene.as('clerk').record({ id: recordId })
    expect(data).toMatchObject({ 底价: '800000.00', 总价: '800001.00', 明细: [{ 成本: '7.00', 售价: '14.00' }] })
    expect(leaks({ data, definition })).toContain(SECRET)
  })
  it('is not in the record, nor its name, its rules or what other rules say of it', async () => {
    const view = await scene.as('colleague').record({ id: recordId })
    expect(leaks(view)).toEqual([])
    const { data, definition, access } = view
    expect(Object.keys(data)).toEqual(['名称', '号', '明细', '总价', '档'])
    expect(data.明细).toEqual([{ '#': 'r1', 项: '水泥', 售价: '14.00' }])
    const fields = new Map(definition.groups.flatMap((group) => group.fields).map((field) => [field.key, field]))
    // What another field's rules came to stands in their place; a formula becomes something to read.
    expect(fields.get('档')?.rules).toEqual({ visible: 'true', required: 'true' })
    expect(access.fields).toEqual({ 总价: 'read', '明细.售价': 'read' })
  })
  it('is not in a form that is begun', async () => {
    const view = await scene.server.system((ctx) =>
      blankForm(ctx, { formId, access: HIDING, by: scene.by('colleague') }),
    )
    expect(leaks(view)).toEqual([])
  })
  it('is not written, and answers like one that does not exist', async () => {
    for (const key of ['底价', '没有'])
      expect(await refusal(scene.save(recordId, 1, { [key]: '1' }, HIDING, 'colleague'))).toMatchObject({
        errors: [{ path: key, message: `表单里没有“${key}”这个字段。` }],
      })
    const cell = await refusal(scene.save(recordId, 1, { 明细: [{ '#': 'r1', 成本: 1 }] }, HIDING, 'colleague'))
    expect(cell.errors).toEqual([{ path: '明细.0.成本', message: '「明细」里没有“成本”这一列。' }])
  })
  it('stays as it is, and is told of by no problem, when somebody saves who may not see it', async () => {
    expect(
      await scene.save(
        recordId,
        1,
        { 名称: '水库加固二期', 明细: [{ '#': 'r1', 项: '水泥、钢筋' }] },
        HIDING,
        'colleague',
      ),
    ).toMatchObject({ revision: 2 })
    expect((await scene.as('clerk').record({ id: recordId })).data).toMatchObject({
      底价: '800000.00',
      理由: SECRET,
      明细: [{ 项: '水泥、钢筋', 成本: '7.00', 售价: '14.00' }],
      报价单: [{ name: '底价.txt' }],
    })
    await scene.server.sql("update forms.record set data = jsonb_set(data, '{底价}', '\"0.50\"') where id = $1", [
      recordId,
    ])
    expect(await scene.save(recordId, 2, { 名称: '三期' }, HIDING, 'colleague')).toMatchObject({ revision: 3 })
    await scene.save(recordId, 3, { 底价: '800000', 档: 1 }, EVERYTHING)
  })
  it('is not in the history', async () => {
    const seen = await scene.as('clerk').recordHistory({ id: recordId })
    expect(JSON.stringify(seen)).toContain('底价')
    expect(leaks(await scene.as('colleague').recordHistory({ id: recordId }))).toEqual([])
  })
  it('gives no file', async () => {
    const answer = await scene.as('clerk').recordFile({ id: recordId, fileId: file.id })
    expect(await answer.text()).toBe(SECRET)
    expect(await refusal(scene.as('colleague').recordFile({ id: recordId, fileId: file.id }))).toMatchObject({
      status: 404,
    })
  })
  it('gives no number, whatever the purpose', async () => {
    const ask = (who: 'clerk' | 'colleague', path: string) =>
      scene.as(who).reveal({ id: recordId, path, purpose: '核对中标人身份' })
    expect(await ask('clerk', '底号')).toEqual({ value: NUMBER })
    expect(await ask('colleague', '号')).toEqual({ value: NUMBER })
    const told = await scene.server.sql(
      "select r::text as text from kernel.audit_intake r where r.action = 'forms.reveal'",
    )
    expect(told).toHaveLength(2)
    expect(JSON.stringify(told)).toContain('核对中标人身份')
    expect(JSON.stringify(told)).not.toContain(NUMBER)
    expect(await refusal(ask('colleague', '底号'))).toMatchObject({ status: 404 })
    for (const path of ['没有', '名称', '明细.r1.项', '../底号', '明细.r1.底号'])
      expect(await refusal(ask('clerk', path)), path).toMatchObject({ status: 404 })
  })
})

describe('from the side of a stranger', () => {
  const calls: Record<string, (who?: 'stranger' | 'colleague') => Promise<unknown>> = {
    record: (who) => scene.as(who).record({ id: recordId }),
    recordHistory: (who) => scene.as(who).recordHistory({ id: recordId }),
    recordFile: (who) => scene.as(who).recordFile({ id: recordId, fileId: file.id }),
    removeDraft: (who) => scene.as(who).removeDraft({ id: draft.id }),
    attach: (who) => scene.as(who).attach({ id: draft.id }, { file: new Blob(['x']) }),
    detach: (who) => scene.as(who).detach({ id: draft.id, fileId: file.id }),
    draftFile: (who) => scene.as(who).draftFile({ id: draft.id, fileId: file.id }),
  }
  it.each(Object.keys(calls))(
    '%s is refused to whoever did not sign in, and is not there for a stranger',
    async (name) => {
      expect(await refusal(calls[name]!())).toMatchObject({ status: 401 })
      expect(await refusal(calls[name]!('stranger'))).toMatchObject({ status: 404 })
    },
  )
  it('drafts are one person’s own', async () => {
    expect(await scene.as('stranger').drafts()).toEqual({ rows: [], next: null })
    expect(await scene.as('colleague').draftOf({ purpose: 'test.bid', reference: '1' })).toEqual({ draft: null })
    await scene.as('colleague').saveDraft({
      purpose: 'test.bid',
      reference: '1',
      title: '别的',
      path: '/x',
      revision: 0,
      data: { 名称: '别的' },
    })
    expect((await scene.as('clerk').draftOf({ purpose: 'test.bid', reference: '1' })).draft?.data).toEqual({
      名称: SECRET,
    })
  })
  it('definitions are for whoever administers a unit that they reach', async () => {
    for (const call of [
      () => scene.as('clerk').definitions(),
      () => scene.as('clerk').definition({ id: formId }),
      () => scene.as('clerk').check({ definition: {} }),
      () => scene.as('clerk').publish({ definition: bidding(), unitId: scene.units.office.id }),
    ])
      expect(await refusal(call())).toMatchObject({ status: 403 })
    expect((await scene.as('admin').definition({ id: formId })).definition.name).toBe('测试表单')
    const far = await scene.publish({ ...bidding(), key: 'far' }, scene.units.water.id)
    expect(await refusal(scene.as('admin').definition({ id: far.id }))).toMatchObject({ status: 404 })
    expect((await scene.as('admin').definitions()).rows.map(({ key }) => key)).toEqual(['bidding'])
  })
  it('nobody publishes for another unit', async () => {
    const publish = (unitId: string) => scene.as('admin').publish({ definition: { ...bidding(), key: 'own' }, unitId })
    expect(await refusal(publish(scene.units.water.id))).toMatchObject({ status: 404 })
    expect(await publish(scene.units.office.id)).toMatchObject({ version: 1, unitName: '县政府办公室' })
  })
  it('a stranger’s file is not hung on a form of one’s own', async () => {
    const mine = await scene
      .as('stranger')
      .saveDraft({ purpose: 'test.bid', reference: '2', title: '偷', path: '/x', revision: 0, data: {} })
    expect(mine.revision).toBe(1)
    const other = await scene.as('clerk').attach({ id: draft.id }, { file: new Blob(['y']), fileName: '别人的.txt' })
    const stolen = await refusal(
      scene.open(formId, { 名称: '偷', 底价: 5, 档: 1, 报价单: [other] }, EVERYTHING, 'stranger'),
    )
    expect(stolen.errors?.[0]?.path).toBe('报价单')
  })
})

describe('a draft', () => {
  const key = { purpose: 'test.leave', reference: 'new', title: '请假', path: '/leave/new' }
  it('follows the person, sealed, and tells of another device', async () => {
    const first = await scene.as('clerk').saveDraft({ ...key, revision: 0, data: { 身份证号: NUMBER } })
    expect(
      await scene.as('clerk').saveDraft({ ...key, revision: first.revision, data: { 身份证号: NUMBER, 事由: '探亲' } }),
    ).toMatchObject({ revision: 2 })
    expect(await refusal(scene.as('clerk').saveDraft({ ...key, revision: 1, data: {} }))).toMatchObject({
      code: 'draft-elsewhere',
      extra: { revision: 2 },
    })
    expect((await scene.as('clerk').draftOf(key)).draft).toMatchObject({ revision: 2, data: { 事由: '探亲' } })
    expect(JSON.stringify(await scene.server.sql('select d::text from forms.draft d'))).not.toContain(NUMBER)
  })
  it('two windows that begin at once make one', async () => {
    const begin = () => scene.as('clerk').saveDraft({ ...key, reference: 'both', revision: 0, data: {} })
    const both = await Promise.allSettled([begin(), begin()])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
  it('keeps no address that leads elsewhere', async () => {
    for (const path of ['//evil.example', 'https://evil.example', 'javascript:alert(1)', '/\\evil'])
      expect(await refusal(scene.as('clerk').saveDraft({ ...key, path, revision: 0, data: {} })), path).toMatchObject({
        status: 400,
      })
  })
  it('goes with its files; what a record took stays', async () => {
    const { id } = await scene.as('clerk').saveDraft({ ...key, reference: 'files', revision: 0, data: {} })
    const [kept, lost] = [
      await scene.as('clerk').attach({ id }, { file: new Blob(['a']), fileName: '甲.txt' }),
      await scene.as('clerk').attach({ id }, { file: new Blob(['b']), fileName: '乙.txt' }),
    ]
    const { id: own } = await scene.open(formId, {
      名称: '甲',
      底价: 5,
      档: 1,
      报价单: [{ ...kept, name: '改了名.exe' }],
    })
    await scene.as('clerk').removeDraft({ id })
    await scene.server.settled()
    expect([await scene.server.kernel.files.exists(kept.id), await scene.server.kernel.files.exists(lost.id)]).toEqual([
      true,
      false,
    ])
    scene.granted.set(own, { clerk: EVERYTHING })
    expect((await scene.as('clerk').record({ id: own })).data.报价单).toMatchObject([{ name: '甲.txt' }])
    await scene.save(own, 1, { 报价单: [] }, EVERYTHING)
    await scene.server.settled()
    expect(await scene.server.kernel.files.exists(kept.id)).toBe(false)
  })
})
