import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { passphraseProvider } from '#kernel/crypto'
import { rewrapKeys } from '#kernel/keystore'
import { defineModule, type ModuleDef } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory, openMobile } from '#platform/directory'
import { person, setMobile, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { keysApi } from './contract.ts'
import { keys } from './index.ts'
import { stepAlone } from './server/rotation.ts'

/** A module with a sealed column, as others have. */
const vault = async (): Promise<ModuleDef> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'qitong-vault-'))
  await mkdir(path.join(folder, 'server/migrations'), { recursive: true })
  await writeFile(
    path.join(folder, 'server/migrations/0001_init.sql'),
    `create schema vault;
     create table vault.secret (id integer primary key, box bytea);
     comment on table vault.secret is '密文 [internal; 测试; 1 天]';
     comment on column vault.secret.id is '标识 [internal]';
     comment on column vault.secret.box is '密文 [secret]';`,
  )
  const sealed = [{ table: 'vault.secret' as const, key: 'id', column: 'box', aad: (key: string) => `vault/${key}` }]
  return defineModule({ name: 'vault', title: '密文', dependsOn: [], folder, sealed })
}

let server: TestServer
let modules: ModuleDef[]
let tokens: Record<'security' | 'clerk', string>
const ROWS = 1234
const MINUTES = 60_000

beforeAll(async () => {
  modules = [calendar, search, directory, identity, keys, await vault()]
  server = await startTestServer(modules)
  const { root, people } = await server.system(async (ctx) => {
    const top = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
    const office = await unit(ctx, { name: '山东省大数据局', parent: top.id, kind: 'government' })
    const both = [
      await person(ctx, { name: '林沐阳', unit: office.id }),
      await person(ctx, { name: '周文清', unit: office.id, mobile: '15400002716' }),
    ]
    // A former number is in the versions.
    await setMobile(ctx, both[1]!.id, '15400002717')
    return { root: top.id, people: both.map(({ id }) => id) }
  })
  expect(root).toBeTruthy()
  tokens = {
    security: await signInAs(server, people[0]!, [{ role: 'security-admin', scope: 'all' }]),
    clerk: await signInAs(server, people[1]!),
  }
  const { keys: ring } = server.kernel
  await server.system(({ sql }) =>
    sql('insert into vault.secret select * from unnest($1::int[], $2::bytea[])', [
      Array.from({ length: ROWS }, (_, id) => id),
      Array.from({ length: ROWS }, (_, id) => (id % 10 === 9 ? null : ring.seal(`secret ${id}`, `vault/${id}`))),
    ]),
  )
})
afterAll(() => server.stop())

const as = (who?: keyof typeof tokens) => server.client(keysApi, who && tokens[who])
const boxes = () =>
  server.sql<{ id: number; box: Buffer }>('select id, box from vault.secret where box is not null order by id')
const opened = async (kernel = server.kernel) =>
  (await boxes()).every(({ id, box }) => kernel.keys.open(box, `vault/${id}`).toString() === `secret ${id}`)

const vaultProgress = async () => (await as('security').keys()).progress.find(({ table }) => table === 'vault.secret')

describe('the data keys', () => {
  it('are seen by administrators and turned by the security administrator alone', async () => {
    await expect(as().keys()).rejects.toMatchObject({ status: 401 })
    await expect(as('clerk').keys()).rejects.toMatchObject({ status: 403 })
    await expect(as('clerk').rotate()).rejects.toMatchObject({ status: 403 })
    expect((await as('security').keys()).keys).toMatchObject([{ id: 1, state: 'active', provider: 'passphrase' }])
  })

  it('are never in the database as they are', async () => {
    const [row] = await server.sql<{ wrapped: Buffer }>('select wrapped from kernel.data_key')
    expect(() => server.kernel.keys.open(row!.wrapped, 'kernel.data_key')).toThrow()
  })
})

