import type { Query } from '#kernel/db'
import { AppError } from '#kernel/errors'
import type { Call } from './call.ts'

/** Keyed: a plain hash of an input that holds a mobile number or a passphrase could be guessed at quickly by whoever takes the database. */
const fingerprintOf = ({ kernel, operation, input }: Call): Buffer =>
  kernel.keys.blindIndex('kernel.command', `${operation} ${JSON.stringify(input)}`)
/** The answer of a command holds personal data: it is kept sealed, for its account and key. */
const boundTo = ({ actor, idempotencyKey }: Call): string => `kernel.command/${actor?.accountId}/${idempotencyKey}`
const claimOf = ({ actor, idempotencyKey }: Call): string | undefined =>
  actor && idempotencyKey ? `${actor.accountId}/${idempotencyKey.toLowerCase()}` : undefined

/** What a call gets that was given before: its answer, or why it gets none; nothing when it is new, and its key is claimed. */
export type Known = { response: unknown } | { error: AppError } | undefined

const answered = async (call: Call, query: Query): Promise<Known> => {
  const [row] = await query<{ fingerprint: Buffer; response: Buffer | null }>(
    'select fingerprint, response from kernel.command where account_id = $1 and key = $2',
    [call.actor?.accountId, call.idempotencyKey],
    'kernel.command.read',
  )
  const refuse = (code: string, message: string): Known => ({ error: new AppError(409, code, message) })
  if (!row?.fingerprint.equals(fingerprintOf(call)))
    return refuse('key-reused', '同一个幂等键用在了不同的内容上，请刷新后重新提交。')
  if (call.endpoint.once)
    return refuse('told-once', '这项操作已经办成，但其中的密钥只给出一次。没有收到的，请把它作废，再重新办理。')
  if (!row.response) return refuse('done-already', '这项操作已经办成，请刷新页面查看结果。')
  return { response: JSON.parse(call.kernel.keys.open(row.response, boundTo(call)).toString('utf8')) as unknown }
}

/** The same key with the same input answers what it answered; with another input it is a mistake. One result a call, in their order. */
export const remembered = async (calls: readonly Call[], query: Query): Promise<Known[]> => {
  const keyed = calls.filter((call) => claimOf(call))
  if (keyed.length === 0) return calls.map(() => undefined)
  const claimed = await query<{ account_id: string; key: string }>(
    `insert into kernel.command (account_id, key, endpoint, fingerprint, at)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::timestamptz[]) on conflict do nothing returning account_id, key`,
    [
      keyed.map(({ actor }) => actor?.accountId),
      keyed.map(({ idempotencyKey }) => idempotencyKey),
      keyed.map(({ operation }) => operation),
      keyed.map(fingerprintOf),
      keyed.map(({ kernel }) => kernel.clock.now()),
    ],
    'kernel.command.claim',
  )
  const ours = new Set(claimed.map(({ account_id, key }) => `${account_id}/${key}`))
  return Promise.all(
    calls.map((call) => {
      const claim = claimOf(call)
      // Whoever has claimed it has it: the second of the same key in one batch finds it taken.
      return claim === undefined || ours.delete(claim) ? undefined : answered(call, query)
    }),
  )
}

/** Keeps the answers of calls that carry a key, in one statement; none when there is nothing to keep. */
export const keepAnswers = (query: Query, done: readonly { call: Call; result: unknown }[]): Promise<unknown>[] => {
  const kept = done.filter(({ call }) => claimOf(call) && !call.endpoint.once)
  if (kept.length === 0) return []
  return [
    query(
      `update kernel.command c set response = k.response from unnest($1::uuid[], $2::uuid[], $3::bytea[]) as k (account_id, key, response)
       where c.account_id = k.account_id and c.key = k.key`,
      [
        kept.map(({ call }) => call.actor?.accountId),
        kept.map(({ call }) => call.idempotencyKey),
        kept.map(({ call, result }) => call.kernel.keys.seal(JSON.stringify(result ?? null), boundTo(call))),
      ],
      'kernel.command.answer',
    ),
  ]
}

/** A call that was refused did nothing: its key may come again. */
export const releaseClaims = (query: Query, refused: readonly Call[]): Promise<unknown>[] => {
  const keyed = refused.filter((call) => claimOf(call))
  if (keyed.length === 0) return []
  return [
    query(
      `delete from kernel.command c using unnest($1::uuid[], $2::uuid[]) as k (account_id, key)
       where c.account_id = k.account_id and c.key = k.key`,
      [keyed.map(({ actor }) => actor?.accountId), keyed.map(({ idempotencyKey }) => idempotencyKey)],
      'kernel.command.release',
    ),
  ]
}
