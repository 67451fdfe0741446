import { describe, expect, it } from 'vitest'
import type { Certificate } from './x509.ts'
import { type ChainQuestion, checkChain } from './x509-chain.ts'
import { type RevocationReason, readRevocationList, signRevocationList } from './x509-crl.ts'
import { AT, authority, certified, certify, type Holder } from './x509-testing.ts'

const root = authority('根', undefined, { pathLength: 1 })
const issuing = authority('签发', root, { pathLength: 0 })
const person = certified('张三', issuing)
const ago = (days: number) => new Date(AT.getTime() - days * 86_400_000)

interface Listed {
  revoked?: readonly (readonly [Holder, Date, RevocationReason?])[]
  from?: Date
  until?: Date
  number?: number
  key?: Holder['key']
}
const listOf = (issuer: Holder, { revoked = [], from = ago(1), until = ago(-6), number = 1, key }: Listed = {}) =>
  readRevocationList(
    signRevocationList(
      {
        thisUpdate: from,
        nextUpdate: until,
        number,
        revoked: revoked.map(([{ certificate }, at, reason = 'unspecified']) => ({
          serial: certificate.serial,
          at,
          reason,
        })),
      },
      key ?? issuer.key,
      issuer.certificate,
    ),
  )
const ask = (more: Partial<ChainQuestion> = {}) => {
  const verdict = checkChain({
    leaf: person.certificate,
    between: [issuing.certificate],
    anchors: [root.certificate],
    lists: [listOf(root), listOf(issuing)],
    at: AT,
    now: AT,
    usages: ['digitalSignature'],
    ...more,
  })
  return verdict.valid ? verdict.chain.map(({ subject }) => subject.commonName).join(' ← ') : verdict.fault
}
const only = (...certificates: Certificate[]) => ({ between: certificates })

describe('a chain', () => {
  it('leads to an anchor, whatever else is offered', () => {
    expect(ask()).toBe('张三 ← 签发 ← 根')
    expect(ask(only(certified('别人').certificate, issuing.certificate, person.certificate))).toBe('张三 ← 签发 ← 根')
    expect(ask({ leaf: root.certificate, usages: [] })).toBe('根')
    expect(ask({ anchors: [issuing.certificate], between: [] })).toBe('张三 ← 签发')
  })

  it('ends when nobody known issued it', () => {
    expect(ask({ between: [] })).toBe('unknown-issuer')
    expect(ask({ anchors: [] })).toBe('unknown-issuer')
    const stranger = authority('根')
    expect(ask({ anchors: [stranger.certificate] })).toBe('unknown-issuer')
  })

  it('is broken by a signature of somebody who only has the name', () => {
    const double = certify('签发', authority('x').key, root, {
      isAuthority: true,
      keyUsage: ['keyCertSign', 'crlSign'],
    })
    const withoutIds = { ...double, subjectKeyId: null }
    expect(ask(only(withoutIds))).toBe('altered')
    expect(ask(only(withoutIds, issuing.certificate))).toBe('张三 ← 签发 ← 根')
  })

  it('holds between the first and the last second of each certificate', () => {
    const { notBefore, notAfter } = person.certificate
    const lists = (at: Date) => [root, issuing].map((each) => listOf(each, { from: at, until: at }))
    for (const at of [notBefore, notAfter]) expect(ask({ at, now: at, lists: lists(at) })).toBe('张三 ← 签发 ← 根')
    expect(ask({ at: new Date(notBefore.getTime() - 1000) })).toBe('not-yet-valid')
    expect(ask({ at: new Date(notAfter.getTime() + 1000) })).toBe('expired')
    const short = authority('签发', root, { pathLength: 0, notAfter: ago(3) })
    expect(ask({ leaf: certified('李四', short).certificate, ...only(short.certificate) })).toBe('expired')
  })

  it('stands only on authorities', () => {
    const poser = certified('张三', issuing)
    const child = certified('李四', poser)
    const lists = [listOf(root), listOf(issuing), listOf(poser)]
    expect(ask({ leaf: child.certificate, ...only(poser.certificate, issuing.certificate), lists })).toBe(
      'not-authority',
    )
    const wide = authority('签发', root, { keyUsage: ['crlSign'] })
    expect(
      ask({
        leaf: certified('李四', wide).certificate,
        ...only(wide.certificate),
        lists: [listOf(root), listOf(wide)],
      }),
    ).toBe('not-authority')
    const plain = certified('签发', root, { keyUsage: ['keyCertSign', 'crlSign'] })
    expect(
      ask({
        leaf: certified('李四', plain).certificate,
        ...only(plain.certificate),
        lists: [listOf(root), listOf(plain)],
      }),
    ).toBe('not-authority')
  })

  it('is no longer than its authorities allow', () => {
    const third = authority('三级', issuing)
    const leaf = certified('李四', third).certificate
    const lists = [root, issuing, third].map((each) => listOf(each))
    expect(ask({ leaf, ...only(third.certificate, issuing.certificate), lists })).toBe('too-long')
    // who issued itself anew takes no room
    const renewed = certify('签发', authority('x').key, issuing, {
      isAuthority: true,
      pathLength: 0,
      keyUsage: ['keyCertSign', 'crlSign'],
    })
    expect(renewed.issuer.key).toBe(renewed.subject.key)
    let top = authority('级')
    const long = [top.certificate]
    for (let level = 0; level < 9; level++) {
      top = authority(`级${level}`, top)
      long.push(top.certificate)
    }
    expect(ask({ leaf: top.certificate, anchors: [long[0]!], between: long, usages: [] })).toBe('too-long')
  })

  it('ends in cycles and among authorities that sign each other', () => {
    const [one, two] = [authority('甲'), authority('乙')]
    const ofOne = certify('甲', one.key, two, { isAuthority: true, keyUsage: ['keyCertSign'] })
    const ofTwo = certify('乙', two.key, one, { isAuthority: true, keyUsage: ['keyCertSign'] })
    const leaf = certified('李四', one).certificate
    expect(ask({ leaf, ...only(ofOne, ofTwo, one.certificate, two.certificate) })).toBe('unknown-issuer')
    const mesh = Array.from({ length: 6 }, (_, at) => authority(`网${at}`))
    const crossed = mesh.flatMap((issuer) =>
      mesh.map((subject) =>
        certify(subject.certificate.subject.commonName, subject.key, issuer, { isAuthority: true }),
      ),
    )
    expect(ask({ leaf: certified('李四', mesh[0]).certificate, ...only(...crossed) })).toBe('too-long')
  })

  it('is used for what it was issued for', () => {
    const sealed = certified('张三', issuing, { keyUsage: ['keyEncipherment', 'dataEncipherment'] })
    expect(ask({ leaf: sealed.certificate })).toBe('wrong-use')
    expect(ask({ leaf: sealed.certificate, usages: ['keyEncipherment'] })).toBe('张三 ← 签发 ← 根')
    expect(ask({ leaf: certified('张三', issuing, { keyUsage: null }).certificate })).toBe('wrong-use')
  })
})

