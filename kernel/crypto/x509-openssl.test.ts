import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sm2Sign, sm2SignatureToDer } from './sm2.ts'
import { isSignedBy, readCertificate } from './x509.ts'
import { checkChain } from './x509-chain.ts'
import { readRevocationList, signRevocationList } from './x509-crl.ts'
import { encryptPrivateKey } from './x509-key.ts'
import { readPem, toPem } from './x509-pem.ts'
import { readRequest, signRequest } from './x509-request.ts'
import { authority, certified } from './x509-testing.ts'

const hasOpenssl = spawnSync('openssl', ['version']).stdout?.toString().startsWith('OpenSSL 3') ?? false
const DISTID = '1234567812345678'
const sign = ['-sigopt', `distid:${DISTID}`]
const verify = ['-vfyopt', `distid:${DISTID}`]

// With CI set a missing tool must fail, not skip.
describe.skipIf(!hasOpenssl && !process.env.CI)('X.509 against the openssl command (skipped when it is absent)', () => {
  let folder = ''
  const at = (name: string) => join(folder, name)
  const write = (name: string, content: string | Buffer) => writeFileSync(at(name), content)
  const openssl = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder })
    return { ok: status === 0, text: `${stdout}${stderr}` }
  }
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  const pem = (der: Buffer) => toPem('CERTIFICATE', der)

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'qitong-x509-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  describe('what we make', () => {
    const root = authority('齐通测试根', undefined, { pathLength: 1, notAfter: new Date('2051-01-01T00:00:00Z') })
    const issuing = authority('齐通测试签发', root, { pathLength: 0 })
    const node = certified('节点一', issuing, {
      dnsNames: ['a.example'],
      extendedUsage: ['1.3.6.1.5.5.7.3.1'],
      crlAddresses: ['http://crl.example/1'],
    })
    const epoch = String(Date.parse('2026-06-01T00:00:00Z') / 1000)
    const list = (issuer: typeof root, revoked: string[]) =>
      toPem(
        'X509 CRL',
        signRevocationList(
          {
            thisUpdate: new Date('2026-05-31T00:00:00Z'),
            nextUpdate: new Date('2026-06-07T00:00:00Z'),
            number: 128,
            revoked: revoked.map((serial) => ({ serial, at: new Date('2026-05-01T00:00:00Z'), reason: 'superseded' })),
          },
          issuer.key,
          issuer.certificate,
        ),
      )
    // `openssl verify` gives the identity to the certificate it was asked about and to no other: one step of the chain at a time.
    const step = (name: string, issuer: string, options = verify) =>
      openssl('verify', ...options, '-x509_strict', '-partial_chain', '-attime', epoch, '-trusted', issuer, name)

    beforeAll(() => {
      write('root.pem', pem(root.certificate.der))
      write('issuing.pem', pem(issuing.certificate.der))
      write('node.pem', pem(node.certificate.der))
      write('clean.pem', list(issuing, []))
      write('revoking.pem', list(issuing, [node.certificate.serial]))
    })

    it('is a chain that openssl follows, strictly, and not under another identity', () => {
      for (const [name, issuer] of [
        ['root.pem', 'root.pem'],
        ['issuing.pem', 'root.pem'],
        ['node.pem', 'issuing.pem'],
      ] as const) {
        expect(step(name, issuer).text).toContain(`${name}: OK`)
      }
      expect(step('node.pem', 'root.pem').ok).toBe(false)
      expect(step('node.pem', 'issuing.pem', ['-vfyopt', 'distid:8765432112345678']).ok).toBe(false)
      const { text } = openssl('x509', '-in', 'node.pem', '-noout', '-text', '-nameopt', 'utf8')
      for (const part of [
        'CN=节点一',
        'SM2',
        'CA:FALSE',
        'Non Repudiation',
        'DNS:a.example',
        'URI:http://crl.example/1',
      ])
        expect(text).toContain(part)
    })

    it('is a list that it reads, and whose signature holds under the key of its issuer', () => {
      // `openssl crl -verify` knows no identity, so the signature is taken out and checked by `openssl dgst`.
      const signatureHolds = (name: string): boolean => {
        const { text } = openssl('asn1parse', '-in', name)
        const [tbs, signature] = [/^ *(\d+):d=1 .*SEQUENCE/m, /^ *(\d+):d=1 .*BIT STRING/m].map(
          (line) => line.exec(text)![1]!,
        )
        run('asn1parse', '-in', name, '-strparse', tbs!, '-noout', '-out', 'tbs.der')
        run('asn1parse', '-in', name, '-strparse', signature!, '-noout', '-out', 'tbs.sig')
        run('x509', '-in', 'issuing.pem', '-noout', '-pubkey', '-out', 'issuing.pub')
        return openssl('dgst', '-sm3', '-verify', 'issuing.pub', ...sign, '-signature', 'tbs.sig', 'tbs.der').ok
      }
      expect(signatureHolds('clean.pem')).toBe(true)
      expect(signatureHolds('revoking.pem')).toBe(true)
      expect(signatureHolds('root.pem')).toBe(false)
      const read = (name: string) => openssl('crl', '-in', name, '-noout', '-text').text
      expect(read('clean.pem')).toContain('No Revoked Certificates')
      const serial = node.certificate.serial.toUpperCase()
      expect(read('revoking.pem')).toContain(`Serial Number: ${serial}`)
      expect(read('revoking.pem')).toMatch(/X509v3 CRL Number:\s+128[\s\S]*Superseded/)
    })

    it('is a request whose key and signature it accepts', () => {
      write(
        'ours.csr',
        toPem(
          'CERTIFICATE REQUEST',
          signRequest(
            [
              ['C', 'CN'],
              ['CN', '节点一'],
            ],
            node.key,
          ),
        ),
      )
      expect(openssl('req', '-in', 'ours.csr', '-verify', '-noout', ...verify).text).toMatch(/verify OK/i)
      const empty = openssl('req', '-in', 'ours.csr', '-verify', '-noout', '-vfyopt', 'distid:1')
      expect(empty.text).not.toMatch(/verify OK/i)
    })

    it('is a key file that it opens and signs with', async () => {
      write('ours.key', toPem('ENCRYPTED PRIVATE KEY', await encryptPrivateKey(node.key, 'a long passphrase')))
      const opened = openssl('pkey', '-in', 'ours.key', '-passin', 'pass:a long passphrase', '-pubout')
      expect(opened.ok).toBe(true)
      expect(openssl('x509', '-in', 'node.pem', '-noout', '-pubkey').text.trim()).toBe(opened.text.trim())
      expect(openssl('pkey', '-in', 'ours.key', '-passin', 'pass:wrong').ok).toBe(false)
    })

    it('is a signature that verifies under the key of our certificate', () => {
      write('data', '关于印发《数据目录》的通知')
      write('data.sig', sm2SignatureToDer(sm2Sign(node.key, '关于印发《数据目录》的通知')))
      run('x509', '-in', 'node.pem', '-noout', '-pubkey', '-out', 'node.pub')
      expect(openssl('dgst', '-sm3', '-verify', 'node.pub', ...sign, '-signature', 'data.sig', 'data').text).toContain(
        'Verified OK',
      )
    })
  })

  describe('what it makes', () => {
    beforeAll(() => {
      write(
        'ca.cnf',
        `[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\ncrlnumber=crlnumber\nnew_certs_dir=.\ndefault_md=sm3
default_days=300\ndefault_crl_days=30\npolicy=p\nunique_subject=no\nemail_in_dn=no\nutf8=yes\nstring_mask=utf8only
[p]\ncountryName=optional\ncommonName=supplied
[req]\ndistinguished_name=n\nutf8=yes\nstring_mask=utf8only\n[n]
[root]\nbasicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash
[leaf]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nauthorityKeyIdentifier=keyid
[extra]\n1.2.3.4=critical,ASN1:UTF8String:x\n`,
      )
      write('index.txt', '')
      write('serial', '8001\n')
      write('crlnumber', '0A\n')
      const key = (name: string) => run('genpkey', '-algorithm', 'SM2', '-out', name)
      key('ca.key')
      key('leaf.key')
      const make = ['req', '-config', 'ca.cnf', '-sm3', ...sign]
      run(
        ...make,
        '-x509',
        '-key',
        'ca.key',
        '-subj',
        '/C=CN/CN=对方根',
        '-days',
        '3000',
        '-extensions',
        'root',
        '-out',
        'ca.pem',
      )
      run(...make, '-new', '-key', 'leaf.key', '-subj', '/C=CN/CN=对方节点', '-out', 'leaf.csr')
      const ca = ['ca', '-batch', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', ...sign]
      run(...ca, ...verify, '-notext', '-in', 'leaf.csr', '-extensions', 'leaf', '-out', 'leaf.pem')
      run(...ca, '-gencrl', '-out', 'clean.crl')
      run(...ca, '-revoke', 'leaf.pem', '-crl_reason', 'keyCompromise')
      run(...ca, '-gencrl', '-out', 'revoking.crl')
      run(...make, '-x509', '-key', 'ca.key', '-subj', '/CN=x', '-extensions', 'extra', '-out', 'extra.pem')
      run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'p256.key')
      run('req', '-config', 'ca.cnf', '-x509', '-sha256', '-key', 'p256.key', '-subj', '/CN=x', '-out', 'p256.pem')
      run(
        'req',
        '-config',
        'ca.cnf',
        '-x509',
        '-sm3',
        '-key',
        'ca.key',
        '-subj',
        '/CN=x',
        '-extensions',
        'root',
        '-out',
        'emptyid.pem',
      )
    })
    const der = (name: string, label: string) => readPem(readFileSync(at(name)), [label], 100_000)[0]!
    const certificate = (name: string) => readCertificate(der(name, 'CERTIFICATE'))
    const crl = (name: string) => readRevocationList(der(name, 'X509 CRL'))
    const check = (list: string) =>
      checkChain({
        leaf: certificate('leaf.pem'),
        between: [],
        anchors: [certificate('ca.pem')],
        lists: [crl(list)],
        at: new Date(),
        now: new Date(),
        usages: ['digitalSignature'],
      })

    it('is a certificate that we read and follow', () => {
      expect(certificate('leaf.pem').subject.text).toBe('C=CN, CN=对方节点')
      expect(certificate('ca.pem')).toMatchObject({ isAuthority: true, pathLength: 0 })
      expect(check('clean.crl')).toMatchObject({ valid: true })
    })

    it('is a list that revokes', () => {
      expect(crl('revoking.crl').revoked.get('8001')).toMatchObject({ reason: 'keyCompromise' })
      expect(crl('revoking.crl').number).toBe(11n)
      expect(check('revoking.crl')).toMatchObject({ valid: false, fault: 'revoked' })
    })

    it('is a request that we read', () => {
      expect(readRequest(der('leaf.csr', 'CERTIFICATE REQUEST'))).toMatchObject({
        publicKey: certificate('leaf.pem').publicKey,
        subject: { commonName: '对方节点' },
      })
    })

    it('is refused with a critical extension of its own, and on another curve', () => {
      expect(() => certificate('extra.pem')).toThrow(/1\.2\.3\.4/)
      expect(() => certificate('p256.pem')).toThrow(/SM2/)
    })

    it('is not signed at all for us when the identity was left empty', () => {
      const one = certificate('emptyid.pem')
      expect(isSignedBy(one, one.publicKey)).toBe(false)
    })
  })
})
