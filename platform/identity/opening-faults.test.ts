import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AccountsScene, startAccountsScene } from './accounts-testing.ts'

const PEOPLE = 2000
const KILLS = 10
const PROCESS = fileURLToPath(new URL('./process-testing.ts', import.meta.url))

let at: AccountsScene
const children = new Set<ChildProcess>()
beforeAll(async () => {
  at = await startAccountsScene({ env: { JOBS: 'no' } })
}, 120_000)
afterAll(async () => {
  await Promise.all([...children].map(kill))
  await at?.server.stop()
})

const start = async (): Promise<ChildProcess> => {
  const { config, database } = at.server.kernel
  const { DATA_DIR, SECRET_KEY } = config
  const child = spawn(process.execPath, [PROCESS], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: {
      NODE_ENV: 'test',
      PORT: '0',
      LOG_LEVEL: 'error',
      DB_POOL: '3',
      DATA_DIR,
      SECRET_KEY,
      APP_DATABASE_URL: database.url,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  await once(child.stdout, 'data')
  return child
}
const kill = async (child: ChildProcess): Promise<void> => {
  children.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Names that sound alike, so that the names to sign in by are counted on, and the count is where two could meet. */
const fill = (unitId: string) =>
  at.server.sql(
    `with made as (insert into directory.person (id, name, pinyin, initials, rank_order)
       select gen_random_uuid(), '冉成批', 'ran cheng pi', 'rcp', 99 from generate_series(1, $2) returning id)
     insert into directory.post (id, person_id, unit_id, org_no, kind, title, leader, sort, valid_from)
     select gen_random_uuid(), made.id, u.id, u.org_no, 'main', '', false, 1000, '2020-01-01' from made, directory.unit u where u.id = $1`,
    [unitId, PEOPLE],
  )
/** Each batch takes a moment in the middle of its transaction: where it is to be killed. */
const SLOWLY = `create function public.slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(0.4); return null; end $$;
  create trigger slowly after insert on identity.account for each statement execute function public.slowly()`
const inTheMiddle = async (): Promise<boolean> => {
  const rows = await at.server.sql(
    "select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()",
  )
  return rows.length > 0
}

it('an opening that is killed over and over goes on where it was: nobody is left out, nobody is opened twice', async () => {
  await fill(at.units.water.id)
  const { none } = await at.as('province').accountCounts({ under: at.units.water.id })
  expect(none).toBeGreaterThanOrEqual(PEOPLE)
  await at.server.sql(SLOWLY)
  const { id } = await at.as('province').startOpening({ unitId: at.units.water.id, tell: 'sheet' })
  const opened: number[] = []
  let halves = 0
  for (let nth = 1; nth <= KILLS; nth++) {
    const child = await start()
    // In the middle of a batch; every third time a little later, when it has been written.
    await expect.poll(inTheMiddle, { timeout: 30_000, interval: 10 }).toBe(true)
    if (nth % 3 === 0) await sleep(450)
    else halves += 1
    await kill(child)
    opened.push((await at.as('province').opening({ id })).opened)
  }
  // It came further in spite of the kills, and was not at its end when the last one came.
  expect(opened.at(-1)).toBeGreaterThan(0)
  expect(opened.at(-1)).toBeLessThan(none)
  expect(halves).toBeGreaterThanOrEqual(6)
  await start()
  const run = () => at.as('province').opening({ id })
  await expect.poll(async () => (await run()).state, { timeout: 60_000, interval: 100 }).toBe('done')
  expect(await run()).toMatchObject({ total: none, opened: none, message: null })
  const [found] = await at.server.sql(
    `select count(*)::int as accounts, count(distinct a.person_id)::int as people, count(distinct a.login)::int as logins
     from identity.account a join directory.post m on m.person_id = a.person_id and m.kind = 'main' and m.unit_id = $1`,
    [at.units.water.id],
  )
  const [people] = await at.server.sql<{ n: number }>(
    "select count(*)::int as n from directory.post where unit_id = $1 and kind = 'main'",
    [at.units.water.id],
  )
  expect(found).toEqual({ accounts: people?.n, people: people?.n, logins: people?.n })
  const records = await at.server.sql(
    "select 1 from kernel.audit where action = 'identity.openAccounts' and kind = 'system' and target_id = $1",
    [at.units.water.id],
  )
  expect(records).toHaveLength(1)
}, 180_000)
