import { dayOf } from '#kernel/clock'
import type { Query } from '#kernel/db'
import { type AppError, conflict, one } from '#kernel/errors'
import type { Job, Kernel, SystemCtx } from '#kernel/module'
import { toAppError } from '#kernel/problems'
import { asSystem } from '#kernel/system'
import {
  type StructureOperation,
  type StructurePreview,
  type StructureReport,
  structureChanged,
} from '../contract/structure.ts'
import { GUARD_LOCK } from './guards.ts'
import { measure } from './structure-impact.ts'
import { changesOf, namedIn, perform, type Step, sentence, unitsOf } from './structure-operations.ts'
import { giveBack, tieTexts } from './structure-ties.ts'
import { type Author, type Change, type ChangeSource, changeDirectory } from './write.ts'

export interface PlanRecord {
  id: string
  title: string
  basis: string
  owner_unit: string
  effective_on: string
  state: 'draft' | 'scheduled' | 'effective' | 'revoked'
  operations: StructureOperation[]
  report: StructureReport | null
  journal: Step[] | null
  fault: string | null
  reverses: string | null
  created_by: string | null
  created_by_name: string
  created_at: Date
  edited_by: string | null
  approved_by: string | null
  approved_by_name: string | null
  approved_at: Date | null
  applied_at: Date | null
  revoked_at: Date | null
  revision: number
}
export const readPlan = (sql: Query, id: string, more = ''): Promise<PlanRecord> =>
  sql<PlanRecord>(`select * from directory.structure_plan where id = $1 ${more}`, [id]).then(one('这个机构改革方案'))

/** What the operations say, with the names of today and of what they create. */
export const textsOf = async (sql: Query, operations: readonly StructureOperation[]): Promise<string[]> => {
  const { subjects, targets, created } = namedIn(operations)
  const rows = await sql<{ id: string; name: string }>(
    'select id, name from directory.unit where id = any($1::uuid[])',
    [[...subjects, ...targets, ...created.keys()]],
  )
  const names = new Map([...created, ...rows.map(({ id, name }) => [id, name] as const)])
  return operations.map((operation) => sentence(operation, (id) => names.get(id) ?? '（没有这个单位）'))
}

export interface Drift {
  unitId: string
  text: string
  blocks: boolean
}
/** Units changed since the approval. Another name, place or end is not what was approved; a phone number is no matter. */
export const driftOf = (sql: Query, planId: string): Promise<Drift[]> =>
  sql<Drift>(
    `select u.id as "unitId", (u.name, u.parent_id, u.valid_to is null) is distinct from (p.name, p.parent_id, p.valid_to is null) as blocks,
       '“' || p.name || '”' || case when u.valid_to is not null and p.valid_to is null then '已于 ' || u.valid_to || ' 撤销'
         when u.valid_to is null and p.valid_to is not null then '已恢复' when u.name <> p.name then '已更名为“' || u.name || '”'
         when u.parent_id is distinct from p.parent_id then '已改属“' || coalesce(n.name, '') || '”' else '的其他信息有修改' end as text
     from directory.structure_plan_unit p join directory.unit u on u.id = p.unit_id left join directory.unit n on n.id = u.parent_id
     where p.plan_id = $1 and u.revision <> p.revision order by blocks desc, u.pre`,
    [planId],
  )

/** Other plans that wait and change what this one names, or name what this one changes. */
const rivalsOf = async (sql: Query, planId: string, operations: readonly StructureOperation[]): Promise<string[]> => {
  const { subjects, targets } = namedIn(operations)
  const rows = await sql<{ name: string; day: string }>(
    `select distinct u.name, s.effective_on as day from directory.structure_plan_unit p join directory.structure_plan s on s.id = p.plan_id
     join directory.unit u on u.id = p.unit_id
     where s.state = 'scheduled' and s.id <> $1 and (p.unit_id = any($2::uuid[]) or (p.subject and p.unit_id = any($3::uuid[]))) order by u.name`,
    [planId, subjects, targets],
  )
  return rows.map(
    ({ name, day }) => `“${name}”已列入另一个于 ${day} 生效的方案。请并入同一方案，或待其生效、撤回后再办。`,
  )
}

type Planned = Pick<PlanRecord, 'id' | 'title' | 'basis' | 'effective_on' | 'operations' | 'reverses'>

const authorOf = (plan: Planned, who: { id: string | null; name: string }): Author => ({
  id: who.id,
  name: who.name,
  reason: plan.basis ? `${plan.title}（${plan.basis}）` : plan.title,
})

/** The operations in their order, as of the plan's day whatever the day of doing is. */
const perOperation = async (
  change: Change,
  plan: Planned,
  attempt: (run: () => Promise<void>, at: number) => Promise<string | null>,
): Promise<{ report: StructureReport; journal: Step[] }> => {
  const { sql, kernel } = change
  await sql("select set_config('directory.day', $1, true)", [plan.effective_on])
  const dated: Change = { ...change, today: plan.effective_on }
  const { subjects } = namedIn(plan.operations)
  const [texts, measured] = [await textsOf(sql, plan.operations), await measure(kernel, sql, subjects)]
  const journal: Step[] = []
  const operations: StructureReport['operations'] = []
  for (const [at, operation] of plan.operations.entries()) {
    const steps: Step[] = []
    const fault = await attempt(() => perform(dated, operation, steps), at)
    if (fault === null) journal.push(...steps)
    operations.push({ text: texts[at]!, fault })
  }
  // What the undone plan ended or passed on comes back last, when units and people are in their places again.
  if (plan.reverses) journal.push(...(await giveBack(dated, (await readPlan(sql, plan.reverses)).journal ?? [])))
  const ties = await tieTexts(sql, journal)
  return { report: { operations, ...measured, changes: changesOf(journal), ties }, journal }
}

