import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyring } from '#kernel/crypto'
import { identityIndexer, openIdentity } from '../server/identity-number.ts'
import { mobileIndex, openMobile, tailIndex, tailOf } from '../server/mobile-number.ts'
import { copyCell, copyText } from './copy.ts'
import { demoPeople } from './demo.ts'
import { isLoadUnfinished, type LoadOptions, loadProvince } from './load.ts'

const admin = process.env.TEST_DATABASE_URL
const name = `qt_province_${randomUUID().replaceAll('-', '')}`
const keys = createKeyring({ secrets: { 1: Buffer.alloc(32, 'x') }, sealWith: 1, indexWith: 1 })
const options: LoadOptions = {
  people: 2_000,
  seed: 1,
  keys,
}

const connect = async (database?: string) => {
  const url = new URL(admin ?? '')
  if (database) url.pathname = `/${database}`
  const client = new pg.Client({ connectionString: url.toString() })
  await client.connect()
  return client
}

describe('COPY text', () => {
  it('escapes what the format gives a meaning', () => {
    expect([null, 'a\tb\\c\nd\re', true, false, 12, Buffer.from([0, 255])].map(copyCell)).toEqual([
      '\\N',
      'a\\tb\\\\c\\nd\\re',
      't',
      'f',
      '12',
      '\\\\x00ff',
    ])
  })
  it('reports every five thousand rows and the end', () => {
    const seen: number[] = []
    const rows = Array.from({ length: 12_001 }, (_, at) => [at, 'x'.repeat(20)])
    const text = [...copyText(rows, (done) => seen.push(done))]
    expect(seen).toEqual([5_000, 10_000, 12_001])
    expect(text.length).toBeGreaterThan(1)
    expect(text.join('').split('\n')).toHaveLength(12_002)
  })
})

describe('loading the province', () => {
  let client: pg.Client
  const count = async (sql: string, params: unknown[] = []): Promise<number> =>
    Number((await client.query(sql, params)).rows[0]?.n)

  beforeAll(async () => {
    const server = await connect()
    await server.query(`create database ${name}`)
    await server.end()
    client = await connect(name)
    const folder = path.join(import.meta.dirname, '../server/migrations')
    // without the kernel's own schema, which one of them audits
    for (const file of readdirSync(folder)
      .filter((one) => !one.includes('audited'))
      .sort())
      await client.query(readFileSync(path.join(folder, file), 'utf8'))
    await loadProvince({ ...options, client })
  })
  afterAll(async () => {
    await client.end()
    const server = await connect()
    await server.query(`drop database ${name} with (force)`)
    await server.end()
  })

  it('loads everybody once, with a main post in the unit the counts say', async () => {
    expect(await count('select count(*) n from directory.person')).toBe(2_000)
    expect(await count("select count(*) n from directory.post where kind = 'main'")).toBe(2_000)
    expect(
      await count(
        'select count(*) n from directory.unit u where people_direct <> (select count(*) from directory.post p where p.unit_id = u.id)',
      ),
    ).toBe(0)
    expect(await count('select people_total n from directory.unit where parent_id is null')).toBe(
      await count('select count(*) n from directory.person'),
    )
    expect(
      await count(
        'select count(*) n from directory.unit u where children <> (select count(*) from directory.unit c where c.parent_id = u.id)',
      ),
    ).toBe(0)
    expect(
      await count(
        'select count(*) n from directory.post p join directory.unit u on u.id = p.unit_id where u.org_no <> p.org_no',
      ),
    ).toBe(0)
  })
  it('keeps identity and mobile numbers only as boxes and indexes', async () => {
    const { rows } = await client.query(
      'select id, identity_box, identity_index, mobile_plain, mobile, mobile_index, mobile_tail from directory.person where external_id = $1',
      ['demo:clerk'],
    )
    const [row] = rows
    const identity = openIdentity(keys, row.identity_box, row.id)
    expect(identity).toMatch(/^379999\d{11}[\dX]$/)
    expect(row.identity_index).toEqual(identityIndexer(keys)(identity))
    const mobile = openMobile(keys, row.mobile, row.id)
    expect(mobile).toMatch(/^1\d{10}$/)
    expect([row.mobile_plain, row.mobile_index, row.mobile_tail]).toEqual([
      null,
      mobileIndex(keys, mobile),
      tailIndex(keys, tailOf(mobile)),
    ])
  })
  it('finds every named person by name, pinyin, initials, given name and mobile tail', async () => {
    for (const person of demoPeople) {
      const { rows } = await client.query<{ no: number; pinyin: string; initials: string; mobile_tail: string }>(
        'select no, pinyin, initials, mobile_tail from directory.person where external_id = $1',
        [`demo:${person.key}`],
      )
      const row = rows[0]!
      const keys = [
        person.name,
        person.name.slice(1),
        row.pinyin.replaceAll(' ', ''),
        row.initials,
        `#${row.mobile_tail}`,
      ]
      for (const key of keys)
        expect(
          await count('select count(*) n from directory.person_token where key = $1 and person_no = $2', [key, row.no]),
          `${person.name} by ${key}`,
        ).toBe(person.posts.length)
    }
  })
  it('goes on numbering where it stopped and has its indexes back', async () => {
    expect(await count("select nextval(pg_get_serial_sequence('directory.person', 'no')) n")).toBe(2_001)
    const { rows } = await client.query(
      "select indexname from pg_indexes where schemaname = 'directory' and tablename like '%token'",
    )
    expect(rows.map((row) => row.indexname)).toEqual(
      expect.arrayContaining(['token_org', 'token_county', 'token_key', 'unit_token_key']),
    )
  })
  it('refuses a directory that holds data, and replaces it only when told to', async () => {
    await expect(loadProvince({ ...options, client })).rejects.toMatchObject({ code: 'conflict' })
    await loadProvince({ ...options, client, people: 600, replace: true })
    expect(await count('select count(*) n from directory.person')).toBe(600)
  })
  it('leaves nothing behind when it fails half way', async () => {
    const failing = { ...options, client, replace: true, afterLoad: () => Promise.reject(new Error('power cut')) }
    await expect(loadProvince(failing)).rejects.toThrow('power cut')
    expect(await count('select count(*) n from directory.person')).toBe(600)
    expect(await isLoadUnfinished(client)).toBe(false)
  })
  it('knows a load by tables that was killed and starts it afresh', async () => {
    const killed = await connect(name)
    killed.on('error', () => {})
    const { rows } = await killed.query<{ pid: number }>('select pg_backend_pid() pid')
    let shots = 0
    const progress = (phase: string) => {
      if (phase === '单位' && shots++ === 0) void client.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    }
    await expect(
      loadProvince({ ...options, client: killed, replace: true, oneTransactionUpTo: 0, progress }),
    ).rejects.toThrow()
    await killed.end().catch(() => {})
    expect(await isLoadUnfinished(client)).toBe(true)
    await loadProvince({ ...options, client })
    expect(await isLoadUnfinished(client)).toBe(false)
    expect(await count('select count(*) n from directory.person')).toBe(2_000)
    const { rows: indexes } = await client.query(
      "select 1 from pg_indexes where schemaname = 'directory' and tablename = 'person_token'",
    )
    expect(indexes).toHaveLength(4)
  })
})
