import http from 'node:http'
import type { z } from 'zod'

/** Seeded hostile inputs: shapes come from the contracts' own schemas, what fills them from the lists below. */

export interface Rand {
  (): number
  below(n: number): number
  pick<T>(list: readonly T[]): T
}
/** mulberry32, begun anew from the name of each call: one finding can be repeated without the others. */
export const seeded = (name: string): Rand => {
  let state = [...name].reduce((hash, sign) => Math.imul(hash ^ sign.codePointAt(0)!, 16_777_619), 2_166_136_261)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (n: number): number => Math.floor(next() * n)
  return Object.assign(next, { below, pick: <T>(list: readonly T[]): T => list[below(list.length)]! })
}

/** Unseen, turned round, piled up, look-alike, full width: what names are disguised with. */
export const disguises: readonly string[] = [
  '张\u200b伟',
  '张\u2060\ufeff伟',
  '\u202e伟张\u202c',
  '\u2066张伟\u2069',
  `张${'\u0301'.repeat(40)}伟`,
  'ａｄｍｉｎ',
  'аdmin',
  'ﬁle',
  '👨\u200d👩\u200d👧🏽',
  '𠮷野',
  'İı',
  '\u{e0041}\u{e0042}',
  '\u3164',
  '\u00ad',
]
const nasty: readonly string[] = [
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\ufffe\uffff',
  '\u001b[31m\u0007',
  '\r\nSet-Cookie: qt_session=x',
  "' or '1'='1' --",
  "'); drop table identity.account; --",
  '%',
  '_%\\',
  '$1',
  '{{7*7}}#{7*7}',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  '../../../../etc/passwd',
  '=cmd|" /C calc"!A0',
  '__proto__',
  'constructor',
  'toString',
  '(((((((((((((((((((((',
  'null',
  'NaN',
  '-0',
  '1e309',
  '9'.repeat(40),
  '0001-01-01',
  '275760-09-13',
  '2026-02-30',
  '٣',
  'x'.repeat(5000),
  '𠮷'.repeat(300),
]
/** What ordinary patterns ask for. */
const ordinary: readonly string[] = [
  '2026-11-20',
  '9999-12-31',
  '2026-11-20T09:42:00+08:00',
  '0001-01-01T00:00:00Z',
  '13800138000',
  '0',
  '0000',
  '1',
  '000000',
  '123456',
  '110101199003070038',
  '08:00',
  '10.0.0.0/8',
  '::/0',
  'https://a.example.invalid/b',
  'application/json',
  'clerk',
  'directory:read',
  'sm3:00',
  'a'.repeat(43),
  '-sort',
  '测试',
]
const odd: readonly unknown[] = [
  null,
  true,
  [],
  {},
  '',
  -1,
  0.1,
  -0,
  2 ** 31,
  2 ** 53,
  -(2 ** 31) - 1,
  1e308,
  [[]],
  [null],
  { toString: 1 },
  { length: 1e9 },
]
export const texts: readonly string[] = [...disguises, ...nasty, ...ordinary]

type Def = {
  type: string
  shape?: Record<string, z.ZodType>
  innerType?: z.ZodType
  element?: z.ZodType
  options?: z.ZodType[]
  entries?: Record<string, string>
  values?: unknown[]
  in?: z.ZodType
  valueType?: z.ZodType
  getter?: () => z.ZodType
  format?: string
}
const defOf = (schema: z.ZodType): Def => schema._zod.def as unknown as Def
const WRAPPERS = ['default', 'prefault', 'readonly', 'nonoptional', 'catch']

