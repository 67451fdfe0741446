import type { Query } from '#kernel/db'
import type { Kernel } from '#kernel/module'
import { mobileIndex, openMobile } from '#platform/directory'

export interface Account {
  id: string
  person_id: string | null
  login: string
  name: string
  password_hash: string | null
  /** by itself, or because its person left */
  disabled: boolean
  sms_second: boolean
  /** sealed: only whoever sends to it opens it */
  mobile: Buffer | null
}

const find = `select a.id, a.person_id, a.login, coalesce(p.name, a.login) as name, a.password_hash, a.sms_second, p.mobile,
    a.disabled or (a.person_id is not null and p.status <> 'active') as disabled
  from identity.account a left join directory.person p on p.id = a.person_id`

const accountByLogin = async (sql: Query, login: string): Promise<Account | undefined> =>
  (await sql<Account>(`${find} where a.login = $1`, [login.toLowerCase()], 'identity.account-by-login'))[0]

const MOBILE = /^1\d{10}$/
/**
 * By what a person types as the name: the name to sign in by, or the mobile number where the account may be found by it. The number is kept
 * nowhere in clear; how it is looked for depends on what was typed alone, never on what is there.
 */
export const accountByName = async (
  { kernel, sql }: { kernel: Kernel; sql: Query },
  name: string,
): Promise<Account | undefined> => {
  const byLogin = await accountByLogin(sql, name)
  if (!MOBILE.test(name)) return byLogin
  const rows = await sql<Account>(
    `${find} where p.mobile_index = $1 and a.mobile_login and a.subject_kind = 'public-servant' limit 2`,
    [mobileIndex(kernel.keys, name)],
    'identity.account-by-own-mobile',
  )
  return byLogin ?? (rows.length === 1 ? rows[0] : undefined)
}

export const accountById = async (sql: Query, id: string): Promise<Account | undefined> =>
  (await sql<Account>(`${find} where a.id = $1`, [id], 'identity.account-by-id'))[0]

/** The public servant whose number it is; nobody when several share it. */
export const accountByMobile = async (
  { kernel, sql }: { kernel: Kernel; sql: Query },
  mobile: string,
): Promise<Account | undefined> => {
  const rows = await sql<Account>(
    `${find} where p.mobile_index = $1 and a.subject_kind = 'public-servant' limit 2`,
    [mobileIndex(kernel.keys, mobile)],
    'identity.account-by-mobile',
  )
  return rows.length === 1 && !rows[0]!.disabled ? rows[0] : undefined
}

/** The number a code is sent to. */
export const numberOf = ({ keys }: Kernel, { person_id, mobile }: Account): string | null =>
  person_id && mobile && openMobile(keys, mobile, person_id)

/** The blind index of the number an account has now; null without account or number. */
export const numberIndexOf = async (sql: Query, accountId: string): Promise<Buffer | null> =>
  (
    await sql<{ index: Buffer | null }>(
      'select p.mobile_index as index from identity.account a join directory.person p on p.id = a.person_id where a.id = $1',
      [accountId],
      'identity.number-index',
    )
  )[0]?.index ?? null
