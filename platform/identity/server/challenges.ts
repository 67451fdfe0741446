import { randomToken, sha256 } from '#kernel/crypto'
import type { Query } from '#kernel/db'

type ChallengeKind = 'second' | 'passkey' | 'sms' | 'scan'
interface Challenge<D> {
  account_id: string | null
  data: D
  expires_at: Date
}

interface NewChallenge {
  kind: ChallengeKind
  accountId?: string
  data: object
  now: Date
  seconds: number
}

/** Keeps what a sign-in under way needs; the ticket goes to the caller once, its hash stays. */
export const openChallenge = async (sql: Query, { kind, accountId, data, now, seconds }: NewChallenge) => {
  const ticket = randomToken(32)
  await sql('insert into identity.challenge (hash, kind, account_id, data, expires_at) values ($1, $2, $3, $4, $5)', [
    sha256(ticket),
    kind,
    accountId ?? null,
    JSON.stringify(data),
    new Date(now.getTime() + seconds * 1000),
  ])
  return ticket
}

export const readChallenge = async <D>(sql: Query, kind: ChallengeKind, ticket: string, now: Date) => {
  const [row] = await sql<Challenge<D>>(
    'select account_id, data, expires_at from identity.challenge where hash = $1 and kind = $2 and expires_at > $3',
    [sha256(ticket), kind, now],
  )
  return row
}

/** Takes it away: whoever comes second finds nothing. */
export const takeChallenge = async <D>(sql: Query, kind: ChallengeKind, ticket: string, now: Date) => {
  const [row] = await sql<Challenge<D>>(
    'delete from identity.challenge where hash = $1 and kind = $2 and expires_at > $3 returning account_id, data, expires_at',
    [sha256(ticket), kind, now],
  )
  return row
}

const TRIES = 5
/** One of the few tries at it; nothing once they are used up. */
export const tryChallenge = async <D>(sql: Query, kind: ChallengeKind, ticket: string, now: Date) => {
  const [row] = await sql<Challenge<D>>(
    `update identity.challenge set tries = tries + 1 where hash = $1 and kind = $2 and expires_at > $3 and tries < ${TRIES}
     returning account_id, data, expires_at`,
    [sha256(ticket), kind, now],
  )
  return row
}