/** A value that a schema accepts, as hostile as it lets one be; `ids` are those of rows that exist. */
export const shaped = (rand: Rand, schema: z.ZodType, ids: readonly string[], depth = 0): unknown => {
  const def = defOf(schema)
  const inside = (inner: z.ZodType): unknown => shaped(rand, inner, ids, depth + 1)
  if (WRAPPERS.includes(def.type)) return inside(def.innerType!)
  if (def.type === 'optional') return rand() < 0.6 ? inside(def.innerType!) : undefined
  if (def.type === 'nullable') return rand() < 0.7 ? inside(def.innerType!) : null
  if (def.type === 'pipe') return inside(def.in!)
  if (def.type === 'lazy') return depth > 6 ? null : inside(def.getter!())
  if (def.type === 'object')
    return Object.fromEntries(Object.entries(def.shape!).map(([key, value]) => [key, inside(value)]))
  if (def.type === 'array') return Array.from({ length: rand.below(3) + 1 }, () => inside(def.element!))
  if (def.type === 'record') return { [rand.pick(texts)]: inside(def.valueType!) }
  if (def.type === 'union') return inside(rand.pick(def.options!))
  if (def.type === 'enum') return rand.pick(Object.values(def.entries!))
  if (def.type === 'literal') return rand.pick(def.values!)
  if (def.type === 'boolean') return rand() < 0.5
  if (def.type === 'number') return accepted(rand, schema, [1, 0, 2, 3, 20, 100, -1, 2 ** 31 - 1, 2 ** 53 - 1, 2 ** 31])
  if (def.type === 'string') return accepted(rand, schema, def.format === 'uuid' ? ids : texts)
  return rand.pick(odd)
}
const accepted = (rand: Rand, schema: z.ZodType, from: readonly unknown[]): unknown => {
  const fits = from.filter((value) => schema.safeParse(value).success)
  return rand.pick(fits.length > 0 ? fits : from)
}

