import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureDatabase, MigrationError, migrate } from '#kernel/migrate'
import {
  BackupError,
  backupCluster,
  dumpDatabase,
  PostgresStartError,
  restoreCluster,
  restoreDatabase,
  verifyBackup,
  withPostgres,
} from '#kernel/postgres'
import { modules } from '../../app/modules.ts'
import { progressBar } from '../../app/progress.ts'
import { version } from '../../app/version.ts'

type Env = Record<string, string | undefined>

export class UsageError extends Error {}

const elsewhere =
  '数据库之外的文件、密钥（SECRET_KEY 或数据目录 secrets/）不在备份里：请另行保管，缺了密钥，加密的字段无法读出。'

/** `npm run backup -- --to <folder> [--physical] [--database-url <url>]`; answers what to tell the operator. */
export async function backup(args: string[], env: Env): Promise<string> {
  const {
    to,
    physical,
    'database-url': given,
  } = read(args, {
    to: { type: 'string' },
    physical: { type: 'boolean' },
    'database-url': { type: 'string' },
  })
  if (!to) throw new UsageError('请指定备份到哪里：npm run backup -- --to <新文件夹> [--physical]')
  const url = given || env.DATABASE_URL
  if (!url && !existsSync(join(postgresDir(env), 'cluster')))
    throw new BackupError(
      'backup_nothing',
      `${postgresDir(env)} 里没有数据库：请检查 DATA_DIR，或用 --database-url 指明。`,
    )
  const bar = progressBar()
  try {
    if (physical) await backupCluster({ dir: postgresDir(env), to, appVersion: version, onProgress: bar.step })
    else
      await onDatabase(url, env, (url) =>
        dumpDatabase({
          url,
          to,
          appVersion: version,
          onProgress: (_, done, all) => bar.progress('备份数据表', done, all),
        }),
      )
  } finally {
    bar.end()
  }
  return `已备份到 ${resolve(to)}（${await megabytes(to)} MB）。\n恢复：npm run restore -- --from ${resolve(to)}\n${elsewhere}`
}

/** `npm run restore -- --from <folder> [--replace] [--database-url <url>]`; answers what to tell the operator. */
export async function restore(args: string[], env: Env): Promise<string> {
  const {
    from,
    replace,
    'database-url': given,
  } = read(args, {
    from: { type: 'string' },
    replace: { type: 'boolean' },
    'database-url': { type: 'string' },
  })
  if (!from)
    throw new UsageError(
      '请指定备份所在的文件夹：npm run restore -- --from <文件夹> [--replace] [--database-url <地址>]',
    )
  const bar = progressBar()
  try {
    bar.step('核对备份')
    const { format, createdAt } = await verifyBackup(from)
    if (format === 'qitong-physical-1') await restoreCluster({ from, dir: postgresDir(env), replace })
    else
      await onDatabase(given || env.DATABASE_URL, env, (url) =>
        restoreDatabase({
          from,
          url,
          replace,
          migrate: (to, only) => migrate(to, modules, { only }),
          onProgress: (_, done, all) => bar.progress('恢复数据表', done, all),
        }),
      )
    return `已恢复 ${createdAt} 的备份。`
  } finally {
    bar.end()
  }
}

/** Runs a command for the shell: what it answers, or its error when that says what to do, else where the bug is. */
export async function runCommand(command: (args: string[], env: Env) => Promise<string>): Promise<void> {
  try {
    console.log(await command(process.argv.slice(2), process.env))
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
}

function explain(error: unknown): unknown {
  const known = [BackupError, PostgresStartError, MigrationError, UsageError]
  if (known.some((type) => error instanceof type)) return (error as Error).message
  const { code, message } = error as { code?: string; message: string }
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code?.startsWith('28') || code === '3D000')
    return `连不上数据库：${message}\n请检查 --database-url 或 DATABASE_URL 的地址、口令和库名。`
  return error
}

function onDatabase<T>(url: string | undefined, env: Env, work: (url: string) => Promise<T>): Promise<T> {
  return url
    ? work(url)
    : withPostgres(postgresDir(env), async (server) => work(await ensureDatabase(server, 'qitong')))
}

function postgresDir(env: Env): string {
  return resolve(env.DATA_DIR || './data', 'postgres')
}

function read<O extends Record<string, { type: 'string' | 'boolean' }>>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, strict: true }).values
  } catch (error) {
    throw new UsageError(`不认识的参数：${(error as Error).message}`)
  }
}

async function megabytes(folder: string): Promise<string> {
  let bytes = 0
  for (const name of await readdir(folder, { recursive: true })) bytes += (await stat(join(folder, name))).size
  return (bytes / 1024 / 1024).toFixed(1)
}
