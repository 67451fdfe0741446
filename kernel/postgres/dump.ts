import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress } from 'node:zlib'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { type DumpManifest, writeBackup } from './backup-folder.ts'
import {
  listMigrations,
  listPartitions,
  listSequences,
  listTables,
  quote,
  quoteColumns,
  type Table,
} from './catalog.ts'
import { BackupError } from './errors.ts'
import { definitionsOf } from './grown.ts'

export interface DumpOptions {
  /** The owner of the tables or a superuser. */
  url: string
  /** A folder that does not exist yet, or is empty. */
  to: string
  appVersion: string
  onProgress?: (table: string, done: number, total: number) => void
}

/**
 * Writes every row as of one moment while the server goes on working. Definitions are not in it: restoring runs the
 * migrations it lists. Throws BackupError.
 */
export function dumpDatabase(options: DumpOptions): Promise<DumpManifest> {
  return writeBackup(options.to, async (folder) => {
    const client = new pg.Client({ connectionString: options.url, application_name: 'qitong-backup' })
    await client.connect()
    try {
      return await dumpTo(folder, client, options)
    } finally {
      await client.end()
    }
  })
}

async function dumpTo(folder: string, client: pg.Client, options: DumpOptions): Promise<DumpManifest> {
  await beginSnapshot(client)
  const tables = await listTables(client)
  const partitions = await listPartitions(client)
  const grown = await definitionsOf(client, tables)
  const migrations = await listMigrations(client)
  if (migrations.length === 0)
    throw new BackupError(
      'backup_nothing',
      '这个数据库里没有齐通的数据：请检查 DATA_DIR、DATABASE_URL 或 --database-url。',
    )
  const written: DumpManifest['tables'] = []
  for (const [index, table] of tables.entries()) {
    options.onProgress?.(`${table.schema}.${table.name}`, index, tables.length)
    const file = `${String(index + 1).padStart(4, '0')}.copy.zst`
    const { rows, sha256 } = await dumpTable(client, table, join(folder, file))
    written.push({ schema: table.schema, name: table.name, columns: table.columns, rows, file, sha256 })
  }
  // A sequence is not part of the snapshot: read last, it stands at or beyond every row above.
  const sequences = await listSequences(client)
  const { rows } = await client.query<{ server_version: string }>('show server_version')
  await client.query('commit')
  return {
    format: 'qitong-dump-1',
    createdAt: new Date().toISOString(),
    appVersion: options.appVersion,
    serverVersion: rows[0]!.server_version,
    migrations,
    tables: written,
    grown,
    partitions,
    sequences,
  }
}

// Settings that change how a value is written are fixed, so that any server reads it back the same. With row security off
// a role that may not see every row fails instead of leaving some out.
async function beginSnapshot(client: pg.Client): Promise<void> {
  await client.query('begin isolation level repeatable read read only')
  await client.query(`set local search_path = ''; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
    set local timezone = 'UTC'; set local extra_float_digits = 3; set local bytea_output = 'hex';
    set local xmloption = 'content'; set local row_security = off; set local statement_timeout = 0;
    set local idle_in_transaction_session_timeout = 0; set local client_encoding = 'UTF8'`)
}

async function dumpTable(client: pg.Client, table: Table, path: string): Promise<{ rows: number; sha256: string }> {
  const columns = quoteColumns(client, table.columns)
  const name = quote(client, table)
  // COPY of a partitioned table's name is only known from 18 on.
  const source = table.partitioned ? `(select ${columns} from ${name})` : `${name} (${columns})`
  const copy = client.query(copyTo(`copy ${source} to stdout`))
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  await pipeline(copy, createZstdCompress(), hashing, createWriteStream(path, { mode: 0o600, flush: true }))
  return { rows: copy.rowCount, sha256: hash.digest('hex') }
}
