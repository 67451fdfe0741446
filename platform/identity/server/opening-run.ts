import { writeAudit } from '#kernel/audit'
import { dayOf } from '#kernel/clock'
import { newId } from '#kernel/ids'
import type { Kernel, ScopePredicate, SystemCtx } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { openingAsked } from '../contract.ts'
import { type Given, giveParts, sendGiven } from './activation.ts'
import { type Opened, openAccountsFor, ruleOf, unopened } from './open-accounts.ts'
import { readReaches } from './reaches.ts'
import { NOWHERE, reachPredicate } from './scopes.ts'

/** People of one transaction. */
const BATCH = 500
const TIMEOUT = 'set local statement_timeout = 60000'

interface Run {
  id: string
  unitId: string
  accountId: string
  personId: string
  byName: string
  tell: 'sheet' | 'sms'
  total: number | null
  opened: number
  afterPre: number
  afterId: string | null
}

/** As far as whoever asked reaches at this moment: nowhere once the account is closed or the grant has ended. */
const scopeOf = async ({ sql, now }: SystemCtx, accountId: string): Promise<ScopePredicate> => {
  const [account] = await sql(
    `select 1 from identity.account a join directory.person p on p.id = a.person_id and p.status = 'active' where a.id = $1 and not a.disabled`,
    [accountId],
  )
  if (!account) return reachPredicate(NOWHERE)
  const { reaches } = await readReaches(sql, { accountId, orgId: null, day: dayOf(now) })
  return reachPredicate(reaches.get('identity:open')?.reach ?? NOWHERE)
}

const FROM = `directory.unit top join directory.unit u on u.pre between top.pre and top.pre_end
  join directory.post m on m.unit_id = u.id and m.kind = 'main' and m.valid_to is null
  join directory.person x on x.id = m.person_id and x.status = 'active'
  left join identity.account a on a.person_id = x.id and a.subject_kind = 'public-servant'`

const count = async ({ sql }: SystemCtx, run: Run, scope: ScopePredicate): Promise<number> => {
  const inside = scope.text('u.id', 3)
  const [row] = await sql<{ n: number }>(
    `select count(*)::int as n from ${FROM} where top.id = $1 and x.id <> $2 and ${unopened} and ${inside.text}`,
    [run.unitId, run.personId, ...inside.params],
  )
  return row!.n
}
const next = ({ sql }: SystemCtx, run: Run, scope: ScopePredicate): Promise<{ id: string; pre: number }[]> => {
  const inside = scope.text('u.id', 5)
  return sql(
    `select x.id, u.pre from ${FROM} where top.id = $1 and x.id <> $2 and ${unopened} and (u.pre, x.id) > ($3::bigint, $4::uuid) and ${inside.text}
     order by u.pre, x.id limit ${BATCH}`,
    [run.unitId, run.personId, run.afterPre, run.afterId ?? '00000000-0000-0000-0000-000000000000', ...inside.params],
  )
}

const record = (
  { sql, now, kernel }: SystemCtx,
  name: string,
  target: { id: string; label: string; detail: object },
  who?: Run,
) =>
  writeAudit(sql, {
    at: now,
    homeNode: kernel.config.HOME_NODE,
    actor: { accountId: who?.accountId ?? '', personId: who?.personId ?? '', name, sessionId: '' },
    requestId: newId(),
    address: '',
    action: 'identity.openAccounts',
    title: '开通账号',
    kind: 'system',
    target: { type: 'unit', id: target.id, label: target.label, detail: { ...target.detail } },
  })

const told = (ctx: SystemCtx, tell: 'sheet' | 'sms', opened: readonly Opened[], by: string | null): Promise<Given[]> =>
  tell === 'sms'
    ? giveParts(
        ctx,
        opened.map(({ accountId }) => accountId),
        { by, told: null },
      )
    : Promise.resolve([])

interface Batch {
  run: Run
  given: Given[]
}

/** One batch of the oldest run that nobody is at; undefined when there is none. Its row is held: a process that dies lets go of it. */
const batchOf = (kernel: Kernel): Promise<Batch | undefined> =>
  asSystem(kernel, async (ctx) => {
    const { sql, now } = ctx
    const [run] = await sql<Run>(
      `select id, unit_id as "unitId", account_id as "accountId", person_id as "personId", by_name as "byName", tell, total, opened,
         after_pre as "afterPre", after_id as "afterId"
       from identity.opening where state = 'running' order by failed_at, created_at limit 1 for update skip locked`,
      [],
      'identity.opening-next',
    )
    if (!run) return undefined
    await sql(TIMEOUT)
    const scope = await scopeOf(ctx, run.accountId)
    if (run.total === null) {
      const total = await count(ctx, run, scope)
      await sql('update identity.opening set total = $2, updated_at = $3 where id = $1', [run.id, total, now])
    }
    const people = await next(ctx, run, scope)
    if (people.length === 0) {
      await end(ctx, run)
      return { run, given: [] }
    }
    const opened = await openAccountsFor(
      ctx,
      people.map(({ id }) => id),
      run.byName,
    )
    const last = people.at(-1)!
    await sql(
      'update identity.opening set opened = opened + $2, after_pre = $3, after_id = $4, failed_at = 0, updated_at = $5 where id = $1',
      [run.id, opened.length, last.pre, last.id, now],
    )
    return { run, given: await told(ctx, run.tell, opened, run.accountId) }
  })

