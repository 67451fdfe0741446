import { z } from 'zod'
import {
  defineApi,
  defineEvent,
  download,
  Empty,
  get,
  Id,
  listInput,
  listOutput,
  Moment,
  post,
  upload,
} from '#kernel/contract'

/** Who a certificate names. The authorities themselves are one of these. */
export const holderKinds = { person: '人员', unit: '单位', node: '节点', application: '应用' } as const
export const certificateKinds = { authority: '签发机构', ...holderKinds } as const
export const uses = { authority: '签发', sign: '签名', encrypt: '加密' } as const
export const certificateStates = {
  valid: '有效',
  early: '未生效',
  expired: '已过期',
  revoked: '已吊销',
} as const

/** Why a certificate is revoked; names of RFC 5280 §5.3.1. */
export const revocationReasons = {
  keyCompromise: '私钥泄露或丢失',
  affiliationChanged: '离职、调动或机构变动',
  superseded: '已换发新证书',
  cessationOfOperation: '节点或应用停用',
  privilegeWithdrawn: '不再有资格持有',
  unspecified: '其他',
} as const

const keysOf = <T extends string>(words: Record<T, string>) => Object.keys(words) as [T, ...T[]]
const Kind = z.enum(keysOf(certificateKinds))
const Reason = z.enum(keysOf(revocationReasons))

export const CertificateRow = z.object({
  id: z.uuid(),
  kind: Kind,
  use: z.enum(keysOf(uses)),
  holderName: z.string(),
  subject: z.string(),
  issuer: z.string(),
  serial: z.string(),
  source: z.enum(['issued', 'imported']),
  notBefore: Moment,
  notAfter: Moment,
  state: z.enum(keysOf(certificateStates)),
  /** whole days until it expires; negative after */
  daysLeft: z.number().int(),
})
export type CertificateRow = z.infer<typeof CertificateRow>

/** Outcome of a check: `code` is stable, `reason` is the sentence for the person. */
export const verdictCodes = [
  'valid',
  'unknown-issuer',
  'not-yet-valid',
  'expired',
  'revoked',
  'no-list',
  'stale-list',
  'wrong-use',
  'altered',
  'not-authority',
  'too-long',
  'malformed',
  'in-future',
] as const
export const Verdict = z.object({ valid: z.boolean(), code: z.enum(verdictCodes), reason: z.string() })
export type Verdict = z.infer<typeof Verdict>

export const CertificateDetail = CertificateRow.extend({
  fingerprint: z.string(),
  publicKey: z.string(),
  keyUsage: z.array(z.string()),
  dnsNames: z.array(z.string()),
  pem: z.string(),
  addedAt: Moment,
  addedBy: z.string(),
  revokedAt: Moment.nullable(),
  revokedReason: z.string().nullable(),
  revokedBy: z.string().nullable(),
  /** from this certificate to the root, as far as it was followed */
  chain: z.array(z.object({ name: z.string(), notAfter: Moment, trusted: z.boolean() })),
  verdict: Verdict,
  /** `revoke`: why not, or null when it can be */
  can: z.object({ revoke: z.string().nullable() }),
})
export type CertificateDetail = z.infer<typeof CertificateDetail>

const PemText = z.string().trim().min(1).max(400_000)
const HostName = z
  .string()
  .max(253)
  .regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    '请填域名，如 a.example.gov.cn',
  )

export const IssueInput = z.object({
  kind: z.enum(keysOf(holderKinds)),
  personId: z.uuid().optional(),
  unitId: z.uuid().optional(),
  /** of a node or an application; at most 64 characters (X.520) */
  name: z.string().trim().min(1).max(64).optional(),
  use: z.enum(['sign', 'encrypt']),
  days: z.number().int().min(1).max(1826),
  dnsNames: z.array(HostName).max(20).default([]),
  /** a PKCS#10 request: the private key stays where it was made */
  request: PemText.max(20_000).optional(),
  /** without a request: what the new private key leaves encrypted with */
  password: z.string().min(12).max(128).optional(),
})
export type IssueInput = z.infer<typeof IssueInput>

export const Issued = z.object({
  id: z.uuid(),
  certificate: z.string(),
  /** the authorities above it, PEM */
  chain: z.string(),
  /** encrypted PKCS#8, PEM; kept nowhere in a form that opens without the passphrase */
  privateKey: z.string().nullable(),
})
export type Issued = z.infer<typeof Issued>

export const Anchor = z.object({
  id: z.uuid(),
  certificateId: z.uuid(),
  name: z.string(),
  fingerprint: z.string(),
  notAfter: Moment,
  state: z.enum(['proposed', 'trusted', 'refused', 'retired']),
  needsList: z.boolean(),
  builtIn: z.boolean(),
  note: z.string(),
  proposedAt: Moment,
  proposedBy: z.string(),
  decidedBy: z.string().nullable(),
  reason: z.string().nullable(),
  list: z.object({ number: z.string(), revoked: z.number().int(), nextUpdate: Moment }).nullable(),
  can: z.object({ decide: z.boolean(), withdraw: z.boolean(), retire: z.boolean() }),
})
export type Anchor = z.infer<typeof Anchor>

export const certificateIssued = defineEvent('certificates.issued', z.object({ id: z.uuid() }))
export const certificateRevoked = defineEvent('certificates.revoked', z.object({ id: z.uuid(), reason: Reason }))
/** `days` is the threshold that was passed: 30, 7, 1 or 0 for expired. */
export const certificateExpiring = defineEvent(
  'certificates.expiring',
  z.object({ id: z.uuid(), kind: Kind, holderId: z.uuid().nullable(), days: z.number().int() }),
)

