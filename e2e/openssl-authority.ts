import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export const hasOpenssl = spawnSync('openssl', ['version']).stdout?.toString().startsWith('OpenSSL 3') ?? false

const config = `[ca]
default_ca = own
[own]
database = index.txt
serial = serial
crlnumber = crlnumber
new_certs_dir = .
default_md = sm3
default_days = 365
default_crl_days = 7
policy = any
unique_subject = no
[any]
commonName = supplied
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
authorityKeyIdentifier = keyid
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[req]
distinguished_name = dn
string_mask = utf8only
[dn]
`
// GM/T 0009-2012: the signer's identity where none was agreed on
const ID = 'distid:1234567812345678'
const sign = ['-sm3', '-sigopt', ID]

/** An authority of somebody else, with SM2 certificates that the openssl command made. */
export const opensslAuthority = (folder: string, name: string) => {
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const file = (one: string) => path.join(folder, one)
  const ca = ['-config', 'ca.cnf', '-cert', 'root.pem', '-keyfile', 'root.key', '-sigopt', ID]
  for (const [one, text] of Object.entries({ 'ca.cnf': config, 'index.txt': '', serial: '1000', crlnumber: '01' }))
    writeFileSync(file(one), text)
  for (const key of ['root.key', 'leaf.key']) run('genpkey', '-algorithm', 'SM2', '-out', key)
  const asked = ['-config', 'ca.cnf', '-new', '-utf8', ...sign]
  const root = ['-x509', '-key', 'root.key', '-days', '3650', '-extensions', 'root', '-out', 'root.pem']
  run('req', ...asked, ...root, '-subj', `/C=CN/CN=${name}`)
  return {
    root: readFileSync(file('root.pem'), 'utf8'),
    /** PEM; `dates` are those of a certificate that has run out */
    issue(subject: string, dates: readonly string[] = []): string {
      run('req', ...asked, '-key', 'leaf.key', '-subj', `/C=CN/CN=${subject}`, '-out', 'leaf.csr')
      const into = ['-batch', '-notext', '-utf8', '-extensions', 'leaf', '-vfyopt', ID, '-in', 'leaf.csr', '-out']
      run('ca', ...ca, ...into, 'leaf.pem', ...dates)
      return readFileSync(file('leaf.pem'), 'utf8')
    },
    /** the file of the current list of what it revoked */
    list(): string {
      run('ca', '-gencrl', ...ca, '-out', 'list.crl')
      return file('list.crl')
    },
  }
}

/** A revocation list in words. */
export const readList = (der: Buffer): string =>
  execFileSync('openssl', ['crl', '-inform', 'DER', '-noout', '-text'], { input: der }).toString()
export const PAST = ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z'] as const