/** Units may have moved to where the run had passed already: it ends when a look from the beginning finds nobody. */
const end = async (ctx: SystemCtx, run: Run): Promise<void> => {
  if (run.afterId !== null) {
    await ctx.sql('update identity.opening set after_pre = -1, after_id = null where id = $1', [run.id])
    return
  }
  await ctx.sql("update identity.opening set state = 'done', updated_at = $2 where id = $1", [run.id, ctx.now])
  const [unit] = await ctx.sql<{ name: string }>('select name from directory.unit where id = $1', [run.unitId])
  const target = { id: run.unitId, label: unit?.name ?? '', detail: { opening: run.id, opened: run.opened } }
  await record(ctx, run.byName, target, run)
}

const MOST_FAILURES = 10
/** A batch that failed is tried again; a run that fails over and over ends with a sentence. */
const failed = (kernel: Kernel): Promise<unknown> =>
  asSystem(kernel, ({ sql, now }) =>
    sql(
      `update identity.opening set failed_at = failed_at + 1, updated_at = $1,
         state = case when failed_at >= ${MOST_FAILURES} then 'failed' else state end,
         message = case when failed_at >= ${MOST_FAILURES} then '多次出错，没有办完。已开通的保留；请把时间告诉系统管理员，稍后再为这个单位开通一次。' end
       where id = (select id from identity.opening where state = 'running' order by failed_at, created_at limit 1)`,
      [now],
    ),
  )

const workRuns = async (kernel: Kernel): Promise<boolean> => {
  const batch = await batchOf(kernel).catch(async (error: Error) => {
    await failed(kernel)
    throw error
  })
  if (!batch) return false
  await sendGiven(kernel, batch.given)
  kernel.realtime.toPerson(batch.run.personId, 'identity.opening', { id: batch.run.id })
  return true
}

/** Versions of the directory in one transaction: an import makes one for each thousand rows. */
const VERSIONS = 5

interface Newcomer {
  id: string
  unitId: string
  unit: string
  tell: 'sheet' | 'sms'
}

/**
 * Who came to a unit whose rule opens accounts for new people: made, imported, sent by SCIM, moved there or back in office since the rule was
 * set. Read from the directory's own log of changes, whose versions become visible in their order; an import of a million rows needs no
 * event for each.
 */
const newcomers = async (kernel: Kernel): Promise<{ more: boolean; given: Given[] }> =>
  asSystem(kernel, async (ctx) => {
    const { sql } = ctx
    const [seen] = await sql<{ from: number; to: number; now: number }>(
      `select m.ver as "from", least(greatest(m.ver, v.floor) + ${VERSIONS}, v.ver) as "to", v.ver as now
       from identity.opening_mark m, directory.version v where m.ver <> v.ver for update of m skip locked`,
      [],
      'identity.opening-mark',
    )
    if (!seen) return { more: false, given: [] }
    await sql(TIMEOUT)
    const people = await sql<Newcomer>(
      `select distinct on (x.id) x.id, u.id as "unitId", u.name as unit, rule.tell from directory.change c
       join directory.person x on x.no = c.no and x.status = 'active'
       join directory.post m on m.person_id = x.id and m.kind = 'main' and m.valid_to is null join directory.unit u on u.id = m.unit_id
       left join identity.account a on a.person_id = x.id and a.subject_kind = 'public-servant' cross join lateral ${ruleOf('u')} rule
       where c.ver > $1 and c.ver <= $2 and c.kind = 'person' and ${unopened} and rule.open_new
         and (x.created_at >= rule.since or m.valid_from > (rule.since at time zone 'Asia/Shanghai')::date)
       order by x.id`,
      [seen.from, seen.to],
    )
    await sql('update identity.opening_mark set ver = $1', [seen.to])
    const given: Given[] = []
    for (const [unitId, group] of Map.groupBy(people, (one) => one.unitId)) {
      const opened = await openAccountsFor(
        ctx,
        group.map(({ id }) => id),
        '开通规则',
      )
      if (opened.length === 0) continue
      const { unit, tell } = group[0]!
      await record(ctx, '开通规则', {
        id: unitId,
        label: unit,
        detail: { done: opened.map(({ personId }) => personId) },
      })
      given.push(...(await told(ctx, tell, opened, null)))
    }
    return { more: seen.to !== seen.now, given }
  })

const workNewcomers = async (kernel: Kernel): Promise<boolean> => {
  const { more, given } = await newcomers(kernel)
  await sendGiven(kernel, given)
  return more
}

const LOOK_MS = 2000

/**
 * Opens accounts as long as the server lives: told by the event of a command, and looking every two seconds for what a crash or another
 * process left. Not a job of the queue: one of minutes would hold up the end of a server.
 */
export const startOpenings = (kernel: Kernel): (() => Promise<void>) => {
  if (!kernel.config.JOBS) return async () => undefined
  let ending = false
  let again = false
  let running: Promise<void> | undefined
  const warn = (error: Error): void => kernel.log.warn({ err: error }, '开通账号暂时不能继续，稍后再试')
  const work = async (): Promise<void> => {
    do {
      again = false
      while (!ending && (await workRuns(kernel)));
      while (!ending && (await workNewcomers(kernel)));
    } while (again && !ending)
  }
  const wake = (): void => {
    if (running || ending) again = true
    else
      running = work()
        .catch(warn)
        .finally(() => {
          running = undefined
        })
  }
  const timer = setInterval(wake, LOOK_MS)
  const stops = [openingAsked.name, 'directory.post-changed'].map((name) => kernel.bus.subscribe(`event.${name}`, wake))
  wake()
  return async () => {
    ending = true
    clearInterval(timer)
    for (const stop of stops) stop()
    await running
  }
}
