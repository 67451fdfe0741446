import { createPrivateKey, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  generateSm2KeyPair,
  readCertificate,
  readPem,
  readRevocationList,
  type Sm2KeyPair,
  signCertificate,
  signRequest,
  sm2Digest,
  sm2Sign,
  sm2SignatureToDer,
  toPem,
} from '#kernel/crypto'
import type { Issued, IssueInput } from './contract.ts'
import { verifySignature } from './index.ts'
import { ensureAuthority, republish } from './server/authority.ts'
import { issueTo } from './server/issue.ts'
import { warnOfExpiry } from './server/warn.ts'
import { authorityFields, type Scene, startScene } from './testing.ts'

const DAY = 86_400_000
const code = (error: string) => expect.objectContaining({ code: error })
let scene: Scene
beforeAll(async () => {
  scene = await startScene({ PUBLIC_ORIGIN: 'https://qt.example.gov.cn' })
})
afterAll(() => scene.server.stop())

const as = (who?: Parameters<Scene['as']>[0]) => scene.as(who)
const request = (key: Sm2KeyPair, name = '节点一') => toPem('CERTIFICATE REQUEST', signRequest([['CN', name]], key))
const node = (more: Partial<IssueInput> = {}): IssueInput => ({
  kind: 'node',
  name: '节点一',
  use: 'sign',
  days: 365,
  dnsNames: [],
  ...more,
})
const der = (pem: string) => readPem(Buffer.from(pem), ['CERTIFICATE'], 100_000)[0]!

interface Signer {
  key: Sm2KeyPair
  issued: Issued
}
const signer = async (more: Partial<IssueInput> = {}): Promise<Signer> => {
  const key = generateSm2KeyPair()
  return { key, issued: await as('security').issue(node({ request: request(key), ...more })) }
}
const verify = ({ key, issued }: Signer, more: Partial<Parameters<ReturnType<typeof as>['verify']>[0]> = {}) =>
  as('clerk').verify({
    certificate: issued.certificate,
    data: Buffer.from('公文').toString('base64'),
    signature: sm2SignatureToDer(sm2Sign(key, '公文')).toString('base64'),
    ...more,
  })

describe('who may', () => {
  it('read: administrators; issue and revoke: the security administrator', async () => {
    const { issued } = await signer()
    for (const who of [undefined, 'clerk', 'system', 'auditor'] as const) {
      const refused = code(who ? 'forbidden' : 'unauthenticated')
      await expect(as(who).issue(node({ request: request(generateSm2KeyPair()) }))).rejects.toEqual(refused)
      await expect(as(who).revoke({ id: issued.id, reason: 'superseded' })).rejects.toEqual(refused)
      await expect(as(who).importCertificates({ text: issued.certificate, kind: 'node' })).rejects.toEqual(refused)
    }
    for (const who of ['system', 'security', 'auditor'] as const)
      expect((await as(who).open({ id: issued.id })).can.revoke === null).toBe(who === 'security')
    await expect(as('clerk').list({})).rejects.toEqual(code('forbidden'))
    await expect(as('clerk').open({ id: issued.id })).rejects.toEqual(code('forbidden'))
    await expect(as('clerk').anchors()).rejects.toEqual(code('forbidden'))
    await expect(as('clerk').authority()).rejects.toEqual(code('forbidden'))
    await expect(as().verify({ certificate: 'x', data: '', signature: '' })).rejects.toEqual(code('unauthenticated'))
    await expect(as().status({ fingerprint: '0'.repeat(64) })).rejects.toEqual(code('unauthenticated'))
  })

  it('issue and revoke only after showing a factor lately', async () => {
    scene.server.clock.advance(11 * 60_000)
    await expect(as('security').issue(node({ request: request(generateSm2KeyPair()) }))).rejects.toEqual(
      code('step-up'),
    )
    scene.server.clock.advance(-11 * 60_000)
  })
})