const Comment = z.string().trim().min(1).max(300)

export const certificatesApi = defineApi({
  list: get('/api/certificates', {
    summary: '证书',
    permission: 'certificates:read',
    input: listInput({
      kind: Kind.optional(),
      /** `expiring`: within 30 days, the soonest first */
      state: z.enum([...keysOf(certificateStates), 'expiring']).optional(),
    }),
    output: listOutput(CertificateRow),
  }),
  open: get('/api/certificates/:id', {
    summary: '一张证书',
    permission: 'certificates:read',
    input: Id,
    output: CertificateDetail,
  }),
  authority: get('/api/certificates/authority', {
    summary: '签发机构的情况',
    permission: 'certificates:read',
    input: Empty,
    output: z.object({
      /** null when certificates can be issued, otherwise why not */
      unavailable: z.string().nullable(),
      name: z.string().nullable(),
      notAfter: Moment.nullable(),
      lists: z.array(
        z.object({ id: z.uuid(), name: z.string(), number: z.string(), revoked: z.number().int(), nextUpdate: Moment }),
      ),
    }),
  }),
  issue: post('/api/certificates/issue', {
    summary: '签发证书',
    permission: 'certificates:manage',
    stepUp: true,
    once: true,
    label: 'secret',
    input: IssueInput,
    output: Issued,
    limit: { max: 60, seconds: 60 },
  }),
  revoke: post('/api/certificates/:id/revoke', {
    summary: '吊销证书',
    permission: 'certificates:manage',
    stepUp: true,
    input: Id.extend({ reason: Reason }),
    output: Empty,
  }),
  importCertificates: post('/api/certificates/import', {
    summary: '导入证书',
    permission: 'certificates:manage',
    stepUp: true,
    /** PEM, or DER in Base64; `kind` says whose the certificates are that are no authority's */
    input: z.object({ text: PemText, kind: z.enum(keysOf(holderKinds)) }),
    output: z.object({ added: z.number().int(), known: z.number().int(), ids: z.array(z.uuid()) }),
  }),
  importList: upload('/api/certificates/lists', {
    summary: '导入吊销列表',
    permission: 'certificates:manage',
    input: Empty,
    output: z.object({ issuer: z.string(), number: z.string(), revoked: z.number().int(), nextUpdate: Moment }),
    maxBytes: 24 * 1024 * 1024,
  }),
  /** the address certificates name as their distribution point */
  revocations: download('/api/certificates/lists/:id', {
    summary: '吊销列表',
    permission: 'public',
    label: 'public',
    input: Id,
    limit: { max: 120, seconds: 60 },
  }),
  anchors: get('/api/certificates/anchors', {
    summary: '信任的根证书',
    permission: 'certificates:read',
    input: Empty,
    output: z.object({ rows: z.array(Anchor) }),
  }),
  proposeAnchor: post('/api/certificates/anchors', {
    summary: '提出信任根证书',
    permission: 'certificates:propose',
    input: z.object({ text: PemText, note: Comment, needsList: z.boolean().default(true) }),
    output: z.object({ id: z.uuid() }),
  }),
  withdrawAnchor: post('/api/certificates/anchors/:id/withdraw', {
    summary: '撤回信任根证书的提请',
    permission: 'certificates:propose',
    input: Id,
    output: Empty,
  }),
  trustAnchor: post('/api/certificates/anchors/:id/trust', {
    summary: '同意信任根证书',
    permission: 'certificates:approve',
    stepUp: true,
    label: 'sensitive',
    input: Id,
    output: Empty,
  }),
  refuseAnchor: post('/api/certificates/anchors/:id/refuse', {
    summary: '不同意信任根证书',
    permission: 'certificates:approve',
    input: Id.extend({ reason: Comment }),
    output: Empty,
  }),
  retireAnchor: post('/api/certificates/anchors/:id/retire', {
    summary: '不再信任根证书',
    permission: 'certificates:approve',
    stepUp: true,
    label: 'sensitive',
    input: Id.extend({ reason: Comment }),
    output: Empty,
  }),
  status: get('/api/certificates/status/:fingerprint', {
    summary: '证书的状态',
    permission: 'signed-in',
    input: z.object({ fingerprint: z.string().regex(/^[0-9a-f]{64}$/, '请填证书的 SM3 指纹，64 位小写十六进制') }),
    output: Verdict,
  }),
  verify: post('/api/certificates/verify', {
    summary: '核验签名',
    permission: 'signed-in',
    input: z
      .object({
        /** PEM with the signer first and, if need be, the authorities above it; or DER in Base64 */
        certificate: PemText.max(200_000),
        /** what was signed, Base64 */
        data: z.base64().max(700_000).optional(),
        /** or e = SM3(Z ‖ data), 32 bytes in hexadecimal */
        digest: z.hex().length(64).optional(),
        /** Base64: DER, or r ‖ s */
        signature: z.base64().max(200),
        /** when it was signed; now when absent */
        at: Moment.optional(),
      })
      .refine(({ data, digest }) => (data === undefined) !== (digest === undefined), '原文与摘要请给其中一个。'),
    output: Verdict.extend({ signer: z.string().nullable() }),
    limit: { max: 120, seconds: 60 },
  }),
})
