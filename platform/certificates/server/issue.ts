import {
  CLIENT_AUTH,
  encryptPrivateKey,
  generateSm2KeyPair,
  type KeyUsage,
  type NameParts,
  readCertificate,
  readRequest,
  SERVER_AUTH,
  type Sm2KeyPair,
  signCertificate,
  toPem,
} from '#kernel/crypto'
import { conflict, invalid, notFound } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, SystemCtx } from '#kernel/module'
import { certificateIssued, type Issued, type IssueInput } from '../contract.ts'
import { type Authority, listAddress, newSerial, openAuthority } from './authority.ts'
import { REQUEST, readable, readText } from './files.ts'
import { keepCertificate } from './records.ts'

const DAY_MS = 86_400_000
// GM/T 0015-2012: one certificate signs, the other one encrypts
const USAGES: Record<IssueInput['use'], KeyUsage[]> = {
  sign: ['digitalSignature', 'nonRepudiation'],
  encrypt: ['keyEncipherment', 'dataEncipherment', 'keyAgreement'],
}

interface Holder {
  id: string | null
  name: string
  subject: NameParts
}

/** Who it is for; the name is the directory's, never typed. The id tells people of one name apart, so no identity number has to stand there. */
const holderOf = async ({ sql }: Pick<SystemCtx, 'sql'>, input: IssueInput): Promise<Holder> => {
  if (input.kind === 'person') {
    if (!input.personId) throw invalid('请选择人员。', [{ path: 'personId', message: '请选择人员' }])
    const [found] = await sql<{ name: string; unit: string | null }>(
      `select p.name, u.name as unit from directory.person p
       left join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
       left join directory.unit u on u.id = m.unit_id where p.id = $1 and p.status = 'active'`,
      [input.personId],
    )
    if (!found) throw notFound('这位在职人员')
    return { id: input.personId, name: found.name, subject: nameOf(found.unit, found.name, input.personId) }
  }
  if (input.kind === 'unit') {
    if (!input.unitId) throw invalid('请选择单位。', [{ path: 'unitId', message: '请选择单位' }])
    const [found] = await sql<{ name: string }>('select name from directory.unit where id = $1 and valid_to is null', [
      input.unitId,
    ])
    if (!found) throw notFound('这个单位')
    return { id: input.unitId, name: found.name, subject: nameOf(found.name, found.name, input.unitId) }
  }
  if (!input.name) throw invalid('请填写名称。', [{ path: 'name', message: '请填写名称' }])
  return { id: null, name: input.name, subject: nameOf(null, input.name) }
}
// X.520 allows 64 characters.
const nameOf = (unit: string | null, name: string, id?: string): NameParts => [
  ['C', 'CN'],
  ...(unit ? [['O', unit.slice(0, 64)] as const] : []),
  ['CN', name.slice(0, 64)],
  ...(id ? [['SERIALNUMBER', id] as const] : []),
]

interface KeyMade {
  publicKey: string
  /** only when it was made here */
  pair?: Sm2KeyPair
}
const keyOf = ({ request, password }: IssueInput): KeyMade => {
  if ((request === undefined) === (password === undefined))
    throw invalid('请提供证书请求，或者填写口令由系统生成密钥，二者取其一。')
  if (request === undefined) {
    const pair = generateSm2KeyPair()
    return { publicKey: pair.publicKey, pair }
  }
  const { publicKey } = readable(() => {
    const [der, more] = readText(request, REQUEST)
    if (more) throw invalid('一次只能处理一个证书请求。')
    return readRequest(der!)
  })
  return { publicKey }
}

const signFor = (
  ctx: Pick<SystemCtx, 'kernel' | 'now'>,
  input: IssueInput,
  holder: Holder,
  issuer: Authority,
  key: KeyMade,
) => {
  const until = new Date(ctx.now.getTime() + input.days * DAY_MS)
  const connects = input.kind === 'node' || input.kind === 'application'
  return readCertificate(
    signCertificate(
      {
        serial: newSerial(),
        subject: holder.subject,
        publicKey: key.publicKey,
        notBefore: ctx.now,
        notAfter: until < issuer.certificate.notAfter ? until : issuer.certificate.notAfter,
        isAuthority: false,
        pathLength: null,
        keyUsage: USAGES[input.use],
        extendedUsage: connects ? [SERVER_AUTH, CLIENT_AUTH] : null,
        crlAddresses: listAddress(ctx.kernel, issuer.id),
        dnsNames: connects ? input.dnsNames : [],
      },
      issuer.key,
      issuer.certificate,
    ),
  )
}

/** A key certified twice would let one holder's revocation leave the other certificate standing. */
const refuseKnownKey = async ({ sql }: Pick<SystemCtx, 'sql'>, publicKey: string): Promise<void> => {
  const known = await sql(
    "select 1 from certificates.certificate where public_key = $1 and source = 'issued' limit 1",
    [publicKey],
  )
  if (known.length > 0) throw conflict('这把公钥已经签发过证书。请用新生成的密钥重新制作证书请求。')
}

/** Issues one certificate; `by` is the name that stands as issuer in the list. */
export const issueTo = async (ctx: SystemCtx | Ctx, input: IssueInput, by: string) => {
  const issuer = await openAuthority(ctx, { level: 'issuing' })
  const key = keyOf(input)
  if (!key.pair) await refuseKnownKey(ctx, key.publicKey)
  const holder = await holderOf(ctx, input)
  const certificate = signFor(ctx, input, holder, issuer, key)
  const { id } = await keepCertificate(ctx.sql, {
    id: newId(),
    certificate,
    kind: input.kind,
    holderId: holder.id,
    holderName: holder.name,
    source: 'issued',
    issuerId: issuer.id,
    by,
    now: ctx.now,
  })
  ctx.emit(certificateIssued, { id })
  return { id, certificate, issuer, key, holder }
}

export const issue = async (ctx: Ctx, input: IssueInput): Promise<Issued> => {
  const { id, certificate, issuer, key, holder } = await issueTo(ctx, input, ctx.actor.name)
  ctx.audit({
    type: 'certificate',
    id,
    label: holder.name,
    detail: { serial: certificate.serial, fingerprint: certificate.fingerprint, use: input.use },
  })
  const privateKey = key.pair
    ? toPem('ENCRYPTED PRIVATE KEY', await encryptPrivateKey(key.pair, input.password!))
    : null
  return {
    id,
    certificate: toPem('CERTIFICATE', certificate.der),
    chain: toPem('CERTIFICATE', issuer.certificate.der),
    privateKey,
  }
}
