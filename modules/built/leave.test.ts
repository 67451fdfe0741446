import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { install, readPack } from './server/seed.ts'
import { refusal, type Scene, startBuilt } from './testing.ts'

/** 请休假, end to end: what comes with the pack, a quota by years of service, days by the calendar, approval, 销假, carry-over. */

let scene: Scene
const of = (entity: string) => ({ app: 'leave', entity })
type Name = Parameters<Scene['forms']>[0]
const named = async (entity: string, label: string, who: Name = 'admin') => {
  const { rows } = await scene.as(who).list({ ...of(entity), limit: 100 })
  const row = rows.find((one) => one.label === label)
  if (!row) throw new Error(`no ${label} among ${rows.map((one) => one.label)}`)
  return { id: row.id, name: row.label }
}
const quota = async (year: number, more: Record<string, unknown> = {}, standard = '累计工作满1年不满10年') =>
  scene.as('admin').create({
    ...of('quota'),
    data: {
      人员: { id: scene.people.clerk, name: '', unitName: '' },
      年度: year,
      参加工作: '2018-07-01',
      标准: await named('standard', standard),
      ...more,
    } as never,
  })
const period = (from: string, to: string, more: Record<string, unknown> = {}) => ({
  from,
  to,
  fromHalf: 'am',
  toHalf: 'pm',
  ...more,
})
const ask = async (kind: string, more: Record<string, unknown>, who: Name = 'clerk') =>
  scene
    .as(who)
    .create({ ...of('request'), data: { 假别: await named('kind', kind, who), 去向: '青岛', ...more } as never })
const used = async (id: string) => (await scene.as('clerk').read({ ...of('quota'), id })).data
const decide = async (who: Name, instanceId: string | null, outcome: string, values?: Record<string, unknown>) => {
  const id = instanceId ?? ''
  const { mine, form } = await scene.cases(who).caseFile({ id })
  const filled = values && { values: values as never, formRevision: form?.revision }
  const opinion = outcome === 'reject' ? '那几天有会。' : undefined
  await scene
    .cases(who)
    .act({ id, act: { do: 'complete', slot: mine?.slot ?? '', outcome, ...filled }, ...(opinion && { opinion }) })
  await scene.server.settled()
}

beforeAll(async () => {
  scene = await startBuilt()
  await install(scene.server.kernel, await readPack('leave'), scene.units.county)
  await scene.server.settled()
})
afterAll(() => scene?.server.stop())

