import path from 'node:path'
import { parseArgs } from 'node:util'
import { createServer } from '#kernel/app'
import { ConfigError, readConfig } from '#kernel/config'
import { AppError } from '#kernel/errors'
import { ensureDatabase } from '#kernel/migrate'
import type { SystemCtx } from '#kernel/module'
import { PostgresStartError, withPostgres } from '#kernel/postgres'
import { asSystem } from '#kernel/system'
import { type Appointed, appointFirst, firstRoles, renewFirst } from '#platform/identity'
import { modules } from '../app/modules.ts'
import { version } from '../app/version.ts'

// npm run admins -- appoint …: the three administrators of a system that has none. See docs/operate/accounts.md.

const USAGE = `用法（环境变量与启动服务时相同）：
  npm run admins -- appoint --root 山东省 --unit 山东省大数据局 --system 姓名:登录名 --security 姓名:登录名 --auditor 姓名:登录名
  npm run admins -- renew        给还没有设过口令的管理员重发一次性码
--root 只在目录还空着时要写。`

const options = {
  root: { type: 'string' },
  unit: { type: 'string' },
  system: { type: 'string' },
  security: { type: 'string' },
  auditor: { type: 'string' },
} as const

class UsageError extends Error {}

const read = (args: string[]): ((ctx: SystemCtx) => Promise<Appointed[]>) => {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const { root, unit, system, security, auditor } = values
  if (positionals[0] === 'renew') return renewFirst
  if (positionals[0] !== 'appoint' || !unit || !system || !security || !auditor) throw new UsageError(USAGE)
  const named = { 'system-admin': system, 'security-admin': security, auditor }
  const people = Object.entries(named).map(([role, text]) => {
    const [name, login, more] = text.split(':').map((part) => part.trim())
    if (!name || !login || more !== undefined) throw new UsageError(`“${text}”请写成 姓名:登录名。\n${USAGE}`)
    return { role: role as keyof typeof named, name, login }
  })
  return (ctx) => appointFirst(ctx, { root, unit, people })
}

const say = ({ role, name, login, parts, expiresAt }: Appointed): string =>
  `${firstRoles[role]}  ${name}\n  登录名 ${login}\n  第一段 ${parts[0]}\n  第二段 ${parts[1]}\n  ${expiresAt.toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai' })} 前有效，用一次`

const run = async (): Promise<void> => {
  const work = read(process.argv.slice(2))
  const config = readConfig({ ...process.env, JOBS: 'false', LOG_LEVEL: 'error' })
  const on = async (adminUrl: string): Promise<Appointed[]> => {
    const server = await createServer({ config, version, modules, adminUrl })
    try {
      return await asSystem(server.kernel, work)
    } finally {
      await server.stop()
    }
  }
  const done = config.DATABASE_URL
    ? await on(config.DATABASE_URL)
    : await withPostgres(path.resolve(config.DATA_DIR, 'postgres'), async (url) =>
        on(await ensureDatabase(url, 'qitong')),
      )
  if (done.length === 0) console.log('没有要重发的：管理员都已设过口令，或还没有任命。')
  else
    console.log(
      `${done.map(say).join('\n\n')}\n\n一次性码只显示这一次，请分别当面交给本人。本人打开 ${config.PUBLIC_ORIGIN ?? '登录地址'}/recover，凭两段码设口令后登录，随即在“安全设置”里启用第二步验证。`,
    )
}

run().catch((error: Error & { code?: string }) => {
  const known = [UsageError, ConfigError, AppError, PostgresStartError].some((type) => error instanceof type)
  const usage = error.code?.startsWith('ERR_PARSE_ARGS') ? USAGE : undefined
  console.error(usage ?? (known ? error.message : error))
  process.exitCode = 1
})
