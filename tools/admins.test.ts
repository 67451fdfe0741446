import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postmasterOf, type Running, startPlatform } from './processes.ts'

/** The command as whoever runs the system types it, beside a platform that was started for production. */

let folder: string
let env: Record<string, string>
let platform: Running
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qitong-admins-'))
  env = {
    NODE_ENV: 'production',
    DATA_DIR: path.join(folder, 'data'),
    PUBLIC_ORIGIN: 'https://qt.example.gov.cn',
    SECRET_KEY: randomBytes(32).toString('base64url'),
  }
  platform = startPlatform(env)
  await platform.ready(200_000)
}, 240_000)
afterAll(async () => {
  await platform.stop()
  const pid = await postmasterOf(env.DATA_DIR!)
  if (pid) process.kill(pid, 'SIGQUIT')
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
})

const run = (args: readonly string[], more: Record<string, string> = env) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'admins.ts'), ...args], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (text: Buffer) => (out += text.toString()))
    child.stderr.on('data', (text: Buffer) => (err += text.toString()))
    child.once('close', (code) => resolve({ code, out, err }))
  })
const appoint = ['appoint', '--root', '山东省', '--unit', '山东省大数据局']
const three = ['--system', '高文博:gaowenbo', '--security', '林沐阳:linmuyang', '--auditor', '毕佳禾:bijiahe']

const call = (method: string, where: string, body?: object, cookie?: string) =>
  fetch(`${platform.url}${where}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-requested-with': 'qitong', ...(cookie ? { cookie } : {}) },
    body: body && JSON.stringify(body),
  })
const NEXT = 'four plain words here'
const recover = async (account: string, [first, second]: readonly string[]): Promise<number> =>
  (await call('POST', '/api/session/recover', { account, first, second, next: NEXT })).status
const partsOf = (out: string, login: string): string[] =>
  new RegExp(`登录名 ${login}\\n\\s+第一段 (\\S+)\\n\\s+第二段 (\\S+)`).exec(out)!.slice(1)

describe('npm run admins', () => {
  it('says how it is used, and what is wrong, before it touches anything', { timeout: 120_000 }, async () => {
    const wrong = [['appoint'], ['promote'], ['appoint', '--who', 'me']]
    for (const { code, out, err } of await Promise.all(wrong.map((args) => run(args)))) {
      expect([code, out]).toEqual([1, ''])
      expect(err).toContain('npm run admins -- appoint --root')
    }
    const [named, unsafe] = await Promise.all([
      run([...appoint, '--system', '高文博', '--security', '林沐阳:linmuyang', '--auditor', '毕佳禾:bijiahe']),
      run([...appoint, ...three], { NODE_ENV: 'production', DATA_DIR: env.DATA_DIR! }),
    ])
    expect(named.err).toContain('“高文博”请写成 姓名:登录名')
    expect(unsafe.code).toBe(1)
    for (const word of ['生产环境拒绝启动', 'PUBLIC_ORIGIN', 'SECRET_KEY']) expect(unsafe.err).toContain(word)
  })

  it('appoints the three of an empty production system once; their parts open the accounts of the running platform', {
    timeout: 120_000,
  }, async () => {
    const stranger = (await (await call('GET', '/api/session')).json()) as object
    expect(stranger).toMatchObject({ signedIn: false, demo: false })
    expect(stranger).not.toHaveProperty('demoAccounts')
    expect((await run(['renew'])).out).toContain('没有要重发的')
    const twice = await run([
      ...appoint,
      '--system',
      '高文博:gaowenbo',
      '--security',
      '高文博:linmuyang',
      '--auditor',
      '毕佳禾:bijiahe',
    ])
    expect([twice.code, twice.err.trim()]).toEqual([1, '三员须是三个人，用三个登录名。'])

    const done = await run([...appoint, ...three])
    expect([done.code, done.err]).toEqual([0, ''])
    for (const word of [
      '系统管理员  高文博',
      '安全管理员  林沐阳',
      '审计员  毕佳禾',
      'https://qt.example.gov.cn/recover',
    ])
      expect(done.out).toContain(word)
    const system = partsOf(done.out, 'gaowenbo')
    expect(await recover('gaowenbo', [system[0]!, partsOf(done.out, 'linmuyang')[1]!])).toBe(400)
    expect(await recover('gaowenbo', system)).toBe(200)
    const answer = await call('POST', '/api/session', { account: 'gaowenbo', password: NEXT })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ signedIn: true, actor: { name: '高文博', unitName: '山东省大数据局' } })
    const cookie = answer.headers
      .getSetCookie()
      .map((set) => set.split(';')[0])
      .join('; ')
    expect(cookie).toContain('__Host-')
    expect((await call('GET', '/api/grants', undefined, cookie)).status).toBe(200)

    const again = await run([...appoint, ...three])
    expect(again.code).toBe(1)
    expect(again.err).toContain('已有管理员')
    expect(again.err).not.toContain('    at ')
  })

  it('gives new parts to those who have no password yet, in place of the old ones', { timeout: 120_000 }, async () => {
    const first = await run(['renew'])
    expect(first.out).not.toContain('gaowenbo')
    const second = await run(['renew'])
    expect(await recover('linmuyang', partsOf(first.out, 'linmuyang'))).toBe(400)
    expect(await recover('linmuyang', partsOf(second.out, 'linmuyang'))).toBe(200)
    expect(await recover('bijiahe', partsOf(second.out, 'bijiahe'))).toBe(200)
    expect((await run(['renew'])).out).toContain('没有要重发的')
  })
})
