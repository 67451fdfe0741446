import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { isRunning, waitGone } from './processes.ts'
import { type PostgresOptions, type RunningPostgres, startPostgres } from './start.ts'

// Real starts on a busy machine with a slow disk.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const root = mkdtempSync(join(tmpdir(), 'qt-postgres-'))
chmodSync(root, 0o755)
const running = new Set<RunningPostgres>()
const strays = new Set<number>()
const children = new Set<ChildProcess>()

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const server of running) await server.stop()
  for (const pid of strays) if (await isRunning(pid)) process.kill(pid, 'SIGQUIT')
  children.clear()
  strays.clear()
  running.clear()
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

async function start(dir: string, options: Partial<PostgresOptions> = {}): Promise<RunningPostgres> {
  const server = await startPostgres({ dir, fsync: false, ...options })
  running.add(server)
  return server
}

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Another process that starts the database, prints what came of it, and holds it until killed. */
function startInChild(dir: string, prefix: string[] = [], env: Record<string, string> = {}) {
  const code = `import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, 'start.ts'))}
    try { const { url, pid, port, started } = await startPostgres({ dir: ${JSON.stringify(dir)}, fsync: false })
      console.log(JSON.stringify({ url, pid, port, started })); setInterval(() => {}, 1e6)
    } catch (error) { console.log(JSON.stringify({ code: error.code, message: error.message })) }`
  const [command = '', ...args] = [...prefix, process.execPath, '--input-type=module', '-e', code]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  children.add(child)
  const said = new Promise<{
    url: string
    pid: number
    port: number
    started: boolean
    code?: string
    message?: string
  }>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve(JSON.parse(line.toString())))
    child.once('exit', () => reject(new Error('ended without a word')))
  })
  said.then(({ pid }) => pid && strays.add(pid)).catch(() => {})
  return { child, said }
}

async function killHard(child: ChildProcess): Promise<void> {
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGKILL')
  await gone
}

const isRoot = process.getuid?.() === 0

