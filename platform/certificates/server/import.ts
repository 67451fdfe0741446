import type { ParsedOf } from '#kernel/contract'
import { type Certificate, CRL_LIMIT, isListOf, readCertificate, readPem, readRevocationList } from '#kernel/crypto'
import { AppError, conflict, invalid } from '#kernel/errors'
import type { Ctx, Upload } from '#kernel/module'
import type { certificatesApi } from '../contract.ts'
import { keepList } from './authority.ts'
import { CERTIFICATE, LIST, readable, readText } from './files.ts'
import { keepCertificate } from './records.ts'
import { checkTrust } from './trust.ts'

const MOST = 20

export const readCertificates = (text: string): Certificate[] =>
  readable(() => {
    const found = readText(text, CERTIFICATE)
    if (found.length > MOST) throw invalid(`一次最多 ${MOST} 张证书，请分几次。`)
    return found.map((der) => readCertificate(der))
  })

/** Keeps certificates of others. Nothing is trusted by that: trust comes from an anchor alone. */
export const importCertificates = async (
  ctx: Ctx,
  { text, kind }: ParsedOf<typeof certificatesApi.importCertificates>,
) => {
  const kept: { id: string; known: boolean }[] = []
  const found = readCertificates(text)
  for (const certificate of found)
    kept.push(
      await keepCertificate(ctx.sql, {
        certificate,
        kind: certificate.isAuthority ? 'authority' : kind,
        source: 'imported',
        by: ctx.actor.name,
        now: ctx.now,
      }),
    )
  ctx.audit({
    type: 'certificate',
    id: kept[0]!.id,
    label: found
      .map(({ subject }) => subject.commonName)
      .join('、')
      .slice(0, 200),
    detail: { fingerprints: found.map(({ fingerprint }) => fingerprint) },
  })
  const known = kept.filter((each) => each.known).length
  return { added: kept.length - known, known, ids: kept.map(({ id }) => id) }
}

const collect = async ({ stream, limit }: Upload): Promise<Buffer> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of stream as AsyncIterable<Buffer>) {
    size += part.length
    if (size > limit) throw new AppError(413, 'too-large', `文件超过 ${Math.floor(limit / 1024 / 1024)} MB 的上限。`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Keeps the newest list of an authority we know, whose certificate leads to a trusted root. */
export const importList = async (ctx: Ctx, body: Upload) => {
  const bytes = await collect(body)
  const list = readable(() => readRevocationList(readPem(bytes, LIST, CRL_LIMIT + CRL_LIMIT / 2)[0]!))
  if (list.nextUpdate < ctx.now) throw invalid('这份吊销列表已过了下次更新的时间，请取最新的一份。')
  if (list.thisUpdate > ctx.now) throw invalid('这份吊销列表的发布时间晚于现在，请核对来源。')
  const rows = await ctx.sql<{ id: string; der: Buffer; own: boolean; current: Date | null }>(
    `select c.id, c.der, a.id is not null as own, l.this_update as current from certificates.certificate c
     left join certificates.authority a on a.id = c.id left join certificates.revocation_list l on l.issuer_id = c.id
     where c.kind = 'authority'`,
  )
  const issuer = rows
    .map((row) => ({ ...row, certificate: readCertificate(row.der) }))
    .find(({ certificate }) => isListOf(list, certificate))
  if (!issuer) throw invalid(`没有“${list.issuer.commonName}”的证书，或签名不是它的。请先导入它的证书。`)
  if (issuer.own) throw conflict('内置签发机构的吊销列表由系统自己发布，不能导入。')
  // Its own list is what is asked about, so none is needed for it; its issuers' are.
  const verdict = await checkTrust(ctx, { leaf: issuer.certificate, at: ctx.now, usages: ['crlSign'] })
  if (!verdict.valid && !['no-list', 'stale-list'].includes(verdict.fault))
    throw invalid(`“${list.issuer.commonName}”不受信任，它的吊销列表不能采用。`)
  if (issuer.current && issuer.current > list.thisUpdate) throw conflict('已经有更新的吊销列表，不能换回旧的。')
  await keepList(ctx.sql, issuer.id, list.der)
  ctx.audit({
    type: 'revocation-list',
    id: issuer.id,
    label: list.issuer.commonName,
    detail: { number: String(list.number) },
  })
  return {
    issuer: list.issuer.commonName,
    number: list.number.toString(),
    revoked: list.revoked.size,
    nextUpdate: list.nextUpdate.toISOString(),
  }
}
