import { z } from 'zod'
import { type AppDetail, ApplicationContent, type Connection, Jwks } from '../contract.ts'

/** Addresses are typed one a line; the rest is what the endpoint takes. */
const lines = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  )
const address = z
  .string()
  .trim()
  .default('')
  .transform((text) => text || null)

const NO_JWKS = '公钥要按 JWKS 的写法填，只支持 RSA 2048 位以上和 EC P-256。接入指南第 5 节有生成它的命令。'
const readJson = (text: string): unknown => {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null && 'kty' in read ? { keys: [read] } : read
  } catch {
    return undefined
  }
}
/** The keys as the guide's command prints them; one key alone is taken for a set of one. */
const keys = z
  .string()
  .trim()
  .default('')
  .transform((text, ctx) => {
    if (text === '') return null
    const { data, error } = Jwks.safeParse(readJson(text))
    if (data) return data
    // What we say ourselves, of private keys for one, is clearer than where the shape is wrong.
    ctx.addIssue({ code: 'custom', message: error.issues.find(({ code }) => code === 'custom')?.message ?? NO_JWKS })
    return z.NEVER
  })

const { production: _production, test: _test, ...shape } = ApplicationContent.shape
export const RegisterForm = z.object({
  ...shape,
  protectionLevel: z.coerce.number().pipe(z.number().int().min(0).max(4)).default(0),
  desktopUrl: address,
  phoneUrl: address,
  healthUrl: address,
  redirectUris: lines,
  logoutUris: lines,
  backchannelUri: address,
  jwks: keys,
  testRedirectUris: lines,
  testJwks: keys,
})
export type RegisterForm = z.output<typeof RegisterForm>

export const contentOf = (
  { redirectUris, logoutUris, backchannelUri, jwks, testRedirectUris, testJwks, ...rest }: RegisterForm,
  known: ApplicationContent | undefined,
): ApplicationContent => {
  const connection = (of: Connection | undefined, more: Partial<Connection>): Connection => ({
    redirectUris: [],
    logoutUris: [],
    backchannelUri: null,
    jwks: null,
    ...of,
    ...more,
  })
  return {
    ...rest,
    production: connection(known?.production, { redirectUris, logoutUris, backchannelUri, jwks }),
    test: connection(known?.test, { redirectUris: testRedirectUris, jwks: testJwks }),
  }
}

const written = ({ jwks }: Connection): string => (jwks ? JSON.stringify(jwks, null, 2) : '')

/** What the form begins with: pickers hold names too. */
export const initialOf = ({ content, next, names }: AppDetail): Record<string, unknown> => {
  const { production, test, ...rest } = next?.content ?? content
  const named = (ids: readonly string[]) => ids.map((id) => ({ id, name: names[id] ?? '已撤销' }))
  return {
    ...rest,
    protectionLevel: String(rest.protectionLevel),
    desktopUrl: rest.desktopUrl ?? '',
    phoneUrl: rest.phoneUrl ?? '',
    healthUrl: rest.healthUrl ?? '',
    contacts: named(rest.contacts),
    directoryUnits: named(rest.directoryUnits),
    audienceUnits: named(rest.audienceUnits),
    redirectUris: production.redirectUris.join('\n'),
    logoutUris: production.logoutUris.join('\n'),
    backchannelUri: production.backchannelUri ?? '',
    jwks: written(production),
    testRedirectUris: test.redirectUris.join('\n'),
    testJwks: written(test),
  }
}
