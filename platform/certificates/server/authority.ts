import { randomBytes } from 'node:crypto'
import {
  type Certificate,
  generateSm2KeyPair,
  type NameParts,
  type RevocationReason,
  readCertificate,
  readRevocationList,
  type Sm2KeyPair,
  signCertificate,
  signRevocationList,
  sm2PublicKey,
} from '#kernel/crypto'
import type { Query } from '#kernel/db'
import { conflict } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Kernel, SealedColumn, SystemCtx } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { keepCertificate } from './records.ts'
import { builtInAllowed, UNAVAILABLE } from './settings.ts'

type Level = 'root' | 'issuing'

export interface Authority {
  id: string
  certificate: Certificate
  key: Sm2KeyPair
}

const place = (id: string): string => `certificates.authority/${id}`
export const sealedKeys: SealedColumn = {
  table: 'certificates.authority',
  key: 'id',
  column: 'sealed_key',
  aad: place,
}

const DAY_MS = 86_400_000
const YEARS: Record<Level, number> = { root: 20, issuing: 10 }
const NAMES: Record<Level, NameParts> = {
  root: [
    ['C', 'CN'],
    ['O', '齐通演示'],
    ['CN', '齐通演示根证书'],
  ],
  issuing: [
    ['C', 'CN'],
    ['O', '齐通演示'],
    ['CN', '齐通演示签发机构'],
  ],
}
// Published daily; a relying party can live through a week without us.
const LIST_DAYS = 7

/** 16 random bytes below 2^127, so that the number is positive and not longer for it. */
export const newSerial = (): Buffer => {
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x3f) | 0x40
  return serial
}

/** Where others fetch the list of an authority; nothing when nobody outside knows our address. */
export const listAddress = ({ config }: Pick<Kernel, 'config'>, id: string): string[] =>
  config.PUBLIC_ORIGIN ? [`${config.PUBLIC_ORIGIN.replace(/\/$/, '')}/api/certificates/lists/${id}`] : []

const make = async (ctx: SystemCtx, level: Level, issuer?: Authority): Promise<Authority> => {
  const id = newId()
  const key = generateSm2KeyPair()
  const certificate = readCertificate(
    signCertificate(
      {
        serial: newSerial(),
        subject: NAMES[level],
        publicKey: key.publicKey,
        notBefore: ctx.now,
        notAfter: new Date(ctx.now.getTime() + YEARS[level] * 365 * DAY_MS),
        isAuthority: true,
        pathLength: level === 'root' ? 1 : 0,
        keyUsage: ['keyCertSign', 'crlSign'],
        extendedUsage: null,
        crlAddresses: issuer ? listAddress(ctx.kernel, issuer.id) : [],
        dnsNames: [],
      },
      issuer?.key ?? key,
      issuer?.certificate,
    ),
  )
  await keepCertificate(ctx.sql, {
    id,
    certificate,
    kind: 'authority',
    source: 'issued',
    issuerId: issuer?.id,
    by: '系统',
    now: ctx.now,
  })
  await ctx.sql('insert into certificates.authority (id, level, sealed_key) values ($1, $2, $3)', [
    id,
    level,
    ctx.kernel.keys.seal(Buffer.from(key.privateKey, 'hex'), place(id)),
  ])
  await publishList(ctx, { id, certificate, key })
  return { id, certificate, key }
}

/** Makes the built-in authority once, where it is allowed; its root is trusted from then on. */
export const ensureAuthority = async (kernel: Kernel): Promise<void> => {
  if (!builtInAllowed(kernel.config)) return
  await asSystem(kernel, async (ctx) => {
    await ctx.sql("select pg_advisory_xact_lock(hashtext('certificates.authority'))")
    const known = await ctx.sql('select 1 from certificates.authority')
    if (known.length > 0) return
    const root = await make(ctx, 'root')
    await make(ctx, 'issuing', root)
    await ctx.sql(
      `insert into certificates.anchor (id, certificate_id, state, needs_list, note, proposed_at, proposed_by_name, decided_at, decided_by_name)
       values ($1, $2, 'trusted', true, '内置签发机构的根证书，随系统建立', $3, '系统', $3, '系统')`,
      [newId(), root.id, ctx.now],
    )
  })
}

/** With its private key; 409 with what to do when there is none. */
export const openAuthority = async (ctx: Pick<SystemCtx, 'sql' | 'kernel'>, by: { level: Level } | { id: string }) => {
  if (!builtInAllowed(ctx.kernel.config)) throw conflict(UNAVAILABLE)
  const [row] = await ctx.sql<{ id: string; der: Buffer; sealed_key: Buffer }>(
    `select a.id, c.der, a.sealed_key from certificates.authority a join certificates.certificate c on c.id = a.id
     where ${'level' in by ? 'a.level = $1' : 'a.id = $1'}`,
    ['level' in by ? by.level : by.id],
  )
  if (!row) throw conflict(UNAVAILABLE)
  const privateKey = ctx.kernel.keys.open(row.sealed_key, place(row.id)).toString('hex')
  const key = { privateKey, publicKey: sm2PublicKey(privateKey) }
  return { id: row.id, certificate: readCertificate(row.der), key } satisfies Authority
}

/** Signs the list of everything this authority has revoked. Whoever publishes holds the lock of the authority's row until the commit. */
export const publishList = async (ctx: Pick<SystemCtx, 'sql' | 'now'>, authority: Authority): Promise<void> => {
  const [next] = await ctx.sql<{ number: number }>(
    'update certificates.authority set list_number = list_number + 1 where id = $1 returning list_number as number',
    [authority.id],
  )
  const rows = await ctx.sql<{ serial: string; at: Date; reason: RevocationReason }>(
    `select serial, revoked_at as at, revoked_reason as reason from certificates.certificate
     where issuer_id = $1 and revoked_at is not null order by revoked_at`,
    [authority.id],
  )
  const nextUpdate = new Date(ctx.now.getTime() + LIST_DAYS * DAY_MS)
  const list = { thisUpdate: ctx.now, nextUpdate, number: next!.number, revoked: rows }
  await keepList(ctx.sql, authority.id, signRevocationList(list, authority.key, authority.certificate))
}

export const keepList = async (sql: Query, issuerId: string, der: Buffer): Promise<void> => {
  const list = readRevocationList(der)
  await sql(
    `insert into certificates.revocation_list (issuer_id, number, der, revoked, this_update, next_update)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (issuer_id) do update set number = excluded.number, der = excluded.der, revoked = excluded.revoked,
       this_update = excluded.this_update, next_update = excluded.next_update
     where excluded.this_update >= certificates.revocation_list.this_update`,
    [issuerId, list.number.toString(), der, list.revoked.size, list.thisUpdate, list.nextUpdate],
  )
}

/** Every day, so that a list is never old; each authority in a transaction of its own. */
export const republish = async (kernel: Kernel): Promise<void> => {
  if (!builtInAllowed(kernel.config)) return
  const rows = await kernel.database.query<{ id: string }>('select id from certificates.authority order by id')
  for (const { id } of rows) await asSystem(kernel, async (ctx) => publishList(ctx, await openAuthority(ctx, { id })))
}
