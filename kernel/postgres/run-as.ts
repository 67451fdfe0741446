import { spawnSync } from 'node:child_process'
import { chown, lchown, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PostgresStartError } from './errors.ts'

/** How to run a program as the owner of the data directory. */
export interface RunAs {
  /** Words put before the command. */
  prefix: string[]
  uid?: number
  gid?: number
}

interface User {
  uid: number
  gid: number
}

/**
 * Who runs PostgreSQL on `dir`. PostgreSQL refuses root, so root looks for, in this order: the ordinary user who owns the
 * directory or the one above it; a user namespace, which works below a 0700 folder of root; a system account that can
 * reach the directory. The directory is handed to that user. Throws `postgres_no_user`.
 */
export async function chooseUser(dir: string, postgres: string): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { prefix: [] }
  const accounts = await systemAccounts()
  const root: User = { uid: 0, gid: 0 }
  const owners = [await stat(dir), await stat(dirname(dir))].filter((owner) => owner.uid !== 0)
  const candidates: { runAs: RunAs; owner: User }[] = [
    ...owners.map((owner) => ({ runAs: { prefix: [], uid: owner.uid, gid: owner.gid }, owner })),
    // initdb looks its user up by name, so the namespace maps root to an account that exists.
    ...accounts.map(({ uid, gid }) => ({
      runAs: { prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`] },
      owner: root,
    })),
    ...accounts.map((owner) => ({ runAs: { prefix: [], ...owner }, owner })),
  ]
  for (const { runAs, owner } of candidates) {
    await giveTo(dir, owner)
    if (canRun(runAs, dir, postgres)) return runAs
  }
  throw new PostgresStartError(
    'postgres_no_user',
    `数据库不能以 root 身份运行，而本机不允许用户命名空间（unshare），普通用户又进不了 ${dir}：请改用普通用户启动，或把程序放到其他用户可以进入的目录（如 /opt/qitong，权限 0755），或设置 DATABASE_URL。`,
  )
}

/** Command, arguments and options to spawn `program` under `runAs`. */
export function commandAs(runAs: RunAs, program: string, args: string[]) {
  const [command = program, ...rest] = [...runAs.prefix, program, ...args]
  const { uid, gid } = runAs
  return { command, args: rest, options: uid === undefined ? {} : { uid, gid } }
}

function canRun(runAs: RunAs, dir: string, postgres: string): boolean {
  const probe = 'cd "$1" && test -w . && test -x . && exec "$2" --version'
  const { command, args, options } = commandAs(runAs, '/bin/sh', ['-c', probe, 'sh', dir, postgres])
  return spawnSync(command, args, { ...options, cwd: '/', stdio: 'ignore' }).status === 0
}

async function systemAccounts(): Promise<User[]> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  return ['postgres', 'nobody'].flatMap((name) => {
    const [, , uid, gid] = lines.find((line) => line[0] === name) ?? []
    return uid && gid ? [{ uid: Number(uid), gid: Number(gid) }] : []
  })
}

// Root's own files at the top (secret, lock, log) are handed over each time, the cluster only when the owner changes.
async function giveTo(dir: string, owner: User): Promise<void> {
  const now = await stat(dir)
  const recursive = now.uid !== owner.uid || now.gid !== owner.gid
  for (const entry of await readdir(dir, { withFileTypes: true, recursive }))
    await lchown(join(entry.parentPath, entry.name), owner.uid, owner.gid)
  // Last, so that a handover cut short is done again.
  await chown(dir, owner.uid, owner.gid)
}
