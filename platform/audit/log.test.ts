import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApiError } from '#kernel/web'
import { algorithms, verifyConsistency, verifyInclusion } from './server/merkle.ts'
import { LEADER_LOCK, startSequencer } from './server/sequencer.ts'
import { type AuditServer, record, startAuditServer, untilSequenced } from './testing.ts'

const code = (error: unknown) => (error instanceof ApiError ? `${error.status} ${error.code}` : String(error))
const bytes = (text: string): Buffer => Buffer.from(text, 'hex')

/** Every record once, positions without a gap, and the head where the last one ends. */
const expectWhole = async ({ server }: AuditServer, records: number) => {
  const [row] =
    await server.sql(`select count(*)::int as rows, count(distinct id)::int as ids, min(seq)::int as first, max(seq)::int + 1 as ends,
    (select size::int from kernel.audit_head) as head from kernel.audit_log`)
  expect(row).toEqual({ rows: records, ids: records, first: 0, ends: records, head: records })
}

describe('the leader', () => {
  let scene: AuditServer
  beforeAll(async () => {
    scene = await startAuditServer(true)
  })
  afterAll(() => scene.server.stop())

  it('is one of several; another goes on when it dies, and nothing is taken twice or left out', async () => {
    const { server, add } = scene
    const sequencers = [1, 2, 3].map(() => startSequencer(server.kernel, { batch: 7, idleMs: 5, checkpointMs: 30 }))
    let writing = true
    const killer = (async () => {
      let killed = 0
      while (writing) {
        await new Promise((resolve) => setTimeout(resolve, 150))
        expect(sequencers.filter((one) => one.leads()).length).toBeLessThanOrEqual(1)
        killed += (
          await server.sql(
            `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and objid = ${LEADER_LOCK}
             and database = (select oid from pg_database where datname = current_database())`,
          )
        ).length
      }
      return killed
    })()
    const writer = async () => {
      for (let times = 0; times < 40; times++) {
        await add(5)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
    await Promise.all([writer(), writer(), writer()])
    writing = false
    expect(await killer).toBeGreaterThan(0)
    await untilSequenced(server)
    await Promise.all(sequencers.map((one) => one.stop()))
    await expectWhole(scene, 600)
  })

  it('takes in what commits late', async () => {
    const { server, add } = scene
    const late = new pg.Client({ connectionString: server.kernel.database.url })
    await late.connect()
    await late.query('begin')
    await record(async (text, params) => (await late.query(text, params as unknown[])).rows, { action: 'late.command' })
    const sequencer = startSequencer(server.kernel, { idleMs: 5, checkpointMs: 10 })
    await add(20)
    const size = await untilSequenced(server)
    await late.query('commit')
    await late.end()
    await expect
      .poll(() => server.sql("select seq::int from kernel.audit_log where action = 'late.command'"))
      .toEqual([{ seq: size }])
    await sequencer.stop()
    await expectWhole(scene, 621)
  })

  it('cannot be overtaken: whoever holds an old end of the log adds nothing', async () => {
    const { server, add } = scene
    await add(2)
    const rows = await server.sql<{ no: string }>('select no from kernel.audit_intake order by no')
    const append = (size: number, nos: string[]) =>
      server.kernel.database.query(`select kernel.audit_append($1, $2, $3, '{}', '{}', '')`, [
        size,
        nos,
        randomBytes(160 * nos.length),
      ])
    const numbers = rows.map(({ no }) => no)
    await expect(append(600, numbers)).rejects.toThrow(/另一个进程接管/)
    await expect(append(621, [numbers[0]!, '999999'])).rejects.toThrow(/已不在待入链表/)
    await expect(append(621, [numbers[0]!, numbers[0]!])).rejects.toThrow(/重复/)
    await expectWhole(scene, 621)
  })
})

describe('the log', () => {
  let scene: AuditServer
  beforeAll(async () => {
    scene = await startAuditServer()
    await scene.add(700)
    await scene.sequenced()
  })
  afterAll(() => scene.server.stop())

  it.each([0, 1, 255, 256, 511, 512, 699])('proves record %i', async (seq) => {
    const { proof, checks, checkpoint } = await scene.as('auditor').record({ seq })
    expect(checks).toEqual({ personal: 'same', leaf: true, path: true, signature: true })
    expect(checkpoint!.size).toBe(proof.size)
    const own = {
      ...proof,
      index: proof.seq,
      leaf: bytes(proof.leaf),
      path: proof.path.map(bytes),
      root: bytes(proof.root),
    }
    expect(verifyInclusion(algorithms.sm3, own)).toBe(true)
  })
  it.each([
    [1, 700],
    [256, 700],
    [257, 512],
    [699, 700],
    [700, 700],
  ])('proves that %i records begin the %i', async (first, second) => {
    const proof = await scene.as('auditor').consistency({ first, second })
    const own = {
      ...proof,
      path: proof.path.map(bytes),
      firstRoot: bytes(proof.firstRoot),
      secondRoot: bytes(proof.secondRoot),
    }
    expect(verifyConsistency(algorithms.sm3, own)).toBe(true)
  })
  it.each([
    ['inclusion', { seq: 0, size: 0 }],
    ['inclusion', { seq: 5, size: 5 }],
    ['inclusion', { seq: -1, size: 5 }],
    ['inclusion', { seq: 0.5, size: 5 }],
    ['inclusion', { seq: 0, size: 10_000_000 }],
    ['inclusion', { seq: 0 }],
    ['consistency', { first: 0, second: 5 }],
    ['consistency', { first: 6, second: 5 }],
    ['consistency', { first: 5, second: 10_000_000 }],
    ['consistency', { first: 5, second: 'x' }],
  ] as const)('refuses a proof of %s %j', async (name, input) => {
    const answer = await (scene.as('auditor')[name] as (input: unknown) => Promise<unknown>)(input).catch(code)
    expect(answer).toMatch(/^400 /)
  })
  it('lets nobody change, remove or empty what it holds, not the owner either, nor in a partition', async () => {
    const { server } = scene
    const app = server.kernel.database.query
    for (const table of ['audit_log', 'audit_log_000000', 'audit_intake', 'audit_checkpoint', 'audit_node']) {
      for (const statement of [`delete from kernel.${table}`, `truncate kernel.${table}`]) {
        await expect(app(statement), statement).rejects.toThrow(/permission denied/)
        await expect(server.sql(statement), statement).rejects.toThrow(/只增不改/)
      }
      const column = { audit_checkpoint: 'origin', audit_node: 'level' }[table] ?? 'title'
      const change = `update kernel.${table} set ${column} = ${column}`
      await expect(app(change), change).rejects.toThrow(/permission denied/)
      await expect(server.sql(change), change).rejects.toThrow(/只增不改/)
    }
    await expect(app("update kernel.audit_log set title = 'x' where seq = 1")).rejects.toThrow(/permission denied/)
    await expect(app("select kernel.audit_erase('{1}', 'x')")).rejects.toThrow(/permission denied/)
    await expect(app('update kernel.audit_head set size = 0')).rejects.toThrow(/permission denied/)
    await expect(app('alter table kernel.audit_log disable trigger all')).rejects.toThrow(/must be owner/)
  })
  it('loses personal text without losing the proof, and says who took it', async () => {
    const { server, as } = scene
    await server.sql("select kernel.audit_erase('{5}', '个人申请删除')")
    const { rows } = {
      rows: await server.sql('select actor_name, address, target_label, detail from kernel.audit_log where seq = 5'),
    }
    expect(rows).toEqual([{ actor_name: null, address: null, target_label: null, detail: null }])
    expect((await as('auditor').record({ seq: 5 })).checks).toEqual({
      personal: 'erased',
      leaf: true,
      path: true,
      signature: true,
    })
    await expect
      .poll(async () =>
        (await as('auditor').audit({ action: 'kernel.auditErase' })).rows.map((row) => [row.targetId, row.actorName]),
      )
      .toEqual([['5', '数据库角色 postgres']])
  })
  it('shows in its own proof that a row was changed behind its back', async () => {
    const { server, as } = scene
    await server.sql(`set session_replication_role = replica; update kernel.audit_log set title = '删除通知' where seq = 3;
      update kernel.audit_log set actor_name = '张三' where seq = 4`)
    expect((await as('auditor').record({ seq: 3 })).checks).toMatchObject({
      personal: 'same',
      leaf: false,
      path: false,
      signature: true,
    })
    expect((await as('auditor').record({ seq: 4 })).checks).toMatchObject({
      personal: 'changed',
      leaf: true,
      path: true,
    })
  })
  it('is read by the auditor alone', async () => {
    const calls = ['audit', 'state', 'checkpoints'] as const
    for (const name of calls) {
      await expect(scene.as('clerk')[name]({}).catch(code)).resolves.toMatch(/^403/)
      await expect(scene.as()[name]({}).catch(code)).resolves.toMatch(/^401/)
      await expect(scene.as('auditor')[name]({})).resolves.toBeDefined()
    }
    await expect(scene.as('clerk').record({ seq: 0 }).catch(code)).resolves.toMatch(/^403/)
    await expect(scene.as('clerk').inclusion({ seq: 0, size: 1 }).catch(code)).resolves.toMatch(/^403/)
    await expect(scene.as('clerk').consistency({ first: 1, second: 1 }).catch(code)).resolves.toMatch(/^403/)
    const file = await fetch(
      scene
        .as('clerk')
        .exportRecords.url({ format: 'csv', since: '2026-11-20', until: '2026-11-20', reason: '例行检查' }),
      {
        headers: { cookie: 'qt_session=clerk' },
      },
    )
    expect(file.status).toBe(403)
  })
  it('tells the monitor what waits and how old the last signature is', async () => {
    await scene.sequenced()
    const text = (await scene.server.kernel.metrics.text()).split('\n').filter((line) => line.includes('audit_'))
    expect(text).toContain('qitong_audit_unsequenced 0')
    expect(text).toContain('qitong_audit_checkpoint_age_seconds 0')
  })
})
