import type { OutputOf, ParsedOf } from '#kernel/contract'
import { readIdCursor } from '#kernel/cursors'
import { AppError, conflict, invalid, notFound, one, stale } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Handlers } from '#kernel/module'
import type { StructureOperation, StructurePlan, structureApi } from '../contract/structure.ts'
import { applyPlan, driftOf, type PlanRecord, readPlan, rehearse, textsOf } from './structure-effect.ts'
import { namedIn } from './structure-operations.ts'
import { reverseOf } from './structure-reverse.ts'

type Api = typeof structureApi
const RESTRUCTURE = 'directory:restructure'

/** 404 unless all of these units lie in the caller's scope; with `deep` everything below them too. */
const requireScope = async (ctx: Ctx, ids: readonly string[], deep = false): Promise<void> => {
  const scope = ctx.scopeText('u.id', 2, RESTRUCTURE)
  const found = await ctx.sql<{ id: string; inside: boolean }>(
    deep
      ? `select top.id, bool_and(${scope.text}) as inside from directory.unit top join directory.unit u on u.pre between top.pre and top.pre_end
         where top.id = any($1::uuid[]) group by top.id`
      : `select u.id, ${scope.text} as inside from directory.unit u where u.id = any($1::uuid[])`,
    [ids, ...scope.params],
  )
  const inside = new Set(found.filter((row) => row.inside).map((row) => row.id))
  if (ids.some((id) => !inside.has(id))) throw notFound('方案里的单位')
}

/**
 * Every unit the plan touches is the caller's. Who moves, merges, splits or ends a unit must hold its parent too, so that nobody
 * takes the top of the own scope out of the hands of those above.
 */
const requireOperations = async (ctx: Ctx, operations: readonly StructureOperation[]): Promise<void> => {
  const { subjects, targets, created } = namedIn(operations)
  const taken = await ctx.sql('select 1 from directory.unit where id = any($1::uuid[])', [[...created.keys()]])
  if (taken.length > 0) throw invalid('新建单位的标识已被使用。请去掉标识，由系统分配。')
  const kept = new Set(
    operations.flatMap((operation) =>
      operation.op === 'rename' || operation.op === 'people' ? [operation.unitId] : [],
    ),
  )
  const placed = namedIn(operations.filter(({ op }) => op !== 'rename' && op !== 'people')).subjects
  const parents = await ctx.sql<{ parent_id: string | null }>(
    'select distinct parent_id from directory.unit where id = any($1::uuid[])',
    [placed.filter((id) => !created.has(id))],
  )
  if (parents.some((row) => row.parent_id === null)) throw conflict('目录的根不能划转、合并、拆分或撤销。')
  await requireScope(ctx, [
    ...targets,
    ...parents.map((row) => row.parent_id!),
    ...[...kept].filter((id) => !created.has(id)),
  ])
  await requireScope(ctx, subjects, true)
}

/** Units to come get their ids when the plan is written, so that they are known before they exist. */
const withIds = (operations: readonly StructureOperation[]): StructureOperation[] =>
  operations.map((operation) => {
    if (operation.op === 'create') return { ...operation, id: operation.id ?? newId() }
    if (operation.op === 'split')
      return { ...operation, parts: operation.parts.map((part) => ({ ...part, id: part.id ?? newId() })) }
    return operation
  })

const planInScope = async (ctx: Ctx, id: string): Promise<PlanRecord> => {
  const scope = ctx.scopeText('owner_unit', 2, RESTRUCTURE)
  const rows = await ctx.sql<PlanRecord>(`select * from directory.structure_plan where id = $1 and ${scope.text}`, [
    id,
    ...scope.params,
  ])
  return one('这个机构改革方案')(rows)
}

const rowColumns = `s.id, s.title, jsonb_build_object('id', o.id, 'name', o.name, 'shortName', o.short_name) as owner, s.effective_on as "effectiveOn",
  s.state, jsonb_array_length(s.operations) as "operationCount", s.fault, s.created_by_name as "createdByName", s.created_at as "createdAt", s.revision`
type Row = Omit<OutputOf<Api['structurePlans']>['rows'][number], 'createdAt'> & { createdAt: Date }

