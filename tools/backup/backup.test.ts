import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { migrate } from '#kernel/migrate'
import { adminUrl, onDatabase } from '#kernel/testing'
import { modules } from '../../app/modules.ts'

vi.setConfig({ testTimeout: 60_000 })

const root = mkdtempSync(join(tmpdir(), 'qt-backup-tool-'))
const names = { from: `backup_${randomUUID().slice(0, 8)}`, to: `restore_${randomUUID().slice(0, 8)}` }
const url = (name: string) => onDatabase(adminUrl(), name)

async function query(to: string, text: string, params: unknown[] = []) {
  const client = new pg.Client(to)
  await client.connect()
  try {
    return (await client.query(text, params)).rows
  } finally {
    await client.end()
  }
}

const tool = (name: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, `${name}.ts`), ...args], {
    env: { PATH: process.env.PATH, DATA_DIR: join(root, 'data') },
  })

beforeAll(async () => {
  for (const name of Object.values(names)) await query(adminUrl(), `create database ${name} template template0`)
  await migrate(url(names.from), modules)
  await query(
    url(names.from),
    `select graphile_worker.add_job('later', '{"n": 1}'::json, run_at => now() + interval '1 day')`,
  )
  await query(url(names.from), `update graphile_worker._private_jobs set locked_by = 'gone', locked_at = now()`)
})

afterAll(async () => {
  for (const name of Object.values(names)) await query(adminUrl(), `drop database if exists ${name} with (force)`)
  rmSync(root, { recursive: true, force: true })
})

it('carries the whole platform from one database to another, jobs freed from workers that are gone', async () => {
  const to = join(root, 'dump')
  const { stdout } = await tool('backup', '--to', to, '--database-url', url(names.from))
  expect(stdout).toContain(`npm run restore -- --from ${to}`)
  await tool('restore', '--from', to, '--database-url', url(names.to))
  const jobs = `select payload, locked_by from graphile_worker._private_jobs`
  expect(await query(url(names.to), jobs)).toEqual([{ payload: { n: 1 }, locked_by: null }])
  const ledger = 'select module, name, checksum from kernel.migration order by 1, 2'
  expect(await query(url(names.to), ledger)).toEqual(await query(url(names.from), ledger))
  await expect(tool('restore', '--from', to, '--database-url', url(names.to))).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^目标数据库里已有数据.*--replace/),
  })
  await tool('restore', '--from', to, '--replace', '--database-url', url(names.to))
})

it('says in a sentence what is wrong with the words it was given', async () => {
  for (const [args, sentence] of [
    [['backup'], /--to/],
    [['restore'], /--from/],
    [['backup', '--into', 'x'], /不认识的参数/],
    [['backup', '--to', join(root, 'x'), '--database-url', 'postgres://postgres@127.0.0.1:1/x'], /连不上数据库/],
    [['backup', '--to', join(root, 'x')], /没有数据库：请检查 DATA_DIR/],
    [['restore', '--from', root], /不是齐通的备份/],
  ] as const)
    await expect(tool(...(args as unknown as [string])), args.join(' ')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(sentence),
    })
})
