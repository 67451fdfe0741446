import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startPostgres } from '#kernel/postgres'

/** An empty database that is gone afterwards; on TEST_DATABASE_URL's server when there is one, else on one started for it. */
export const withThrowawayDatabase = async <T>(work: (client: pg.Client, url: string) => Promise<T>): Promise<T> => {
  const given = process.env.TEST_DATABASE_URL
  const folder = given ? undefined : await mkdtemp(path.join(tmpdir(), 'qitong-throwaway-'))
  const server = folder ? await startPostgres({ dir: path.join(folder, 'postgres'), fsync: false }) : undefined
  const name = `qt_${randomUUID().replaceAll('-', '')}`
  const admin = new pg.Client({ connectionString: given ?? server!.url })
  await admin.connect()
  try {
    await admin.query(`create database ${name}`)
    const url = new URL(given ?? server!.url)
    url.pathname = `/${name}`
    const client = new pg.Client({ connectionString: url.toString() })
    await client.connect()
    try {
      return await work(client, url.toString())
    } finally {
      await client.end()
      await admin.query(`drop database ${name} with (force)`)
    }
  } finally {
    await admin.end()
    await server?.stop()
    if (folder) await rm(folder, { recursive: true, force: true })
  }
}
