import { writeAudit } from '#kernel/audit'
import type { ParsedOf } from '#kernel/contract'
import { AppError, conflict, invalid, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { asSystem } from '#kernel/system'
import type { Choice, tasksApi } from '../contract.ts'
import { closeTask } from './open-tasks.ts'
import { opinionOf } from './opinions.ts'
import { type NamedRow, type TaskRow, taskColumns } from './rows.ts'
import { type Given, taskSource } from './task-sources.ts'

/** The caller's task; anybody else's is not there. */
export const mine = (ctx: Ctx, id: string, lock: '' | 'for update' = ''): Promise<NamedRow> =>
  ctx
    .sql<NamedRow>(
      `select ${taskColumns}, (select name from directory.person where id = t.owner_id) as owner_name
       from tasks.task t where id = $1 and person_id = $2 ${lock}`,
      [id, ctx.actor.personId || null],
      `tasks.mine ${lock}`,
    )
    .then(one('这件待办'))

/** The first of what is offered goes on with the business; what names 退回 or 不同意 gives it back. */
const directChoice = (outcome: string, at: number): Choice => ({
  key: outcome,
  name: outcome,
  kind: /^(退回|不同意|不予|驳回)/.test(outcome) ? 'return' : at === 0 ? 'agree' : 'other',
  opinion: 'optional',
})

/** What can be given to each of these tasks from the list, asked of each source once. */
export const choicesOf = async (ctx: Ctx, rows: readonly TaskRow[]): Promise<Map<string, readonly Choice[]>> => {
  const open = rows.filter(({ state }) => state === 'open')
  const found = new Map<string, readonly Choice[]>()
  for (const source of new Set(open.map((row) => row.source))) {
    const own = open.filter((row) => row.source === source)
    const said = await taskSource(source)?.choices(
      ctx,
      own.map(({ external_id }) => external_id),
    )
    for (const row of own) found.set(row.id, said ? (said.get(row.external_id) ?? []) : row.outcomes.map(directChoice))
  }
  return found
}

export const choices = async (ctx: Ctx, { ids }: ParsedOf<typeof tasksApi.choices>) => {
  const rows = await ctx.sql<TaskRow>(
    `select ${taskColumns} from tasks.task where id = any($1::uuid[]) and person_id = $2 and state = 'open'`,
    [ids, ctx.actor.personId || null],
    'tasks.choices',
  )
  const found = await choicesOf(ctx, rows)
  return { rows: rows.map(({ id }) => ({ id, choices: [...(found.get(id) ?? [])] })) }
}

/**
 * Gives an outcome in the transaction of `ctx`. A source that registered decides and locks by itself, its own rows first: a row of ours that
 * was locked before them would let two people who complete siblings wait for each other.
 */
export const give = async (ctx: Ctx, id: string, given: Given): Promise<NamedRow> => {
  const seen = await mine(ctx, id)
  ctx.audit({ type: 'task', id, label: seen.title })
  const source = taskSource(seen.source)
  if (source) {
    if (seen.state !== 'open') throw closedAlready()
    await source.complete(ctx, seen.external_id, given)
    return mine(ctx, id)
  }
  const row = await mine(ctx, id, 'for update')
  if (row.state !== 'open') throw closedAlready()
  if (!row.outcomes.includes(given.outcome)) throw invalid('这件待办不能这样办理。请打开办理页面。')
  const { outcome, note, extras } = given
  if (extras && row.source_id !== null) throw invalid('送往其他系统的结果只能带文字说明。')
  const { matter, title, url } = row
  if (extras)
    await opinionOf(ctx, { text: note ?? '', ...extras }, { source: 'tasks', reference: id, matter, title, url })
  return { ...row, ...(await closeTask(ctx, row, { state: 'done', outcome, note, by: ctx.actor.personId })) }
}
const closedAlready = () => conflict('这件待办已经办结。请刷新后再看。')

/** Batches must not take the connections of everybody else. */
const AT_ONCE = 3
type Fault = { code: string; detail: string }

/** One task of a batch: a transaction, an audit record and a fate of its own. */
const giveAlone = async (ctx: Ctx, id: string, given: Given): Promise<Fault | null> => {
  try {
    await asSystem(ctx.kernel, async (system) => {
      let target: Parameters<Ctx['audit']>[0] = { type: 'task', id }
      const audit: Ctx['audit'] = (named) => {
        target = named
      }
      await give({ ...ctx, ...system, audit }, id, given)
      await writeAudit(system.sql, {
        at: system.now,
        homeNode: ctx.kernel.config.HOME_NODE,
        actor: ctx.actor,
        requestId: ctx.requestId,
        address: ctx.from.address,
        action: 'tasks.complete',
        title: '办理待办',
        kind: 'command',
        target,
        detail: ctx.kernel.redactor.redact({ id, ...given }),
      })
    })
    return null
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, detail: error.message }
    ctx.kernel.log.error({ err: error, task: id }, 'a task of a batch failed')
    return { code: 'internal', detail: '系统出错，这一件没有办成。请稍后再试。' }
  }
}

/** Gives many at once; said again after a lost answer, what was done is told as closed already. */
export const completeMany = async (ctx: Ctx, { items, note }: ParsedOf<typeof tasksApi.completeMany>) => {
  const left = new Map(items.map((item) => [item.id, item.outcome]))
  const results: { id: string; done: boolean; fault: Fault | null }[] = []
  const queue = [...left]
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [id, outcome] = next
      const fault = await giveAlone(ctx, id, { outcome, note })
      results.push({ id, done: fault === null, fault })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const order = [...left.keys()]
  return { results: results.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id)) }
}
