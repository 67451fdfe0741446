import { setImmediate as breath } from 'node:timers/promises'
import type { Query } from '#kernel/db'
import type { Frontier } from './frontier.ts'
import { leafText, macs, personalFields } from './leaf.ts'
import { HASH_BYTES, leafHash } from './merkle.ts'
import { algorithm, isStored, storedLevel } from './nodes.ts'
import type { RecordRow } from './records.ts'

/** A taken record, with its place in the intake. */
export type Taken = RecordRow & { no: number }

interface Stored {
  level: number
  no: number
  hash: Uint8Array
}
/** What a batch adds to the log: the hashes of each record in one piece, and the inner nodes that became whole. */
export interface Batch {
  hashes: Buffer
  stored: Stored[]
}

/** leaf ‖ name ‖ address ‖ label ‖ detail, zeros for what a record never had: as kernel.audit_append reads it. */
const WIDTH = HASH_BYTES * (1 + personalFields.length)
/** Hashing holds the process up; after so many records others have their turn. */
const SLICE = 100

/** Hashes records in their order and grows the tree by them. */
export const hashBatch = async (
  rows: readonly Taken[],
  frontier: Frontier,
  recordKey: (id: string) => Uint8Array,
): Promise<Batch> => {
  const hashes = Buffer.alloc(rows.length * WIDTH)
  const stored: Stored[] = []
  for (const [at, row] of rows.entries()) {
    if (at % SLICE === SLICE - 1) await breath()
    const own = macs(recordKey(row.id), row)
    const leaf = leafHash(algorithm, Buffer.from(leafText(frontier.size(), row, own)))
    hashes.set(leaf, at * WIDTH)
    for (const [no, field] of personalFields.entries())
      if (own[field] !== null) hashes.write(own[field], at * WIDTH + (no + 1) * HASH_BYTES, 'hex')
    frontier.append(leaf, ({ height, index }, hash) => {
      if (isStored(height)) stored.push({ level: storedLevel(height), no: index, hash })
    })
  }
  return { hashes, stored }
}

/** Moves the records into the log behind its `start` first ones, whole or not at all. */
export const appendBatch = (query: Query, start: number, rows: readonly Taken[], { hashes, stored }: Batch) =>
  query(
    'select kernel.audit_append($1, $2, $3, $4, $5, $6)',
    [
      start,
      rows.map(({ no }) => no),
      hashes,
      stored.map(({ level }) => level),
      stored.map(({ no }) => no),
      Buffer.concat(stored.map(({ hash }) => hash)),
    ],
    'audit.append',
  )
