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

const THING = '01a20000-0000-7000-8000-000000000007'
/** All that makes the table what it is: columns, constraints, indexes, what is said of it, whose it is and who may use it. */
const SHAPE = `select (select json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)) order by a.attname)
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where a.attrelid = c.oid and a.attnum > 0) as columns,
  (select json_agg(pg_get_constraintdef(k.oid) order by k.contype, pg_get_constraintdef(k.oid)) from pg_constraint k where k.conrelid = c.oid and k.contype <> 'n') as constraints,
  (select json_agg(indexdef order by indexdef) from pg_indexes where schemaname = 'built' and tablename = 'e_7') as indexes,
  obj_description(c.oid) as said, c.relowner::regrole::text as owner, c.reloptions as options,
  (select json_agg(g.grantee::regrole::text || ' ' || g.privilege_type order by g.grantee::regrole::text, g.privilege_type) from (select g.grantee, g.privilege_type from aclexplode(c.relacl) g order by 1, 2) g) as grants
  from pg_class c where c.oid = 'built.e_7'::regclass`

beforeAll(async () => {
  for (const name of Object.values(names)) await query(adminUrl(), `create database ${name} template template0`)
  await migrate(url(names.from), modules)
  await query(
    url(names.from),
    `select graphile_worker.add_job('later', '{"n": 1}'::json, run_at => now() + interval '1 day')`,
  )
  await query(url(names.from), `update graphile_worker._private_jobs set locked_by = 'gone', locked_at = now()`)
  // A table that no migration makes: an application that a unit built.
  await query(
    url(names.from),
    `select built.define_table(7, '物品');
     select built.define_columns(7, '{f_8,f_9,f_10}', '{text,"numeric(20,2)",text[]}', '{名称 [internal],价格 [internal],标签 [internal]}');
     select built.define_index(7, 'u_7_8', '{f_8}', true);
     select built.set_aside(7, '{f_9}');
     set session_replication_role = replica;
     insert into built.e_7 (id, unit_id, author_id, author_name, author_unit, created_at, updated_at, f_8, aside_f_9, f_10)
       values ('${THING}', '${THING}', '${THING}', '周文清', '文电科', '2026-11-20', '2026-11-20', '投影仪', 5200.50, '{会议,"带,逗号"}')`,
  )
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
  expect(await query(url(names.to), 'select f_8, aside_f_9::text, f_10, revision from built.e_7')).toEqual([
    { f_8: '投影仪', aside_f_9: '5200.50', f_10: ['会议', '带,逗号'], revision: 1 },
  ])
  expect(await query(url(names.to), SHAPE)).toEqual(await query(url(names.from), SHAPE))
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
