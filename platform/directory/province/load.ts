import type pg from 'pg'
import type { Keyring } from '#kernel/crypto'
import { withConnection } from '#kernel/db'
import { conflict } from '#kernel/errors'
import { keepHeapLean } from '../server/lean-heap.ts'
import { copyInto } from './copy.ts'
import { provinceTables, type Table } from './rows.ts'

export interface LoadOptions {
  people: number
  seed: number
  /** seals identity and mobile numbers */
  keys: Keyring
  progress?: (phase: string, done: number, total: number) => void
  /** what else must be there before the directory is used; inside the transaction where there is one */
  afterLoad?: (client: pg.ClientBase) => Promise<void>
  /** empties the directory and whatever refers to it first, instead of refusing */
  replace?: boolean
  /** Up to this many people everything is one transaction; beyond, every table is its own and a marker tells of a killed load. */
  oneTransactionUpTo?: number
}

const lockKey = 7_401_625
const marker = 'province-load '

interface Unfinished {
  /** definitions of the indexes that were dropped for the load */
  indexes: string[]
}

async function readMarker(client: pg.ClientBase): Promise<Unfinished | null> {
  const { rows } = await client.query<{ text: string | null }>(
    "select obj_description('directory'::regnamespace, 'pg_namespace') as text",
  )
  const text = rows[0]?.text
  return text?.startsWith(marker) ? (JSON.parse(text.slice(marker.length)) as Unfinished) : null
}

const writeMarker = (client: pg.ClientBase, state: Unfinished | null) =>
  client.query(
    `comment on schema directory is ${state ? client.escapeLiteral(marker + JSON.stringify(state)) : 'null'}`,
  )

async function refuseUnlessEmpty(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ used: boolean }>(
    'select exists (select from directory.person) or exists (select from directory.unit) or exists (select from directory.region) as used',
  )
  if (rows[0]?.used) throw conflict('组织目录里已有数据，没有装入演示省。请换一个空库，或确认可以清空后加 --replace。')
}

const tokenTables = ['person_token', 'unit_token']
async function dropTokenIndexes(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    "select format('%I.%I', schemaname, indexname) as name, indexdef as definition from pg_indexes where schemaname = 'directory' and tablename = any($1) order by 1",
    [tokenTables],
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows.map(({ definition }) => definition)
}

async function fill(
  client: pg.ClientBase,
  tables: readonly Table[],
  indexes: readonly string[],
  options: LoadOptions,
): Promise<void> {
  const { progress = () => {} } = options
  for (const { name, title, columns, total, rows } of tables)
    await copyInto(client, name, columns, rows(), (done) => progress(title, done, Math.max(done, total)))
  for (const table of ['unit', 'person'])
    await client.query(
      `select setval(pg_get_serial_sequence('directory.${table}', 'no'), greatest(1, (select max(no) from directory.${table})))`,
    )
  for (const [at, definition] of indexes.entries()) {
    progress('索引', at, indexes.length)
    await client.query(definition)
  }
  progress('索引', indexes.length, indexes.length)
  await options.afterLoad?.(client)
}

async function inTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    // the connection may be gone: what went wrong first is what counts
    await client.query('rollback').catch(() => {})
    throw error
  }
}

async function makeEmpty(client: pg.ClientBase, tables: readonly Table[], clear: boolean): Promise<void> {
  if (!clear) return refuseUnlessEmpty(client)
  await client.query(`truncate ${tables.map(({ name }) => name).join(', ')} cascade`)
}

async function loadByTable(client: pg.ClientBase, tables: readonly Table[], options: LoadOptions): Promise<void> {
  const indexes = await inTransaction(client, async () => {
    const killed = await readMarker(client)
    await makeEmpty(client, tables, killed !== null || options.replace === true)
    const dropped = await dropTokenIndexes(client)
    const all = [...new Set([...(killed?.indexes ?? []), ...dropped])]
    await writeMarker(client, { indexes: all })
    return all
  })
  await fill(client, tables, indexes, options)
  await writeMarker(client, null)
}

/** True after a load that was killed: the directory is not to be used; loading again starts it afresh. */
export const isLoadUnfinished = async (client: pg.ClientBase): Promise<boolean> => (await readMarker(client)) !== null

/**
 * Fills an empty directory with the demo province: the same seed and size give the same rows. Refuses (409) when there is data.
 * The connection must own the tables of the schema `directory`.
 */
export async function loadProvince(options: LoadOptions & { client: pg.ClientBase }): Promise<void> {
  const { client } = options
  const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [lockKey])
  if (!rows[0]?.got) throw conflict('另一个装入正在进行。请等它结束再试。')
  keepHeapLean()
  try {
    const tables = provinceTables(options.seed, options.people, options.keys)
    const killed = await isLoadUnfinished(client)
    if (killed || options.people > (options.oneTransactionUpTo ?? 50_000)) await loadByTable(client, tables, options)
    else
      await inTransaction(client, async () => {
        await makeEmpty(client, tables, options.replace === true)
        await fill(client, tables, await dropTokenIndexes(client), options)
      })
    await client.query(`analyze ${tables.map(({ name }) => name).join(', ')}`)
  } finally {
    await client.query('select pg_advisory_unlock($1)', [lockKey]).catch(() => {})
  }
}

/** `loadProvince` over a connection of its own. Migrations are the caller's. */
export const runProvince = (url: string, options: LoadOptions): Promise<void> =>
  withConnection(url, (client) => loadProvince({ ...options, client }))
