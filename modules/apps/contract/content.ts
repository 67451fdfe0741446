import { z } from 'zod'

/** What an application may ask for when a person signs in (OpenID Connect Core §5.4); `openid` goes without saying. */
export const identityScopes = {
  profile: '姓名',
  units: '所在单位',
  duties: '岗位职责',
  mobile: '手机号',
  email: '电子邮箱',
  offline_access: '登录期间自动续期',
} as const
/** What it may do in its own name, each with the permission of the endpoints behind it. */
export const apiScopes = {
  'directory.read': { title: '读取通讯录', permission: 'apps:open-directory' },
  'tasks.push': { title: '推送和办结待办', permission: 'tasks:push' },
  'events.receive': { title: '接收事件通知', permission: 'apps:webhooks' },
} as const
export type ApiScope = keyof typeof apiScopes

const keysOf = <T extends object>(value: T) => Object.keys(value) as [Extract<keyof T, string>]
export const scopeTitles: Record<string, string> = {
  ...identityScopes,
  ...Object.fromEntries(Object.entries(apiScopes).map(([scope, { title }]) => [scope, title])),
}
export const AppScope = z.enum([...keysOf(identityScopes), ...keysOf(apiScopes)])
export type AppScope = z.infer<typeof AppScope>

/** Fields of the directory beyond name and unit, each granted by itself. */
export const directoryFields = {
  title: '职务',
  phone: '办公电话',
  mobile: '手机号',
  email: '电子邮箱',
  room: '办公室',
} as const
export const DirectoryField = z.enum(keysOf(directoryFields))
export type DirectoryField = z.infer<typeof DirectoryField>

export const categories = {
  office: '协同办公',
  service: '政务服务',
  regulation: '监管执法',
  data: '数据共享',
  livelihood: '民生保障',
  party: '党建群团',
  internal: '内部管理',
} as const
export const Category = z.enum(keysOf(categories))

/** 等保级别 of GB/T 22240-2020; 0 is not graded yet. */
export const protectionLevels = { 0: '尚未定级', 1: '第一级', 2: '第二级', 3: '第三级', 4: '第四级' } as const

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])
/** https, or http to the own machine while developing; without fragment, password or wildcard (RFC 9700 §2.1). */
const isSafeAddress = (text: string): boolean => {
  const url = URL.parse(text)
  if (!url || url.hash || text.includes('#') || url.username || url.password || text.includes('*')) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname))
}
const Address = z
  .string()
  .trim()
  .max(500, '地址最多 500 个字符。')
  .refine(isSafeAddress, '请填写完整的 https 地址，不含 #、* 和口令（本机调试可用 http://127.0.0.1）。')
const OptionalAddress = Address.nullable().default(null)
const addresses = (most: number) => z.array(Address).max(most, `最多 ${most} 个地址。`).default([])

const Base64url = z.string().regex(/^[\w-]+$/)
const signing = { kid: z.string().max(100).optional(), use: z.literal('sig').optional() }
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
/** A public key as RFC 7517 writes it, of the kinds that private_key_jwt may use; whatever is private, symmetric or short is refused. */
const PublicKey = z
  .looseObject({ kty: z.string() })
  .refine((key) => !PRIVATE.some((part) => part in key), '这里只填公钥，请勿上传私钥。这把私钥已经外泄，请换一对新的。')
  .pipe(
    z.discriminatedUnion(
      'kty',
      [
        z.looseObject({
          ...signing,
          kty: z.literal('RSA'),
          alg: z.enum(['RS256', 'PS256']).optional(),
          // 2048 bits
          n: Base64url.min(342).max(1400),
          e: Base64url.max(8),
        }),
        z.looseObject({
          ...signing,
          kty: z.literal('EC'),
          alg: z.literal('ES256').optional(),
          crv: z.literal('P-256'),
          x: Base64url.length(43),
          y: Base64url.length(43),
        }),
      ],
      '公钥只支持 RSA 2048 位以上和 EC P-256。',
    ),
  )
export const Jwks = z.object({ keys: z.array(PublicKey).min(1, '请至少填一把公钥。').max(5, '公钥最多 5 把。') })

/** How the application is reached in one environment. */
export const Connection = z.object({
  redirectUris: addresses(10),
  logoutUris: addresses(10),
  backchannelUri: OptionalAddress,
  /** with keys of its own the application signs instead of showing a secret (private_key_jwt, RFC 7523) */
  jwks: Jwks.nullable().default(null),
})
export type Connection = z.infer<typeof Connection>
const NO_CONNECTION: Connection = { redirectUris: [], logoutUris: [], backchannelUri: null, jwks: null }

/** What is registered of an application. A draft may be incomplete: the checks say what is missing. */
export const ApplicationContent = z.object({
  name: z
    .string()
    .trim()
    .min(1, '请填写应用名称。')
    .max(60, '名称最多 60 个字。')
    // Letters of other scripts look like ours, and one application could pass for another (Unicode TS 39 §5.1).
    .regex(/^[\p{sc=Han}\p{sc=Latin}\p{sc=Common}]*$/u, '名称请用汉字、拉丁字母、数字和常用标点。')
    .regex(/^\P{C}*$/u, '名称请写成一行。'),
  summary: z.string().trim().max(100, '说明最多 100 个字。').default(''),
  category: Category,
  /** people to call: the first is the one in charge */
  contacts: z.array(z.uuid()).max(5, '联系人最多 5 人。').default([]),
  filingNo: z.string().trim().max(60, '备案号最多 60 个字符。').default(''),
  protectionLevel: z.number().int().min(0).max(4).default(0),
  scopes: z.array(AppScope).max(20).default([]),
  directoryFields: z.array(DirectoryField).max(10).default([]),
  directoryUnits: z.array(z.uuid()).max(50, '通讯录范围最多选 50 个单位。').default([]),
  openToAll: z.boolean().default(false),
  audienceUnits: z.array(z.uuid()).max(200, '使用范围最多选 200 个单位。').default([]),
  audienceDuties: z.array(z.string().trim().min(1).max(30)).max(20).default([]),
  desktopUrl: OptionalAddress,
  phoneUrl: OptionalAddress,
  healthUrl: OptionalAddress,
  production: Connection.default(NO_CONNECTION),
  test: Connection.default(NO_CONNECTION),
  /** applications of one group see one person under one identifier; its own alone when empty */
  subjectGroup: z
    .string()
    .trim()
    .regex(/^[a-z0-9-]{0,40}$/, '分组用小写字母、数字和短横线，最多 40 个。')
    .default(''),
  release: z.string().trim().max(30, '版本最多 30 个字符。').default(''),
  changes: z.string().trim().max(500, '变更说明最多 500 个字。').default(''),
})
export type ApplicationContent = z.infer<typeof ApplicationContent>
