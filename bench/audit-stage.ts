import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { ensureDatabase } from '#kernel/migrate'
import type { Kernel } from '#kernel/module'
import { startPostgres } from '#kernel/postgres'
import { audit } from '#platform/audit'

/** A process with the audit log alone on a PostgreSQL of its own; it leads the log unless told not to. */
export const withAuditLog = async <T>(
  options: { fsync: boolean; leads: boolean },
  work: (kernel: Kernel, adminUrl: string) => Promise<T>,
): Promise<T> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'qitong-bench-audit-'))
  const postgres = await startPostgres({
    dir: path.join(folder, 'postgres'),
    fsync: options.fsync,
    settings: { shared_buffers: '512MB', max_wal_size: '4GB', maintenance_work_mem: '256MB' },
  })
  try {
    const adminUrl = await ensureDatabase(postgres.url, 'bench')
    const config = readConfig({
      DATABASE_URL: adminUrl,
      DATA_DIR: path.join(folder, 'data'),
      DB_POOL: '16',
      LOG_LEVEL: 'error',
      PORT: '0',
      JOBS: String(options.leads),
    })
    const server = await createServer({ config, version: 'bench', modules: [audit], adminUrl })
    try {
      return await work(server.kernel, adminUrl)
    } finally {
      await server.stop()
    }
  } finally {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The product has no switch for its audit: the reference leaves the one statement of each command unsent. */
export const auditSwitch = (): ((audited: boolean) => void) => {
  const { query } = pg.Client.prototype
  let audited = true
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [config] = args as [{ name?: string } | undefined]
    return !audited && config?.name === 'kernel.audit'
      ? Promise.resolve({ rows: [], command: 'INSERT' })
      : Reflect.apply(query, this, args)
  } as typeof query
  return (yes) => {
    audited = yes
  }
}
