import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '#kernel/ids'
import { verifyExport } from './server/verify.ts'
import { type AuditServer, record, startAuditServer, untilSequenced } from './testing.ts'

/** A process of its own that wants to lead the log. */
interface Candidate {
  child: ChildProcess
  leads: Promise<void>
  leading(): boolean
}
const CANDIDATE = fileURLToPath(new URL('./process-testing.ts', import.meta.url))

const WITHIN = { timeout: 30_000 }

let scene: AuditServer
let candidates: Candidate[] = []

const start = async (): Promise<void> => {
  const { config, database } = scene.server.kernel
  const { DATA_DIR, SECRET_KEY } = config
  const child = spawn(process.execPath, [CANDIDATE], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: {
      NODE_ENV: 'test',
      PORT: '0',
      LOG_LEVEL: 'error',
      JOBS: 'false',
      DB_POOL: '2',
      DATA_DIR,
      SECRET_KEY,
      APP_DATABASE_URL: database.url,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  const says = (word: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => said.includes(word) && resolve()
      child.stdout!.on('data', look)
      child.once('exit', () => reject(new Error(`a process ended before it said ${word}`)))
      look()
    })
  child.stdout!.on('data', (text: Buffer) => {
    said += text.toString()
  })
  const leads = says('leads')
  leads.catch(() => undefined)
  await says('ready')
  candidates.push({ child, leads, leading: () => said.includes('leads') })
}

/** kill -9 of the process that leads; answers when it is gone. */
const killLeader = async (): Promise<void> => {
  const leader = candidates.find((one) => one.leading())!
  const gone = new Promise((resolve) => leader.child.once('exit', resolve))
  leader.child.kill('SIGKILL')
  await gone
  candidates = candidates.filter((one) => one !== leader)
}
const nextLeads = () => Promise.race(candidates.map(({ leads }) => leads))

beforeAll(async () => {
  scene = await startAuditServer(true)
  await Promise.all([start(), start(), start(), start()])
  await nextLeads()
}, 120_000)
afterAll(async () => {
  for (const { child } of candidates) child.kill('SIGKILL')
  await scene.server.stop()
})

/** Transactions of five records, every fourth rolled back, until told to stop; answers the targets of those that were committed. */
const writer = async (writing: () => boolean): Promise<string[]> => {
  const client = new pg.Client({ connectionString: scene.server.kernel.database.url })
  await client.connect()
  const committed: string[] = []
  for (let times = 0; writing(); times++) {
    const ids = Array.from({ length: 5 }, newId)
    await client.query('begin')
    for (const id of ids)
      await record(async (text, params) => (await client.query(text, params as unknown[])).rows, {
        target: { type: 'notice', id },
      })
    const end = times % 4 === 3 ? 'rollback' : 'commit'
    await client.query(end)
    if (end === 'commit') committed.push(...ids)
  }
  await client.end()
  return committed
}
const size = async (): Promise<number> =>
  (await scene.server.sql<{ n: number }>('select size::int as n from kernel.audit_head'))[0]!.n

/** The processes whose append waits for a lock, in the middle of its statement. */
const stuck = async () =>
  scene.server.sql<{ leads: boolean }>(
    `select exists (select from pg_locks l where l.pid = a.pid and l.locktype = 'advisory' and l.granted) as leads
     from pg_stat_activity a where a.datname = current_database() and a.wait_event_type = 'Lock' and a.query like '%audit_append%'`,
  )

it('kill -9 of the leading process, again and again while records are written: another goes on, nothing is lost, nothing doubled', async () => {
  let going = true
  const writers = [1, 2, 3].map(() => writer(() => going))
  for (let kills = 0; kills < 2; kills++) {
    const before = await size()
    await expect.poll(size, WITHIN).toBeGreaterThan(before + 60)
    await killLeader()
    await nextLeads()
  }

  // And in the middle of the statement that moves a batch: it holds the lead until it has ended, whoever sent it.
  const admin = new pg.Client({ connectionString: scene.server.adminUrl })
  await admin.connect()
  await admin.query('begin; lock table kernel.audit_node in share mode')
  await expect.poll(stuck, WITHIN).toEqual([{ leads: true }])
  await killLeader()
  expect(await stuck()).toEqual([{ leads: true }])
  expect(candidates.some((one) => one.leading())).toBe(false)
  await admin.query('commit')
  await admin.end()
  await nextLeads()

  going = false
  const committed = (await Promise.all(writers)).flat()
  const records = await untilSequenced(scene.server)
  const rows = await scene.server.sql<{ id: string }>('select target_id as id from kernel.audit_log order by seq')
  expect(rows).toHaveLength(records)
  expect(rows.map(({ id }) => id).toSorted()).toEqual(committed.toSorted())

  const auditor = scene.as('auditor')
  const url = auditor.exportRecords.url({
    format: 'ndjson',
    since: '2026-11-20',
    until: '2026-11-20',
    reason: '故障演练',
  })
  const text = await (await fetch(url, { headers: { cookie: 'qt_session=auditor' } })).text()
  const { keys } = await auditor.state({})
  async function* lines() {
    yield* text.trimEnd().split('\n')
  }
  expect(
    await verifyExport(
      lines(),
      keys.map(({ publicKey }) => publicKey),
    ),
  ).toMatchObject({ from: 0, records, faults: [] })
}, 120_000)