describe('issuing', () => {
  it('certifies the key of a request under a name that the directory knows', async () => {
    const key = generateSm2KeyPair()
    const issued = await as('security').issue({
      kind: 'person',
      personId: scene.people.clerk,
      use: 'sign',
      days: 30,
      request: request(key, '另一个名字'),
    })
    expect(issued.privateKey).toBeNull()
    const certificate = readCertificate(der(issued.certificate))
    expect(certificate.publicKey).toBe(key.publicKey)
    expect(certificate.subject.text).toBe(`C=CN, O=山东省大数据局, CN=周文清, SERIALNUMBER=${scene.people.clerk}`)
    expect(certificate.keyUsage).toEqual(['digitalSignature', 'nonRepudiation'])
    expect(certificate.crlAddresses[0]).toMatch(/^https:\/\/qt\.example\.gov\.cn\/api\/certificates\/lists\//)
    expect(certificate.notAfter.getTime() - certificate.notBefore.getTime()).toBe(30 * DAY)
    const detail = await as('security').open({ id: issued.id })
    expect(detail.verdict).toMatchObject({ valid: true, code: 'valid' })
    expect(detail.chain.map(({ name, trusted }) => [name, trusted])).toEqual([
      ['周文清', false],
      ['齐通演示签发机构', false],
      ['齐通演示根证书', true],
    ])
    await expect(as('security').issue(node({ request: request(key) }))).rejects.toEqual(code('conflict'))
  })

  it('makes a key pair that leaves encrypted and stays nowhere', async () => {
    const input = { kind: 'unit', unitId: scene.people.office, use: 'encrypt', days: 10 } as const
    await expect(as('security').issue({ ...input, password: '短口令' })).rejects.toEqual(code('invalid'))
    const good = await as('security').issue({ ...input, password: '一句很长很长的口令真的很长' })
    const key = createPrivateKey({ key: good.privateKey!, passphrase: '一句很长很长的口令真的很长' })
    const spki = readCertificate(der(good.certificate)).publicKey
    expect(key.export({ type: 'pkcs8', format: 'der' }).toString('hex')).toContain(spki)
    expect(readCertificate(der(good.certificate)).keyUsage).toContain('keyEncipherment')
    const records = await scene.server.sql<{ text: string }>(
      'select t::text as text from kernel.audit_intake t union all select t::text from kernel.audit_log t',
    )
    expect(records.length).toBeGreaterThan(0)
    for (const { text } of records) expect(text).not.toContain('一句很长很长的口令')
  })

  it('refuses what is no request, two keys, nobody', async () => {
    const bad = async (input: Partial<IssueInput>, error = 'invalid') =>
      expect(as('security').issue(node(input))).rejects.toEqual(code(error))
    await bad({})
    await bad({ request: request(generateSm2KeyPair()), password: 'a long passphrase' })
    await bad({ request: 'garbage' }, 'certificate.malformed')
    await bad({ request: (await signer()).issued.certificate }, 'certificate.malformed')
    await bad({ request: `${request(generateSm2KeyPair())}${request(generateSm2KeyPair())}` })
    const broken = signRequest([['CN', 'x']], { ...generateSm2KeyPair(), privateKey: generateSm2KeyPair().privateKey })
    await bad({ request: toPem('CERTIFICATE REQUEST', broken) }, 'certificate.malformed')
    const good = { request: request(generateSm2KeyPair()) }
    await bad({ ...good, name: undefined })
    await bad({ ...good, kind: 'person' })
    await bad({ ...good, kind: 'person', personId: scene.people.office }, 'not-found')
    await bad({ ...good, kind: 'unit', unitId: scene.people.clerk }, 'not-found')
    await bad({ ...good, dnsNames: ['a b'] })
    await bad({ ...good, days: 100_000 })
  })

  it('is not done where no authority is', async () => {
    const production = {
      ...scene.server.kernel,
      config: { ...scene.server.kernel.config, NODE_ENV: 'production' as const },
    }
    const ctx = { sql: scene.server.kernel.database.query, now: scene.server.clock.now(), kernel: production }
    const { key, issued } = await signer()
    const question = { certificate: issued.certificate, data: '公文', signature: sm2Sign(key, '公文'), at: ctx.now }
    expect(await verifySignature(ctx, question)).toMatchObject({ code: 'unknown-issuer' })
    await expect(
      scene.server.system((system) =>
        issueTo({ ...system, kernel: production }, node({ password: 'a passphrase' }), 'x'),
      ),
    ).rejects.toEqual(code('conflict'))
    // it would not even look into the database
    await ensureAuthority({ config: production.config } as typeof production)
    const asked = { ...production, config: { ...production.config, BUILT_IN_CA: true } }
    expect(await verifySignature({ ...ctx, kernel: asked }, question)).toMatchObject({ code: 'valid' })
  })
})

describe('verifying', () => {
  it('accepts a signature by data or digest, in DER or raw', async () => {
    const one = await signer()
    expect(await verify(one)).toMatchObject({ valid: true, code: 'valid', signer: 'C=CN, CN=节点一' })
    expect(await verify(one, { signature: sm2Sign(one.key, '公文').toString('base64') })).toMatchObject({ valid: true })
    const digest = sm2Digest(one.key.publicKey, '公文').toString('hex')
    expect(await verify(one, { data: undefined, digest })).toMatchObject({ valid: true })
    expect(await verify(one, { certificate: one.issued.certificate + one.issued.chain })).toMatchObject({ valid: true })
    expect(await verify(one, { certificate: der(one.issued.certificate).toString('base64') })).toMatchObject({
      valid: true,
    })
  })

  it('says what is wrong', async () => {
    const one = await signer()
    const other = await signer()
    const found = async (more: Parameters<typeof verify>[1], who = one) => (await verify(who, more)).code
    expect(await found({ data: Buffer.from('公文2').toString('base64') })).toBe('altered')
    expect(await found({ certificate: other.issued.certificate })).toBe('altered')
    expect(await found({ signature: randomBytes(64).toString('base64') })).toBe('altered')
    expect(await found({ signature: '' })).toBe('altered')
    expect(await found({ at: new Date(scene.server.clock.now().getTime() + 60_000).toISOString() })).toBe('in-future')
    expect(await found({ at: new Date(scene.server.clock.now().getTime() - DAY).toISOString() })).toBe('not-yet-valid')
    expect(await found({ certificate: 'garbage' })).toBe('malformed')
    expect(await found({ certificate: randomBytes(2000).toString('base64') })).toBe('malformed')
    expect(await found({}, await signer({ use: 'encrypt' }))).toBe('wrong-use')
    await expect(verify(one, { digest: '00'.repeat(32) })).rejects.toEqual(code('invalid'))
    const self = generateSm2KeyPair()
    const stranger = signCertificate(authorityFields(self, '外来'), self)
    expect(
      await verify({ key: self, issued: { ...one.issued, certificate: toPem('CERTIFICATE', stranger) } }),
    ).toMatchObject({ code: 'unknown-issuer', reason: expect.stringContaining('外来') })
  })

  it('knows when a certificate has expired, and that what was signed before stays signed', async () => {
    const one = await signer({ days: 1 })
    const then = scene.server.clock.now().toISOString()
    scene.server.clock.advance(2 * 60_000)
    const at = scene.server.kernel.clock.now()
    const later = new Date(at.getTime() + 2 * DAY)
    const ctx = { sql: scene.server.kernel.database.query, now: later, kernel: scene.server.kernel }
    const question = { certificate: one.issued.certificate, data: '公文', signature: sm2Sign(one.key, '公文') }
    expect(await verifySignature(ctx, { ...question, at: later })).toMatchObject({
      code: 'expired',
      reason: expect.stringContaining('过期'),
    })
    expect(await verifySignature(ctx, { ...question, at: new Date(then) })).toMatchObject({ valid: true })
  })
})

describe('revoking', () => {
  it('is known at once, in the public list too, and cannot be done twice', async () => {
    const one = await signer()
    const before = scene.server.clock.now().toISOString()
    scene.server.clock.advance(60_000)
    await as('security').revoke({ id: one.issued.id, reason: 'keyCompromise' })
    const revoked = await verify(one)
    expect(revoked).toMatchObject({ valid: false, code: 'revoked' })
    expect(revoked.reason).toContain('2026年11月20日被吊销')
    expect(await verify(one, { at: before })).toMatchObject({ valid: true })
    await expect(as('security').revoke({ id: one.issued.id, reason: 'superseded' })).rejects.toEqual(code('conflict'))
    expect(await as('auditor').open({ id: one.issued.id })).toMatchObject({
      state: 'revoked',
      revokedReason: '私钥泄露或丢失',
      revokedBy: '林沐阳',
    })
    const { fingerprint } = readCertificate(der(one.issued.certificate))
    expect(await as('clerk').status({ fingerprint })).toMatchObject({ code: 'revoked' })
    expect(await as('clerk').status({ fingerprint: 'f'.repeat(64) })).toMatchObject({ code: 'unknown-issuer' })

    const address = readCertificate(der(one.issued.certificate)).crlAddresses[0]!
    const path = new URL(address).pathname
    const answer = await fetch(`${scene.server.url}${path}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain('application/pkix-crl')
    const list = readRevocationList(Buffer.from(await answer.arrayBuffer()))
    expect(list.revoked.get(readCertificate(der(one.issued.certificate)).serial)?.reason).toBe('keyCompromise')
    expect(list.nextUpdate.getTime() - list.thisUpdate.getTime()).toBe(7 * DAY)
    const again = await fetch(`${scene.server.url}${path}`, {
      headers: { 'if-none-match': answer.headers.get('etag')! },
    })
    expect(again.status).toBe(304)
    expect((await fetch(`${scene.server.url}/api/certificates/lists/${one.issued.id}`)).status).toBe(404)
  })

  it('leaves nobody out when two are revoked at the same time', async () => {
    const both = [await signer(), await signer()]
    await Promise.all(both.map(({ issued }) => as('security').revoke({ id: issued.id, reason: 'superseded' })))
    expect(await Promise.all(both.map(async (one) => (await verify(one)).code))).toEqual(['revoked', 'revoked'])
  })

  it('is not for roots and what others issued', async () => {
    const { lists } = await as('security').authority()
    const root = lists.find(({ name }) => name === '齐通演示根证书')!
    await expect(as('security').revoke({ id: root.id, reason: 'superseded' })).rejects.toEqual(code('conflict'))
    await expect(as('security').revoke({ id: scene.people.clerk, reason: 'superseded' })).rejects.toEqual(
      code('not-found'),
    )
  })
})

describe('lists', () => {
  it('are published anew each day, and an old one is not believed', async () => {
    const one = await signer()
    const start = (await as('security').authority()).lists
    const at = (days: number) => new Date(scene.server.clock.now().getTime() + days * DAY)
    const ctx = { sql: scene.server.kernel.database.query, now: at(8), kernel: scene.server.kernel }
    const question = {
      certificate: one.issued.certificate,
      data: '公文',
      signature: sm2Sign(one.key, '公文'),
      at: at(8),
    }
    expect(await verifySignature(ctx, question)).toMatchObject({ code: 'stale-list' })
    await republish({ ...scene.server.kernel, clock: { now: () => at(6) } })
    expect(await verifySignature(ctx, question)).toMatchObject({ code: 'valid' })
    const after = (await as('security').authority()).lists
    expect(after.map(({ number }) => Number(number))).toEqual(start.map(({ number }) => Number(number) + 1))
  })
})

describe('the list', () => {
  it('is found by holder and serial, by state, page by page', async () => {
    const one = await signer({ name: '独一无二的节点', days: 5 })
    const { serial } = readCertificate(der(one.issued.certificate))
    const names = async (input: Parameters<ReturnType<typeof as>['list']>[0]) =>
      (await as('security').list(input)).rows.map(({ holderName }) => holderName)
    expect(await names({ q: '独一' })).toEqual(['独一无二的节点'])
    expect(await names({ q: serial.toUpperCase() })).toEqual(['独一无二的节点'])
    expect(await names({ q: '%' })).toEqual([])
    expect(await names({ state: 'expiring' })).toContain('独一无二的节点')
    expect((await as('security').list({ state: 'revoked' })).rows.every(({ state }) => state === 'revoked')).toBe(true)
    for (const state of ['expiring', undefined] as const) {
      const all = (await as('security').list({ state, limit: 200 })).rows.map(({ id }) => id)
      const paged: string[] = []
      for (let cursor: string | undefined; ; ) {
        const page = await as('security').list({ state, limit: 2, cursor })
        paged.push(...page.rows.map(({ id }) => id))
        if (page.next === null) break
        cursor = page.next
      }
      expect(paged).toEqual(all)
    }
    await expect(as('security').list({ cursor: 'x' })).rejects.toEqual(code('invalid'))
  })
})

describe('expiry', () => {
  it('is told once for each threshold', async () => {
    const one = await signer({ name: '快到期的节点', days: 31 })
    const now = scene.server.clock.now().getTime()
    const warnedAt = (days: number) =>
      scene.server.system(async (ctx) => {
        const seen: number[] = []
        await warnOfExpiry({
          ...ctx,
          now: new Date(now + days * DAY),
          emit: (_event, payload) => {
            const { id, days: left } = payload as { id: string; days: number }
            if (id === one.issued.id) seen.push(left)
          },
        })
        return seen
      })
    expect(await warnedAt(0)).toEqual([])
    expect(await warnedAt(2)).toEqual([30])
    expect(await warnedAt(3)).toEqual([])
    expect(await warnedAt(30.5)).toEqual([1])
    expect(await warnedAt(32)).toEqual([0])
    expect(await warnedAt(90)).toEqual([])
  })
  it('reaches whoever may issue and revoke, once, and nobody else', async () => {
    const one = await signer({ name: '将要到期的节点', days: 20 })
    await scene.server.system((ctx) => warnOfExpiry(ctx))
    await scene.server.settled()
    const told = await scene.server.sql<{ person_id: string; title: string }>(
      'select person_id, title from tasks.reading where external_id like $1 order by person_id',
      [`${one.issued.id}/%`],
    )
    const { security, second } = scene.people
    expect(told).toEqual(
      [security, second].sort().map((id) => ({ person_id: id, title: '将要到期的节点的证书将在 30 天内到期' })),
    )
  })
})

describe('a private key made here', () => {
  it('is told once: the answer is kept nowhere, and a repeat is refused', async () => {
    const idempotencyKey = randomUUID()
    const input = node({ name: '丢了回答的节点', password: 'a passphrase of words' })
    const { id, privateKey } = await as('security').issue(input, { idempotencyKey })
    expect(privateKey).toContain('ENCRYPTED PRIVATE KEY')
    await expect(as('security').issue(input, { idempotencyKey })).rejects.toEqual(code('told-once'))
    await expect(as('security').issue({ ...input, days: 3 }, { idempotencyKey })).rejects.toEqual(code('key-reused'))
    const [kept] = await scene.server.sql('select response from kernel.command where key = $1', [idempotencyKey])
    expect(kept).toEqual({ response: null })
    const { rows } = await as('security').list({ q: '丢了回答的节点' })
    expect(rows.map((row) => row.id)).toEqual([id])
  })
})
