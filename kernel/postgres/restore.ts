import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type DumpManifest, verifyBackup } from './backup-folder.ts'
import { listMigrations, listTables, quote, quoteColumns } from './catalog.ts'
import { BackupError } from './errors.ts'
import { regrow } from './grown.ts'

export interface RestoreOptions {
  from: string
  /** A superuser's, of PostgreSQL 15 or later. */
  url: string
  /** Brings a database to the code's state, or with `only` (`module/name#checksum`) to exactly those migrations. */
  migrate: (url: string, only?: readonly string[]) => Promise<void>
  /** Throw the rows that are there away. */
  replace?: boolean
  onProgress?: (table: string, done: number, total: number) => void
}

/**
 * Fills a database from a backup by rows: the backup is checked, the migrations it was made under are run, all rows are
 * loaded in one transaction, then newer migrations follow. Throws BackupError; rows that were there stay when it fails.
 */
export async function restoreDatabase(options: RestoreOptions): Promise<DumpManifest> {
  const manifest = await verifyBackup(options.from)
  if (manifest.format !== 'qitong-dump-1')
    throw new BackupError('backup_unreadable', '这是物理备份，只能恢复到数据目录，不能恢复到 --database-url。')
  const client = new pg.Client({ connectionString: options.url, application_name: 'qitong-restore' })
  await client.connect()
  try {
    await checkTarget(client, options.replace ?? false)
    await options.migrate(options.url, manifest.migrations)
    await regrow(client, manifest.grown)
    await checkSchema(client, manifest)
    await client.query('begin')
    await load(client, manifest, options)
    await client.query('commit')
    await options.migrate(options.url)
    await client.query('analyze')
    return manifest
  } catch (error) {
    throw explain(error)
  } finally {
    await client.end()
  }
}

async function checkTarget(client: pg.Client, replace: boolean): Promise<void> {
  const { rows } = await client.query<{ v: number; su: boolean }>(
    `select current_setting('server_version_num')::int as v, rolsuper as su from pg_roles where rolname = current_user`,
  )
  if (rows[0]!.v < 150000)
    throw new BackupError('restore_server_too_old', '目标数据库版本过低：请恢复到 PostgreSQL 15 或更新的版本。')
  if (!rows[0]!.su)
    throw new BackupError('restore_needs_superuser', '恢复需要数据库超级用户：请在 --database-url 中使用超级用户。')
  if (replace) return
  for (const table of await listTables(client)) {
    const { rowCount } = await client.query(`select from ${quote(client, table)} limit 1`)
    if (rowCount)
      throw new BackupError(
        'restore_not_empty',
        `目标数据库里已有数据（${table.schema}.${table.name}）：请恢复到空的数据库，或加 --replace 用备份替换现有数据。`,
      )
  }
}

async function checkSchema(client: pg.Client, manifest: DumpManifest): Promise<void> {
  const applied = new Set(await listMigrations(client))
  const differs = (what: string) =>
    new BackupError(
      'restore_schema_differs',
      `目标数据库的结构与备份不一致（${what}）：备份由版本 ${manifest.appVersion} 写成，请恢复到新建的空数据库，并使用该版本或更新的程序。`,
    )
  const lacking = manifest.migrations.find((id) => !applied.delete(id))
  if (lacking) throw differs(`缺少迁移 ${lacking.split('#')[0]}`)
  for (const id of applied) throw differs(`多出迁移 ${id.split('#')[0]}`)
  const tables = new Map((await listTables(client)).map((table) => [quote(client, table), new Set(table.columns)]))
  for (const table of manifest.tables) {
    const columns = tables.get(quote(client, table))
    if (!columns) throw differs(`没有表 ${table.schema}.${table.name}`)
    const missing = table.columns.find((column) => !columns.has(column))
    if (missing) throw differs(`表 ${table.schema}.${table.name} 没有列 ${missing}`)
  }
}

async function load(client: pg.Client, manifest: DumpManifest, options: RestoreOptions): Promise<void> {
  await client.query(`set local lock_timeout = '3s'; set local statement_timeout = 0; set local datestyle = 'ISO, YMD';
    set local intervalstyle = 'postgres'; set local timezone = 'UTC'; set local client_encoding = 'UTF8';
    set local session_replication_role = replica`)
  const all = (await listTables(client)).map((table) => quote(client, table))
  const enableTriggers = await disableTriggers(client)
  if (all.length > 0) await client.query(`truncate ${all.join(', ')}`)
  await createPartitions(client, manifest)
  for (const [index, table] of manifest.tables.entries()) {
    options.onProgress?.(`${table.schema}.${table.name}`, index, manifest.tables.length)
    await loadTable(client, table, join(options.from, table.file))
  }
  for (const sequence of manifest.sequences)
    await client.query('select setval($1::regclass, $2::bigint, $3)', [
      quote(client, sequence),
      sequence.last,
      sequence.called,
    ])
  for (const sql of enableTriggers) await client.query(sql)
  await refreshViews(client)
  await unlockJobs(client)
}

async function loadTable(client: pg.Client, table: DumpManifest['tables'][number], path: string): Promise<void> {
  const copy = client.query(
    copyFrom(`copy ${quote(client, table)} (${quoteColumns(client, table.columns)}) from stdin`),
  )
  await pipeline(createReadStream(path), createZstdDecompress(), copy)
  if (copy.rowCount !== table.rows)
    throw new Error(`${table.schema}.${table.name}: ${copy.rowCount} rows loaded, ${table.rows} in the backup`)
}

async function createPartitions(client: pg.Client, manifest: DumpManifest): Promise<void> {
  for (const { schema, name, parentSchema, parent, bound, key } of manifest.partitions) {
    const own = quote(client, { schema, name })
    const { rows } = await client.query<{ ok: boolean }>('select to_regclass($1) is not null as ok', [own])
    if (rows[0]?.ok) continue
    const under = quote(client, { schema: parentSchema, name: parent })
    await client.query(`create table ${own} partition of ${under} ${bound} ${key ? `partition by ${key}` : ''}`)
  }
}

// The replica role keeps ordinary triggers and foreign keys quiet, those set to ALWAYS or REPLICA fire under it.
async function disableTriggers(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ off: string; on: string }>(
    `select format('alter table %s disable trigger %I', tgrelid::regclass, tgname) as off,
       format('alter table %s enable %s trigger %I', tgrelid::regclass,
         case tgenabled when 'A' then 'always' else 'replica' end, tgname) as on
     from pg_trigger where tgenabled in ('A', 'R') and not tgisinternal and tgparentid = 0`,
  )
  for (const { off } of rows) await client.query(off)
  return rows.map((row) => row.on)
}

// In order of their making, so that one built on another comes after it.
async function refreshViews(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'm' order by c.oid`,
  )
  for (const view of rows) await client.query(`refresh materialized view ${quote(client, view)}`)
}

// Jobs that ran while the backup was taken are held by workers that no longer exist; they would wait four hours.
async function unlockJobs(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ ok: boolean }>(
    "select to_regproc('graphile_worker.force_unlock_workers') is not null as ok",
  )
  if (!rows[0]?.ok) return
  await client.query(`select graphile_worker.force_unlock_workers(array(
    select locked_by from graphile_worker._private_jobs where locked_by is not null
    union select locked_by from graphile_worker._private_job_queues where locked_by is not null))`)
}

function explain(error: unknown): unknown {
  if ((error as { code?: string }).code === '55P03')
    return new BackupError('restore_busy', '有程序正在使用目标数据库：请先停止齐通服务，再重新恢复。', { cause: error })
  return error
}
