import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lending } from './lending-testing.ts'
import { promote } from './server/promote.ts'
import { refusal, type Scene, startBuilt } from './testing.ts'

/** New versions on tables that hold records: nothing lost, nothing dropped, nobody held up, whoever is killed. */

let scene: Scene
const loan = { app: 'lending', entity: 'loan' }
beforeAll(async () => {
  scene = await startBuilt()
})
afterAll(() => scene?.server.stop())

type Field = Record<string, unknown> & { key: string }
const fieldsOf = (app: ReturnType<typeof lending>): Field[] => app.entities[0]!.groups[0]!.fields as Field[]
const without = (app: ReturnType<typeof lending>, key: string) => {
  app.entities[0]!.groups[0]!.fields = fieldsOf(app).filter((field) => field.key !== key) as never
  return app
}
const changed = (app: ReturnType<typeof lending>, key: string, more: Record<string, unknown>) => {
  app.entities[0]!.groups[0]!.fields = fieldsOf(app).map((field) =>
    field.key === key ? { ...field, ...more } : field,
  ) as never
  return app
}
const columns = async () =>
  (
    await scene.server.sql<{ name: string; note: string }>(
      `select a.attname as name, col_description(c.oid, a.attnum) as note from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 where n.nspname = 'built' and c.relname like 'e\\_%' and a.attname ~ 'f_' order by a.attnum`,
    )
  ).map(({ name, note }) => `${name.replace(/\d+/, 'n')} ${note}`)

