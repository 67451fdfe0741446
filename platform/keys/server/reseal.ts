import type { Query } from '#kernel/db'
import type { Kernel, SealedColumn } from '#kernel/module'

const BATCH = 500

export interface Progress {
  after: string | null
  done: number
  finished: boolean
}
const stateKey = (keyId: number, { table, column }: SealedColumn): string => `keys.reseal.${keyId}.${table}.${column}`

export const readProgress = async (query: Query, keyId: number, one: SealedColumn): Promise<Progress> => {
  const [row] = await query<{ value: Progress }>('select value from kernel.state where key = $1', [
    stateKey(keyId, one),
  ])
  return row?.value ?? { after: null, done: 0, finished: false }
}
const saveProgress = (query: Query, keyId: number, one: SealedColumn, progress: Progress, now: Date) =>
  query(
    `insert into kernel.state (key, value, at) values ($1, $2, $3)
     on conflict (key) do update set value = excluded.value, at = excluded.at`,
    [stateKey(keyId, one), JSON.stringify(progress), now],
  )

const keyType = async (query: Query, { table, key }: SealedColumn): Promise<string> => {
  const [row] = await query<{ type: string }>(
    'select format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = $1::regclass and attname = $2',
    [table, key],
  )
  if (!row) throw new Error(`${table} has no column ${key}`)
  return row.type
}

interface Boxed {
  key: string
  box: Buffer | null
}

/** A box that does not open ends the job with the name of its row: nothing may be called done while it is there. */
const opened = (kernel: Kernel, one: SealedColumn, key: string, box: Buffer): Buffer => {
  try {
    return kernel.keys.open(box, one.aad(key))
  } catch (error) {
    throw new Error(`${one.table} ${one.column} ${key} 无法解密，轮换停在这里`, { cause: error })
  }
}

/** Seals one batch anew and answers how far it came; rows that somebody changed meanwhile were sealed by the new key anyway. */
const batch = async (kernel: Kernel, one: SealedColumn, type: string, progress: Progress): Promise<Progress> => {
  const { query } = kernel.database
  // names come from the module's own declaration, never from data
  const rows = await query<Boxed>(
    `select ${one.key}::text as key, ${one.column} as box from ${one.table}
     where ($1::${type} is null or ${one.key} > $1::${type}) order by ${one.key} limit ${BATCH}`,
    [progress.after],
  )
  const stale = rows.filter(
    (row): row is { key: string; box: Buffer } => row.box !== null && kernel.keys.isStale(row.box),
  )
  const fresh = stale.map(({ key, box }) => kernel.keys.seal(opened(kernel, one, key, box), one.aad(key)))
  if (stale.length > 0)
    await query(
      `update ${one.table} t set ${one.column} = n.fresh from unnest($1::${type}[], $2::bytea[], $3::bytea[]) n (key, old, fresh)
       where t.${one.key} = n.key and t.${one.column} = n.old`,
      [stale.map(({ key }) => key), stale.map(({ box }) => box), fresh],
    )
  return {
    after: rows.at(-1)?.key ?? progress.after,
    done: progress.done + rows.length,
    finished: rows.length < BATCH,
  }
}

/** Seals a column with today's key; goes on where a killed process stopped. */
export const resealColumn = async (kernel: Kernel, keyId: number, one: SealedColumn): Promise<void> => {
  const { query } = kernel.database
  const type = await keyType(query, one)
  let progress = await readProgress(query, keyId, one)
  while (!progress.finished) {
    progress = await batch(kernel, one, type, progress)
    await saveProgress(query, keyId, one, progress, kernel.clock.now())
  }
}
