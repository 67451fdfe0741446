import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { chmod, copyFile, cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { hashFile, type PhysicalManifest, verifyBackup, writeBackup } from './backup-folder.ts'
import { BackupError } from './errors.ts'
import { holdDirectory } from './lock.ts'
import { stopPostmaster } from './processes.ts'
import { findPostmaster } from './server.ts'
import { runningUrl, startPostgres } from './start.ts'

// Rebuilt by the server at each start, or of the running server only.
const emptied = new Set(
  'pg_wal pg_replslot pg_dynshmem pg_notify pg_serial pg_snapshots pg_stat_tmp pg_subtrans'.split(' '),
)
const skipped = /^(postmaster\.(pid|opts)|pg_internal\.init.*|pgsql_tmp.*|backup_label.*|tablespace_map.*)$/

/**
 * Copies the running cluster of `dir` as it stands, file by file, then starts the copy to prove it whole: what is kept is
 * recovered and cleanly stopped. For the same major version on the same kind of machine. Throws BackupError.
 */
export async function backupCluster(options: {
  dir: string
  to: string
  appVersion: string
  onProgress?: (step: string) => void
}): Promise<PhysicalManifest> {
  const dir = resolve(options.dir)
  const url = await runningUrl(dir)
  if (!url)
    throw new BackupError('backup_not_local', `${dir} 里没有正在运行的内置数据库：物理备份只用于运行中的内置数据库。`)
  return writeBackup(options.to, async (folder) => {
    options.onProgress?.('复制数据文件')
    await copyRunning(url, join(dir, 'cluster'), join(folder, 'cluster'))
    await copyFile(join(dir, 'secret'), join(folder, 'secret'))
    options.onProgress?.('试启动备份')
    const serverVersion = await proveStart(folder)
    options.onProgress?.('计算校验和')
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files: PhysicalManifest['files'] = []
    for (const entry of entries.filter((entry) => entry.isFile())) {
      const path = join(entry.parentPath, entry.name)
      files.push({ path: relative(folder, path), sha256: await hashFile(path) })
    }
    const createdAt = new Date().toISOString()
    return { format: 'qitong-physical-1', createdAt, appVersion: options.appVersion, serverVersion, files }
  })
}

async function copyRunning(url: string, from: string, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'qitong-backup' })
  await client.connect()
  try {
    await client.query('set statement_timeout = 0')
    if ((await readdir(join(from, 'pg_tblspc'))).length > 0)
      throw new BackupError('backup_not_local', '数据库使用了表空间，不能做物理备份：请去掉 --physical。')
    // The slot keeps the log segments of the copying from being recycled; being temporary, it ends with the connection.
    await client.query('select pg_create_physical_replication_slot($1, true, true)', [
      `qitong_backup_${randomBytes(4).toString('hex')}`,
    ])
    const start = await client.query<{ file: string }>(
      "select pg_walfile_name(pg_backup_start('qitong', fast => true)) as file",
    )
    await copyTree(from, to)
    await copyFile(join(from, 'global/pg_control'), join(to, 'global/pg_control'))
    const stop = await client.query<{ file: string; label: string }>(
      'select pg_walfile_name(lsn) as file, labelfile as label from pg_backup_stop(wait_for_archive => false)',
    )
    await writeFile(join(to, 'backup_label'), stop.rows[0]!.label, { mode: 0o600, flush: true })
    const first = start.rows[0]!.file
    const last = stop.rows[0]!.file
    for (const name of await readdir(join(from, 'pg_wal')))
      if (/^[0-9A-F]{24}$/.test(name) && name >= first && name <= last)
        await copyFile(join(from, 'pg_wal', name), join(to, 'pg_wal', name))
  } finally {
    await client.end()
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o700 })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (skipped.test(entry.name) || entry.name === 'pg_control') continue
    if (emptied.has(entry.name)) await mkdir(target, { mode: 0o700 })
    else if (entry.isDirectory()) await copyTree(source, target)
    else
      await copyFile(source, target, constants.COPYFILE_FICLONE).catch((error: NodeJS.ErrnoException) => {
        // A table dropped meanwhile; the log tells recovery so.
        if (error.code !== 'ENOENT') throw error
      })
  }
}

async function proveStart(folder: string): Promise<string> {
  // One call for the whole disk instead of one for each of some thousand files.
  const settings: Record<string, string> = process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}
  const server = await startPostgres({ dir: folder, settings })
  const client = new pg.Client(server.url)
  try {
    await client.connect()
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return rows[0]!.server_version
  } finally {
    await client.end()
    await server.stop()
    for (const name of await readdir(folder)) if (name !== 'cluster' && name !== 'secret') await rm(join(folder, name))
  }
}

/** Puts a physical backup into `dir`, whose server is stopped; with `replace` the cluster there is renamed aside. */
export async function restoreCluster(options: { from: string; dir: string; replace?: boolean }): Promise<void> {
  const dir = resolve(options.dir)
  const manifest = await verifyBackup(options.from)
  if (manifest.format !== 'qitong-physical-1')
    throw new BackupError('backup_unreadable', '这是按行的备份，请恢复到运行中的数据库。')
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const release = await holdDirectory(dir)
  try {
    const cluster = join(dir, 'cluster')
    const occupied = existsSync(cluster)
    if (occupied && !options.replace)
      throw new BackupError(
        'restore_not_empty',
        `${dir} 里已有数据库：请指定另一个数据目录，或加 --replace（原目录会改名保留）。`,
      )
    const left = occupied ? await findPostmaster(cluster) : undefined
    if (left) await stopPostmaster(left.pid)
    const fresh = join(dir, `new-${randomBytes(4).toString('hex')}`)
    await cp(join(options.from, 'cluster'), fresh, { recursive: true })
    await chmod(fresh, 0o700)
    await promisify(execFile)('sync', process.platform === 'linux' ? ['-f', fresh] : [])
    const aside = `before-restore-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}`
    if (occupied) {
      await copyFile(join(dir, 'secret'), join(dir, `${aside}.secret`))
      await rename(cluster, join(dir, aside))
    }
    await copyFile(join(options.from, 'secret'), join(dir, 'secret'))
    await chmod(join(dir, 'secret'), 0o600)
    await rename(fresh, cluster)
  } finally {
    release()
  }
}
