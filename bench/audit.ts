import { Agent, request } from 'node:http'
import { createServer } from '#kernel/app'
import { writeAudit } from '#kernel/audit'
import { readConfig } from '#kernel/config'
import { type Transaction, transaction } from '#kernel/db'
import { newId } from '#kernel/ids'
import type { Kernel } from '#kernel/module'
import { createDemoAccounts } from '../app/demo.ts'
import { modules } from '../app/modules.ts'
import { auditSwitch, withAuditLog } from './audit-stage.ts'
import { openCluster, withAdmin } from './cluster.ts'
import { type Figure, median, rate, rounded } from './measure.ts'
import { platformEnv, signIn } from './stage.ts'

const ROUNDS = 5
const WIDTH = 8
const PEOPLE = 2000
const TURN_MS = 1500
/** The leader is a few hundred milliseconds behind: what it owes from before a turn is as much as it leaves behind. */
const LEAD_IN_MS = 500

// Whom a record names was known before it is written: making identifiers up is not what is measured.
const people = Array.from({ length: 400 }, (_, at) => ({
  accountId: newId(),
  personId: newId(),
  name: `周文${at}`,
  sessionId: newId(),
}))
const identifiers = Array.from({ length: 20_000 }, newId)
let made = 0
const identifier = (): string => identifiers[made++ % identifiers.length]!

/** A record as publishing a notice leaves it. */
const one = (kernel: Kernel) => ({
  at: kernel.clock.now(),
  homeNode: 'province',
  actor: people[Math.floor(Math.random() * people.length)]!,
  requestId: identifier(),
  address: '10.8.3.27',
  action: 'notice.publish',
  title: '发布通知',
  kind: 'command' as const,
  target: { type: 'notice', id: identifier(), label: `关于第 ${Math.floor(Math.random() * 5000)} 号事项的通知` },
  detail: { id: identifier(), revision: 3 },
})

/** What a command does in the database besides its audit: a row found and locked, a row changed, an event, COMMIT. */
const bareCommand = (kernel: Kernel) => async (at: number) => {
  const id = at % 5000
  const work = async ({ query }: Transaction) => {
    const rows = await query('select n from bench_thing where id = $1 for update', [id], 'bench.take')
    await query('update bench_thing set n = n + 1 where id = $1', [id], 'bench.change')
    return rows
  }
  const last = ({ query }: Transaction) => [
    query(
      "insert into kernel.outbox (event_id, name, payload, home_node) values ($1, 'bench.done', '{}', 'province')",
      [identifier()],
      'bench.emit',
    ),
    writeAudit(query, one(kernel)),
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

type Sides = Record<'with' | 'without', number[]>
/** Commands a second on both sides in turns, the first one alternating, so that the noise of the machine meets both; the leader is at work. */
const compare = async (kernel: Kernel, call: (at: number) => Promise<unknown>, audit: (yes: boolean) => void) => {
  const rates: Sides = { with: [], without: [] }
  for (let round = 0; round < ROUNDS; round++) {
    const turns: Sides = { with: [], without: [] }
    for (let turn = 0; turn < 4; turn++)
      for (const side of turn % 2 === round % 2 ? (['with', 'without'] as const) : (['without', 'with'] as const)) {
        audit(side === 'with')
        await rate(call, WIDTH, LEAD_IN_MS)
        turns[side].push(await rate(call, WIDTH, TURN_MS))
        await drained(kernel)
      }
    rates.with.push(median(turns.with))
    rates.without.push(median(turns.without))
  }
  audit(true)
  return { rates, ratio: median(rates.without.map((rate, at) => rate / rates.with[at]!)) }
}

const compared = (name: string, { rates, ratio }: Awaited<ReturnType<typeof compare>>): Figure => ({
  name,
  value: rounded(1000 / median(rates.with), 3),
  reference: rounded(1000 / median(rates.without), 3),
  ratio: rounded(ratio),
})

const drafting = (url: string, token: string) => {
  const agent = new Agent({ keepAlive: true, maxSockets: WIDTH })
  const body = JSON.stringify({ title: '关于开展年度档案移交工作的通知', body: '请各单位于月底前完成。' })
  const headers = {
    cookie: `qt_session=${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-requested-with': 'qitong',
  }
  const call = () =>
    new Promise<void>((resolve, reject) => {
      const asked = request(`${url}/api/notices`, { method: 'POST', agent, headers }, (answer) => {
        answer.resume()
        answer.once('end', () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`drafting was answered ${answer.statusCode}`)),
        )
      })
      asked.once('error', reject)
      asked.end(body)
    })
  return { call, close: () => agent.destroy() }
}

/** A clerk drafts notices through HTTP: session, permission, policy, validation, rows, event, audit, COMMIT. */
const realCommands = async (audit: (yes: boolean) => void): Promise<Figure> => {
  const cluster = await openCluster(PEOPLE)
  try {
    const { adminUrl, folder } = cluster
    const config = readConfig(platformEnv(adminUrl, folder))
    const server = await createServer({ config, version: 'bench', modules, adminUrl })
    try {
      await createDemoAccounts(server.kernel)
      const url = await server.listen()
      const { call, close } = drafting(url, await signIn(url, 'zhouwenqing'))
      const found = await compare(server.kernel, call, audit)
      close()
      return { ...compared('带审计的命令（起草通知，经 HTTP）', found), target: '≤ 1.15', pass: found.ratio <= 1.15 }
    } finally {
      await server.stop()
    }
  } finally {
    await cluster.stop()
  }
}

/** npm run bench -- audit: the log on a PostgreSQL of its own, with fsync as a server has it; commands on the bench's small province. */
export const auditBench = async (records: number): Promise<Figure[]> => {
  const audit = auditSwitch()
  const alone = await withAuditLog({ fsync: true, leads: true }, async (kernel, adminUrl) => {
    await withAdmin(adminUrl, (client) =>
      client.query(`create table bench_thing (id int primary key, n int not null); grant all on bench_thing to qitong_app;
        insert into bench_thing select i, 0 from generate_series(0, 4999) i`),
    )
    const speeds: number[] = []
    for (let round = 0; round <= ROUNDS; round++) speeds.push(await throughput(kernel, records))
    return { speed: median(speeds.slice(1)), bare: await compare(kernel, bareCommand(kernel), audit) }
  })
  const { speed, bare } = alone
  return [
    { name: '记录写入并入链', value: rounded(speed, 0), unit: '条/s', target: '≥ 8000', pass: speed >= 8000 },
    await realCommands(audit),
    compared('其中只有事务，没有 HTTP、会话与校验', bare),
  ]
}
