import { randomBytes } from 'node:crypto'
import { generateSm2KeyPair, type Sm2KeyPair } from './sm2.ts'
import { type Certificate, type NewCertificate, readCertificate, signCertificate } from './x509.ts'

/** Certificates for tests: a year from 2026 on, for signing, unless said otherwise. */
export interface Holder {
  key: Sm2KeyPair
  certificate: Certificate
}

export const AT = new Date('2026-06-01T00:00:00Z')

export const certified = (name: string, issuer?: Holder, more: Partial<NewCertificate> = {}): Holder => {
  const key = generateSm2KeyPair()
  return { key, certificate: certify(name, key, issuer, more) }
}

export const certify = (name: string, key: Sm2KeyPair, issuer?: Holder, more: Partial<NewCertificate> = {}) =>
  readCertificate(
    signCertificate(
      {
        serial: Buffer.concat([Buffer.of(0x41), randomBytes(11)]),
        subject: [
          ['C', 'CN'],
          ['ST', '山东省'],
          ['O', '齐通测试'],
          ['CN', name],
        ],
        publicKey: key.publicKey,
        notBefore: new Date('2026-01-01T00:00:00Z'),
        notAfter: new Date('2027-01-01T00:00:00Z'),
        isAuthority: false,
        pathLength: null,
        keyUsage: ['digitalSignature', 'nonRepudiation'],
        extendedUsage: null,
        crlAddresses: [],
        dnsNames: [],
        ...more,
      },
      issuer?.key ?? key,
      issuer?.certificate,
    ),
  )

export const authority = (name: string, issuer?: Holder, more: Partial<NewCertificate> = {}): Holder =>
  certified(name, issuer, { isAuthority: true, keyUsage: ['keyCertSign', 'crlSign'], ...more })
