import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generateSm2KeyPair, sm2Digest, sm2Sign, sm2VerifyDigest } from './sm2.ts'
import { isSignedBy, readCertificate, signCertificate } from './x509.ts'
import { readRevocationList, signRevocationList } from './x509-crl.ts'
import { readBits, readDer, readInteger, readOid, readText, readTime, TAG } from './x509-der.ts'
import { explicit, integer, namedBits, oid, sequence, time, tlv } from './x509-encode.ts'
import { X509Error } from './x509-error.ts'
import { writeExtension } from './x509-extensions.ts'
import { encryptPrivateKey } from './x509-key.ts'
import { readName, writeName } from './x509-name.ts'
import { readPem, toPem } from './x509-pem.ts'
import { readRequest, signRequest } from './x509-request.ts'
import { authority, certified } from './x509-testing.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const one = (bytes: Buffer) => ({ tag: bytes[0]!, raw: bytes, content: bytes.subarray(2) })
const root = authority('测试根')
const person = certified('张三', root, { crlAddresses: ['http://crl.example/1'], dnsNames: ['a.example'] })

/** The same bytes with a piece replaced, lengths of the outer values mended. */
const replaced = (der: Buffer, from: Buffer, to: Buffer): Buffer => {
  const mend = (value: Buffer): Buffer => {
    if (value.equals(from)) return to
    if (!value.includes(from) || (value[0]! & 0x20) === 0) return value
    const { content } = readDer(value, value[0]!, 1e6)
    const parts: Buffer[] = []
    for (let at = 0; at < content.length; ) {
      const length = content[at + 1]! < 0x80 ? 2 + content[at + 1]! : lengthOf(content.subarray(at))
      parts.push(mend(content.subarray(at, at + length)))
      at += length
    }
    return tlv(value[0]!, ...parts)
  }
  return mend(der)
}
const lengthOf = (bytes: Buffer): number => {
  const more = bytes[1]! & 0x7f
  return 2 + more + bytes.readUIntBE(2, more)
}

