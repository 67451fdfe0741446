import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createServer } from '#kernel/app'
import { writeAudit } from '#kernel/audit'
import { readConfig } from '#kernel/config'
import { type Transaction, transaction } from '#kernel/db'
import { newId } from '#kernel/ids'
import { ensureDatabase } from '#kernel/migrate'
import type { Kernel } from '#kernel/module'
import { startPostgres } from '#kernel/postgres'
import { audit } from '#platform/audit'
import { withAdmin } from './cluster.ts'
import { type Figure, median, rate, rounded } from './measure.ts'

const ROUNDS = 5
const WIDTH = 8

const one = (kernel: Kernel) => ({
  at: kernel.clock.now(),
  homeNode: 'province',
  actor: { accountId: newId(), personId: newId(), name: `周文${Math.floor(Math.random() * 400)}`, sessionId: newId() },
  requestId: newId(),
  address: '10.8.3.27',
  action: 'notice.publish',
  title: '发布通知',
  kind: 'command' as const,
  target: { type: 'notice', id: newId(), label: `关于第 ${Math.floor(Math.random() * 5000)} 号事项的通知` },
  detail: { id: newId(), revision: 3 },
})

/** What a command does besides its audit: a row found and locked, a row changed, an event, COMMIT. */
const command = (kernel: Kernel, audited: boolean) => async (at: number) => {
  const id = at % 5000
  const work = async ({ query }: Transaction) => {
    const rows = await query('select n from bench_thing where id = $1 for update', [id], 'bench.take')
    await query('update bench_thing set n = n + 1 where id = $1', [id], 'bench.change')
    return rows
  }
  const last = ({ query }: Transaction) => [
    query(
      "insert into kernel.outbox (event_id, name, payload, home_node) values ($1, 'bench.done', '{}', 'province')",
      [newId()],
      'bench.emit',
    ),
    ...(audited ? [writeAudit(query, one(kernel))] : []),
  ]
  await transaction(kernel.database.pool, work, { last })
}

/** Records written by concurrent transactions of fifty until all are in the log: one figure for appending and sequencing together. */
const throughput = async (kernel: Kernel, records: number): Promise<number> => {
  const size = async () =>
    (await kernel.database.query<{ size: number }>('select size from kernel.audit_head'))[0]!.size
  const goal = (await size()) + records
  const began = performance.now()
  let left = records / 50
  const writer = async () => {
    while (left-- > 0)
      await transaction(kernel.database.pool, async () => undefined, {
        last: ({ query }) => Array.from({ length: 50 }, () => writeAudit(query, one(kernel))),
      })
  }
  await Promise.all(Array.from({ length: 4 }, writer))
  while ((await size()) < goal) await new Promise((resolve) => setTimeout(resolve, 20))
  return (records * 1000) / (performance.now() - began)
}

const drained = async (kernel: Kernel): Promise<void> => {
  while ((await kernel.database.query('select 1 from kernel.audit_intake limit 1')).length > 0)
    await new Promise((resolve) => setTimeout(resolve, 50))
}

/** Both sides in short turns, the first one alternating, so that the noise of the machine meets both. */
const compare = async (kernel: Kernel, ms: number) => {
  const rates = { with: [] as number[], without: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    const turns = { with: [] as number[], without: [] as number[] }
    for (let turn = 0; turn < 6; turn++)
      for (const side of turn % 2 === round % 2 ? (['with', 'without'] as const) : (['without', 'with'] as const)) {
        turns[side].push(await rate(command(kernel, side === 'with'), WIDTH, ms / 6))
        await drained(kernel)
      }
    rates.with.push(median(turns.with))
    rates.without.push(median(turns.without))
  }
  return { rates, ratio: median(rates.without.map((rate, at) => rate / rates.with[at]!)) }
}

/** npm run bench -- audit: a PostgreSQL of its own, with fsync as a server has it. */
export const auditBench = async (records: number): Promise<Figure[]> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'qitong-bench-audit-'))
  const postgres = await startPostgres({
    dir: path.join(folder, 'postgres'),
    settings: { shared_buffers: '512MB', max_wal_size: '4GB' },
  })
  try {
    const adminUrl = await ensureDatabase(postgres.url, 'bench')
    const config = readConfig({
      DATABASE_URL: adminUrl,
      DATA_DIR: path.join(folder, 'data'),
      DB_POOL: '16',
      LOG_LEVEL: 'error',
      PORT: '0',
    })
    const server = await createServer({ config, version: 'bench', modules: [audit], adminUrl })
    try {
      await withAdmin(adminUrl, (client) =>
        client.query(`create table bench_thing (id int primary key, n int not null); grant all on bench_thing to qitong_app;
          insert into bench_thing select i, 0 from generate_series(0, 4999) i`),
      )
      const { kernel } = server
      const speeds: number[] = []
      for (let round = 0; round <= ROUNDS; round++) speeds.push(await throughput(kernel, records))
      const { rates, ratio } = await compare(kernel, 3000)
      const speed = median(speeds.slice(1))
      return [
        { name: '记录写入并入链', value: rounded(speed, 0), unit: '条/s', target: '≥ 8000', pass: speed >= 8000 },
        {
          name: '带审计的命令',
          value: rounded(1000 / median(rates.with), 3),
          reference: rounded(1000 / median(rates.without), 3),
          ratio: rounded(ratio),
          target: '≤ 1.15',
          pass: ratio <= 1.15,
        },
      ]
    } finally {
      await server.stop()
    }
  } finally {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