describe('a rotation', () => {
  it('adds a key, waits until everybody knows it, seals with it, and then seals the old anew', async () => {
    expect(await as('security').rotate()).toEqual({ id: 2 })
    await expect(as('security').rotate()).rejects.toMatchObject({ code: 'conflict' })
    await stepAlone(server.kernel)
    expect((await as('security').keys()).keys[0]).toMatchObject({ id: 2, state: 'pending' })

    server.clock.advance(3 * MINUTES)
    await stepAlone(server.kernel)
    await server.kernel.keystore.refresh()
    expect((await as('security').keys()).keys).toMatchObject([
      { id: 2, state: 'active' },
      { id: 1, state: 'retired' },
    ])
    expect(await opened()).toBe(true)
    expect(await vaultProgress()).toMatchObject({ finished: false })

    server.clock.advance(3 * MINUTES)
    const old = (await boxes()).map(({ box }) => box)
    // what somebody writes meanwhile is not overwritten
    await server.system(({ sql, kernel }) =>
      sql('update vault.secret set box = $1 where id = 3', [kernel.keys.seal('secret 3', 'vault/3')]),
    )
    await Promise.all([stepAlone(server.kernel), stepAlone(server.kernel)])
    const after = await boxes()
    expect(after.some(({ box }, at) => box.equals(old[at]!))).toBe(false)
    expect(after.some(({ box }) => server.kernel.keys.isStale(box))).toBe(false)
    expect(await opened()).toBe(true)
    expect((await as('security').keys()).can.rotate).toBe(true)
  })

  it('reaches the mobile numbers of people and of their versions', async () => {
    const numbers = await server.sql<{ id: string; box: Buffer }>(
      `select id, mobile as box from directory.person where mobile is not null
       union all select person_id, mobile from directory.person_version where mobile is not null`,
    )
    expect(numbers.map(({ box }) => server.kernel.keys.isStale(box))).toEqual([false, false])
    expect(numbers.map(({ id, box }) => openMobile(server.kernel.keys, box, id))).toEqual([
      '15400002717',
      '15400002716',
    ])
  })

  it('goes on where a killed process stopped', async () => {
    await as('security').rotate()
    server.clock.advance(3 * MINUTES)
    await stepAlone(server.kernel)
    await server.kernel.keystore.refresh()
    server.clock.advance(3 * MINUTES)
    // one row in the middle cannot be opened: the job ends there as if killed
    const [kept] = await server.sql<{ box: Buffer }>('select box from vault.secret where id = 700')
    await server.sql('update vault.secret set box = (select box from vault.secret where id = 2) where id = 700')
    await expect(stepAlone(server.kernel)).rejects.toThrow()
    await server.sql('update vault.secret set box = $1 where id = 700', [kept!.box])
    const half = (await vaultProgress())!
    expect(half.done).toBeGreaterThan(0)
    expect(half.done).toBeLessThan(ROWS)
    await stepAlone(server.kernel)
    expect((await boxes()).some(({ box }) => server.kernel.keys.isStale(box))).toBe(false)
    expect(await opened()).toBe(true)
  })
})

describe('the passphrase', () => {
  const start = (secret: string) =>
    createServer({
      config: readConfig({
        NODE_ENV: 'test',
        PORT: '0',
        LOG_LEVEL: 'silent',
        DB_POOL: '2',
        JOBS: 'false',
        SECRET_KEY: secret,
        APP_DATABASE_URL: server.kernel.config.APP_DATABASE_URL,
      }),
      version: 'test',
      modules,
      adminUrl: server.adminUrl,
      migrate: false,
    })

  it('is named when it is the wrong one, and can be changed without touching the data', async () => {
    const wrong = 'another-secret-of-at-least-32-characters'
    await expect(start(wrong)).rejects.toThrow(/主密钥/)
    const moved = await server.system(({ sql }) =>
      rewrapKeys(sql, passphraseProvider('test-only-secret-of-at-least-32-characters'), passphraseProvider(wrong)),
    )
    expect(moved).toBe(3)
    const next = await start(wrong)
    expect(await opened(next.kernel)).toBe(true)
    await next.stop()
    await expect(start('test-only-secret-of-at-least-32-characters')).rejects.toThrow(/主密钥/)
  })
})