/** Carries the rehearsal's result out of a change that must not happen. */
class Rehearsed extends Error {
  readonly report: StructureReport
  constructor(report: StructureReport) {
    super('rehearsed')
    this.report = report
  }
}
const readable = (error: unknown): AppError => {
  const known = toAppError(error)
  if (known.status >= 500) throw error
  return known
}

/** Does the plan and undoes it: what the preview tells is what the effect will be. */
export const rehearse = async (ctx: ChangeSource, plan: Planned): Promise<StructurePreview> => {
  const { sql } = ctx
  // Held to the end of the caller's transaction: an approval rests on what its rehearsal saw.
  await sql('select pg_advisory_xact_lock($1)', [GUARD_LOCK])
  const faults = await rivalsOf(sql, plan.id, plan.operations)
  if (plan.effective_on < dayOf(ctx.now)) faults.unshift('生效日已过。请改为今天或以后的日期。')
  await sql('savepoint rehearsal')
  const quiet: ChangeSource = { ...ctx, emit: () => undefined }
  const report = await changeDirectory(quiet, authorOf(plan, { id: null, name: '预览' }), async (change) => {
    const { report } = await perOperation(change, plan, async (run) => {
      await sql('savepoint operation')
      try {
        await run()
        await sql('release savepoint operation')
        return null
      } catch (error) {
        await sql('rollback to savepoint operation')
        return readable(error).message
      }
    })
    throw new Rehearsed(report)
  }).catch((error: unknown): StructureReport => {
    if (error instanceof Rehearsed) return error.report
    throw error
  })
  await sql('rollback to savepoint rehearsal')
  return { ...report, faults, ok: faults.length === 0 && report.operations.every(({ fault }) => fault === null) }
}

/**
 * Brings a plan that is due into effect, whole or not at all. Answers false when it already is: a second run after a crash changes nothing.
 * `check` runs where nobody else can change the tree any more.
 */
export const applyPlan = async (
  ctx: ChangeSource,
  id: string,
  check: (plan: PlanRecord) => Promise<void> = async () => undefined,
): Promise<boolean> => {
  const seen = await readPlan(ctx.sql, id)
  if (seen.state === 'effective') return false
  return changeDirectory(
    ctx,
    authorOf(seen, { id: seen.approved_by, name: seen.approved_by_name ?? '系统' }),
    async (change) => {
      const plan = await readPlan(change.sql, id, 'for update')
      if (plan.state === 'effective') return false
      if (plan.state !== 'scheduled') throw conflict('这个方案没有待生效。请先批准。')
      if (plan.effective_on > dayOf(ctx.now)) throw conflict(`这个方案定于 ${plan.effective_on} 生效，还没有到日子。`)
      await check(plan)
      const drift = (await driftOf(change.sql, id)).filter(({ blocks }) => blocks)
      if (drift.length > 0)
        throw conflict(`批准之后，${drift.map(({ text }) => text).join('；')}。请重新预览并批准，或撤回方案。`)
      const { report, journal } = await perOperation(change, plan, async (run, at) => {
        try {
          await run()
        } catch (error) {
          const { message } = readable(error)
          throw conflict(`第 ${at + 1} 项操作不能完成：${message}`)
        }
        return null
      })
      await change.sql(
        `update directory.structure_plan set state = 'effective', report = $2, journal = $3, fault = null, applied_at = $4,
         revision = revision + 1 where id = $1`,
        [id, JSON.stringify(report), JSON.stringify(journal), ctx.now],
      )
      change.touched.structure = true
      change.emit(structureChanged, { planId: id, units: unitsOf(journal) })
      return true
    },
  )
}

const applyOne = async (kernel: Kernel, id: string): Promise<void> => {
  const work = async (ctx: SystemCtx): Promise<void> => {
    await ctx.sql("set local statement_timeout = '10min'")
    await applyPlan(ctx, id)
  }
  await asSystem(kernel, work).catch(async (error: unknown) => {
    const { message } = readable(error)
    await kernel.database.query(
      "update directory.structure_plan set fault = $2 where id = $1 and state = 'scheduled' and fault is distinct from $2",
      [id, message],
    )
    kernel.log.warn({ plan: id, reason: message }, '机构改革方案到期而不能生效')
  })
}

/** Every plan whose day has come, each in a transaction of its own; one that cannot be done says why and waits. */
export const applyDuePlans = async (kernel: Kernel): Promise<void> => {
  const due = await kernel.database.query<{ id: string }>(
    "select id from directory.structure_plan where state = 'scheduled' and effective_on <= $1 order by effective_on, approved_at, id",
    [dayOf(kernel.clock.now())],
  )
  for (const { id } of due) await applyOne(kernel, id)
}

export const structureJobs: readonly Job[] = [
  { name: 'directory.structure-due', daily: '00:05', runLong: applyDuePlans },
  // For a server that slept through the night.
  { name: 'directory.structure-late', everyMinutes: 30, runLong: applyDuePlans },
]
