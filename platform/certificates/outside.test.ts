import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Certificate,
  generateSm2KeyPair,
  readCertificate,
  type Sm2KeyPair,
  signCertificate,
  signRevocationList,
  sm2Sign,
  toPem,
} from '#kernel/crypto'
import { authorityFields, type Scene, startScene } from './testing.ts'

const DAY = 86_400_000
const code = (error: string) => expect.objectContaining({ code: error })
let scene: Scene
beforeAll(async () => {
  scene = await startScene()
})
afterAll(() => scene.server.stop())
const as = (who?: Parameters<Scene['as']>[0]) => scene.as(who)

describe('a real authority from outside', () => {
  const key = generateSm2KeyPair()
  const leafKey = generateSm2KeyPair()
  let root: Certificate
  let leaf: Certificate
  const list = (more: { from?: Date; by?: Sm2KeyPair; revoked?: boolean } = {}) => {
    const from = more.from ?? scene.server.clock.now()
    const revoked = more.revoked ? [{ serial: leaf.serial, at: from, reason: 'superseded' as const }] : []
    return toPem(
      'X509 CRL',
      signRevocationList(
        { thisUpdate: from, nextUpdate: new Date(from.getTime() + 30 * DAY), number: 1, revoked },
        more.by ?? key,
        root,
      ),
    )
  }
  const upload = (who: Parameters<Scene['as']>[0], text: string) =>
    as(who).importList({}, { file: new File([text], 'a.crl') })
  beforeAll(() => {
    root = readCertificate(signCertificate(authorityFields(key, '真实根'), key))
    leaf = readCertificate(
      signCertificate(
        {
          ...authorityFields(leafKey, '真实节点'),
          isAuthority: false,
          keyUsage: ['digitalSignature'],
        },
        key,
        root,
      ),
    )
  })
  const check = () =>
    as('clerk').verify({
      certificate: toPem('CERTIFICATE', leaf.der),
      data: Buffer.from('公文').toString('base64'),
      signature: sm2Sign(leafKey, '公文').toString('base64'),
    })

  it('is proposed by one, trusted by another, and asked for its list', async () => {
    const text = toPem('CERTIFICATE', root.der)
    await expect(as('security').proposeAnchor({ text, note: 'x' })).rejects.toEqual(code('forbidden'))
    await expect(as('clerk').proposeAnchor({ text, note: 'x' })).rejects.toEqual(code('forbidden'))
    await expect(as('system').proposeAnchor({ text: toPem('CERTIFICATE', leaf.der), note: 'x' })).rejects.toEqual(
      code('invalid'),
    )
    await expect(as('system').proposeAnchor({ text: text + text, note: 'x' })).rejects.toEqual(code('invalid'))
    await expect(as('system').proposeAnchor({ text: 'x', note: 'x' })).rejects.toEqual(code('certificate.malformed'))
    const { id } = await as('system').proposeAnchor({ text, note: '省密码管理局提供' })
    await expect(as('system').proposeAnchor({ text, note: 'x' })).rejects.toEqual(code('conflict'))
    expect(await check()).toMatchObject({ code: 'unknown-issuer' })
    await expect(as('system').trustAnchor({ id })).rejects.toEqual(code('forbidden'))
    await expect(upload('security', list())).rejects.toEqual(code('invalid'))
    await as('security').trustAnchor({ id })
    await expect(as('second').refuseAnchor({ id, reason: 'x' })).rejects.toEqual(code('conflict'))
    expect(await check()).toMatchObject({ code: 'no-list' })
    const row = (await as('auditor').anchors()).rows.find((each) => each.id === id)
    expect(row).toMatchObject({ state: 'trusted', decidedBy: '林沐阳', can: { decide: false, retire: false } })
  })

  it('gives lists that only it can sign, and never an older one', async () => {
    await expect(upload('clerk', list())).rejects.toEqual(code('forbidden'))
    await expect(upload('security', list({ by: leafKey }))).rejects.toEqual(code('invalid'))
    await expect(upload('security', 'x'.repeat(1000))).rejects.toEqual(code('certificate.malformed'))
    const past = (days: number) => new Date(scene.server.clock.now().getTime() - days * DAY)
    await expect(upload('security', list({ from: past(40) }))).rejects.toEqual(code('invalid'))
    await expect(upload('security', list({ from: past(-1) }))).rejects.toEqual(code('invalid'))
    expect(await upload('security', list({ from: past(1) }))).toMatchObject({
      issuer: '真实根',
      number: '1',
      revoked: 0,
    })
    expect(await check()).toMatchObject({ valid: true })
    await upload('security', list({ revoked: true }))
    expect(await check()).toMatchObject({ code: 'revoked' })
    await expect(upload('security', list({ from: past(1) }))).rejects.toEqual(code('conflict'))
    const address = `/api/certificates/lists/${(await as('security').anchors()).rows[0]!.certificateId}`
    expect((await fetch(`${scene.server.url}${address}`)).status).toBe(404)
  })

  it('is trusted no more from the moment the security administrator says so', async () => {
    const row = (await as('security').anchors()).rows.find(({ name }) => name === '真实根')!
    await expect(as('system').retireAnchor({ id: row.id, reason: 'x' })).rejects.toEqual(code('forbidden'))
    await as('security').retireAnchor({ id: row.id, reason: '合同到期' })
    expect(await check()).toMatchObject({ code: 'unknown-issuer' })
    // proposed again, this time without lists
    const { id } = await as('system').proposeAnchor({
      text: toPem('CERTIFICATE', root.der),
      note: 'x',
      needsList: false,
    })
    await as('security').trustAnchor({ id })
    // a list that is here counts all the same
    expect(await check()).toMatchObject({ code: 'revoked' })
    await scene.server.sql('delete from certificates.revocation_list where issuer_id = $1', [row.certificateId])
    expect(await check()).toMatchObject({ valid: true })
  })

  it('is imported as it is, once, and nothing is trusted by that', async () => {
    const stranger = generateSm2KeyPair()
    const text = [root, leaf].map((each) => toPem('CERTIFICATE', each.der)).join('')
    expect(await as('security').importCertificates({ text, kind: 'node' })).toMatchObject({ added: 1, known: 1 })
    expect(await as('security').importCertificates({ text, kind: 'node' })).toMatchObject({ added: 0, known: 2 })
    const other = toPem('CERTIFICATE', signCertificate(authorityFields(stranger, '陌生根'), stranger))
    const { ids } = await as('security').importCertificates({ text: other, kind: 'node' })
    const detail = await as('security').open({ id: ids[0]! })
    expect(detail).toMatchObject({ kind: 'authority', source: 'imported', verdict: { code: 'unknown-issuer' } })
    expect(detail.can.revoke).toContain('不是本系统签发')
    for (const bad of ['garbage', toPem('CERTIFICATE', randomBytes(500)), toPem('PRIVATE KEY', root.der)])
      await expect(as('security').importCertificates({ text: bad, kind: 'node' })).rejects.toEqual(
        code('certificate.malformed'),
      )
    const many = Array.from({ length: 21 }, () => other).join('')
    await expect(as('security').importCertificates({ text: many, kind: 'node' })).rejects.toEqual(code('invalid'))
  })

  it('is withdrawn by who proposed it, refused by nobody of its own side', async () => {
    const mine = generateSm2KeyPair()
    const text = toPem('CERTIFICATE', signCertificate(authorityFields(mine, '撤回根'), mine))
    const { id } = await as('system').proposeAnchor({ text, note: 'x' })
    await expect(as('security').withdrawAnchor({ id })).rejects.toEqual(code('forbidden'))
    await as('system').withdrawAnchor({ id })
    await expect(as('security').trustAnchor({ id })).rejects.toEqual(code('conflict'))
    // the database itself keeps the two apart
    await expect(
      scene.server.sql("update certificates.anchor set state = 'trusted', decided_by = proposed_by where id = $1", [
        id,
      ]),
    ).rejects.toThrow(/check/)
  })
})
