import { randomBytes } from 'node:crypto'
import { createKeyring, type KeyProvider, type Keyring } from '#kernel/crypto'
import type { Query } from '#kernel/db'

export type KeyState = 'pending' | 'active' | 'retired'
interface KeyRow {
  id: number
  state: KeyState
  provider: string
  salt: Buffer
  wrapped: Buffer
}

/** Blind indexes keep the first key: another one would mean computing every index anew. */
const FIRST = 1
const REFRESH_MS = 30_000
/** Longer than two refreshes: after it every process knows a key that was added, or has switched to one that was activated. */
export const SETTLED_MS = 120_000

/** The data keys of one server: unwrapped once, looked at again every half minute. */
export interface Keystore {
  readonly ring: Keyring
  refresh(): Promise<void>
  stop(): void
}

const readRows = (query: Query): Promise<KeyRow[]> =>
  query<KeyRow>('select id, state, provider, salt, wrapped from kernel.data_key order by id', [], 'kernel.keys')

/** The first key of a database: `first` where data was sealed before there was a keystore, else a random one. */
const ensureFirst = async (query: Query, provider: KeyProvider, first: Uint8Array, now: Date): Promise<KeyRow[]> => {
  const known = await readRows(query)
  if (known.length > 0) return known
  const { salt, wrapped } = await provider.wrap(first)
  await query(
    `insert into kernel.data_key (id, state, provider, salt, wrapped, created_at, activated_at, resealed_at)
     values ($1, 'active', $2, $3, $4, $5, $5, $5) on conflict do nothing`,
    [FIRST, provider.name, salt, wrapped, now],
  )
  return readRows(query)
}

export interface KeystoreOptions {
  query: Query
  provider: KeyProvider
  /** seals data that is older than the keystore */
  first: Uint8Array
  now: Date
  onError(error: Error): void
}

export const openKeystore = async ({ query, provider, first, now, onError }: KeystoreOptions): Promise<Keystore> => {
  const secrets: Record<number, Uint8Array> = {}
  const optionsOf = async (rows: readonly KeyRow[]) => {
    for (const row of rows) {
      if (row.provider !== provider.name)
        throw new Error(`数据密钥 ${row.id} 由 ${row.provider} 封装，这里只接了 ${provider.name}。`)
      secrets[row.id] ??= await provider.unwrap(row)
    }
    const active = rows.find(({ state }) => state === 'active')
    if (!active) throw new Error('没有在用的数据密钥。')
    return { secrets, sealWith: active.id, indexWith: FIRST }
  }
  const ring = createKeyring(await optionsOf(await ensureFirst(query, provider, first, now)))
  const refresh = async (): Promise<void> => ring.replace(await optionsOf(await readRows(query)))
  const timer = setInterval(() => refresh().catch(onError), REFRESH_MS)
  timer.unref()
  return { ring, refresh, stop: () => clearInterval(timer) }
}

/** Adds the next key; it seals nothing until it is activated. Answers its id. */
export const addKey = async (query: Query, provider: KeyProvider, now: Date): Promise<number> => {
  const { salt, wrapped } = await provider.wrap(randomBytes(32))
  const [row] = await query<{ id: number }>(
    `insert into kernel.data_key (id, state, provider, salt, wrapped, created_at)
     select max(id) + 1, 'pending', $1, $2, $3, $4 from kernel.data_key returning id`,
    [provider.name, salt, wrapped, now],
  )
  return row!.id
}

/** Seals the data keys themselves under another passphrase or provider, all or none; the data stays as it is. */
export const rewrapKeys = async (query: Query, from: KeyProvider, to: KeyProvider): Promise<number> => {
  const rows = await query<KeyRow>(
    'select id, state, provider, salt, wrapped from kernel.data_key order by id for update',
  )
  for (const row of rows) {
    const { salt, wrapped } = await to.wrap(await from.unwrap(row))
    await query('update kernel.data_key set provider = $2, salt = $3, wrapped = $4 where id = $1', [
      row.id,
      to.name,
      salt,
      wrapped,
    ])
  }
  return rows.length
}