describe('the leave pack', () => {
  it('brings its kinds and standards along, each with its basis', async () => {
    const { rows } = await scene.as('clerk').list({ ...of('kind'), limit: 100 })
    expect(rows.map(({ label }) => label)).toEqual(expect.arrayContaining(['年休假', '病假', '产假']))
    const standards = await scene.as('clerk').list({ ...of('standard'), view: 'all' })
    expect(standards.rows.map(({ data }) => [data.满, data.天数])).toEqual([
      [0, 0],
      [1, 5],
      [10, 10],
      [20, 15],
    ])
    expect(standards.rows.every(({ data }) => String(data.依据).includes('514'))).toBe(true)
    expect(
      await refusal(scene.as('clerk').create({ ...of('kind'), data: { 名称: '我的假', 依据: '无' } })),
    ).toMatchObject({ status: 403 })
  })
  it('gives a quota by years of service, one a person and year, seen by the person alone', async () => {
    const { id } = await quota(2026)
    expect(await used(id)).toMatchObject({ 工龄: 8, 应休天数: 5, 剩余天数: 5, 名称: '周文清 2026 年' })
    expect((await refusal(quota(2026))).errors.map(({ path }) => path)).toEqual(['人员', '年度'])
    expect((await refusal(quota(2027, {}, '累计工作满20年'))).errors.map(({ path }) => path)).toEqual(['标准'])
    expect(await refusal(scene.as('colleague').read({ ...of('quota'), id }))).toMatchObject({ status: 404 })
    expect((await scene.as('colleague').list(of('quota'))).rows).toEqual([])
  })
  it('counts working days by the calendar, whatever the browser says, and half days', async () => {
    const week = { 期间: period('2026-11-20', '2026-11-24', { days: 1 }), 事由: '家事' }
    const { id } = await ask('事假', week)
    expect((await scene.as('clerk').read({ ...of('request'), id })).data).toMatchObject({
      天数: 3,
      期间: { days: 3 },
      摘要: '周文清 事假 3 天',
    })
    const half = await ask('事假', {
      期间: period('2026-11-25', '2026-11-26', { fromHalf: 'pm', toHalf: 'am' }),
      事由: '家事',
    })
    expect((await scene.as('clerk').read({ ...of('request'), id: half.id })).data).toMatchObject({ 天数: 1 })
    const weekend = await refusal(ask('事假', { 期间: period('2026-11-21', '2026-11-22'), 事由: '家事' }))
    expect(weekend.errors).toMatchObject([{ path: '期间', message: '所选的日期里没有工作日，不用请假。' }])
    const natural = await refusal(ask('产假', { 期间: period('2026-11-20', '2027-02-25'), 事由: '产假' }))
    expect(natural.errors.map(({ path }) => path)).toEqual(['证明'])
  })
  it('goes through approval: three days by the chief, more by the head too; each has a to-do', async () => {
    const short = await ask('年休假', {
      额度: await named('quota', '周文清 2026 年', 'clerk'),
      期间: period('2026-12-01', '2026-12-02'),
    })
    expect((await scene.cases('chief').caseFile({ id: short.instanceId ?? '' })).mine).toBeTruthy()
    await decide('chief', short.instanceId, 'agree')
    expect(
      (
        await scene
          .cases('head')
          .caseFile({ id: short.instanceId ?? '' })
          .catch(() => null)
      )?.mine ?? null,
    ).toBeNull()
    expect((await scene.as('clerk').read({ ...of('request'), id: short.id })).state).toBe('running')
    const long = await ask('事假', { 期间: period('2026-12-07', '2026-12-11'), 事由: '装修' })
    await decide('chief', long.instanceId, 'agree')
    expect((await scene.cases('head').caseFile({ id: long.instanceId ?? '' })).mine).toBeTruthy()
    await decide('head', long.instanceId, 'reject')
    expect((await scene.as('clerk').read({ ...of('request'), id: long.id })).state).toBe('refused')
  })
  it('what was asked for is taken from the quota at once, and what was refused given back', async () => {
    const own = await named('quota', '周文清 2026 年', 'clerk')
    expect(await used(own.id)).toMatchObject({ 已用天数: 2, 剩余天数: 3 })
    const { instanceId } = await ask('年休假', { 额度: own, 期间: period('2026-12-14', '2026-12-15') })
    expect(await used(own.id)).toMatchObject({ 已用天数: 4, 剩余天数: 1 })
    expect(
      (await refusal(ask('年休假', { 额度: own, 期间: period('2026-12-16', '2026-12-17') }))).errors,
    ).toMatchObject([{ path: '天数' }])
    await decide('chief', instanceId, 'reject')
    expect(await used(own.id)).toMatchObject({ 已用天数: 2, 剩余天数: 3 })
  })
  it('nobody is on two leaves at once: not by the day, not by the half', async () => {
    const overlapping = await refusal(ask('事假', { 期间: period('2026-11-24', '2026-11-24'), 事由: '家事' }))
    expect(overlapping.errors).toEqual([{ path: '期间', message: '这段时间里您已经有一张请假单，请核对。' }])
    const halves = (from: string, to: string) => ({
      期间: period('2026-11-30', '2026-11-30', { fromHalf: from, toHalf: to }),
      事由: '家事',
    })
    await ask('事假', halves('am', 'am'))
    expect(await refusal(ask('事假', halves('am', 'pm')))).toMatchObject({ status: 400 })
    await ask('事假', halves('pm', 'pm'))
    const both = await Promise.allSettled(
      [1, 2].map(() => ask('事假', { 期间: period('2026-12-28', '2026-12-28'), 事由: '家事' })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await ask('事假', { 期间: period('2026-11-30', '2026-11-30'), 事由: '家事' }, 'colleague')
  })
  it('two at once do not overdraw it', async () => {
    const own = await named('quota', '周文清 2026 年', 'clerk')
    const both = await Promise.allSettled([
      ask('年休假', { 额度: own, 期间: period('2026-12-21', '2026-12-22') }),
      ask('年休假', { 额度: own, 期间: period('2026-12-23', '2026-12-24') }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await used(own.id)).toMatchObject({ 剩余天数: 1 })
  })
  it('ends with 销假: who came back early has the rest given back', async () => {
    const own = await named('quota', '周文清 2026 年', 'clerk')
    const { rows } = await scene.as('clerk').list({ ...of('request'), where: ['期间>=2026-12-01', '期间<=2026-12-02'] })
    const { instanceId, id } = await scene.as('clerk').read({ ...of('request'), id: rows[0]?.id ?? '' })
    await scene.later('2026-12-02T09:00:00+08:00')
    const { kernel } = scene.server
    const alarms = kernel.modules.flatMap(({ jobs = [] }) => jobs).find(({ name }) => name === 'workflow.alarms')
    await alarms?.runLong?.(kernel, {})
    await scene.server.settled()
    const early = { 实际期间: period('2026-12-01', '2026-12-01') }
    await decide('clerk', instanceId, 'back', early)
    const done = await scene.as('clerk').read({ ...of('request'), id })
    expect(done).toMatchObject({ state: 'done', data: { 天数: 2, 计入天数: 1 } })
    expect((await used(own.id)).已用天数).toBe(3)
    expect(
      (await scene.as('clerk').history({ ...of('request'), id })).rows[0]?.changes.map(({ key }) => key),
    ).toContain('实际期间')
  })
  it('carries the rest over into the next year, where the work asked for it', async () => {
    const last = await named('quota', '周文清 2026 年', 'clerk')
    const { id } = await quota(2027, { 上年额度: last, 结转: true })
    expect(await used(id)).toMatchObject({ 结转天数: 2, 应休天数: 5, 剩余天数: 7 })
  })
  it('nobody else reads a request: not a colleague, not another unit; the chief and the administrator do', async () => {
    const { rows } = await scene.as('clerk').list({ ...of('request'), limit: 100 })
    expect(rows.length).toBeGreaterThan(3)
    const theirs = await scene.as('colleague').list({ ...of('request'), limit: 100 })
    expect(theirs.rows.every(({ authorName }) => authorName === '毕嘉禾')).toBe(true)
    expect((await scene.as('stranger').list(of('request'))).rows).toEqual([])
    expect((await scene.as('admin').list({ ...of('request'), limit: 100 })).rows).toHaveLength(
      rows.length + theirs.rows.length,
    )
    for (const who of ['colleague', 'stranger'] as const)
      expect(await refusal(scene.forms(who).record({ id: rows[0]!.id }))).toMatchObject({ status: 404 })
  })
  it('an entity that has cases is not taken out of the application', async () => {
    const { rows } = await scene.as('admin').definitions()
    const { id, definition } = await scene.as('admin').definition({ id: rows[0]!.id })
    const app = definition as unknown as { entities: { key: string; rollups?: unknown }[] }
    const entities = app.entities.filter(({ key }) => key !== 'request').map(({ rollups: _, ...entity }) => entity)
    const next = { ...app, entities, scenarios: [], processes: undefined }
    const { revision, faults } = await scene.as('admin').saveDraft({ id, revision: 0, definition: next as never })
    expect(faults).toEqual([])
    expect((await refusal(scene.as('admin').submit({ id, revision }))).detail).toContain('走过流程')
  })
  it('while it is under way its steps alone write it', async () => {
    const { rows } = await scene.as('clerk').list({ ...of('request'), where: ['@state=running'] })
    const { id, revision, can } = await scene.as('clerk').read({ ...of('request'), id: rows[0]!.id })
    expect(can).toEqual({ write: false, remove: false })
    expect(
      await refusal(scene.as('clerk').save({ ...of('request'), id, revision, data: { 去向: '国外' } })),
    ).toMatchObject({ status: 403 })
    expect(await refusal(scene.as('clerk').remove({ ...of('request'), id, revision }))).toMatchObject({ status: 409 })
  })
})
