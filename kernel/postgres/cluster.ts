import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFile, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { explainFailure, PostgresStartError } from './errors.ts'
import type { Programs } from './programs.ts'
import { commandAs, type RunAs } from './run-as.ts'

/** A new cluster takes 40 MB, its first log segments and the demo data the rest. */
const spaceForCluster = 300 * 1024 * 1024

// pg_trgm and word splitting read Chinese letters only under a UTF-8 character type; macOS and older systems lack the first.
const locales = ['C.UTF-8', 'en_US.UTF-8', 'zh_CN.UTF-8']

/** Throws `postgres_disk_full` when fewer than `bytes` are free for `dir`. */
export async function requireSpace(dir: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir)
  if (bavail * bsize >= bytes) return
  const megabytes = (n: number) => Math.floor(n / 1024 / 1024)
  throw new PostgresStartError(
    'postgres_disk_full',
    `磁盘空间不足：${dir} 所在磁盘只剩 ${megabytes(bavail * bsize)} MB，建立数据库至少需要 ${megabytes(bytes)} MB。请清理后重新启动。`,
  )
}

/** Throws `postgres_version` when another major version built the cluster, `postgres_damaged` when it is none. */
export async function checkVersion(cluster: string, major: number): Promise<void> {
  const found = (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  if (found === String(major)) return
  if (found === '')
    throw new PostgresStartError(
      'postgres_damaged',
      `${cluster} 不是完整的数据库目录：请把它改名保留，再用 npm run restore 恢复最近的备份。`,
    )
  throw new PostgresStartError(
    'postgres_version',
    `数据目录 ${cluster} 由 PostgreSQL ${found} 建立，本程序自带的是 ${major}，两者不能混用。请用升级前的程序执行 npm run backup -- --to <备份目录>，把该数据目录改名保留，启动本程序后执行 npm run restore -- --from <备份目录>。`,
  )
}

/** The superuser's password, made on first use and readable by the owner of the directory alone. */
export async function readSecret(dir: string): Promise<string> {
  const file = join(dir, 'secret')
  const kept = (await readFile(file, 'utf8').catch(absent)).trim()
  if (kept) return kept
  const secret = randomBytes(24).toString('base64url')
  await writeFile(`${file}.new`, secret, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return secret
}

/** Builds the cluster beside its place and moves it there when whole, so that a start killed midway leaves nothing. */
export async function createCluster(dir: string, programs: Programs, runAs: RunAs, fsync: boolean): Promise<void> {
  await requireSpace(dir, spaceForCluster)
  for (const name of await readdir(dir))
    if (name.startsWith('new-')) await rm(join(dir, name), { recursive: true, force: true, maxRetries: 5 })
  const fresh = join(dir, `new-${randomBytes(4).toString('hex')}`)
  const args = ['-D', fresh, '-U', 'postgres', '-E', 'UTF8', '--data-checksums', '--auth=scram-sha-256']
  args.push(`--pwfile=${join(dir, 'secret')}`)
  // The builtin provider sorts the same on every machine; before 17 the C library's C.UTF-8 is the nearest.
  if (programs.major >= 17) args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8')
  if (!fsync) args.push('--no-sync')
  for (const locale of locales) {
    const output = await initdb(commandAs(runAs, programs.initdb, [...args, `--locale=${locale}`]))
    if (output === undefined) break
    if (!/invalid locale/.test(output) || locale === locales.at(-1)) throw explainFailure(output, dir)
  }
  await appendFile(
    join(fresh, 'postgresql.conf'),
    "\n# Lines below the next one win over it\ninclude '../qitong.conf'\n",
  )
  await rename(fresh, join(dir, 'cluster'))
}

// What went wrong, or nothing when it worked.
function initdb({ command, args, options }: ReturnType<typeof commandAs>): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve(code === 0 ? undefined : output))
  })
}

function absent(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return ''
  throw error
}