describe('DER', () => {
  it.each([
    ['indefinite length', '30 80 00 00'],
    ['a length that is not the shortest', '30 81 02 05 00'],
    ['a length with leading zeros', `30 82 00 80 ${'00'.repeat(128)}`],
    ['a length of five bytes', '30 85 00 00 00 00 02 05 00'],
    ['cut off', '30 05 02 01'],
    ['cut off in the length', '30 82 01'],
    ['something after the end', '30 00 00'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(() => readDer(hex(text), TAG.sequence, 1000)).toThrow(X509Error)
  })

  it('has one form for each value', () => {
    expect(readInteger(one(hex('02 02 00 80')))).toEqual(hex('80'))
    for (const bad of ['02 00', '02 01 80', '02 02 00 7f']) expect(() => readInteger(one(hex(bad)))).toThrow(X509Error)
    expect(readOid(one(oid('1.2.156.10197.1.501')))).toBe('1.2.156.10197.1.501')
    expect(readOid(one(oid('2.999.3')))).toBe('2.999.3')
    for (const bad of ['06 00', '06 02 80 01', '06 01 81', '06 06 90 80 80 80 80 01'])
      expect(() => readOid(one(hex(bad)))).toThrow(X509Error)
    for (const bad of ['03 00', '03 01 01', '03 02 08 00', '03 02 01 01'])
      expect(() => readBits(one(hex(bad)))).toThrow(X509Error)
    expect(namedBits([5, 6])).toEqual(hex('03 02 01 06'))
    expect(namedBits([])).toEqual(hex('03 01 00'))
    expect(integer(Buffer.of(0, 0, 0x81))).toEqual(hex('02 02 00 81'))
  })

  it('knows times that exist', () => {
    const at = (tag: number, text: string) => readTime({ tag, raw: Buffer.alloc(0), content: Buffer.from(text) })
    expect(at(TAG.utcTime, '491231235959Z')).toEqual(new Date('2049-12-31T23:59:59Z'))
    expect(at(TAG.utcTime, '500101000000Z')).toEqual(new Date('1950-01-01T00:00:00Z'))
    for (const moment of ['2049-12-31T23:59:59Z', '2050-01-01T00:00:00Z'])
      expect(readTime(one(time(new Date(moment))))).toEqual(new Date(moment))
    for (const bad of ['260230000000Z', '2601010000Z', '260101000000+0800', '260101240000Z', '', '26010100000０Z'])
      expect(() => at(TAG.utcTime, bad)).toThrow(X509Error)
    expect(() => at(TAG.integer, '260101000000Z')).toThrow(X509Error)
  })

  it('refuses text that is none', () => {
    const text = (tag: number, content: Buffer) => readText({ tag, raw: content, content })
    expect(text(TAG.bmp, hex('5f204e09'))).toBe('张三')
    expect(() => text(TAG.utf8, hex('ff'))).toThrow(X509Error)
    expect(text(TAG.integer, hex('01'))).toBeUndefined()
  })
})

describe('a certificate', () => {
  it('says what was signed', () => {
    const { certificate } = person
    expect(certificate).toMatchObject({
      isAuthority: false,
      pathLength: null,
      keyUsage: ['digitalSignature', 'nonRepudiation'],
      crlAddresses: ['http://crl.example/1'],
      dnsNames: ['a.example'],
      publicKey: person.key.publicKey,
      authorityKeyId: root.certificate.subjectKeyId,
      notAfter: new Date('2027-01-01T00:00:00Z'),
    })
    expect(certificate.subject.text).toBe('C=CN, ST=山东省, O=齐通测试, CN=张三')
    expect(certificate.subject.commonName).toBe('张三')
    expect(certificate.issuer.key).toBe(root.certificate.subject.key)
    expect(isSignedBy(certificate, root.key.publicKey)).toBe(true)
    expect(isSignedBy(certificate, person.key.publicKey)).toBe(false)
  })

  it('does not survive a changed byte: it cannot be read, or its signature fails', () => {
    const { der } = person.certificate
    for (let at = 0; at < der.length; at += 3) {
      const broken = Buffer.from(der)
      broken[at]! ^= 0x01
      let accepted = false
      try {
        accepted = isSignedBy(readCertificate(broken), root.key.publicKey)
      } catch (error) {
        expect(error).toBeInstanceOf(X509Error)
      }
      expect(accepted, `byte ${at}`).toBe(false)
    }
  })

  it('is refused whole at every length it is cut to, and as anything else', () => {
    const { der } = person.certificate
    for (let length = 0; length < der.length; length++)
      expect(() => readCertificate(der.subarray(0, length))).toThrow(X509Error)
    for (let round = 0; round < 200; round++) expect(() => readCertificate(randomBytes(300))).toThrow(X509Error)
    expect(() => readCertificate(Buffer.concat([der, Buffer.of(0)]))).toThrow(X509Error)
    let deep: Buffer = Buffer.alloc(0)
    for (let level = 0; level < 5000; level++) deep = tlv(TAG.sequence, deep)
    expect(() => readCertificate(deep)).toThrow(X509Error)
    expect(() => readCertificate(tlv(TAG.sequence, Buffer.alloc(70_000)))).toThrow(/上限/)
  })

  it('is refused with another curve, a point off the curve, another algorithm', () => {
    const { der, publicKey } = person.certificate
    const code = (bytes: Buffer) => {
      try {
        readCertificate(bytes)
        return 'read'
      } catch (error) {
        return (error as X509Error).code
      }
    }
    expect(code(replaced(der, oid('1.2.156.10197.1.301'), oid('1.2.840.10045.3.1.7')))).toBe('wrong-curve')
    const off = Buffer.from(der)
    off[der.indexOf(Buffer.from(publicKey, 'hex')) + 40]! ^= 1
    expect(code(off)).toBe('wrong-curve')
    expect(code(replaced(der, oid('1.2.156.10197.1.501'), oid('1.2.840.10045.4.3.2')))).toBe('unsupported')
    expect(code(replaced(der, explicit(0, integer(2)), explicit(0, integer(1))))).toBe('unsupported')
    expect(code(replaced(der, explicit(0, integer(2)), Buffer.alloc(0)))).toBe('unsupported')
  })

  it('is refused with a critical extension nobody knows, and with one that stands twice', () => {
    const sign = (extension: Buffer) => {
      const usage = writeExtension('2.5.29.17', false, sequence(tlv(0x82, Buffer.from('a.example'))))
      return replaced(person.certificate.der, usage, extension)
    }
    const unknown = (critical: boolean) => sign(writeExtension('1.2.3.4', critical, sequence()))
    expect(readCertificate(unknown(false)).dnsNames).toEqual([])
    expect(() => readCertificate(unknown(true))).toThrow(/1\.2\.3\.4/)
    expect(() => readCertificate(sign(writeExtension('2.5.29.30', true, sequence())))).toThrow(X509Error)
    expect(() => readCertificate(sign(writeExtension('2.5.29.14', false, sequence())))).toThrow(/两次/)
    // a Boolean that is neither DER nor false
    const flag = writeExtension('1.2.3.4', true, sequence())
    flag[flag.indexOf(hex('0101ff')) + 2] = 1
    expect(() => readCertificate(sign(flag))).toThrow(X509Error)
  })

  it('has a serial number that is positive and short', () => {
    const fields = { ...person.certificate, subject: person.certificate.subject }
    const withSerial = (serial: Buffer) => readCertificate(signCertificate({ ...fields, serial }, root.key)).serial
    expect(withSerial(hex('00ff01'))).toBe('ff01')
    expect(() => withSerial(Buffer.alloc(4))).toThrow(X509Error)
    expect(() => withSerial(Buffer.alloc(21, 1))).toThrow(X509Error)
  })
})

describe('names', () => {
  const keyOf = (bytes: Buffer) => readName(readDer(bytes, TAG.sequence, 1000)).key

  it('are equal by their text, not by how it is encoded', () => {
    const named = (tag: number, text: string) =>
      sequence(tlv(TAG.set, sequence(oid('2.5.4.3'), tlv(tag, Buffer.from(text)))))
    expect(keyOf(named(TAG.printable, 'Root  CA'))).toBe(keyOf(named(TAG.utf8, ' root ca')))
    expect(keyOf(named(TAG.utf8, 'Root CA'))).not.toBe(keyOf(named(TAG.utf8, 'RootCA')))
    const [a, b] = [
      writeName([['CN', 'a,CN=b']]),
      writeName([
        ['CN', 'a'],
        ['CN', 'b'],
      ]),
    ]
    expect(keyOf(a)).not.toBe(keyOf(b))
  })

  it('are bounded', () => {
    expect(() => keyOf(writeName(Array.from({ length: 33 }, () => ['OU', 'x'] as const)))).toThrow(X509Error)
    expect(() => keyOf(sequence(tlv(TAG.set)))).toThrow(X509Error)
    expect(() => keyOf(sequence(integer(1)))).toThrow(X509Error)
  })
})

describe('a request', () => {
  it('proves that its maker holds the key', () => {
    const key = generateSm2KeyPair()
    const der = signRequest([['CN', '节点一']], key)
    expect(readRequest(der)).toMatchObject({ publicKey: key.publicKey, subject: { commonName: '节点一' } })
    const stolen = Buffer.from(der)
    stolen[stolen.indexOf(Buffer.from('节点一'))]! ^= 1
    expect(() => readRequest(stolen)).toThrow(X509Error)
    const other = signRequest([['CN', '节点一']], { ...key, privateKey: generateSm2KeyPair().privateKey })
    expect(() => readRequest(other)).toThrow(/私钥/)
    expect(() => readRequest(person.certificate.der)).toThrow(X509Error)
  })
})

describe('a revocation list', () => {
  const list = {
    thisUpdate: new Date('2026-05-01T00:00:00Z'),
    nextUpdate: new Date('2026-07-01T00:00:00Z'),
    number: 300,
    revoked: [
      { serial: 'abc', at: new Date('2026-04-01T00:00:00Z'), reason: 'keyCompromise' },
      { serial: '80ff', at: new Date('2026-04-02T00:00:00Z'), reason: 'unspecified' },
    ],
  } as const

  it('comes back as it was written, empty too', () => {
    const read = readRevocationList(signRevocationList(list, root.key, root.certificate))
    expect(read).toMatchObject({ number: 300n, thisUpdate: list.thisUpdate, nextUpdate: list.nextUpdate })
    expect([...read.revoked]).toEqual([
      ['abc', { since: list.revoked[0].at, reason: 'keyCompromise' }],
      ['80ff', { since: list.revoked[1].at, reason: 'unspecified' }],
    ])
    expect(isSignedBy(read, root.key.publicKey)).toBe(true)
    const empty = readRevocationList(signRevocationList({ ...list, revoked: [] }, root.key, root.certificate))
    expect(empty.revoked.size).toBe(0)
  })

  it('is refused when it is partial or indirect, or cut', () => {
    const der = signRevocationList(list, root.key, root.certificate)
    const number = writeExtension('2.5.29.20', false, integer(300))
    for (const id of ['2.5.29.27', '2.5.29.28'])
      expect(() => readRevocationList(replaced(der, number, writeExtension(id, true, integer(1))))).toThrow(
        /关键扩展项/,
      )
    expect(() => readRevocationList(replaced(der, number, Buffer.alloc(0)))).toThrow(/编号/)
    for (let length = 0; length < der.length; length += 7)
      expect(() => readRevocationList(der.subarray(0, length))).toThrow(X509Error)
    expect(() => readRevocationList(person.certificate.der)).toThrow(X509Error)
  })
})

describe('PEM', () => {
  const { der } = person.certificate
  const read = (text: string | Buffer) => readPem(Buffer.from(text), ['CERTIFICATE'], 10_000)
  it('holds one or several, with words between', () => {
    const pem = toPem('CERTIFICATE', der)
    expect(read(pem)).toEqual([der])
    expect(read(`张三\n${pem}\r\n说明\n${pem.replaceAll('\n', '\r\n')}`)).toEqual([der, der])
    expect(read(`${toPem('PRIVATE KEY', der)}${pem}`)).toEqual([der])
    expect(read(der)).toEqual([der])
  })
  it.each([
    ['nothing', ''],
    ['garbage', 'MIIB 不是证书'],
    ['another label', toPem('PUBLIC KEY', Buffer.alloc(9))],
    ['no end', toPem('CERTIFICATE', Buffer.alloc(9)).replace('-----END', '')],
    ['a second block without end', `${toPem('CERTIFICATE', Buffer.alloc(9))}-----BEGIN CERTIFICATE-----\nAAAA`],
    ['broken Base64', '-----BEGIN CERTIFICATE-----\nAA=A\n-----END CERTIFICATE-----'],
    ['an empty block', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----'],
    ['too much', 'x'.repeat(10_001)],
  ])('refuses %s', (_, text) => {
    expect(() => read(text)).toThrow(X509Error)
  })
})

describe('keys', () => {
  it('leave under a passphrase, and only with it come back', async () => {
    const key = generateSm2KeyPair()
    const pem = toPem('ENCRYPTED PRIVATE KEY', await encryptPrivateKey(key, '一句很长的口令'))
    const opened = createPrivateKey({ key: pem, passphrase: '一句很长的口令' })
    const spki = createPublicKey(opened).export({ type: 'spki', format: 'der' })
    expect(spki.subarray(-65).toString('hex')).toBe(key.publicKey)
    expect(() => createPrivateKey({ key: pem, passphrase: '别的口令' })).toThrow()
  })

  it('verify a digest that the signer handed over', () => {
    const { key } = person
    const digest = sm2Digest(key.publicKey, '公文')
    expect(sm2VerifyDigest(key.publicKey, digest, sm2Sign(key, '公文'))).toBe(true)
    expect(sm2VerifyDigest(key.publicKey, sm2Digest(key.publicKey, '公文2'), sm2Sign(key, '公文'))).toBe(false)
    expect(sm2VerifyDigest(key.publicKey, digest.subarray(1), sm2Sign(key, '公文'))).toBe(false)
  })
})
