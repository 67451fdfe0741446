import { dayOf } from '#kernel/clock'
import type { Query } from '#kernel/db'
import { newId } from '#kernel/ids'

interface NewAccount {
  personId: string
  login: string
  passwordHash: string
  demoRole?: string
}

/** A public servant's account; answers its id, the known one when the person has an account already (一人一号). */
export const createAccount = async (
  sql: Query,
  { personId, login, passwordHash, demoRole }: NewAccount,
): Promise<string> => {
  const [row] = await sql<{ id: string }>(
    `insert into identity.account (id, subject_kind, person_id, login, password_hash, demo, demo_role)
     values ($1, 'public-servant', $2, $3, $4, $5, $6)
     on conflict (person_id) where subject_kind = 'public-servant' do update set login = identity.account.login returning id`,
    [newId(), personId, login.toLowerCase(), passwordHash, demoRole !== undefined, demoRole ?? null],
  )
  return row!.id
}

interface NewGrant {
  accountId: string
  role: string
  scope: 'self' | 'unit' | 'subtree' | 'all'
  unitId?: string
  by?: string
  /** shown where nobody signed in gave it */
  byName?: string
  now: Date
}

export const grantRole = (
  sql: Query,
  { accountId, role, scope, unitId, by, byName, now }: NewGrant,
): Promise<unknown> =>
  sql(
    'insert into identity.grant (id, account_id, role, scope, unit_id, valid_from, granted_by, granted_by_name) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [newId(), accountId, role, scope, unitId ?? null, dayOf(now), by ?? null, byName ?? null],
  )
