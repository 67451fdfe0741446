import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { runMigrations } from 'graphile-worker'
import pg from 'pg'
import type { ModuleDef } from '#kernel/module'

/** The kernel's own tables migrate like a module's, first. */
export const kernelModule: ModuleDef = { name: 'kernel', title: '内核', dependsOn: [], folder: import.meta.dirname }

export interface Migration {
  module: string
  name: string
  text: string
  checksum: string
}

export const readMigrations = async (modules: readonly ModuleDef[]): Promise<Migration[]> => {
  const all: Migration[] = []
  for (const module of [kernelModule, ...inOrder(modules)]) {
    const folder = path.join(module.folder, module === kernelModule ? 'migrations' : 'server/migrations')
    const names = await readdir(folder).catch(() => [])
    for (const name of names.filter((file) => file.endsWith('.sql')).sort()) {
      const text = await readFile(path.join(folder, name), 'utf8')
      all.push({ module: module.name, name, text, checksum: createHash('sha256').update(text).digest('hex') })
    }
  }
  return all
}

/** Dependencies first; a missing or circular one is an error of the program. */
export const inOrder = (modules: readonly ModuleDef[]): ModuleDef[] => {
  const byName = new Map(modules.map((module) => [module.name, module]))
  const done = new Map<ModuleDef, 'open' | 'closed'>()
  const sorted: ModuleDef[] = []
  const visit = (module: ModuleDef, from: string): void => {
    if (done.get(module) === 'closed') return
    if (done.get(module) === 'open') throw new Error(`modules depend on each other: ${from} → ${module.name}`)
    done.set(module, 'open')
    for (const name of module.dependsOn) {
      const needed = byName.get(name)
      if (!needed) throw new Error(`${module.name} depends on ${name}, which is not in the list of modules`)
      visit(needed, module.name)
    }
    done.set(module, 'closed')
    sorted.push(module)
  }
  for (const module of modules) visit(module, 'app')
  return sorted
}

export class MigrationError extends Error {}

// One lock for all migrators of a database: two servers that start together migrate once.
const LOCK = 7_302_611

/** Brings the database to the code's state as the migrator, then grants the application role what it may. */
export const migrate = async (
  url: string,
  modules: readonly ModuleDef[],
  options: {
    appPassword?: string
    onProgress?: (step: string) => void
    /** a restore's: only these, as `module/name#checksum`, so that a backup meets the tables it was made from */
    only?: readonly string[]
  } = {},
): Promise<void> => {
  const client = new pg.Client({ connectionString: url, application_name: 'qitong-migrate' })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    const { rows } = await client.query<{ v: number }>("select current_setting('server_version_num')::int as v")
    if (rows[0]!.v < 150000) throw new MigrationError('数据库版本过低：需要 PostgreSQL 15 或更新。')
    await applyPending(client, modules, options)
    await runMigrations({ connectionString: url })
    await grantApplicationRole(client, ['kernel', ...modules.map((module) => module.name)], options.appPassword)
  } finally {
    await client.end()
  }
}

const applyPending = async (
  client: pg.Client,
  modules: readonly ModuleDef[],
  { onProgress, only }: { onProgress?: (step: string) => void; only?: readonly string[] },
): Promise<void> => {
  await client.query(`create schema if not exists kernel;
    create table if not exists kernel.migration (
      module text not null, name text not null, checksum text not null,
      applied_at timestamptz not null default now(), primary key (module, name))`)
  const { rows } = await client.query<{ module: string; name: string; checksum: string }>(
    'select module, name, checksum from kernel.migration',
  )
  const applied = new Map(rows.map((row) => [`${row.module}/${row.name}`, row.checksum]))
  for (const migration of await readMigrations(modules)) {
    const known = applied.get(`${migration.module}/${migration.name}`)
    if (known === migration.checksum) continue
    if (only && !only.includes(`${migration.module}/${migration.name}#${migration.checksum}`)) continue
    if (known)
      throw new MigrationError(
        `迁移 ${migration.module}/${migration.name} 在执行之后被改过。请还原该文件，改动另写一个新的迁移。`,
      )
    onProgress?.(`${migration.module}/${migration.name}`)
    await client.query('begin')
    try {
      await client.query(migration.text)
      await client.query('insert into kernel.migration (module, name, checksum) values ($1, $2, $3)', [
        migration.module,
        migration.name,
        migration.checksum,
      ])
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw new MigrationError(`迁移 ${migration.module}/${migration.name} 失败，已回退：${(error as Error).message}`, {
        cause: error,
      })
    }
  }
}

/** The role the server works as: rows, never definitions; the audit table may only grow. */
export const APP_ROLE = 'qitong_app'

const grantApplicationRole = async (
  client: pg.Client,
  schemas: readonly string[],
  password?: string,
): Promise<void> => {
  const { rows } = await client.query('select 1 from pg_roles where rolname = $1', [APP_ROLE])
  if (rows.length === 0)
    await client.query(`create role ${APP_ROLE} login`).catch((error: { code?: string }) => {
      // Another database of the same cluster may create it at the same moment.
      if (error.code !== '42710' && error.code !== '23505') throw error
    })
  if (password) await client.query(`alter role ${APP_ROLE} login password ${client.escapeLiteral(password)}`)
  const { rows: found } = await client.query<{ nspname: string }>(
    'select nspname from pg_namespace where nspname = any($1)',
    [[...schemas, 'graphile_worker']],
  )
  // In one transaction: there is no moment in which the role may do more than in the end.
  await client.query('begin')
  for (const { nspname } of found) {
    const schema = client.escapeIdentifier(nspname)
    await client.query(`grant usage on schema ${schema} to ${APP_ROLE};
      grant select, insert, update, delete on all tables in schema ${schema} to ${APP_ROLE};
      grant usage, select, update on all sequences in schema ${schema} to ${APP_ROLE};
      grant execute on all functions in schema ${schema} to ${APP_ROLE}`)
  }
  await client.query(`revoke all on kernel.migration from ${APP_ROLE}; grant select on kernel.migration to ${APP_ROLE}`)
  // A restore stops at the migrations of its backup: one made before the audit log has no such function yet.
  await client.query(`do $$ begin
    if to_regprocedure('kernel.audit_grants(text)') is not null then perform kernel.audit_grants('${APP_ROLE}'); end if; end $$`)
  await client.query('commit')
  // graphile-worker turns row security on for its private tables and leaves the policies to us.
  await client.query(`do $$ declare t record; begin
    for t in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'graphile_worker' and c.relrowsecurity
        and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'qitong_app_all') loop
      execute format('create policy qitong_app_all on graphile_worker.%I to ${APP_ROLE} using (true) with check (true)', t.relname);
    end loop; end $$`)
}

/** Creates the platform's database on a server when it is missing; answers the migrator's connection to it. */
export const ensureDatabase = async (serverUrl: string, name: string): Promise<string> => {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (!rowCount) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.toString()
}
