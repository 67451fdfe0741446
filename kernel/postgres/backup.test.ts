import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { dumpDatabase } from './dump.ts'
import { restoreDatabase } from './restore.ts'
import { type RunningPostgres, startPostgres } from './start.ts'

// Real starts on a busy machine with a slow disk.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const root = mkdtempSync(join(tmpdir(), 'qt-backup-'))
const dir = join(root, 'db')
let server: RunningPostgres
let source: pg.Client

const url = (database: string, at = server.url) => at.replace(/\/postgres$/, `/${database}`)

async function connect(to: string): Promise<pg.Client> {
  const client = new pg.Client(to)
  await client.connect()
  return client
}

async function emptyDatabase(name: string): Promise<string> {
  const client = await connect(server.url)
  await client.query(`create database ${name} template template0`)
  await client.end()
  return url(name)
}

const first = `create schema app;
  create extension ltree;
  create type app.mood as enum ('好', 'bad');
  create domain app.short as text check (length(value) < 9);
  create table app.account (id int primary key, sum int not null);
  create table app."Odd ""name" (
    "Col umn" int generated always as identity primary key,
    twice int generated always as ("plain" * 2) stored,
    plain int, parent int references app."Odd ""name", txt text, bin bytea, at timestamptz, j jsonb, tags text[],
    num numeric, f float8, r tstzrange, path ltree, mood app.mood, short app.short, span interval, d date, flag bool,
    rel regclass);
  create table app.event (id bigserial, day date not null, what text) partition by range (day);
  create table app.event_2026 partition of app.event for values from ('2026-01-01') to ('2027-01-01');
  create table app.nothing (id uuid primary key, secret text);
  create table app.log (n serial, what text);
  alter table app.nothing enable row level security;
  alter table app.nothing force row level security;
  create materialized view app.total as select sum(sum) as total from app.account;
  create function app.note() returns trigger language plpgsql as
    $$ begin insert into app.log (what) values (tg_op || ' ' || tg_table_name); return null; end $$;
  create trigger always_note after insert on app.account for each row execute function app.note();
  alter table app.account enable always trigger always_note;
  create trigger plain_note after insert on app."Odd ""name" for each row execute function app.note();`
const second = 'alter table app.log add column seen bool not null default false'

/** A migrator as small as can be: like the kernel's it keeps a ledger and can stop early. */
async function migrate(to: string, only?: readonly string[]): Promise<void> {
  const client = await connect(to)
  try {
    await client.query(`create schema if not exists kernel;
      create table if not exists kernel.migration (module text, name text, checksum text, applied_at timestamptz default now())`)
    for (const [name, sql] of [
      ['0001.sql', first],
      ['0002.sql', second],
    ] as const) {
      const known = await client.query('select from kernel.migration where name = $1', [name])
      if (known.rowCount || (only && !only.includes(`app/${name}#x`))) continue
      await client.query(sql)
      await client.query(`insert into kernel.migration values ('app', $1, 'x')`, [name])
    }
  } finally {
    await client.end()
  }
}

/** Every row of every table as text, the same on every version. */
async function contents(client: pg.Client): Promise<Record<string, string[]>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c where relnamespace = 'app'::regnamespace
       and relkind in ('r', 'm') order by 1`,
  )
  await client.query(`set timezone = 'UTC'; set extra_float_digits = 3`)
  const all: Record<string, string[]> = {}
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t order by 1`)
    all[name] = rows.map(({ row }) => row)
  }
  return all
}

beforeAll(async () => {
  server = await startPostgres({ dir, fsync: false })
  await emptyDatabase('source')
  await migrate(url('source'), ['app/0001.sql#x'])
  source = await connect(url('source'))
  await source.query(`insert into app.account select i, 100 from generate_series(1, 50) i;
    insert into app."Odd ""name" (plain, parent, txt, bin, at, j, tags, num, f, r, path, mood, short, span, d, flag, rel) values
      (1, 1, E'tab\\tline\\nback\\\\slash \\\\N \\\\. 齐通 😀', '\\x00ff5c', '2026-11-22 01:02:03.456789+08', '{"a": [1, "\\t"]}',
        array['a,b', null, '"'], 'NaN', 0.1::float8 + 0.2, '[2026-01-01,)', 'top.sub', '好', 'é', '1 mon -2 days 03:04', '0044-03-15 BC', true, 'app.account'),
      (null, 1, '\\N', '', 'infinity', 'null', '{}', 1e-30, '-Infinity', 'empty', '', 'bad', '', '0', 'infinity', false, null),
      (null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    create table app.event_2027 partition of app.event for values from ('2027-01-01') to ('2028-01-01') partition by list (what);
    create table app.event_2027_any partition of app.event_2027 default;
    insert into app.event (day, what) values ('2026-05-01', 'a'), ('2027-05-01', 'b');
    insert into app.log (what) select repeat('x', 200) from generate_series(1, 20000);
    select setval('app.log_n_seq', 90000);
    refresh materialized view app.total`)
})

