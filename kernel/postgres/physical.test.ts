import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { backupCluster, restoreCluster } from './physical.ts'
import { restoreDatabase } from './restore.ts'
import { type RunningPostgres, runningUrl, startPostgres, withPostgres } from './start.ts'

// Real starts on a busy machine with a slow disk.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const root = mkdtempSync(join(tmpdir(), 'qt-physical-'))
const dir = join(root, 'db')
const to = join(root, 'copy')
const placed = join(root, 'placed')
let server: RunningPostgres

beforeAll(async () => {
  server = await startPostgres({ dir, fsync: false })
  await query(server.url, 'create table account as select i as id, 100 as sum from generate_series(1, 50) i')
})

afterAll(async () => {
  await server?.stop()
  rmSync(root, { recursive: true, force: true })
})

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

const sums = (url: string) => query(url, 'select sum(sum)::int as total, count(*)::int as accounts from account')

it('is taken while rows are written, and starts elsewhere with what was committed', async () => {
  const writer = new pg.Client(server.url)
  await writer.connect()
  let stop = false
  const writing = (async () => {
    let i = 0
    for (; !stop; i++)
      await writer.query(`begin; update account set sum = sum - 1 where id = ${1 + (i % 50)};
        update account set sum = sum + 1 where id = ${1 + ((i * 7 + 3) % 50)}; commit`)
    return i
  })()
  const manifest = await backupCluster({ dir, to, appVersion: '0.1.0' })
  stop = true
  expect(await writing).toBeGreaterThan(0)
  await writer.end()
  expect(manifest.serverVersion).toMatch(/^18/)
  expect(readdirSync(to).sort()).toEqual(['cluster', 'manifest.json', 'manifest.json.sha256', 'secret'])
  expect(await query(server.url, 'select from pg_replication_slots')).toEqual([])

  await restoreCluster({ from: to, dir: placed })
  expect(await runningUrl(placed)).toBeUndefined()
  await withPostgres(placed, async (url) => {
    expect(await sums(url)).toEqual([{ total: 5000, accounts: 50 }])
    await query(url, 'delete from account')
    expect(await withPostgres(placed, async (same) => same)).toBe(url)
    await expect(restoreCluster({ from: to, dir: placed, replace: true })).rejects.toMatchObject({
      code: 'postgres_in_use',
    })
  })
})

it('keeps what it replaces, and refuses to do so unasked', async () => {
  await expect(restoreCluster({ from: to, dir: placed })).rejects.toMatchObject({ code: 'restore_not_empty' })
  await restoreCluster({ from: to, dir: placed, replace: true })
  expect(readdirSync(placed).filter((name) => /^before-restore-\d{14}$/.test(name))).toHaveLength(1)
  expect(await withPostgres(placed, sums)).toEqual([{ total: 5000, accounts: 50 }])
})

it('is refused when damaged, by a restore of rows, and without a running database of our own', async () => {
  const migrate = () => Promise.reject(new Error('touched'))
  await expect(restoreDatabase({ from: to, url: server.url, migrate })).rejects.toMatchObject({
    code: 'backup_unreadable',
  })
  const file = join(to, 'cluster/global/pg_control')
  writeFileSync(file, readFileSync(file).subarray(1))
  await expect(restoreCluster({ from: to, dir: join(root, 'no') })).rejects.toMatchObject({ code: 'backup_damaged' })
  expect(existsSync(join(root, 'no'))).toBe(false)
  await expect(backupCluster({ dir: placed, to: join(root, 'no'), appVersion: '0' })).rejects.toMatchObject({
    code: 'backup_not_local',
  })
})
