import {
  type Certificate,
  type KeyUsage,
  readCertificate,
  sm2SignatureFromDer,
  sm2Verify,
  sm2VerifyDigest,
  X509Error,
} from '#kernel/crypto'
import type { Verdict } from '../contract.ts'
import { CERTIFICATE, readText } from './files.ts'
import { refusals, say } from './rules.ts'
import { checkTrust, type TrustCtx } from './trust.ts'

export interface SignatureQuestion {
  /** DER; or PEM with the signer first and authorities above it after */
  certificate: Uint8Array | string
  /** what was signed */
  data?: string | Uint8Array
  /** or e = SM3(Z ‖ data), 32 bytes, as `sm2Digest` makes it */
  digest?: Uint8Array
  /** DER, or r ‖ s of 64 bytes */
  signature: Uint8Array
  /** when it was signed, as far as the caller can prove it */
  at: Date
  /** the certificate must allow one of these; signatures when absent */
  usages?: readonly KeyUsage[]
}
export type SignatureVerdict = Verdict & { signer: string | null }

const SIGNING: readonly KeyUsage[] = ['digitalSignature', 'nonRepudiation']

const readAll = (certificate: Uint8Array | string): Certificate[] =>
  typeof certificate === 'string'
    ? readText(certificate, CERTIFICATE)
        .slice(0, 20)
        .map((der) => readCertificate(der))
    : [readCertificate(certificate)]

const rawSignature = (signature: Uint8Array): Uint8Array | null => {
  if (signature.byteLength === 64) return signature
  try {
    return sm2SignatureFromDer(signature)
  } catch {
    return null
  }
}

const holds = ({ data, digest, signature }: SignatureQuestion, { publicKey }: Certificate): boolean => {
  const raw = rawSignature(signature)
  if (!raw) return false
  if (digest) return sm2VerifyDigest(publicKey, digest, raw)
  return data !== undefined && sm2Verify(publicKey, data, raw)
}

/**
 * Whether a signature holds and its signer was entitled to it at that moment, in the order of GM/T 0031-2014 §6.2.3: form, value, chain, time,
 * revocation. Answers for whatever it is given; nothing a stranger hands in makes it throw.
 */
export const verifySignature = async (ctx: TrustCtx, question: SignatureQuestion): Promise<SignatureVerdict> => {
  try {
    const [leaf, ...between] = readAll(question.certificate)
    const signer = leaf!.subject.text
    if (!holds(question, leaf!)) return { ...refusals.altered, signer }
    if (question.at > ctx.now) return { ...refusals.inFuture, signer }
    const usages = question.usages ?? SIGNING
    return { ...say(await checkTrust(ctx, { leaf: leaf!, between, at: question.at, usages })), signer }
  } catch (error) {
    if (!(error instanceof X509Error)) throw error
    return { valid: false, code: 'malformed', reason: error.message, signer: null }
  }
}

/** The state of a certificate of the register, now. */
export const statusOf = async (ctx: TrustCtx, fingerprint: string): Promise<Verdict> => {
  const [row] = await ctx.sql<{ der: Buffer }>('select der from certificates.certificate where fingerprint = $1', [
    fingerprint,
  ])
  return row
    ? say(await checkTrust(ctx, { leaf: readCertificate(row.der), at: ctx.now, usages: [] }))
    : refusals.unknown
}
