import { Readable } from 'node:stream'
import type { ParsedOf } from '#kernel/contract'
import { readCertificate, toPem } from '#kernel/crypto'
import { invalid, one } from '#kernel/errors'
import { isId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import { type CertificateDetail, type certificatesApi, revocationReasons } from '../contract.ts'
import { type CertificateRecord, columns, present } from './records.ts'
import { whyNotRevoke } from './revoke.ts'
import { say, usageWords } from './rules.ts'
import { builtInAllowed, UNAVAILABLE } from './settings.ts'
import { checkTrust } from './trust.ts'

type ListInput = ParsedOf<typeof certificatesApi.list>
// `$1` is now; expired and expiring leave out what was revoked, because somebody has seen to it
const STATES: Record<NonNullable<ListInput['state']>, string> = {
  valid: 'revoked_at is null and not_before <= $1 and not_after >= $1',
  early: 'revoked_at is null and not_before > $1',
  expired: 'revoked_at is null and not_after < $1',
  revoked: 'revoked_at is not null',
  expiring: "revoked_at is null and not_after >= $1 and not_after < $1::timestamptz + interval '30 days'",
}

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`)

export const list = async (ctx: Ctx, { q, kind, state, cursor, limit }: ListInput) => {
  if (cursor !== undefined && !isId(cursor)) throw invalid('翻页标记有误，请从第一页看起。')
  // soonest first where somebody has to act, otherwise newest first (ids are ordered by time)
  const soonest = state === 'expiring'
  const where = [
    state ? STATES[state] : 'true',
    '$1::timestamptz is not null',
    '($2::text is null or kind = $2)',
    "($3::text is null or holder_name like $3 || '%' or serial = lower($4))",
    soonest
      ? '($5::uuid is null or (not_after, id) > (select not_after, id from certificates.certificate where id = $5))'
      : '($5::uuid is null or id < $5)',
  ]
  const rows = await ctx.sql<CertificateRecord>(
    `select ${columns} from certificates.certificate where ${where.join(' and ')}
     order by ${soonest ? 'not_after, id' : 'id desc'} limit $6`,
    [ctx.now, kind ?? null, q ? escaped(q) : null, q ?? null, cursor ?? null, limit + 1],
  )
  const page = rows.slice(0, limit)
  return { rows: page.map((row) => present(row, ctx.now)), next: rows.length > limit ? page.at(-1)!.id : null }
}

export const open = async (ctx: Ctx, id: string): Promise<CertificateDetail> => {
  const row = await ctx
    .sql<CertificateRecord>(`select ${columns} from certificates.certificate where id = $1`, [id])
    .then(one('这张证书'))
  const certificate = readCertificate(row.der)
  const verdict = await checkTrust(ctx, { leaf: certificate, at: ctx.now, usages: [] })
  return {
    ...present(row, ctx.now),
    fingerprint: row.fingerprint,
    publicKey: certificate.publicKey,
    keyUsage: (certificate.keyUsage ?? []).map((usage) => usageWords[usage]),
    dnsNames: [...certificate.dnsNames],
    pem: toPem('CERTIFICATE', row.der),
    addedAt: row.added_at.toISOString(),
    addedBy: row.added_by_name,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    revokedReason:
      row.revoked_reason && (revocationReasons[row.revoked_reason as keyof typeof revocationReasons] ?? null),
    revokedBy: row.revoked_by_name,
    chain: verdict.chain.map(({ subject, notAfter }, place) => ({
      name: subject.commonName,
      notAfter: notAfter.toISOString(),
      trusted: verdict.valid && place === verdict.chain.length - 1,
    })),
    verdict: say(verdict),
    can: { revoke: whyNotRevoke(ctx, row) },
  }
}

export const authorityState = async (ctx: Ctx) => {
  const allowed = builtInAllowed(ctx.kernel.config)
  const rows = await ctx.sql<{
    id: string
    level: string
    name: string
    not_after: Date
    number: string
    revoked: number
    next_update: Date
  }>(
    `select a.id, a.level, c.holder_name as name, c.not_after, l.number, l.revoked, l.next_update from certificates.authority a
     join certificates.certificate c on c.id = a.id join certificates.revocation_list l on l.issuer_id = a.id
     where $1 order by a.level desc`,
    [allowed],
  )
  const issuing = rows.find(({ level }) => level === 'issuing')
  return {
    unavailable: issuing ? null : UNAVAILABLE,
    name: issuing?.name ?? null,
    notAfter: issuing?.not_after.toISOString() ?? null,
    lists: rows.map(({ id, name, number, revoked, next_update }) => ({
      id,
      name,
      number,
      revoked,
      nextUpdate: next_update.toISOString(),
    })),
  }
}

/** The newest list of one of our authorities, as bytes that prove themselves. */
export const revocations = async (ctx: Ctx, id: string) => {
  const row = await ctx
    .sql<{ der: Buffer; number: string; this_update: Date }>(
      `select l.der, l.number, l.this_update from certificates.revocation_list l
       join certificates.authority a on a.id = l.issuer_id where l.issuer_id = $1`,
      [id],
    )
    .then(one('这份吊销列表'))
  return {
    stream: Readable.from([row.der]),
    name: `${id}.crl`,
    mediaType: 'application/pkix-crl',
    size: row.der.length,
    etag: `${row.number}-${row.this_update.getTime()}`,
    data: true,
  }
}
