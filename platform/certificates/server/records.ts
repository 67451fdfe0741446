import type { Certificate } from '#kernel/crypto'
import type { Query } from '#kernel/db'
import { newId } from '#kernel/ids'
import type { CertificateRow } from '../contract.ts'
import { daysLeft, stateOf, useOf } from './rules.ts'

export interface CertificateRecord {
  id: string
  fingerprint: string
  serial: string
  subject: string
  issuer: string
  der: Buffer
  kind: CertificateRow['kind']
  use: CertificateRow['use']
  holder_id: string | null
  holder_name: string
  not_before: Date
  not_after: Date
  source: CertificateRow['source']
  issuer_id: string | null
  added_at: Date
  added_by_name: string
  revoked_at: Date | null
  revoked_reason: string | null
  revoked_by_name: string | null
}
export const columns =
  'id, fingerprint, serial, subject, issuer, der, kind, use, holder_id, holder_name, not_before, not_after, source, issuer_id, added_at, added_by_name, revoked_at, revoked_reason, revoked_by_name'

export const present = (row: CertificateRecord, now: Date): CertificateRow => ({
  id: row.id,
  kind: row.kind,
  use: row.use,
  holderName: row.holder_name,
  subject: row.subject,
  issuer: row.issuer,
  serial: row.serial,
  source: row.source,
  notBefore: row.not_before.toISOString(),
  notAfter: row.not_after.toISOString(),
  state: stateOf(row, now),
  daysLeft: daysLeft(row.not_after, now),
})

export interface NewRecord {
  id?: string
  certificate: Certificate
  kind: CertificateRow['kind']
  holderId?: string | null
  holderName?: string
  source: CertificateRow['source']
  issuerId?: string | null
  by: string
  now: Date
}

/** Keeps a certificate; answers its id, and whether it was known before. */
export const keepCertificate = async (sql: Query, record: NewRecord): Promise<{ id: string; known: boolean }> => {
  const { certificate: it } = record
  const [added] = await sql<{ id: string }>(
    `insert into certificates.certificate (id, fingerprint, serial, subject, issuer, public_key, der, kind, use, holder_id, holder_name,
       not_before, not_after, source, issuer_id, added_at, added_by_name)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict (fingerprint) do nothing returning id`,
    [
      record.id ?? newId(),
      it.fingerprint,
      it.serial,
      it.subject.text,
      it.issuer.text,
      it.publicKey,
      it.der,
      record.kind,
      useOf(it),
      record.holderId ?? null,
      record.holderName ?? it.subject.commonName,
      it.notBefore,
      it.notAfter,
      record.source,
      record.issuerId ?? null,
      record.now,
      record.by,
    ],
  )
  if (added) return { id: added.id, known: false }
  const [known] = await sql<{ id: string }>('select id from certificates.certificate where fingerprint = $1', [
    it.fingerprint,
  ])
  return { id: known!.id, known: true }
}
