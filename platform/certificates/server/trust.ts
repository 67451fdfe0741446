import {
  type Certificate,
  type ChainVerdict,
  checkChain,
  type KeyUsage,
  type RevocationList,
  readCertificate,
  readRevocationList,
} from '#kernel/crypto'
import type { Query } from '#kernel/db'
import type { Kernel } from '#kernel/module'
import { builtInAllowed } from './settings.ts'

/** What a check may look at: a handler's context, or a job's. */
export interface TrustCtx {
  sql: Query
  now: Date
  kernel: Kernel
}

export interface Trust {
  authorities: Certificate[]
  anchors: Certificate[]
  lists: RevocationList[]
  /** fingerprints of anchors below which a list may be missing */
  lenient: ReadonlySet<string>
}

interface AuthorityRow {
  id: string
  fingerprint: string
  anchored: boolean
  needs_list: boolean | null
  number: string | null
}

const MAX_KNOWN = 512
const certificates = new Map<string, Certificate>()
const lists = new Map<string, RevocationList>()
/** Parsed once: a certificate by its fingerprint, a list by its issuer and number, never changes. */
const keep = <T>(known: Map<string, T>, key: string, value: T): T => {
  known.set(key, value)
  if (known.size > MAX_KNOWN) known.delete(known.keys().next().value!)
  return value
}
const listKey = ({ fingerprint, number }: AuthorityRow): string => `${fingerprint} ${number}`

/** The authorities we know, which of them we trust, and their newest lists. Fetches only what this process has not parsed before. */
export const readTrust = async ({ sql, kernel }: TrustCtx): Promise<Trust> => {
  const rows = await sql<AuthorityRow>(
    `select c.id, c.fingerprint, a.id is not null as anchored, a.needs_list, l.number || ' ' || l.this_update as number
     from certificates.certificate c
     left join certificates.anchor a on a.certificate_id = c.id and a.state = 'trusted'
     left join certificates.authority own on own.id = c.id
     left join certificates.revocation_list l on l.issuer_id = c.id
     where c.kind = 'authority' and ($1 or own.id is null)`,
    [builtInAllowed(kernel.config)],
  )
  const [fresh, freshLists] = [
    rows.filter(({ fingerprint }) => !certificates.has(fingerprint)),
    rows.filter((row) => row.number !== null && !lists.has(listKey(row))),
  ]
  const ids = (some: AuthorityRow[]) => [some.map(({ id }) => id)]
  const parsed = new Map(certificates)
  const parsedLists = new Map(lists)
  if (fresh.length > 0)
    for (const { der } of await sql<{ der: Buffer }>(
      'select der from certificates.certificate where id = any($1)',
      ids(fresh),
    )) {
      const certificate = readCertificate(der)
      parsed.set(certificate.fingerprint, keep(certificates, certificate.fingerprint, certificate))
    }
  for (const row of freshLists) {
    const [found] = await sql<{ der: Buffer }>('select der from certificates.revocation_list where issuer_id = $1', [
      row.id,
    ])
    if (found) parsedLists.set(listKey(row), keep(lists, listKey(row), readRevocationList(found.der)))
  }
  const of = (some: AuthorityRow[]) => some.map(({ fingerprint }) => parsed.get(fingerprint)!)
  const anchored = rows.filter((row) => row.anchored)
  return {
    authorities: of(rows),
    anchors: of(anchored),
    lists: rows.flatMap((row) => parsedLists.get(listKey(row)) ?? []),
    lenient: new Set(anchored.filter((row) => row.needs_list === false).map(({ fingerprint }) => fingerprint)),
  }
}

export interface Check {
  leaf: Certificate
  /** authorities that came along */
  between?: readonly Certificate[]
  at: Date
  usages: readonly KeyUsage[]
}

/**
 * Follows a certificate to a trusted root. An anchor that was accepted without lists is asked for none, nor is anything below it; one whose
 * list is here counts all the same.
 */
export const checkTrust = async (ctx: TrustCtx, { leaf, between = [], at, usages }: Check): Promise<ChainVerdict> => {
  const { authorities, anchors, lists: known, lenient } = await readTrust(ctx)
  const question = { leaf, between: [...authorities, ...between], lists: known, at, now: ctx.now, usages }
  const verdict = checkChain({ ...question, anchors })
  if (verdict.valid || verdict.fault !== 'no-list' || lenient.size === 0) return verdict
  const without = checkChain({
    ...question,
    anchors: anchors.filter(({ fingerprint }) => lenient.has(fingerprint)),
    needsList: () => false,
  })
  return without.valid ? without : verdict
}