// A real other account where it can reach this checkout; below a folder closed to others, a namespace without privileges.
function asOrdinaryUser(dir: string): string[] {
  mkdirSync(dir, { mode: 0o700 })
  if (!isRoot) return []
  const [, , uid = '', gid = ''] = /^nobody:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))![0].split(':')
  const real = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
  if (
    spawnSync('setpriv', [
      ...real.slice(1),
      process.execPath,
      '-e',
      `require('fs').readFileSync('${import.meta.filename}')`,
    ]).status
  )
    return ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`]
  chownSync(dir, Number(uid), Number(gid))
  return real
}

describe('a start from nothing', () => {
  it.each(['755', '700'])('works for the present user below a folder of mode %s', async (mode) => {
    const above = join(root, `mode-${mode}`)
    mkdirSync(above)
    chmodSync(above, mode)
    const steps: string[] = []
    const server = await start(join(above, 'db'), { onProgress: (step) => steps.push(step), fsync: true })
    expect(steps).toEqual(['建立数据库', '启动数据库'])
    expect(server.started).toBe(true)
    const [row] = await query<Record<string, string>>(
      server.url,
      `select current_setting('server_encoding') as encoding, current_setting('data_checksums') as checksums,
         current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets,
         current_setting('fsync') as fsync, (select datlocale from pg_database where datname = 'postgres') as locale`,
    )
    expect(row).toEqual({
      encoding: 'UTF8',
      checksums: 'on',
      addresses: '127.0.0.1',
      sockets: '',
      fsync: 'on',
      locale: 'C.UTF-8',
    })
    await server.stop()
    expect(await isRunning(server.pid)).toBe(false)
  })

  it.each([
    ['an ordinary user', []],
    ['a user without an account', ['unshare', '--user', '--map-user=54321', '--map-group=54321']],
  ])('works for %s in their own 0700 folder', async (who, second) => {
    const dir = join(root, who.replaceAll(' ', '-'))
    const { child, said } = startInChild(join(dir, 'db'), [...asOrdinaryUser(dir), ...second])
    const server = await said
    expect(server).toMatchObject({ started: true })
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await killHard(child)
    process.kill(server.pid, 'SIGQUIT')
    expect(await waitGone(server.pid, 10_000)).toBe(true)
  })

  it.runIf(isRoot)('hands the folder to a system account where namespaces are forbidden', async () => {
    const bin = join(root, 'bin')
    mkdirSync(bin)
    for (const name of ['sh', 'id']) execFileSync('ln', ['-s', `/usr/bin/${name}`, bin])
    const dir = join(root, 'no-namespace')
    const { child, said } = startInChild(dir, [], { PATH: bin })
    const server = await said
    const reachable =
      spawnSync('setpriv', ['--reuid=65534', '--clear-groups', 'test', '-r', import.meta.filename]).status === 0
    if (!reachable)
      return expect(server).toMatchObject({
        code: 'postgres_no_user',
        message: expect.stringContaining('DATABASE_URL'),
      })
    expect(statSync(join(dir, 'cluster')).uid).not.toBe(0)
    await killHard(child)
    const again = await start(dir)
    expect(again.started).toBe(false)
    await again.stop()
  })
})

describe('a database that is there', () => {
  const dir = join(root, 'kept')

  it('keeps rows, port and password over a stop, and lets no one in without the password', async () => {
    const first = await start(dir)
    await query(first.url, `create table kept (n int); insert into kept values (1)`)
    await expect(query(first.url.replace(/:[^:@]+@/, ':guess@'), 'select 1')).rejects.toMatchObject({ code: '28P01' })
    await expect(query(`postgres://postgres@127.0.0.1:${first.port}/postgres`, 'select 1')).rejects.toThrow(/password/)
    for (const file of ['secret', 'qitong.conf', 'postgres.log']) expect(statSync(join(dir, file)).mode & 0o77).toBe(0)
    await Promise.all([first.stop(), first.stop()])
    const second = await start(dir)
    expect([second.url, second.port]).toEqual([first.url, first.port])
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }])
  })

  it('runs in a process group of its own, so that Ctrl-C does not reach it', async () => {
    const { pid } = await start(dir)
    const group = (of: number | 'self') => readFileSync(`/proc/${of}/stat`, 'utf8').split(') ')[1]?.split(' ')[2]
    expect(group(pid)).toBe(String(pid))
    expect(group(pid)).not.toBe(group('self'))
  })

  it('is refused to a second start, in this process and in another', async () => {
    await start(dir)
    await expect(startPostgres({ dir })).rejects.toMatchObject({
      code: 'postgres_in_use',
      message: expect.stringContaining(String(process.pid)),
    })
    expect(await startInChild(dir).said).toMatchObject({ code: 'postgres_in_use' })
  })

  it('is taken over when only its owner was killed, committed rows and all', async () => {
    const { child, said } = startInChild(dir)
    const first = await said
    await query(first.url, 'insert into kept values (2)')
    await killHard(child)
    const second = await start(dir)
    expect(second).toMatchObject({ started: false, pid: first.pid, port: first.port })
    expect(await query(second.url, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }])
    await second.stop()
    expect(await isRunning(first.pid)).toBe(false)
  })

  it('is stopped and started anew when its owner was killed and other settings are asked for', async () => {
    const { child, said } = startInChild(dir)
    const first = await said
    await killHard(child)
    const second = await start(dir, { settings: { max_connections: '37' } })
    expect(second.started).toBe(true)
    expect(await isRunning(first.pid)).toBe(false)
    expect(await query(second.url, 'show max_connections')).toEqual([{ max_connections: '37' }])
    await second.stop()
  })

  it('comes back with every committed row after owner and database were killed, even if the process number lives on', async () => {
    const { child, said } = startInChild(dir)
    const first = await said
    await query(first.url, 'insert into kept values (3)')
    await killHard(child)
    process.kill(first.pid, 'SIGKILL')
    expect(await waitGone(first.pid, 10_000)).toBe(true)
    const pidFile = join(dir, 'cluster/postmaster.pid')
    writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(process.pid)))
    const second = await start(dir)
    expect(second.started).toBe(true)
    expect(await query(second.url, 'select count(*)::int as n from kept')).toEqual([{ n: 3 }])
    await second.stop()
  })

  it('says when it ends by itself, and only then', async () => {
    let ends = 0
    const server = await start(dir, { onExit: () => ends++ })
    process.kill(server.pid, 'SIGKILL')
    await expect.poll(() => ends, { timeout: 10_000 }).toBe(1)
    await server.stop()
    const next = await start(dir, { onExit: () => ends++ })
    await next.stop()
    await sleep(1_200)
    expect(ends).toBe(1)
  })

  it('moves to a free port when its own is taken, but never away from one asked for', async () => {
    const taken = createServer().listen(Number(readFileSync(join(dir, 'port'), 'utf8')), '127.0.0.1')
    await new Promise((done) => taken.once('listening', done))
    const port = (taken.address() as { port: number }).port
    await expect(startPostgres({ dir, port })).rejects.toMatchObject({
      code: 'postgres_port_taken',
      message: expect.stringContaining(String(port)),
    })
    const server = await start(dir)
    expect(server.port).not.toBe(port)
    await server.stop()
    taken.close()
  })

  it('explains a setting PostgreSQL does not accept', async () => {
    await expect(startPostgres({ dir, settings: { shared_buffers: 'much' } })).rejects.toMatchObject({
      code: 'postgres_failed',
      message: expect.stringMatching(/数据库参数有误[\s\S]*shared_buffers/),
    })
    await expect(startPostgres({ dir, settings: { 'a b': '1' } })).rejects.toThrow(/Bad setting/)
  })

  it('of another major version is refused, naming both and the way over', async () => {
    writeFileSync(join(dir, 'cluster/PG_VERSION'), '15\n')
    await expect(startPostgres({ dir })).rejects.toMatchObject({
      code: 'postgres_version',
      message: expect.stringMatching(/PostgreSQL 15 .*18.*npm run restore/),
    })
    rmSync(join(dir, 'cluster/PG_VERSION'))
    await expect(startPostgres({ dir })).rejects.toMatchObject({ code: 'postgres_damaged' })
  })
})

describe('a first start that was cut short', () => {
  it('by a kill in the middle of initdb, leaves a clean second try', async () => {
    const dir = join(root, 'cut')
    const { child, said } = startInChild(dir)
    await expect
      .poll(() => safeList(dir).some((name) => name.startsWith('new-')), { interval: 5, timeout: 10_000 })
      .toBe(true)
    await killHard(child)
    await expect(said).rejects.toThrow('ended without a word')
    expect(safeList(dir)).not.toContain('cluster')
    const server = await start(dir)
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(safeList(dir).filter((name) => name.startsWith('new-'))).toEqual([])
    await server.stop()
  })

  it('never touches a folder that holds something else', async () => {
    const dir = join(root, 'foreign')
    mkdirSync(dir)
    writeFileSync(join(dir, 'thesis.docx'), '')
    await expect(startPostgres({ dir })).rejects.toMatchObject({ code: 'postgres_foreign_folder' })
    expect(safeList(dir)).toEqual(['thesis.docx'])
  })

  it('names the programs it could not run', async () => {
    await expect(startPostgres({ dir: join(root, 'none'), binDir: root })).rejects.toMatchObject({
      code: 'postgres_programs_missing',
    })
  })
})

function safeList(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}
