import type { Keyring } from '#kernel/crypto'
import type { SealedColumn } from '#kernel/module'

/** The first rows of an uploaded file, to map its columns by: they hold names and numbers, so they are kept sealed. */
type Sample = readonly (readonly string[])[]

const boundTo = (importId: string): string => `directory.import.sample/${importId}`
export const sealedSamples: SealedColumn = { table: 'directory.import', key: 'id', column: 'sample', aad: boundTo }

export const sealSample = (keys: Keyring, sample: Sample, importId: string): Buffer =>
  keys.seal(JSON.stringify(sample), boundTo(importId))
export const openSample = (keys: Keyring, box: Buffer | null, importId: string): string[][] =>
  box ? (JSON.parse(keys.open(box, boundTo(importId)).toString('utf8')) as string[][]) : []
