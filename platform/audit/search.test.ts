import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#kernel/ids'
import type { ApiError } from '#kernel/web'
import { pairsOf } from './server/terms.ts'
import { type AuditServer, actors, startAuditServer } from './testing.ts'

let scene: AuditServer
const notice = newId()
beforeAll(async () => {
  scene = await startAuditServer()
  const { add } = scene
  await add(3, { target: { type: 'notice', id: notice, label: '消防疏散演练安排' } })
  await add(2, { kind: 'refused', action: 'notice.remove', at: new Date('2026-11-21T16:30:00.250Z') })
  await add(1, {
    actor: actors.auditor,
    kind: 'export',
    target: { type: 'audit-log', id: '0-9', label: '100%_\\的记录' },
  })
  await add(1, { actor: null, action: 'identity.signIn', target: { type: 'account', id: '', label: 'zhouwenqing' } })
  await add(1, { target: { type: 'notice', id: newId(), label: '长'.repeat(3000) } })
  await scene.server.sql(
    'create table probe_table (id int primary key, name text); select kernel.audit_table($1)'.replace(
      '$1',
      "'probe_table'",
    ),
  )
  await scene.server.sql(`begin; set local qitong.request = 'request-7'; insert into probe_table values (1, 'a'), (2, 'b');
    update probe_table set name = 'c' where id = 1; update probe_table set name = name; update probe_table set id = 3 where id = 2;
    delete from probe_table where id = 1; commit; truncate probe_table`)
  await scene.sequenced()
})
afterAll(() => scene.server.stop())

const find = async (input: Parameters<ReturnType<AuditServer['as']>['audit']>[0]) =>
  (await scene.as('auditor').audit({ ...input, limit: 50 })).rows

describe('the auditor finds records', () => {
  it.each([
    [{ kind: 'refused' as const }, 2],
    [{ actor: '宋廉明', kind: 'export' as const }, 1],
    [{ actor: '宋廉' }, 0],
    [{ accountId: actors.clerk.accountId }, 6],
    [{ personId: actors.clerk.personId, action: 'notice.remove' }, 2],
    [{ targetId: notice }, 3],
    [{ action: 'identity.signIn' }, 1],
    [{ since: '2026-11-22', until: '2026-11-22', actor: '周文清' }, 2],
    [{ since: '2026-11-19', until: '2026-11-20', targetId: notice }, 3],
    [{ since: '2026-11-19', until: '2026-11-19', targetId: notice }, 0],
    [{ q: '疏散' }, 3],
    [{ q: '消' }, 3],
    [{ q: '散' }, 0],
    [{ q: '周文清', kind: 'refused' as const }, 2],
    [{ q: 'ZHOUwen' }, 1],
    [{ q: '100%_\\' }, 1],
    [{ q: '%' }, 0],
    [{ q: notice }, 3],
    [{ q: '长长' }, 1],
    [{ q: '没有这个' }, 0],
  ])('%j: %i', async (input, count) => {
    expect(await find(input)).toHaveLength(count)
  })
  it('page by page, each once, newest first', async () => {
    const all: string[] = []
    let cursor: string | undefined
    do {
      const page = await scene.as('auditor').audit({ limit: 3, cursor, until: '2026-11-22', actor: '周文清' })
      all.push(...page.rows.map(({ id }) => id))
      cursor = page.next ?? undefined
    } while (cursor)
    const rows = await find({ actor: '周文清' })
    expect(all).toEqual(rows.map(({ id }) => id))
    expect(rows.map(({ at }) => at)).toEqual(
      rows
        .map(({ at }) => at)
        .toSorted()
        .reverse(),
    )
  })
  it('is told when the page mark is not one', async () => {
    const answer = await scene
      .as('auditor')
      .audit({ cursor: 'x~y' })
      .catch((error: ApiError) => error.status)
    expect(answer).toBe(400)
  })
})

describe('an audited table', () => {
  it('leaves a record of each row that changed, with the request, and none of a row that did not', async () => {
    const rows = await scene.server.sql(
      `select action, target_id, request_id, actor_name, detail ->> 'old' is not null as old, detail ->> 'new' is not null as new
       from kernel.audit_log where kind = 'row' and target_type = 'public.probe_table' order by seq`,
    )
    const row = (action: string, id: string | null, old: boolean, fresh: boolean, request = 'request-7') => ({
      action: `kernel.row${action}`,
      target_id: id,
      request_id: request,
      actor_name: '数据库角色 postgres',
      old,
      new: fresh,
    })
    expect(rows).toEqual([
      row('Insert', '1', false, true),
      row('Insert', '2', false, true),
      row('Update', '1', true, true),
      expect.objectContaining({ request_id: 'request-7' }),
      expect.objectContaining({ request_id: 'request-7' }),
      row('Delete', '1', true, false),
      row('Truncate', null, false, false, ''),
    ])
    expect(rows.slice(3, 5)).toEqual(
      expect.arrayContaining([row('Delete', '2', true, false), row('Insert', '3', false, true)]),
    )
  })
})

it('pairs of a name are its neighbours, without case, whole characters', () => {
  expect(pairsOf('Ab𠮷c')).toEqual(['ab', 'b𠮷', '𠮷c'])
  expect(pairsOf('长')).toEqual([])
})
