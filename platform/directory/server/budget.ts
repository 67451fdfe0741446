import { dayOf } from '#kernel/clock'
import { tooMany } from '#kernel/errors'
import type { Ctx, Kernel } from '#kernel/module'

/**
 * How much of the directory one account reads in a day: searches, and different people shown. A clerk never meets the limit; who
 * copies the address book does. Counted in memory and written in batches: nothing is added to the time of a query, and a
 * process that is killed forgets at most the last two seconds. Each process counts whom it showed itself.
 */
interface Account {
  searches: number
  people: number
  /** not written yet */
  newSearches: number
  newPeople: number
  shown: Set<string>
  usedAt: number
}
interface Ledger {
  day: string
  limit: { searches: number; people: number }
  accounts: Map<string, Promise<Account>>
  timer?: NodeJS.Timeout
}
const ledgers = new WeakMap<Kernel, Ledger>()
const FLUSH_MS = 2000
// Whoever is idle is forgotten, the written count stays: a few people may be counted twice, memory stays flat.
const IDLE_MS = 600_000

const ledgerOf = (kernel: Kernel, day: string): Ledger => {
  const known = ledgers.get(kernel)
  if (known?.day === day) return known
  const made: Ledger = { day, limit: { searches: 0, people: 0 }, accounts: new Map() }
  ledgers.set(kernel, made)
  return made
}

interface Totals {
  searches: number | null
  people: number | null
  mostSearches: number
  mostPeople: number
}

const load = async (kernel: Kernel, ledger: Ledger, accountId: string): Promise<Account> => {
  const [row] = await kernel.database.query<Totals>(
    `select b.searches, b.people, l.searches as "mostSearches", l.people as "mostPeople"
     from directory.reading_limit l left join directory.reading_budget b on b.account_id = $1 and b.day = $2`,
    [accountId, ledger.day],
    'directory.budget',
  )
  ledger.limit = { searches: row!.mostSearches, people: row!.mostPeople }
  return {
    searches: row!.searches ?? 0,
    people: row!.people ?? 0,
    newSearches: 0,
    newPeople: 0,
    shown: new Set(),
    usedAt: 0,
  }
}

/** Counts what is about to be shown; 429 when the day's budget is spent. */
export const spend = async (
  ctx: Pick<Ctx, 'kernel' | 'actor' | 'now'>,
  spent: { search?: boolean; people: readonly string[] },
): Promise<void> => {
  const { kernel, actor } = ctx
  const ledger = ledgerOf(kernel, dayOf(ctx.now))
  let loading = ledger.accounts.get(actor.accountId)
  if (!loading) {
    loading = load(kernel, ledger, actor.accountId)
    ledger.accounts.set(actor.accountId, loading)
    loading.catch(() => ledger.accounts.delete(actor.accountId))
  }
  const account = await loading
  const fresh = spent.people.filter((id) => !account.shown.has(id))
  if (fresh.length > 0 && account.people + account.newPeople + fresh.length > ledger.limit.people)
    throw tooMany(
      secondsLeft(ctx.now),
      '您今天查看的人数已达到每日上限，明天恢复。工作确有需要时，请联系系统管理员调整限额。',
    )
  if (spent.search && account.searches + account.newSearches >= ledger.limit.searches)
    throw tooMany(
      secondsLeft(ctx.now),
      '您今天的搜索次数已达到每日上限，明天恢复。工作确有需要时，请联系系统管理员调整限额。',
    )
  for (const id of fresh) account.shown.add(id)
  account.newPeople += fresh.length
  account.usedAt = performance.now()
  if (spent.search) account.newSearches += 1
  ledger.timer ??= setTimeout(() => void flushBudget(kernel), FLUSH_MS).unref()
}

const DAY_MS = 86_400_000
const SHANGHAI_MS = 8 * 3_600_000
const secondsLeft = (now: Date): number => Math.ceil((DAY_MS - ((now.getTime() + SHANGHAI_MS) % DAY_MS)) / 1000)

/** Writes what was counted and learns what other processes counted. Called every two seconds of use, and at shutdown. */
export const flushBudget = async (kernel: Kernel): Promise<void> => {
  const ledger = ledgers.get(kernel)
  if (!ledger) return
  clearTimeout(ledger.timer)
  ledger.timer = undefined
  const settled = await Promise.allSettled(
    [...ledger.accounts].map(async ([id, account]) => ({ id, account: await account })),
  )
  const accounts = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const changed = accounts.filter(({ account }) => account.newSearches + account.newPeople > 0)
  for (const { id, account } of accounts)
    if (!changed.some((one) => one.id === id) && performance.now() - account.usedAt > IDLE_MS)
      ledger.accounts.delete(id)
  if (changed.length === 0) return
  const written = changed.map(({ account }) => ({ searches: account.newSearches, people: account.newPeople }))
  try {
    const rows = await kernel.database.query<{
      id: string
      searches: number
      people: number
      mostSearches: number
      mostPeople: number
    }>(
      `insert into directory.reading_budget as b (account_id, day, searches, people)
       select a, $1, s, p from unnest($2::uuid[], $3::int[], $4::int[]) t (a, s, p) order by a
       on conflict (day, account_id) do update set searches = b.searches + excluded.searches, people = b.people + excluded.people
       returning account_id as id, searches, people,
         (select searches from directory.reading_limit) as "mostSearches", (select people from directory.reading_limit) as "mostPeople"`,
      [ledger.day, changed.map(({ id }) => id), written.map((one) => one.searches), written.map((one) => one.people)],
      'directory.budget.flush',
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    for (const [at, { id, account }] of changed.entries()) {
      const total = byId.get(id)!
      account.newSearches -= written[at]!.searches
      account.newPeople -= written[at]!.people
      account.searches = total.searches
      account.people = total.people
      ledger.limit = { searches: total.mostSearches, people: total.mostPeople }
    }
  } catch (error) {
    // Counted on in memory; the next flush writes it.
    kernel.log.warn({ err: error }, '查阅限额暂时无法写入')
  }
}

export const pruneBudget = (sql: Ctx['sql'], now: Date): Promise<unknown> =>
  sql('delete from directory.reading_budget where day < $1::date - 30', [dayOf(now)])