/** Replaces one place of a value, however deep, by something that does not belong there. */
export const spoiled = (rand: Rand, value: unknown): unknown => {
  if (value !== null && typeof value === 'object' && Object.keys(value).length > 0 && rand() < 0.85) {
    const key = rand.pick(Object.keys(value))
    const changed = spoiled(rand, (value as Record<string, unknown>)[key])
    if (Array.isArray(value)) return value.map((item, at) => (String(at) === key ? changed : item))
    return { ...value, [key]: changed }
  }
  return rand() < 0.6 ? rand.pick(texts) : rand.pick(odd)
}

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth)
/** Bodies that are wrong as text, before anybody asks for their shape. */
export const bodies: readonly (string | Buffer)[] = [
  '',
  '{',
  'null',
  '"x"',
  '[]',
  '{"a":NaN}',
  '{"a":-Infinity}',
  '{"a":1e999}',
  '{"a":1,"a":{"b":2}}',
  '{"__proto__":{"permissions":["identity:propose"]}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"id":"\\u0000"}',
  '{"q":"\\ud800"}',
  '\ufeff{}',
  '{"a":01}',
  '{"a":1,}',
  '// {}',
  nested(10_000, '[', ']'),
  `{"a":${nested(10_000, '[', ']')}}`,
  `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  Buffer.from('{"a":"测试"}', 'utf16le'),
  Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0xff, 0x22, 0x7d]),
  `{"a":"${'x'.repeat(1024 * 1024 + 1)}"}`,
]

const raw = (text: string): string => Buffer.from(text).toString('latin1')
/** One or two headers at a time; values go out as bytes, so each character is one of latin1. */
const headerValues: Readonly<Record<string, readonly string[]>> = {
  cookie: ['qt_session', 'qt_session=', 'qt_session=%00', '=;;;==', raw('qt_session=张伟'), `a=${'b'.repeat(4000)}`],
  'x-forwarded-for': [
    'unknown',
    "10.0.0.1' or 1=1 --",
    '::1%eth0',
    '1.2.3.4:8080',
    '999.999.999.999',
    '::ffff:10.0.0.1',
    `${'1.1.1.1, '.repeat(300)}1.1.1.1`,
    raw('一二三'),
    '\t',
  ],
  'x-forwarded-host': ['evil.example', 'a b'],
  'x-forwarded-proto': ['javascript', 'https,http'],
  'user-agent': ['', raw('张伟\u202e'), 'x'.repeat(6000), '\x80\xff'],
  'idempotency-key': ['', 'x', '0'.repeat(5000), "00000000-0000-0000-0000-00000000000'", raw('键')],
  'if-none-match': ['*', '"', `"${'x'.repeat(3000)}"`],
  'accept-encoding': ['br;q=x', 'gzip, gzip, identity;q=0', '*;q=0'],
  accept: ['text/html', '*/*;q=NaN'],
  'accept-language': ['../../etc', raw('中文')],
  range: ['bytes=0-', 'bytes=99999999999999999999-1'],
  origin: ['null', 'https://evil.example', 'http://', raw('http://齐通')],
  referer: ['javascript:alert(1)'],
  'content-type': [
    '',
    'text/html',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'application/json; charset=utf-16',
    'application/json;;;=',
    'application/scim+json',
    raw('应用/文本'),
  ],
  'content-encoding': ['gzip', 'br'],
  'x-http-method-override': ['DELETE'],
  'x-file-name': ['%', '%00', '..%2F..%2Fetc%2Fpasswd', '%E2%80%AEfdp.exe', 'x'.repeat(3000), '%ED%A0%80', raw('名')],
  authorization: ['Bearer', 'Bearer ', 'Basic YTpi', 'bearer x', `Bearer ${'x'.repeat(5000)}`, raw('Bearer 张伟')],
  'x-requested-with': ['', 'XMLHttpRequest'],
  expect: ['100-continue'],
}
export const hostileHeaders = (rand: Rand): Record<string, string> => {
  const names = Object.keys(headerValues)
  return Object.fromEntries(
    Array.from({ length: rand.below(2) + 1 }, () => rand.pick(names)).map((name) => [
      name,
      rand.pick(headerValues[name]!),
    ]),
  )
}

export const segments: readonly string[] = [
  '..',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '%252e%252e%252f',
  '%00',
  '%',
  '%zz',
  '%c0%ae',
  '%ed%a0%80',
  '%E2%80%AE',
  '%EF%BC%8E%EF%BC%8E',
  '..;',
  '%5c..%5c',
  '*',
  '__proto__',
  '0',
  '-1',
  "1'--",
  'a'.repeat(199),
  'a'.repeat(3000),
]
/** `a=…&a=…` of an input, as a browser would never write it now and then. */
export const queryOf = (rand: Rand, input: Record<string, unknown>): string => {
  const parts = Object.entries(input).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((item) => item !== undefined && item !== null)
      .map((item) => `${key}=${encoded(item)}`),
  )
  if (rand() < 0.2)
    parts.push(
      rand.pick([
        '%',
        '%ff',
        '=&=&',
        'a[]=1&a[b]=2',
        '__proto__=1',
        'q=1&q=2',
        'limit=1e3',
        'limit=',
        '%00=%00',
        'cursor=%ED%A0%80',
      ]),
    )
  return parts.length > 0 ? `?${parts.join('&')}` : ''
}
/** Lone surrogates have no percent-encoding; bodies carry them, URLs cannot. */
export const encoded = (value: unknown): string =>
  encodeURIComponent((typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, 300).toWellFormed())

export interface Sent {
  method: string
  path: string
  headers: Record<string, string>
  body?: string | Buffer
}
export interface Got {
  status: number
  type: string
  cookies: readonly string[]
  text: string
}
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 })
export const hangUp = (): void => agent.destroy()

/** Node's own client: unlike fetch it leaves paths and headers as they are. */
export const send = (base: string, { method, path, headers, body }: Sent): Promise<Got> =>
  new Promise((resolve, reject) => {
    const bytes = body === undefined ? undefined : Buffer.from(body as string)
    const request = http.request(
      base,
      { method, path, agent, headers: { ...headers, ...(bytes ? { 'content-length': bytes.length } : {}) } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({
            status: answer.statusCode!,
            type: answer.headers['content-type'] ?? '',
            cookies: answer.headers['set-cookie'] ?? [],
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The answer before was the last one of that connection.
      if (request.reusedSocket) return resolve(send(base, { method, path, headers, body }))
      resolve({ status: 0, type: error.code ?? '', cookies: [], text: error.message })
    })
    request.end(bytes)
  })
