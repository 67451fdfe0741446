import { spawnSync } from 'node:child_process'
import { lchown, lstat, readdir, readFile, stat } from 'node:fs/promises'
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
 * Who runs PostgreSQL on `dir`: the present user, unless that is root, whom PostgreSQL refuses, or a bare number without
 * an account, whom initdb refuses. Then, in this order: for root the ordinary user who owns the directory or the one above
 * it; a user namespace, which works below a 0700 folder; for root a system account that can reach the directory. The
 * directory is handed to whoever it is. Throws `postgres_no_user`.
 */
export async function chooseUser(dir: string, postgres: string): Promise<RunAs> {
  const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const accounts = await systemAccounts()
  const inNamespace = accounts.map(({ uid, gid }) => ({
    runAs: { prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`] },
    owner: me,
  }))
  const asUser = (owner: User) => ({ runAs: { prefix: [], uid: owner.uid, gid: owner.gid }, owner })
  const before = await stat(dir)
  const owners = [before, await stat(dirname(dir))].filter((owner) => owner.uid !== 0)
  const candidates: { runAs: RunAs; owner: User }[] =
    me.uid === 0
      ? [...owners.map(asUser), ...inNamespace, ...accounts.map(asUser)]
      : [{ runAs: { prefix: [] }, owner: me }, ...inNamespace]
  for (const { runAs, owner } of candidates) {
    if (me.uid === 0) await giveTo(dir, owner)
    if (canRun(runAs, dir, postgres)) return runAs
  }
  if (me.uid === 0) await giveTo(dir, before)
  throw new PostgresStartError(
    'postgres_no_user',
    `数据库不能以 root 或没有账户名的用户身份运行，本机又不允许用户命名空间（unshare），其他用户也进不了 ${dir}：请用有账户名的普通用户启动，或把程序放到其他用户可以进入的目录（如 /opt/qitong，权限 0755），或设置 DATABASE_URL。`,
  )
}

/** Command, arguments and options to spawn `program` under `runAs`. */
export function commandAs(runAs: RunAs, program: string, args: string[]) {
  const [command = program, ...rest] = [...runAs.prefix, program, ...args]
  const { uid, gid } = runAs
  // Not the whole environment: it may hold the secrets of the server.
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
  return { command, args: rest, options: { cwd: '/', env, ...(uid === undefined ? {} : { uid, gid }) } }
}

function canRun(runAs: RunAs, dir: string, postgres: string): boolean {
  const probe = 'id -un && cd "$1" && test -r . && test -w . && exec "$2" --version'
  const { command, args, options } = commandAs(runAs, '/bin/sh', ['-c', probe, 'sh', dir, postgres])
  return spawnSync(command, args, { ...options, stdio: 'ignore' }).status === 0
}

async function systemAccounts(): Promise<User[]> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  return ['postgres', 'nobody'].flatMap((name) => {
    const [, , uid, gid] = lines.find((line) => line[0] === name) ?? []
    return uid && gid ? [{ uid: Number(uid), gid: Number(gid) }] : []
  })
}

// Root may have put files of its own there since (a log, a restored cluster), so every entry is looked at.
async function giveTo(dir: string, owner: User): Promise<void> {
  for (const name of await readdir(dir)) {
    const path = join(dir, name)
    const now = await lstat(path)
    if (now.uid === owner.uid && now.gid === owner.gid) continue
    if (now.isDirectory())
      for (const entry of await readdir(path, { withFileTypes: true, recursive: true }))
        await lchown(join(entry.parentPath, entry.name), owner.uid, owner.gid)
    // After what is in it, so that a handover cut short is done again.
    await lchown(path, owner.uid, owner.gid)
  }
  await lchown(dir, owner.uid, owner.gid)
}
