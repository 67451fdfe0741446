import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Kernel, Upload } from '#kernel/module'
import { openTable, type Row, type Table } from '#kernel/tabular'
import { openFile, sealedSize, sealFile } from './seal.ts'

/** Uploaded tables of one module. */
export interface UploadedTables {
  /** Keeps an uploaded file sealed; answers what is stored, and how many bytes were uploaded. */
  keep(kernel: Kernel, importId: string, body: Upload): Promise<{ id: string; name: string; size: number }>
  /**
   * Runs `work` on a stored file as a table. Reading back and forth needs a file of its own; its name is the key's, so that a process
   * that takes over after a crash writes over what the crash left. It begins with the import's id, which the file is sealed to; the copy lies
   * in the clear as long as the work lasts.
   */
  withTable<T>(kernel: Kernel, fileId: string, key: string, work: (table: Table) => Promise<T>): Promise<T>
  /** Copies whose import is no longer in work: remains of a crash that nobody took over. */
  removeCopies(kernel: Kernel, inWork: ReadonlySet<string>): Promise<void>
}

/** `folder`: of the copies, under DATA_DIR; `bound`: what the sealed bytes are bound to, before the import's id. */
export const uploadedTables = ({ folder, bound }: { folder: string; bound: string }): UploadedTables => {
  const folderOf = (kernel: Kernel): string => path.join(kernel.config.DATA_DIR, folder)
  const placeOf = (importId: string): string => `${bound}/${importId}`
  return {
    async keep({ files, keys }, importId, { stream, name, limit }) {
      let size = 0
      const counted = async function* () {
        for await (const chunk of stream as AsyncIterable<Uint8Array>) {
          size += chunk.byteLength
          yield chunk
        }
      }
      const file = await files.put(sealFile(keys, placeOf(importId), counted()), { name, maxBytes: sealedSize(limit) })
      return { id: file.id, name: file.name, size }
    },
    async withTable(kernel, fileId, key, work) {
      await mkdir(folderOf(kernel), { recursive: true, mode: 0o700 })
      const copy = path.join(folderOf(kernel), key)
      try {
        const { stream } = await kernel.files.get(fileId)
        await pipeline(
          openFile(kernel.keys, placeOf(key.slice(0, 36)), stream),
          createWriteStream(copy, { mode: 0o600 }),
        )
        const table = await openTable(copy)
        try {
          return await work(table)
        } finally {
          await table.close()
        }
      } finally {
        await rm(copy, { force: true })
      }
    },
    async removeCopies(kernel, inWork) {
      for (const name of await readdir(folderOf(kernel)).catch(() => []))
        if (!inWork.has(name.slice(0, 36))) await rm(path.join(folderOf(kernel), name), { force: true })
    },
  }
}

/** The same rows in batches of one size, each row with its number in the file. */
export async function* inBatches(
  rows: AsyncIterable<Row[]>,
  size: number,
  first: number,
): AsyncGenerator<{ row: Row; no: number }[]> {
  let batch: { row: Row; no: number }[] = []
  let no = first
  for await (const some of rows)
    for (const row of some) {
      batch.push({ row, no: no++ })
      if (batch.length < size) continue
      yield batch
      batch = []
    }
  if (batch.length > 0) yield batch
}
