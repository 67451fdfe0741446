import { lineOf } from '#kernel/addresses'
import { sha256 } from '#kernel/crypto'
import type { Query } from '#kernel/db'
import { tooMany } from '#kernel/errors'

/**
 * Wrong tries before a name rests, and before an address does; every factor counts alike. Behind one address of the government's network sits
 * a whole county: of 2,000 who sign in between eight and nine some 5 % mistype. 300 lets them all in and still tries 1,200 passwords an hour
 * at most, against names of which each rests after five.
 */
export const MOST_TRIES = 5
const ADDRESS_TRIES = 300
const REST_MINUTES = 15

interface Tried {
  name: string
  address: string
}
const key = (kind: string, text: string): string => `${kind}:${sha256(text).toString('base64url')}`
/** Counted by name whether the name exists or not, so that the answer never tells which. */
export const tried = (login: string, address: string): Tried => ({
  name: key('n', login.toLowerCase()),
  address: key('a', lineOf(address)),
})

const refuse = (until: Date, now: Date): never => {
  const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000))
  throw tooMany(seconds, `登录失败次数过多，请 ${Math.ceil(seconds / 60)} 分钟后再试。`)
}

export const refuseResting = async (query: Query, keys: Tried, now: Date): Promise<void> => {
  const rows = await query<{ key: string; failures: number; until: Date }>(
    'select key, failures, until from identity.attempt where key = any($1) and until > $2',
    [[keys.name, keys.address], now],
  )
  const resting = rows.find((row) => row.failures >= (row.key === keys.name ? MOST_TRIES : ADDRESS_TRIES))
  if (resting) refuse(resting.until, now)
}

export const countFailure = (query: Query, keys: Tried, now: Date): Promise<unknown> =>
  query(
    `insert into identity.attempt as t (key, failures, until)
     select key, 1, $2::timestamptz + make_interval(mins => ${REST_MINUTES}) from unnest($1::text[]) key
     on conflict (key) do update set failures = case when t.until > $2 then t.failures + 1 else 1 end, until = excluded.until`,
    [[keys.name, keys.address].sort(), now],
  )

/**
 * The same for what can be guessed quickly (six digits): the try is counted before it is judged, so that many at once are no more than
 * many in a row. `forgive` takes it back when it was right.
 */
export const countTry = async (query: Query, keys: Tried, now: Date): Promise<void> => {
  await refuseResting(query, keys, now)
  await countFailure(query, keys, now)
  const [row] = await query<{ failures: number; until: Date }>(
    'select failures, until from identity.attempt where key = $1',
    [keys.name],
  )
  if (row && row.failures > MOST_TRIES) refuse(row.until, now)
}
export const forgive = (query: Query, keys: Tried): Promise<unknown> =>
  query('update identity.attempt set failures = greatest(0, failures - 1) where key = any($1)', [
    [keys.name, keys.address].sort(),
  ])
export const forget = (query: Query, keys: Tried): Promise<unknown> =>
  query('delete from identity.attempt where key = $1', [keys.name])

/** At most `max` uses in a window of `seconds` that begins with the first; says how long to wait when it is exceeded. */
export const limitUse = async (
  query: Query,
  kind: string,
  text: string,
  { max, seconds, now }: { max: number; seconds: number; now: Date },
): Promise<void> => {
  const [row] = await query<{ failures: number; until: Date }>(
    `insert into identity.attempt as t (key, failures, until) values ($1, 1, $2::timestamptz + make_interval(secs => $3))
     on conflict (key) do update set failures = case when t.until > $2 then t.failures + 1 else 1 end,
       until = case when t.until > $2 then t.until else excluded.until end
     returning failures, until`,
    [key(kind, text), now, seconds],
  )
  if (row!.failures <= max) return
  const wait = Math.ceil((row!.until.getTime() - now.getTime()) / 1000)
  throw tooMany(wait, `验证码发得太频繁，请 ${wait < 90 ? `${wait} 秒` : `${Math.ceil(wait / 60)} 分钟`}后再试。`)
}