describe('a new version', () => {
  let id = ''
  let record = ''
  beforeAll(async () => {
    id = await scene.put(lending())
    record = (
      await scene
        .as('clerk')
        .create({ ...loan, data: { 资产: '投影仪', 备注: '12', 单价: '10', 用途: 'trip', 标签: ['甲', '乙'] } })
    ).id
  })
  it('adds a field, says so beforehand, and leaves what is there as it is', async () => {
    const next = lending({}, [{ key: '楼层', title: '楼层', type: 'number' }])
    await scene.as('admin').saveDraft({ id, revision: 0, definition: next as never })
    expect(await scene.as('admin').changes({ id })).toEqual({
      changes: [{ kind: 'added', path: 'loan.楼层', words: '「借用单」新增字段「楼层」' }],
      steps: ['在「借用单」加 1 列，已有记录的这些列为空', '启用新版本'],
    })
    await scene.publish(id)
    expect((await scene.as('clerk').read({ ...loan, id: record })).data).toMatchObject({ 资产: '投影仪', 楼层: null })
    await scene.as('clerk').save({ ...loan, id: record, revision: 1, data: { 楼层: 3 } })
    expect((await scene.as('clerk').list({ ...loan, where: ['楼层=3'] })).rows).toHaveLength(1)
  })
  it('renames by a title alone: the same column, another note', async () => {
    const before = await columns()
    await scene.change(
      id,
      changed(lending({}, [{ key: '楼层', title: '楼层', type: 'number' }]), '备注', { title: '说明' }),
    )
    const after = await columns()
    expect(after).toHaveLength(before.length)
    expect(after).toContain('f_n 说明 [internal]')
  })
  it('takes a field away without taking its values', async () => {
    await scene.change(id, lending())
    expect((await scene.as('clerk').read({ ...loan, id: record })).data).not.toHaveProperty('楼层')
    expect(await columns()).toContain('aside_f_n 楼层 [internal]')
    const [{ kept } = { kept: 0 }] = await scene.server.sql<{ kept: number }>(
      `select count(*)::int as kept from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relname ~ '^e_' and a.attname like 'aside_f_%' and not a.attisdropped`,
    )
    expect(kept).toBe(1)
  })
  it('changes types by a new column and a copy, row by row, and keeps what does not fit', async () => {
    const odd = await scene.as('clerk').create({ ...loan, data: { 资产: '别的', 备注: '不是数字' } })
    const next = changed(changed(lending(), '备注', { type: 'number' }), '用途', { multiple: true })
    await scene.change(id, next)
    expect((await scene.as('clerk').read({ ...loan, id: record })).data).toMatchObject({
      备注: 12,
      用途: ['trip'],
      标签: ['甲', '乙'],
    })
    expect((await scene.as('clerk').read({ ...loan, id: odd.id })).data).toMatchObject({ 备注: null })
    const [promotion] = await scene.server.sql(
      'select copied::int, unconverted::int, state from built.promotion order by started_at desc, version_id desc limit 1',
    )
    expect(promotion).toMatchObject({ state: 'done', unconverted: 1 })
    const [{ relname: table } = { relname: '' }] = await scene.server.sql<{ relname: string }>(
      "select relname from pg_class where relname ~ '^e_\\d+$' order by relname limit 1",
    )
    const [aside] = await scene.server.sql<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = 'built.${table}'::regclass and attname like 'aside_f_%' and col_description(attrelid, attnum) like '备注%'`,
    )
    expect(
      await scene.server.sql(`select "${aside?.name}" as old from built.${table} where id = $1`, [odd.id]),
    ).toEqual([{ old: '不是数字' }])
    expect((await scene.as('clerk').list({ ...loan, where: ['用途=trip', '备注>=12'] })).rows).toHaveLength(1)
  })
  it('a type back is another column again, never the one that was left', async () => {
    await scene.change(id, lending())
    expect((await scene.as('clerk').read({ ...loan, id: record })).data).toMatchObject({ 备注: '12' })
    expect((await columns()).filter((name) => name.startsWith('aside_f_n 备注'))).toHaveLength(2)
  })
})

describe('a promotion', () => {
  const put = async (key: string, next: (app: ReturnType<typeof lending>) => unknown) => {
    const app = lending()
    app.key = key
    const id = await scene.put(app)
    await scene.as('clerk').createMany({
      app: key,
      entity: 'loan',
      rows: Array.from({ length: 5 }, (_, at) => ({ 资产: `第${at}`, 备注: String(at) })),
    })
    const fresh = lending()
    fresh.key = key
    await scene.as('admin').saveDraft({ id, revision: 0, definition: next(fresh) as never })
    await scene.as('admin').submit({ id, revision: 1 })
    return id
  }
  const versionOf = async (id: string): Promise<string> =>
    (
      await scene.server.sql<{ id: string }>("select id from built.version where app_id = $1 and state = 'promoting'", [
        id,
      ])
    )[0]?.id ?? ''
  const begun = async (key: string): Promise<{ id: string; versionId: string }> => {
    const id = await put(key, (app) => changed(app, '备注', { type: 'number' }))
    // Held, so that nothing begins before the test lets it.
    await scene.server.sql(
      "update built.version set state = 'promoting', decided_by = null where app_id = $1 and state = 'review'",
      [id],
    )
    return { id, versionId: await versionOf(id) }
  }
  it('is not begun twice, and nothing is changed while one runs', async () => {
    const id = await put('twice', (app) => changed(app, '备注', { type: 'number' }))
    const both = await Promise.allSettled([
      scene.as('second').publish({ id, revision: 1 }),
      scene.as('second').publish({ id, revision: 1 }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await scene.settle(id)
    const again = await begun('held')
    for (const call of [
      () => scene.as('second').publish({ id: again.id, revision: 1 }),
      () => scene.as('admin').submit({ id: again.id, revision: 1 }),
      () => scene.as('admin').saveDraft({ id: again.id, revision: 1, definition: { key: 'held', name: '改' } }),
    ])
      expect(await refusal(call())).toMatchObject({ status: 409 })
  })
  it('that is broken off anywhere goes on from there, and both of two workers may try', async () => {
    const id = await put('killed', (app) => changed(without(app, '标签'), '备注', { type: 'number' }))
    // stands for a server that dies after each transaction: every step is begun by somebody else
    await scene.as('second').publish({ id, revision: 1 })
    const versionId = await versionOf(id)
    for (let tries = 0; tries < 12; tries++) {
      let stop = false
      await promote(scene.server.kernel, versionId, () => {
        const was = stop
        stop = true
        return was
      })
    }
    await Promise.all([promote(scene.server.kernel, versionId), promote(scene.server.kernel, versionId)])
    await scene.settle(id)
    const { rows } = await scene.as('clerk').list({ app: 'killed', entity: 'loan', sort: '资产' })
    expect(rows.map(({ data }) => data.备注)).toEqual([0, 1, 2, 3, 4])
    expect(
      await scene.server.sql('select count(*)::int as n from built.promotion where version_id = $1', [versionId]),
    ).toEqual([{ n: 1 }])
  })
  it('waits for a lock without holding others up, and takes what was written meanwhile along', async () => {
    const id = await put('busy', (app) => changed(app, '备注', { type: 'number' }))
    const { rows } = await scene.as('clerk').list({ app: 'busy', entity: 'loan' })
    const { database } = scene.server.kernel
    const holder = await database.streams.connect()
    await holder.query('begin')
    await holder.query('select 1 from forms.record where id = $1', [rows[0]!.id])
    const [{ no } = { no: 0 }] = await scene.server.sql<{ no: number }>(
      "select (v.layout -> 'entities' -> 'loan' ->> 'no')::int as no from built.version v where v.app_id = $1 and v.state = 'published'",
      [id],
    )
    await holder.query(`lock table built.e_${no} in access share mode`)
    await scene.as('second').publish({ id, revision: 1 })
    const started = performance.now()
    await scene.as('clerk').save({ app: 'busy', entity: 'loan', id: rows[0]!.id, revision: 1, data: { 备注: '77' } })
    expect(performance.now() - started).toBeLessThan(5000)
    await holder.query('commit')
    holder.release()
    await scene.settle(id)
    expect((await scene.as('clerk').read({ app: 'busy', entity: 'loan', id: rows[0]!.id })).data.备注).toBe(77)
  })
  it('that cannot go on says why, and the version in force runs on', async () => {
    const app = lending()
    app.key = 'failing'
    const id = await scene.put(app)
    await scene.as('clerk').createMany({ app: 'failing', entity: 'loan', rows: [{ 资产: '相同' }, { 资产: '相同' }] })
    const next = lending({ unique: [['资产']] })
    next.key = 'failing'
    await expect(scene.change(id, next)).rejects.toThrow('已有的记录里有重复')
    expect((await scene.as('clerk').list({ app: 'failing', entity: 'loan' })).rows).toHaveLength(2)
    expect(await scene.as('admin').definition({ id })).toMatchObject({ version: 1, pending: 'draft' })
  })
  it('two records are not the same in what must be unique', async () => {
    const app = lending({ unique: [['资产', '用途']] })
    app.key = 'unique'
    await scene.put(app)
    const unique = { app: 'unique', entity: 'loan' }
    await scene.as('clerk').create({ ...unique, data: { 资产: '甲', 用途: 'trip' } })
    const error = await refusal(scene.as('clerk').create({ ...unique, data: { 资产: '甲', 用途: 'trip' } }))
    expect(error).toMatchObject({ status: 400, errors: [{ path: '资产' }, { path: '用途' }] })
    await scene.as('clerk').create({ ...unique, data: { 资产: '甲', 用途: 'meeting' } })
  })
})