const structurePlans = async (
  ctx: Ctx,
  input: ParsedOf<Api['structurePlans']>,
): Promise<OutputOf<Api['structurePlans']>> => {
  readIdCursor(input.cursor)
  const scope = ctx.scopeText('s.owner_unit', 5, RESTRUCTURE)
  const rows = await ctx.sql<Row>(
    `select ${rowColumns} from directory.structure_plan s join directory.unit o on o.id = s.owner_unit
     where ($1::text is null or s.state = $1) and ($2::uuid is null or s.id < $2) and ($3::text is null or strpos(s.title, $3) > 0) and ${scope.text}
     order by s.id desc limit $4`,
    [input.state ?? null, input.cursor ?? null, input.q ?? null, input.limit + 1, ...scope.params],
  )
  const page = rows.slice(0, input.limit)
  return {
    rows: page.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })),
    next: rows.length > input.limit ? page.at(-1)!.id : null,
  }
}

/** Four eyes: whoever drafted a plan or wrote to it last does not approve it. An application has no eyes at all. */
const isOwn = (ctx: Ctx, plan: PlanRecord): boolean =>
  !ctx.actor.personId || [plan.created_by, plan.edited_by].includes(ctx.actor.personId)

const moment = (at: Date | null): string | null => at?.toISOString() ?? null
const present = async (ctx: Ctx, id: string): Promise<StructurePlan> => {
  const plan = await planInScope(ctx, id)
  const [row] = await ctx.sql<Row>(
    `select ${rowColumns} from directory.structure_plan s join directory.unit o on o.id = s.owner_unit where s.id = $1`,
    [id],
  )
  return {
    ...row!,
    createdAt: row!.createdAt.toISOString(),
    basis: plan.basis,
    operations: plan.operations,
    // What took effect is told as it was told then: its units may bear other names by now.
    texts: plan.report?.operations.map(({ text }) => text) ?? (await textsOf(ctx.sql, plan.operations)),
    drift: plan.state === 'scheduled' ? await driftOf(ctx.sql, id) : [],
    report: plan.report,
    reverses: plan.reverses,
    can: { approve: (plan.state === 'draft' || plan.state === 'scheduled') && !isOwn(ctx, plan) },
    approvedByName: plan.approved_by_name,
    approvedAt: moment(plan.approved_at),
    appliedAt: moment(plan.applied_at),
    revokedAt: moment(plan.revoked_at),
  }
}

/** The plan as it is now; the audit record names it. */
const answer = async (ctx: Ctx, id: string, before?: PlanRecord): Promise<StructurePlan> => {
  const plan = await present(ctx, id)
  ctx.audit({
    type: 'structure-plan',
    id,
    label: plan.title,
    detail: {
      before: before ? { state: before.state, effectiveOn: before.effective_on } : null,
      after: { state: plan.state, effectiveOn: plan.effectiveOn, texts: plan.texts },
    },
  })
  return plan
}

