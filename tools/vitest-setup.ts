import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startPostgres } from '#kernel/postgres'
import { ensureWeb } from '../app/web-build.ts'

/** One throw-away PostgreSQL for a run; test files clone their databases from templates in it. */
export const setup = async (): Promise<() => Promise<void>> => {
  // A database of one's own is for running a few tests again and again: what needs the web builds it itself.
  if (process.env.TEST_DATABASE_URL) return async () => undefined
  // Once, before tests that start whole platforms would each build it.
  await ensureWeb(() => undefined)
  const folder = await mkdtemp(path.join(tmpdir(), 'qitong-pg-'))
  const server = await startPostgres({
    dir: path.join(folder, 'postgres'),
    fsync: false,
    settings: { max_connections: '200' },
  })
  process.env.TEST_DATABASE_URL = server.url
  return async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
