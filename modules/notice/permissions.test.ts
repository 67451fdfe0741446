import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Notice } from './contract.ts'
import { type NoticeServer, notices, refusal, startNoticeServer } from './testing.ts'

let scene: NoticeServer
let make: ReturnType<typeof notices>
let draft: Notice
let pending: Notice
let published: Notice
let file: { id: string }
beforeAll(async () => {
  scene = await startNoticeServer()
  make = notices(scene)
  draft = await make.draft()
  pending = await make.pending()
  const attached = await make.draft()
  file = await scene.as('clerk').attach({ id: attached.id }, { file: new Blob(['内容']), fileName: '附件.txt' })
  published = await scene.as('leader').publish(await scene.as('clerk').submit(attached))
})
afterAll(() => scene.server.stop())

type Client = ReturnType<NoticeServer['as']>
const reason = '测试'
/** Every endpoint, by the permission it asks for, called on something the right person may touch. */
const calls: Record<string, (client: Client) => Promise<unknown>> = {
  'notice:read inbox': (client) => client.inbox(),
  'notice:read unread': (client) => client.unread(),
  'notice:read open': (client) => client.open({ id: published.id }),
  'notice:read markRead': (client) => client.markRead({ id: published.id }),
  'notice:read attachment': (client) => client.attachment({ id: published.id, fileId: file.id }),
  'notice:write managed': (client) => client.managed(),
  'notice:write create': (client) => client.create({ title: '标题' }),
  'notice:write edit': (client) => client.edit({ ...draft, audience: [] }),
  'notice:write remove': (client) => client.remove({ id: draft.id, revision: draft.revision }),
  'notice:write attach': (client) => client.attach({ id: draft.id }, { file: new Blob(['x']) }),
  'notice:write detach': (client) => client.detach({ id: draft.id, fileId: file.id }),
  'notice:write submit': (client) => client.submit(draft),
  'notice:write readCount': (client) => client.readCount({ id: published.id }),
  'notice:write readers': (client) => client.readers({ id: published.id, read: true }),
  'notice:write exportReaders': (client) => client.exportReaders({ id: published.id }),
  'notice:publish publish': (client) => client.publish(pending),
  'notice:publish sendBack': (client) => client.sendBack({ ...pending, reason }),
  'notice:publish withdraw': (client) => client.withdraw({ ...published, reason }),
  'notice:publish pin': (client) => client.pin({ ...published, until: null }),
}
const entries = Object.entries(calls)
const byPermission = (permission: string) => entries.filter(([name]) => name.startsWith(permission))
const revoke = (permission: string) =>
  scene.server.sql('delete from identity.role_permission where permission = $1', [permission])
const restore = (permission: string, roles: string[]) =>
  scene.server.sql('insert into identity.role_permission (role, permission) select unnest($1::text[]), $2', [
    roles,
    permission,
  ])

describe('without signing in', () => {
  it.each(entries)('%s is refused', async (_name, call) => {
    expect(await refusal(call(scene.as()))).toMatchObject({ status: 401 })
  })
})

describe('without the permission', () => {
  it.each([
    ['notice:read', ['clerk']],
    ['notice:write', ['clerk']],
    ['notice:publish', ['leader', 'unit-admin']],
  ])('%s every endpoint that asks for it is refused', async (permission, roles) => {
    await revoke(permission)
    // The server looks every half second whether rights have changed.
    const [, first] = byPermission(permission)[0]!
    await expect.poll(() => refusal(first(scene.as('leader'))), { timeout: 5000 }).toMatchObject({ status: 403 })
    for (const [name, call] of byPermission(permission))
      expect(await refusal(call(scene.as('leader'))), name).toMatchObject({ status: 403, code: 'forbidden' })
    await restore(permission, roles)
    await expect
      .poll(
        () =>
          first(scene.as('leader')).then(
            () => 200,
            (error: { status: number }) => error.status,
          ),
        { timeout: 5000 },
      )
      .not.toBe(403)
  })
})

describe('with the permission, on what is not theirs', () => {
  it('an outsider to the audience neither reads nor downloads nor marks', async () => {
    for (const name of ['open', 'markRead', 'attachment'])
      expect(await refusal(calls[`notice:read ${name}`]!(scene.as('stranger'))), name).toMatchObject({ status: 404 })
    expect((await scene.as('stranger').inbox()).rows).toEqual([])
    expect((await scene.as('stranger').inbox({ q: published.title })).rows).toEqual([])
  })
  it.each(['colleague', 'stranger', 'leader'] as const)('%s does not touch the draft of the clerk', async (who) => {
    for (const name of ['edit', 'remove', 'attach', 'detach', 'submit'])
      expect(await refusal(calls[`notice:write ${name}`]!(scene.as(who))), name).toMatchObject({ status: 404 })
    expect(await refusal(scene.as(who).open({ id: draft.id }))).toMatchObject({ status: 404 })
  })
  it('a reader does not learn who else has read', async () => {
    for (const name of ['readCount', 'readers', 'exportReaders'])
      expect(await refusal(calls[`notice:write ${name}`]!(scene.as('reader'))), name).toMatchObject({ status: 404 })
  })
  it('a publisher of another unit neither publishes, sends back, withdraws nor pins', async () => {
    for (const [name, call] of byPermission('notice:publish'))
      expect(await refusal(call(scene.as('waterLeader'))), name).toMatchObject({ status: 404 })
    const rows = (await scene.as('waterLeader').managed({ view: 'unit' })).rows
    expect(rows).toEqual([])
  })
  it('nobody issues a notice in the name of another unit', async () => {
    const error = await refusal(scene.as('clerk').create({ title: '冒名', unitId: scene.places.water.id }))
    expect(error).toMatchObject({ status: 403 })
    expect(await scene.as('clerk').create({ title: '本科室', unitId: scene.places.papers.id })).toMatchObject({
      unitName: '文电科',
    })
  })
  it('an attachment opens only under its own notice', async () => {
    const own = await make.published()
    const error = await refusal(scene.as('reader').attachment({ id: own.id, fileId: file.id }))
    expect(error).toMatchObject({ status: 404 })
  })
  it('whoever has left the unit no longer works on its drafts', async () => {
    const { server, people, places } = scene
    const left = await make.draft()
    await server.sql('update directory.post set unit_id = $1, org_no = $2 where person_id = $3', [
      places.water.id,
      places.water.no,
      people.clerk.id,
    ])
    await server.sql('update directory.version set structure = structure + 1')
    await expect.poll(() => refusal(scene.as('clerk').submit(left)), { timeout: 5000 }).toMatchObject({ status: 404 })
  })
})
