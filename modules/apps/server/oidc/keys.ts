import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'oidc-provider'
import { randomToken } from '#kernel/crypto'
import { type Query, transaction } from '#kernel/db'
import type { Kernel, SealedColumn } from '#kernel/module'

const ALGORITHMS = ['RS256', 'ES256'] as const
type Algorithm = (typeof ALGORITHMS)[number]

/** A key signs for so long; the next one is published before it signs, the last one after, as long as clients may remember keys. */
const SIGNS_DAYS = 90
const AHEAD_DAYS = 1
const BEHIND_DAYS = 30
const DAY = 24 * 3600_000
const LOCK = 7_302_655

const generate = promisify(generateKeyPair)
const makeKey = async (alg: Algorithm): Promise<JWK> => {
  const { privateKey } =
    alg === 'RS256' ? await generate('rsa', { modulusLength: 2048 }) : await generate('ec', { namedCurve: 'P-256' })
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig' } as JWK
}

const place = (kid: string): string => `apps.signing_key/${kid}`

/** What a rotation of the data keys seals anew. */
export const sealedSigningKeys: SealedColumn = { table: 'apps.signing_key', key: 'kid', column: 'box', aad: place }

const addKey = async (kernel: Kernel, sql: Query, alg: Algorithm, useFrom: Date): Promise<void> => {
  const kid = randomToken(16)
  const box = kernel.keys.seal(JSON.stringify({ ...(await makeKey(alg)), kid }), place(kid))
  await sql('insert into apps.signing_key (kid, alg, box, created_at, use_from) values ($1, $2, $3, $4, $5)', [
    kid,
    alg,
    box,
    kernel.clock.now(),
    useFrom,
  ])
}

/** Brings the keys up to date: the first ones at once, the next ones a day before they are needed. */
export const rotateKeys = (kernel: Kernel): Promise<void> =>
  transaction(kernel.database.pool, async ({ query }) => {
    await query('select pg_advisory_xact_lock($1)', [LOCK])
    const now = kernel.clock.now().getTime()
    for (const alg of ALGORITHMS) {
      const [newest] = await query<{ use_from: Date }>(
        'select use_from from apps.signing_key where alg = $1 order by use_from desc limit 1',
        [alg],
      )
      if (!newest) await addKey(kernel, query, alg, new Date(now))
      else if (now > newest.use_from.getTime() + (SIGNS_DAYS - AHEAD_DAYS) * DAY)
        await addKey(kernel, query, alg, new Date(now + AHEAD_DAYS * DAY))
    }
    await query(
      `delete from apps.signing_key k where exists (select 1 from apps.signing_key later
         where later.alg = k.alg and later.use_from > k.use_from and later.use_from < $1)`,
      [new Date(now - BEHIND_DAYS * DAY)],
    )
  })

/** Private keys in the order the provider picks them: of each algorithm the one that signs now stands first. */
export const readKeys = async (kernel: Kernel): Promise<JWK[]> => {
  const rows = await kernel.database.query<{ kid: string; box: Buffer }>(
    `select kid, box from apps.signing_key order by alg desc, use_from > $1, use_from desc`,
    [kernel.clock.now()],
  )
  return rows.map(({ kid, box }) => JSON.parse(kernel.keys.open(box, place(kid)).toString()) as JWK)
}