afterAll(async () => {
  await source?.end()
  await server?.stop()
  rmSync(root, { recursive: true, force: true })
})

describe('a backup by rows', () => {
  const to = join(root, 'dump')

  it('is one moment of a database at work', async () => {
    const writer = await connect(url('source'))
    let stop = false
    const writing = (async () => {
      let i = 0
      for (; !stop; i++)
        await writer.query(`begin; update app.account set sum = sum - 1 where id = ${1 + (i % 50)};
          update app.account set sum = sum + 1 where id = ${1 + ((i * 7 + 3) % 50)}; commit`)
      return i
    })()
    const steps: string[] = []
    const busy = await dumpDatabase({
      url: url('source'),
      to,
      appVersion: '0.1.0',
      onProgress: (table) => steps.push(table),
    })
    stop = true
    expect(await writing).toBeGreaterThan(0)
    await writer.end()
    expect(steps).toEqual(busy.tables.map((table) => `${table.schema}.${table.name}`))
    await restoreDatabase({ from: to, url: await emptyDatabase('moment'), migrate })
    const moment = await connect(url('moment'))
    expect((await moment.query('select sum(sum)::int as s, count(*)::int as n from app.account')).rows).toEqual([
      { s: 5000, n: 50 },
    ])
    await moment.end()
    rmSync(to, { recursive: true })
  })

  it('lists its tables, rows and checksums, is readable by its owner alone, and never overwrites', async () => {
    const manifest = await dumpDatabase({ url: url('source'), to, appVersion: '0.1.0' })
    expect(manifest.migrations).toEqual(['app/0001.sql#x'])
    expect(manifest.tables.map(({ name, rows }) => [name, rows])).toEqual([
      ['Odd "name', 3],
      ['account', 50],
      ['event', 2],
      ['log', 20053],
      ['nothing', 0],
    ])
    expect(manifest.tables[0]!.columns).not.toContain('twice')
    expect(readdirSync(root)).not.toContain('dump.partial')
    for (const name of readdirSync(to)) expect(statSync(join(to, name)).mode & 0o77).toBe(0)
    expect(statSync(to).mode & 0o77).toBe(0)
    await expect(dumpDatabase({ url: url('source'), to, appVersion: '0.1.0' })).rejects.toMatchObject({
      code: 'backup_target_exists',
    })
  })

  it('leaves nothing under the name asked for when it fails', async () => {
    await expect(
      dumpDatabase({ url: await emptyDatabase('never_used'), to: join(root, 'failed'), appVersion: '0' }),
    ).rejects.toMatchObject({ code: 'backup_nothing' })
    await expect(dumpDatabase({ url: url('absent'), to: join(root, 'failed'), appVersion: '0' })).rejects.toMatchObject(
      { code: '3D000' },
    )
    expect(readdirSync(root).filter((name) => name.startsWith('failed'))).toEqual([])
  })

  it('comes back row for row, with sequences, partitions and views, and then meets the newer migrations', async () => {
    await restoreDatabase({ from: to, url: await emptyDatabase('restored'), migrate })
    const restored = await connect(url('restored'))
    const { 'app.log': log, ...rest } = await contents(restored)
    const { 'app.log': logBefore, ...restBefore } = await contents(source)
    expect(rest).toEqual(restBefore)
    expect(log).toEqual(logBefore!.map((row) => row.replace(/\)$/, ',f)')))
    await restored.query(`insert into app."Odd ""name" (plain) values (4); insert into app.log (what) values ('next')`)
    expect((await restored.query('select max("Col umn") as id from app."Odd ""name"')).rows).toEqual([{ id: 4 }])
    expect((await restored.query('select max(n) as n from app.log')).rows[0].n).toBeGreaterThan(90000)
    const triggers = await restored.query(`select tgname, tgenabled from pg_trigger where not tgisinternal order by 1`)
    expect(triggers.rows).toEqual([
      { tgname: 'always_note', tgenabled: 'A' },
      { tgname: 'plain_note', tgenabled: 'O' },
    ])
    await restored.end()
  })

  it('asks before it replaces rows, and replaces all of them', async () => {
    const target = await emptyDatabase('occupied')
    await migrate(target, ['app/0001.sql#x'])
    const occupied = await connect(target)
    await occupied.query(`insert into app.nothing values (gen_random_uuid(), 'mine')`)
    const options = {
      from: to,
      url: target,
      migrate: (at: string, only?: readonly string[]) => migrate(at, only ?? ['app/0001.sql#x']),
    }
    await expect(restoreDatabase(options)).rejects.toMatchObject({
      code: 'restore_not_empty',
      message: expect.stringContaining('--replace'),
    })
    await occupied.query(`begin; insert into app.account values (1, 1)`)
    const holder = occupied.query('select pg_sleep(4)').then(() => occupied.query('rollback'))
    await expect(restoreDatabase({ ...options, replace: true })).rejects.toMatchObject({ code: 'restore_busy' })
    await holder
    expect((await contents(occupied))['app.nothing']).toHaveLength(1)
    await restoreDatabase({ ...options, replace: true })
    expect(await contents(occupied)).toEqual(await contents(source))
    await occupied.end()
  })

  it('is refused by a database of other migrations', async () => {
    const target = await emptyDatabase('newer')
    await migrate(target)
    await expect(restoreDatabase({ from: to, url: target, migrate })).rejects.toMatchObject({
      code: 'restore_schema_differs',
      message: expect.stringContaining('app/0002.sql'),
    })
    await expect(
      restoreDatabase({ from: to, url: await emptyDatabase('older'), migrate: async () => {} }),
    ).rejects.toMatchObject({
      code: 'restore_schema_differs',
      message: expect.stringContaining('app/0001.sql'),
    })
  })

  const pg15 = globSync('/usr/lib/postgresql/{15,16,17}/bin/postgres')[0]
  it.runIf(pg15 || process.env.CI)('of 18 comes back in an older server (Debian postgresql-15)', async () => {
    expect(pg15, 'apt-get install postgresql-15').toBeDefined()
    const old = await startPostgres({ dir: join(root, 'old'), binDir: dirname(pg15!), fsync: false })
    try {
      await restoreDatabase({ from: to, url: old.url, migrate: (at, only) => migrate(at, only ?? ['app/0001.sql#x']) })
      const client = await connect(old.url)
      expect((await client.query('show server_version_num')).rows[0].server_version_num < '180000').toBe(true)
      expect(await contents(client)).toEqual(await contents(source))
      await client.end()
      const back = join(root, 'back')
      await dumpDatabase({ url: old.url, to: back, appVersion: '0.1.0' })
      await restoreDatabase({
        from: back,
        url: await emptyDatabase('back'),
        migrate: (at, only) => migrate(at, only ?? ['app/0001.sql#x']),
      })
      const again = await connect(url('back'))
      expect(await contents(again)).toEqual(await contents(source))
      await again.end()
    } finally {
      await old.stop()
    }
    await expect(startPostgres({ dir: join(root, 'old') })).rejects.toMatchObject({ code: 'postgres_version' })
  })

  it('is read whole before anything is touched: damage anywhere is found', async () => {
    const target = await emptyDatabase('untouched')
    const options = { from: to, url: target, migrate: () => Promise.reject(new Error('touched')) }
    for (const name of readdirSync(to)) {
      const whole = readFileSync(join(to, name))
      const bent = Buffer.from(whole)
      bent[whole.length >> 1]! ^= 1
      writeFileSync(join(to, name), bent)
      await expect(restoreDatabase(options), name).rejects.toMatchObject({ code: 'backup_damaged' })
      writeFileSync(join(to, name), whole)
    }
    rmSync(join(to, '0003.copy.zst'))
    await expect(restoreDatabase(options)).rejects.toMatchObject({ code: 'backup_damaged' })
    await expect(restoreDatabase({ ...options, from: root })).rejects.toMatchObject({ code: 'backup_unreadable' })
  })
})