describe('revocation', () => {
  const lists = (...issued: ReturnType<typeof listOf>[]) => ({ lists: [listOf(root), ...issued] })

  it('counts from its date on', () => {
    const revoked = listOf(issuing, { revoked: [[person, ago(2)]] })
    expect(ask(lists(revoked))).toBe('revoked')
    expect(ask({ ...lists(revoked), at: ago(3) })).toBe('张三 ← 签发 ← 根')
    expect(ask({ lists: [listOf(root, { revoked: [[issuing, ago(2)]] }), listOf(issuing)] })).toBe('revoked')
  })

  it('needs a list that is current today', () => {
    expect(ask(lists())).toBe('no-list')
    expect(ask({ ...lists(), needsList: () => false })).toBe('张三 ← 签发 ← 根')
    expect(ask(lists(listOf(issuing, { until: ago(0.5) })))).toBe('stale-list')
    expect(ask(lists(listOf(issuing, { from: ago(-1) })))).toBe('no-list')
    // an old list still convicts
    expect(ask(lists(listOf(issuing, { until: ago(0.5), revoked: [[person, ago(2)]] })))).toBe('revoked')
    const newer = listOf(issuing, { number: 2, from: ago(0.2), revoked: [[person, ago(0.3)]] })
    expect(ask(lists(newer, listOf(issuing)))).toBe('revoked')
  })

  it('is nobody else’s to say', () => {
    const stranger = authority('签发')
    const forged = listOf(issuing, { key: stranger.key, revoked: [[person, ago(2)]] })
    expect(ask(lists(forged))).toBe('no-list')
    expect(ask(lists(listOf(stranger, { revoked: [[person, ago(2)]] }), listOf(issuing)))).toBe('张三 ← 签发 ← 根')
    const mute = authority('签发', root, { keyUsage: ['keyCertSign'] })
    const leaf = certified('李四', mute).certificate
    expect(ask({ leaf, ...only(mute.certificate), ...lists(listOf(mute)) })).toBe('no-list')
  })
})
