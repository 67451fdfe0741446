export type PostgresStartCode =
  | 'postgres_programs_missing'
  | 'postgres_in_use'
  | 'postgres_no_user'
  | 'postgres_permission'
  | 'postgres_foreign_folder'
  | 'postgres_disk_full'
  | 'postgres_version'
  | 'postgres_port_taken'
  | 'postgres_damaged'
  | 'postgres_failed'

/** A start that did not succeed; `message` is Chinese and says what the operator does next. */
export class PostgresStartError extends Error {
  override readonly name = 'PostgresStartError'
  readonly code: PostgresStartCode
  constructor(code: PostgresStartCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Turns what initdb or postgres wrote before dying into an error the operator can act on. */
export function explainFailure(output: string, dir: string): PostgresStartError {
  const tail = output.trim().split('\n').slice(-12).join('\n')
  const fail = (code: PostgresStartCode, text: string) => new PostgresStartError(code, `${text}\n${tail}`)
  if (/No space left on device|Disk quota exceeded/.test(output))
    return fail(
      'postgres_disk_full',
      `磁盘已满，数据库无法启动：请清理 ${dir} 所在磁盘后重新启动，已提交的数据不会丢失。`,
    )
  if (/Address already in use|could not bind/.test(output))
    return fail('postgres_port_taken', '数据库端口已被占用：请换一个端口，或停止占用它的程序后重新启动。')
  if (/lock file ".*" already exists|pre-existing shared memory block/.test(output))
    return fail('postgres_in_use', `数据目录 ${dir} 正被另一个数据库进程使用：请先停止它，再重新启动。`)
  if (/Permission denied|has wrong ownership|has invalid permissions/.test(output))
    return fail('postgres_permission', noAccess(dir))
  if (/invalid value for parameter|unrecognized configuration parameter|contains errors/.test(output))
    return fail('postgres_failed', `数据库参数有误：请改正下面指出的参数后重新启动。`)
  if (/could not locate a valid checkpoint|invalid checkpoint|invalid data in file|PANIC:/.test(output))
    return fail('postgres_damaged', `数据目录 ${dir} 已损坏：请把它改名保留，再用 npm run restore 恢复最近的备份。`)
  return fail('postgres_failed', `数据库没有启动成功：请查看 ${dir}/postgres.log 末尾的原因。`)
}

// Of SQLite, whose file is the lock: 3 no permission, 8 read-only, 13 disk full, 14 cannot open.
const noPermission = new Set<unknown>(['EACCES', 'EPERM', 'EROFS', 3, 8, 14])
const diskFull = new Set<unknown>(['ENOSPC', 'EDQUOT', 13])

/** An operating system error as a PostgresStartError; anything else as it came. */
export function asStartError(error: unknown, dir: string): unknown {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  const kind = code === 'ERR_SQLITE_ERROR' ? errcode : code
  if (noPermission.has(kind)) return new PostgresStartError('postgres_permission', noAccess(dir), { cause: error })
  if (diskFull.has(kind)) return new PostgresStartError('postgres_disk_full', noSpace(dir), { cause: error })
  return error
}

function noAccess(dir: string): string {
  return `没有权限读写数据目录 ${dir}：请用创建它的用户启动，或执行 chown -R 把它交给当前用户。`
}

function noSpace(dir: string): string {
  return `磁盘已满，数据库无法启动：请清理 ${dir} 所在磁盘后重新启动，已提交的数据不会丢失。`
}

export type BackupCode =
  | 'backup_target_exists'
  | 'backup_target_full'
  | 'backup_nothing'
  | 'backup_not_local'
  | 'backup_unreadable'
  | 'backup_damaged'
  | 'restore_not_empty'
  | 'restore_schema_differs'
  | 'restore_server_too_old'
  | 'restore_busy'
  | 'restore_needs_superuser'

/** A backup or restore that did not succeed and changed nothing; `message` is Chinese and says what to do next. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
  readonly code: BackupCode
  constructor(code: BackupCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
