import { z } from 'zod'

const flag = z.stringbool({ truthy: ['1', 'true', 'yes', 'on'], falsy: ['0', 'false', 'no', 'off', ''] })
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )

/** Every variable the server reads; `describe` is the sentence of the table in docs/operate/config.md. */
export const ConfigSchema = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('运行方式；production 下拒绝演示账号与不安全的设置'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000).describe('监听端口，0 为任选'),
  HOST: z.string().default('127.0.0.1').describe('监听地址；放在反向代理之后时用 0.0.0.0'),
  PUBLIC_ORIGIN: z.url().optional().describe('浏览器看到的地址，如 https://qt.example.gov.cn；生产必填，须为 https'),
  TRUST_PROXY: list.describe('可信代理的地址段，逗号分隔；据此认定来访地址'),
  DATA_DIR: z.string().default('./data').describe('数据目录：内置数据库、文件与密钥'),
  DATABASE_URL: z.string().optional().describe('外接 PostgreSQL（≥ 15）的迁移连接，空则用内置数据库'),
  APP_DATABASE_URL: z.string().optional().describe('外接库的应用连接；空则由迁移连接建立 qitong_app 角色'),
  DB_POOL: z.coerce.number().int().min(2).max(200).default(16).describe('每个进程的数据库连接数'),
  STATEMENT_TIMEOUT_MS: z.coerce.number().int().min(100).default(10_000).describe('一条语句最长毫秒数'),
  NATS_URL: z.string().optional().describe('多进程之间的消息总线；空则只在进程内'),
  JOBS: flag.default(true).describe('本进程是否执行后台任务'),
  SECRET_KEY: z.string().min(32).optional().describe('主密钥（至少 32 字符）；空则生成并存入数据目录 secrets/'),
  SESSION_HOURS: z.coerce.number().min(0.1).max(72).default(12).describe('一次登录最长的小时数'),
  SESSION_IDLE_MINUTES: z.coerce.number().min(1).max(4320).default(480).describe('多少分钟没有人操作就结束登录'),
  // An office of a thousand behind one address, a third of whom sign in by message at half past eight; each number has limits of its own.
  SMS_PER_ADDRESS: z.coerce
    .number()
    .int()
    .min(1)
    .default(600)
    .describe('一个来访地址每小时最多请求的短信验证码；整个单位常共用一个地址'),
  DEMO: flag.optional().describe('空库时是否装入演示省；开发默认是，生产只能否'),
  DEMO_PEOPLE: z.coerce.number().int().min(500).max(1_400_000).default(20_000).describe('演示省的人数'),
  DEMO_PASSWORD: z.string().min(8).optional().describe('演示账号的口令；空则随机生成并打印'),
  UPLOAD_MAX_MB: z.coerce.number().int().min(1).max(10_240).default(200).describe('单个文件上限（MB）'),
  OUTBOUND_ALLOW: list.describe('允许访问的外部主机，逗号分隔，如 api.example.gov.cn:443；空则一概不许'),
  BUILT_IN_CA: flag.default(false).describe('生产环境是否启用内置的 SM2 签发机构；开发环境总是启用'),
  METRICS_TOKEN: z.string().min(16).optional().describe('抓取 /metrics 的令牌；空则只许本机'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('日志级别'),
  HOME_NODE: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .default('province')
    .describe('本节点名：事件、审计与导出都带上它'),
})
export type Config = z.output<typeof ConfigSchema> & { DEMO: boolean }

export class ConfigError extends Error {}

/** Reads and validates the environment; every fault is named at once, in Chinese. Unset and empty mean the same. */
export const readConfig = (env: Record<string, string | undefined>): Config => {
  const given = Object.fromEntries(
    Object.entries(env).filter(([key, value]) => key in ConfigSchema.shape && value !== ''),
  )
  const parsed = ConfigSchema.safeParse(given)
  if (!parsed.success)
    throw new ConfigError(
      `环境变量有误，请改正后再启动：\n${parsed.error.issues.map((issue) => `  ${issue.path.join('.')}：${issue.message}`).join('\n')}`,
    )
  const config = { ...parsed.data, DEMO: parsed.data.DEMO ?? parsed.data.NODE_ENV !== 'production' }
  const faults = config.NODE_ENV === 'production' ? productionFaults(config) : []
  if (faults.length > 0) throw new ConfigError(`生产环境拒绝启动：\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
  return config
}

const productionFaults = (config: Config): string[] => {
  const faults: string[] = []
  if (config.DEMO) faults.push('DEMO：生产环境不能装入演示数据。请删去此项。')
  if (config.DEMO_PASSWORD) faults.push('DEMO_PASSWORD：生产环境不能有演示口令。请删去此项。')
  if (!config.PUBLIC_ORIGIN?.startsWith('https://'))
    faults.push('PUBLIC_ORIGIN：必须是 https 地址，登录凭证只在加密连接上发送。')
  if (!config.SECRET_KEY) faults.push('SECRET_KEY：必须由运维给定并另行保管，不能自动生成。')
  if (config.SECRET_KEY && new Set(config.SECRET_KEY).size < 10) faults.push('SECRET_KEY：过于简单，请用随机值。')
  return faults
}
