import { type Certificate, isSignedBy } from './x509.ts'
import type { RevocationList } from './x509-crl.ts'
import type { KeyUsage } from './x509-extensions.ts'

export interface ChainQuestion {
  leaf: Certificate
  /** authorities that may stand between; more than the chain needs do no harm */
  between: readonly Certificate[]
  /** whom we trust */
  anchors: readonly Certificate[]
  lists: readonly RevocationList[]
  /** the moment the chain must hold for: of a signature, of a connection */
  at: Date
  /** today: a revocation list must be current now, whatever moment is asked about */
  now: Date
  /** the leaf must allow one of these, in its key usage (RFC 5280 §4.2.1.3) */
  usages: readonly KeyUsage[]
  /** false accepts an authority that publishes no list at all */
  needsList?: (issuer: Certificate) => boolean
}

type ChainFault =
  | 'unknown-issuer'
  | 'not-yet-valid'
  | 'expired'
  | 'revoked'
  | 'no-list'
  | 'stale-list'
  | 'wrong-use'
  | 'altered'
  | 'not-authority'
  | 'too-long'

/** `chain` goes from the leaf to the anchor, or as far as it was followed. `at` of a fault is the certificate it was found on. */
export type ChainVerdict =
  | { valid: true; chain: Certificate[] }
  | { valid: false; fault: ChainFault; on: Certificate; since?: Date; chain: Certificate[] }
type Refusal = Extract<ChainVerdict, { valid: false }>

const MAX_LENGTH = 8
// Each attempt costs a signature check; authorities that sign each other crosswise would make their number explode.
const MAX_ATTEMPTS = 64

const isIssuer = (issuer: Certificate, child: Certificate): boolean =>
  issuer.subject.key === child.issuer.key &&
  (child.authorityKeyId === null || issuer.subjectKeyId === null || child.authorityKeyId === issuer.subjectKeyId)

interface Search {
  question: ChainQuestion
  anchors: ReadonlySet<string>
  attempts: number
  /** of the way that came furthest */
  best?: Refusal
}

const remember = (search: Search, refusal: Refusal): undefined => {
  if (!search.best || refusal.chain.length > search.best.chain.length) search.best = refusal
}

/** Depth first from the leaf; a certificate stands in a chain once, so cycles end. */
const follow = (search: Search, chain: Certificate[]): ChainVerdict | undefined => {
  const last = chain.at(-1)!
  if (search.anchors.has(last.fingerprint)) {
    const verdict = judge(search.question, chain)
    return verdict.valid ? verdict : remember(search, verdict)
  }
  if (chain.length === MAX_LENGTH) return remember(search, { valid: false, fault: 'too-long', on: last, chain })
  const { anchors, between } = search.question
  const candidates = [...anchors, ...between].filter(
    (each) => isIssuer(each, last) && !chain.some(({ fingerprint }) => fingerprint === each.fingerprint),
  )
  if (candidates.length === 0) return remember(search, { valid: false, fault: 'unknown-issuer', on: last, chain })
  for (const issuer of candidates) {
    if (++search.attempts > MAX_ATTEMPTS) return remember(search, { valid: false, fault: 'too-long', on: last, chain })
    if (!isSignedBy(last, issuer.publicKey)) {
      remember(search, { valid: false, fault: 'altered', on: last, chain })
      continue
    }
    const verdict = follow(search, [...chain, issuer])
    if (verdict) return verdict
  }
  return undefined
}

/** Builds a chain from the leaf to an anchor and checks it (RFC 5280 §6.1, without policies and name constraints). */
export const checkChain = (question: ChainQuestion): ChainVerdict => {
  const anchors = new Set(question.anchors.map(({ fingerprint }) => fingerprint))
  const search: Search = { question, anchors, attempts: 0 }
  return follow(search, [question.leaf]) ?? search.best!
}

/** The checks of a whole chain whose signatures hold, from the anchor down. */
const judge = (question: ChainQuestion, chain: Certificate[]): ChainVerdict => {
  let room = Number.POSITIVE_INFINITY
  for (let place = chain.length - 1; place >= 0; place--) {
    const one = chain[place]!
    const issuer = chain[place + 1]
    const refusal =
      validityFault(one, question.at) ??
      (issuer && revocationFault(one, issuer, question)) ??
      (place > 0 ? authorityFault(one) : undefined)
    if (refusal) return { valid: false, on: one, chain, ...refusal }
    if (place === 0) break
    // RFC 5280 §6.1.4 (l), (m): the anchor and who issued itself anew take no room
    if (issuer && one.issuer.key !== one.subject.key) room -= 1
    if (room < 0) return { valid: false, fault: 'too-long', on: one, chain }
    room = Math.min(room, one.pathLength ?? room)
  }
  const leaf = chain[0]!
  const { usages } = question
  if (usages.length > 0 && !usages.some((usage) => leaf.keyUsage?.includes(usage)))
    return { valid: false, fault: 'wrong-use', on: leaf, chain }
  return { valid: true, chain }
}

type Found = { fault: ChainFault; since?: Date } | undefined

const validityFault = ({ notBefore, notAfter }: Certificate, at: Date): Found => {
  if (at < notBefore) return { fault: 'not-yet-valid', since: notBefore }
  return at > notAfter ? { fault: 'expired', since: notAfter } : undefined
}

const authorityFault = ({ isAuthority, keyUsage }: Certificate): Found =>
  isAuthority && (keyUsage === null || keyUsage.includes('keyCertSign')) ? undefined : { fault: 'not-authority' }

/** By the newest list that this issuer's own key signed; one of another issuer says nothing. */
const revocationFault = (one: Certificate, issuer: Certificate, question: ChainQuestion): Found => {
  const signed = question.lists.filter((list) => isListOf(list, issuer) && list.thisUpdate <= question.now)
  const newest = signed.sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())[0]
  if (!newest) return (question.needsList?.(issuer) ?? true) ? { fault: 'no-list' } : undefined
  const revoked = newest.revoked.get(one.serial)
  if (revoked && revoked.since <= question.at) return { fault: 'revoked', since: revoked.since }
  return question.now > newest.nextUpdate ? { fault: 'stale-list', since: newest.nextUpdate } : undefined
}

/** Whether this authority made the list. */
export const isListOf = (list: RevocationList, issuer: Certificate): boolean =>
  list.issuer.key === issuer.subject.key &&
  (list.authorityKeyId === null || issuer.subjectKeyId === null || list.authorityKeyId === issuer.subjectKeyId) &&
  (issuer.keyUsage === null || issuer.keyUsage.includes('crlSign')) &&
  isSignedBy(list, issuer.publicKey)
