import type { Certificate, ChainVerdict, KeyUsage } from '#kernel/crypto'
import type { CertificateRow, Verdict } from '../contract.ts'

const DAY_MS = 86_400_000

/** Whole days that are left; the day of expiry has 0, after it the number is negative. */
export const daysLeft = (notAfter: Date, now: Date): number => Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS)

export const stateOf = (
  row: { not_before: Date; not_after: Date; revoked_at: Date | null },
  now: Date,
): CertificateRow['state'] => {
  if (row.revoked_at) return 'revoked'
  if (now > row.not_after) return 'expired'
  return now < row.not_before ? 'early' : 'valid'
}

/** Thresholds in days, the furthest first. */
const WARNINGS = [30, 7, 1, 0] as const

/** The threshold a certificate has newly passed; null when its holder was told already or it is too early. */
export const warningDue = (notAfter: Date, warned: number | null, now: Date): number | null => {
  const left = (notAfter.getTime() - now.getTime()) / DAY_MS
  const passed = WARNINGS.findLast((days) => left <= days)
  return passed === undefined || (warned !== null && warned <= passed) ? null : passed
}

/** What a certificate may be used for, by its key usage (GM/T 0015-2012 has one for signing and one for encryption). */
export const useOf = ({ isAuthority, keyUsage }: Certificate): CertificateRow['use'] => {
  if (isAuthority) return 'authority'
  return keyUsage?.some((usage) => usage === 'digitalSignature' || usage === 'nonRepudiation') ? 'sign' : 'encrypt'
}

export const usageWords: Record<KeyUsage, string> = {
  digitalSignature: '数字签名',
  nonRepudiation: '不可否认',
  keyEncipherment: '密钥加密',
  dataEncipherment: '数据加密',
  keyAgreement: '密钥协商',
  keyCertSign: '签发证书',
  crlSign: '签发吊销列表',
  encipherOnly: '仅加密',
  decipherOnly: '仅解密',
}

const dayOf = (at: Date | undefined): string =>
  at ? new Intl.DateTimeFormat('zh-CN', { dateStyle: 'long', timeZone: 'Asia/Shanghai' }).format(at) : ''

/** One Chinese sentence for what a check of a chain found. */
export const say = (verdict: ChainVerdict): Verdict => {
  if (verdict.valid) return { valid: true, code: 'valid', reason: '有效，一直查到了受信任的根证书。' }
  const name = `“${verdict.on.subject.commonName}”的证书`
  const since = dayOf(verdict.since)
  const sentences: Record<typeof verdict.fault, string> = {
    'unknown-issuer': `${name}由“${verdict.on.issuer.commonName}”签发，本系统不认识或不信任它。请安全管理员核实后导入其证书并信任其根。`,
    'not-yet-valid': `${name}要到${since}才生效。`,
    expired: `${name}已于${since}过期。`,
    revoked: `${name}已于${since}被吊销。`,
    'no-list': `没有“${verdict.on.issuer.commonName}”的吊销列表，无法确认${name}未被吊销。请安全管理员导入。`,
    'stale-list': `“${verdict.on.issuer.commonName}”的吊销列表在${since}以后没有更新，无法确认${name}未被吊销。请安全管理员导入新的。`,
    'wrong-use': `${name}不能用于这个用途。`,
    altered: `${name}上的签名不成立，证书可能被改动过或是伪造的。`,
    'not-authority': `${name}不是签发机构的证书，不能签发别的证书。`,
    'too-long': `${name}所在的证书链超过了允许的层数。`,
  }
  return { valid: false, code: verdict.fault, reason: sentences[verdict.fault] }
}

/** The same for faults that lie outside the chain. */
export const refusals = {
  altered: { valid: false, code: 'altered', reason: '签名与内容不符：内容、签名或证书被改动过，或者不是一套。' },
  inFuture: { valid: false, code: 'in-future', reason: '签名时间晚于现在，不能采信。' },
  unknown: { valid: false, code: 'unknown-issuer', reason: '本系统没有登记这张证书。' },
} as const satisfies Record<string, Verdict>
