import { createCipheriv, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { Sm2KeyPair } from './sm2.ts'
import { bits, explicit, integer, nothing, octets, oid, sequence } from './x509-encode.ts'

const derive = promisify(pbkdf2)
// OWASP Password Storage Cheat Sheet for PBKDF2 with HMAC-SHA-256
const ROUNDS = 600_000
const OID = {
  ecPublicKey: '1.2.840.10045.2.1',
  sm2: '1.2.156.10197.1.301',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacSha256: '1.2.840.113549.2.9',
  aes256: '2.16.840.1.101.3.4.1.42',
}

/**
 * A private key as EncryptedPrivateKeyInfo (PKCS#8, RFC 5958) under a passphrase: PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC, because the
 * tools that will open the file (OpenSSL, Tongsuo, Java) know no PBES2 with SM3 and SM4.
 */
export const encryptPrivateKey = async (key: Sm2KeyPair, passphrase: string): Promise<Buffer> => {
  const ecKey = sequence(
    integer(1),
    octets(Buffer.from(key.privateKey, 'hex')),
    explicit(1, bits(Buffer.from(key.publicKey, 'hex'))),
  )
  const plain = sequence(integer(0), sequence(oid(OID.ecPublicKey), oid(OID.sm2)), octets(ecKey))
  const [salt, iv] = [randomBytes(16), randomBytes(16)]
  const cipher = createCipheriv('aes-256-cbc', await derive(passphrase, salt, ROUNDS, 32, 'sha256'), iv)
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()])
  const kdf = sequence(octets(salt), integer(ROUNDS), sequence(oid(OID.hmacSha256), nothing()))
  const parameters = sequence(sequence(oid(OID.pbkdf2), kdf), sequence(oid(OID.aes256), octets(iv)))
  return sequence(sequence(oid(OID.pbes2), parameters), octets(encrypted))
}
