import { chmodSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PostgresStartError } from './errors.ts'

// A lock that nothing refers to would be collected, and freed with it.
const held = new Set<DatabaseSync>()

/**
 * Holds `dir` for this process until the returned function is called; throws `postgres_in_use` while another holds it.
 * The lock is SQLite's lock of an empty file: Node has no flock, and the system frees this one when the process is killed.
 */
export async function holdDirectory(dir: string): Promise<() => void> {
  const file = join(dir, 'lock')
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if ((cause as { errcode?: number }).errcode !== 5) throw cause
    const owner = await readFile(join(dir, 'owner'), 'utf8').catch(() => '?')
    throw new PostgresStartError(
      'postgres_in_use',
      `数据目录 ${dir} 正被另一个齐通服务使用（进程 ${owner.trim()}）：请先停止它，或为本服务指定另一个数据目录。`,
      { cause },
    )
  }
  held.add(lock)
  chmodSync(file, 0o600)
  await writeFile(join(dir, 'owner'), `${process.pid}\n`, { mode: 0o600 })
  return () => {
    if (held.delete(lock)) lock.close()
  }
}