const insertPlan = async (
  ctx: Ctx,
  input: ParsedOf<Api['createStructurePlan']>,
  reverses: string | null = null,
): Promise<string> => {
  const id = newId()
  await ctx.sql(
    `insert into directory.structure_plan (id, title, basis, owner_unit, effective_on, operations, reverses, created_by, created_by_name, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      id,
      input.title,
      input.basis,
      input.ownerId,
      input.effectiveOn,
      JSON.stringify(input.operations),
      reverses,
      ctx.actor.personId || null,
      ctx.actor.name,
      ctx.now,
    ],
  )
  return id
}

const createStructurePlan = async (ctx: Ctx, input: ParsedOf<Api['createStructurePlan']>): Promise<StructurePlan> => {
  const operations = withIds(input.operations)
  await requireScope(ctx, [input.ownerId])
  await requireOperations(ctx, operations)
  return answer(ctx, await insertPlan(ctx, { ...input, operations }))
}

const open = (plan: PlanRecord): void => {
  if (plan.state === 'effective') throw conflict('这个方案已经生效，不能再改。可以生成反向方案。')
  if (plan.state === 'revoked') throw conflict('这个方案已经撤回。请另行起草。')
}
/** Writes to a plan that nobody else wrote to since `revision`. */
const writePlan = async (
  ctx: Ctx,
  { id, revision }: { id: string; revision: number },
  set: string,
  params: readonly unknown[],
): Promise<void> => {
  const scope = ctx.scopeText('owner_unit', params.length + 3, RESTRUCTURE)
  const rows = await ctx.sql(
    `update directory.structure_plan set ${set}, revision = revision + 1
     where id = $1 and revision = $2 and state in ('draft', 'scheduled') and ${scope.text} returning 1`,
    [id, revision, ...params, ...scope.params],
  )
  if (rows.length > 0) return
  const now = await readPlan(ctx.sql, id)
  open(now)
  throw stale(now.revision)
}

/** A plan that was approved is a draft again: it was not this one that was approved. */
const updateStructurePlan = async (ctx: Ctx, input: ParsedOf<Api['updateStructurePlan']>): Promise<StructurePlan> => {
  const before = await planInScope(ctx, input.id)
  open(before)
  const operations = withIds(input.operations)
  await requireOperations(ctx, operations)
  await writePlan(
    ctx,
    input,
    `title = $3, basis = $4, effective_on = $5, operations = $6, state = 'draft', fault = null, approved_by = null, approved_by_name = null, approved_at = null, edited_by = $7`,
    [input.title, input.basis, input.effectiveOn, JSON.stringify(operations), ctx.actor.personId || null],
  )
  await ctx.sql('delete from directory.structure_plan_unit where plan_id = $1', [input.id])
  return answer(ctx, input.id, before)
}

const previewStructurePlan = async (ctx: Ctx, { id }: ParsedOf<Api['previewStructurePlan']>) => {
  const plan = await planInScope(ctx, id)
  open(plan)
  await requireOperations(ctx, plan.operations)
  ctx.audit({ type: 'structure-plan', id, label: plan.title })
  return rehearse(ctx, plan)
}

const approveStructurePlan = async (ctx: Ctx, input: ParsedOf<Api['approveStructurePlan']>): Promise<StructurePlan> => {
  const plan = await planInScope(ctx, input.id)
  open(plan)
  if (isOwn(ctx, plan))
    throw new AppError(403, 'own-plan', '方案须由起草人、修改人以外的人批准。请另一位办理机构改革的管理员批准。')
  await requireOperations(ctx, plan.operations)
  const { ok, faults, operations } = await rehearse(ctx, plan)
  if (!ok)
    throw new AppError(
      409,
      'plan-faulty',
      `方案还不能批准：${faults[0] ?? operations.find(({ fault }) => fault)!.fault}`,
      {
        errors: [
          ...faults.map((message) => ({ path: 'plan', message })),
          ...operations.flatMap(({ fault }, at) => (fault ? [{ path: `operations.${at}`, message: fault }] : [])),
        ],
      },
    )
  await writePlan(
    ctx,
    input,
    "state = 'scheduled', fault = null, approved_by = $3, approved_by_name = $4, approved_at = $5",
    [ctx.actor.personId || null, ctx.actor.name, ctx.now],
  )
  const { subjects, targets } = namedIn(plan.operations)
  await ctx.sql('delete from directory.structure_plan_unit where plan_id = $1', [plan.id])
  await ctx.sql(
    `insert into directory.structure_plan_unit (plan_id, unit_id, subject, parent_id, name, valid_to, revision)
     select $1, u.id, u.id = any($2::uuid[]), u.parent_id, u.name, u.valid_to, u.revision from directory.unit u where u.id = any($2) or u.id = any($3::uuid[])`,
    [plan.id, subjects, targets],
  )
  return answer(ctx, plan.id, plan)
}

const revokeStructurePlan = async (ctx: Ctx, input: ParsedOf<Api['revokeStructurePlan']>): Promise<StructurePlan> => {
  const before = await planInScope(ctx, input.id)
  open(before)
  await writePlan(ctx, input, "state = 'revoked', revoked_at = $3", [ctx.now])
  return answer(ctx, input.id, before)
}

const applyStructurePlan = async (ctx: Ctx, input: ParsedOf<Api['applyStructurePlan']>): Promise<StructurePlan> => {
  const before = await planInScope(ctx, input.id)
  open(before)
  await applyPlan(ctx, input.id, async (plan) => {
    if (plan.revision !== input.revision) throw stale(plan.revision)
    await requireOperations(ctx, plan.operations)
  })
  return answer(ctx, input.id, before)
}

const reverseStructurePlan = async (ctx: Ctx, input: ParsedOf<Api['reverseStructurePlan']>) => {
  const plan = await planInScope(ctx, input.id)
  if (plan.state !== 'effective' || !plan.journal) throw conflict('这个方案还没有生效，直接撤回即可，不需要反向方案。')
  const { operations, notes } = await reverseOf(ctx.sql, plan.journal)
  await requireOperations(ctx, operations)
  const id = await insertPlan(
    ctx,
    {
      title: `恢复：${plan.title}`.slice(0, 100),
      basis: plan.basis,
      ownerId: plan.owner_unit,
      operations,
      effectiveOn: input.effectiveOn,
    },
    plan.id,
  )
  return { plan: await answer(ctx, id), notes }
}

export const structureHandlers: Handlers<typeof structureApi> = {
  structurePlans,
  structurePlan: (ctx, { id }) => present(ctx, id),
  createStructurePlan,
  updateStructurePlan,
  previewStructurePlan,
  approveStructurePlan,
  revokeStructurePlan,
  applyStructurePlan,
  reverseStructurePlan,
}
