import type { OutputOf, ParsedOf } from '#kernel/contract'
import { AppError, conflict, forbidden, invalid, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { accessTo, blankForm, historyOf, openRecord, readRecord, saveRecord, sayValue } from '#platform/forms'
import type { Access, Data, Json } from '#platform/forms/contract'
import { startInstance } from '#platform/workflow'
import type { builtApi } from '../contract.ts'
import { accessOf, accessToCreate, creatingGrants, heldRow } from './held.ts'
import { recountAround } from './keeper.ts'
import { decoded, labelOf, listSql, runList, selectCells } from './list.ts'
import { type LiveEntity, liveEntity } from './live.ts'

type Api = typeof builtApi
type OfEntity = ParsedOf<Api['blank']>

const authorOf = (ctx: Ctx) =>
  ctx
    .sql<{ personId: string; name: string; unitName: string }>(
      'select p.id as "personId", p.name, u.short_name as "unitName" from directory.person p join directory.unit u on u.id = $2 where p.id = $1',
      [ctx.actor.personId || null, ctx.actor.unitId || null],
      'built.author',
    )
    .then(one('您的任职'))

export const list = async (ctx: Ctx, input: ParsedOf<Api['list']>): Promise<OutputOf<Api['list']>> => {
  const live = await liveEntity(ctx, input)
  return runList(ctx, listSql(ctx, live, input), input.limit)
}

const creation = (ctx: Ctx, live: LiveEntity): Access => {
  const grants = creatingGrants(ctx, live)
  if (grants.length === 0) throw forbidden(`您不能新建${live.entity.name}。需要时请联系维护这个应用的单位。`)
  return accessToCreate(live, grants)
}

export const blank = async (ctx: Ctx, input: OfEntity): Promise<OutputOf<Api['blank']>> => {
  const live = await liveEntity(ctx, input)
  return blankForm(ctx, { formId: live.form.id, access: creation(ctx, live), by: await authorOf(ctx) })
}

const createOne = async (ctx: Ctx, live: LiveEntity, data: Data) => {
  const access = creation(ctx, live)
  const by = await authorOf(ctx)
  if (!live.entity.process) {
    const { id, revision } = await openRecord(ctx, {
      formId: live.form.id,
      given: data,
      access,
      by,
      unitId: ctx.actor.unitId,
      source: 'built',
    })
    return { id, revision, instanceId: null }
  }
  const title = `${live.entity.name}（${by.name}）`
  const instanceId = await startInstance(ctx, {
    process: live.entity.process,
    title,
    form: { id: live.form.id, data, access },
  })
  const [row] = await ctx.sql<{ id: string }>(
    `update ${live.table} r set instance_id = i.id, state = 'running' from workflow.instance i where i.id = $1 and r.id = i.record_id returning r.id`,
    [instanceId],
  )
  if (!row) throw new Error(`case ${instanceId} has no record`)
  return { id: row.id, revision: 1, instanceId }
}

export const create = async (ctx: Ctx, input: ParsedOf<Api['create']>): Promise<OutputOf<Api['create']>> => {
  const live = await liveEntity(ctx, input)
  const made = await createOne(ctx, live, input.data)
  ctx.audit({ type: 'built-record', id: made.id, label: `${live.app.definition.name}：${live.entity.name}` })
  return made
}

export const createMany = async (
  ctx: Ctx,
  input: ParsedOf<Api['createMany']>,
): Promise<OutputOf<Api['createMany']>> => {
  const live = await liveEntity(ctx, input)
  const rows: { id: string; revision: number }[] = []
  for (const [at, data] of input.rows.entries()) {
    try {
      const { id, revision } = await createOne(ctx, live, data)
      rows.push({ id, revision })
    } catch (error) {
      if (!(error instanceof AppError) || !error.errors) throw error
      const errors = error.errors.map(({ path, message }) => ({ path: `rows.${at}.${path}`, message }))
      throw invalid(`第 ${at + 1} 条：${error.message}`, errors)
    }
  }
  ctx.audit({
    type: 'built-entity',
    id: live.app.appId,
    label: `${live.app.definition.name}：${live.entity.name}`,
    detail: { rows: rows.length },
  })
  return { rows }
}

export const read = async (ctx: Ctx, input: ParsedOf<Api['read']>): Promise<OutputOf<Api['read']>> => {
  const live = await liveEntity(ctx, input)
  const row = await heldRow(ctx, live, input.id)
  const access = accessOf(live, row)
  const view = await readRecord(ctx, { id: input.id, access })
  const { state, instanceId, authorName, unitName, createdAt } = row
  return {
    ...view,
    label: labelOf(live, view.data),
    state,
    instanceId,
    authorName,
    unitName,
    createdAt: createdAt.toISOString(),
    can: { write: mayWrite(access), remove: mayRemove(row) },
  }
}
const mayWrite = ({ fields }: Access): boolean =>
  Object.values(fields).some((level) => level === 'write' || level === 'required')
const mayRemove = ({ grants, state }: Awaited<ReturnType<typeof heldRow>>): boolean =>
  state === 'kept' && grants.some(({ may }) => may.includes('remove'))

const saveAs = async (ctx: Ctx, live: LiveEntity, access: Access, id: string, revision: number, given: Data) => {
  try {
    const saved = await saveRecord(ctx, { recordId: id, revision, given, access, by: await authorOf(ctx) })
    return { id, revision: saved.revision }
  } catch (error) {
    if (error instanceof AppError && error.code === 'stale') throw await clashOf(ctx, live, access, id, revision, given)
    throw error
  }
}

export const save = async (ctx: Ctx, input: ParsedOf<Api['save']>): Promise<OutputOf<Api['save']>> => {
  const live = await liveEntity(ctx, input)
  const row = await heldRow(ctx, live, input.id, 'for update')
  const access = accessOf(live, row)
  if (!mayWrite(access))
    throw forbidden(row.state === 'kept' ? '您不能修改这条记录。' : '这条记录正在走流程或已经办完，只能在流程里修改。')
  ctx.audit({ type: 'built-record', id: input.id, label: `${live.app.definition.name}：${live.entity.name}` })
  return saveAs(ctx, live, access, input.id, input.revision, input.data)
}

interface Past {
  revision: number
  at: Date
  person_name: string
  before: Record<string, Json>
}
const since = (ctx: Ctx, id: string, revision: number): Promise<Past[]> =>
  ctx.sql<Past>(
    'select revision, at, person_name, before from forms.history where record_id = $1 and revision > $2 order by revision',
    [id, revision],
  )
const plain = (value: Json | undefined): string => JSON.stringify(value ?? null)

/** What somebody else changed meanwhile, field by field, so that one can take theirs, keep one's own, or decide. */
const clashOf = async (
  ctx: Ctx,
  live: LiveEntity,
  access: Access,
  id: string,
  revision: number,
  given: Data,
): Promise<AppError> => {
  const past = await since(ctx, id, revision)
  const now = await readRecord(ctx, { id, access })
  const base: Record<string, Json> = {}
  for (const { before } of past)
    for (const [key, value] of Object.entries(before)) if (!Object.hasOwn(base, key)) base[key] = value
  const fields = Object.entries(base).flatMap(([key, was]) => {
    const found = live.fields.get(key)
    if (!found || accessTo(access, key) === 'hide') return []
    const { field } = found
    const say = (value: Json | undefined): string =>
      field.type === 'table' ? `${Array.isArray(value) ? value.length : 0} 行` : sayValue(field, value)
    const theirs = now.data[key] ?? null
    const mine = Object.hasOwn(given, key) ? (given[key] ?? null) : was
    const changed = plain(mine) !== plain(was) && plain(mine) !== plain(theirs)
    return [
      { key, title: field.title, was: say(was), theirs: say(theirs), mine: say(mine), value: theirs, clash: changed },
    ]
  })
  const last = past.at(-1)
  return new AppError(409, 'stale', `${last?.person_name ?? '别人'}刚改过这条记录。请核对每一处，再保存。`, {
    extra: { revision: now.revision, by: last?.person_name ?? '', at: last?.at.toISOString() ?? '', fields },
  })
}

export const history = async (ctx: Ctx, input: ParsedOf<Api['history']>): Promise<OutputOf<Api['history']>> => {
  const live = await liveEntity(ctx, input)
  return historyOf(ctx, input.id, accessOf(live, await heldRow(ctx, live, input.id)))
}

/** Bytes that were removed are gone, and numbers that were sealed are told to nobody: neither comes back. */
const LOST = new Set(['file', 'picture', 'identityNumber', 'serial'])
export const restore = async (ctx: Ctx, input: ParsedOf<Api['restore']>): Promise<OutputOf<Api['restore']>> => {
  const live = await liveEntity(ctx, input)
  const row = await heldRow(ctx, live, input.id, 'for update')
  const access = accessOf(live, row)
  if (!mayWrite(access)) throw forbidden('您不能修改这条记录。')
  const given: Record<string, Json> = {}
  for (const { before } of (await since(ctx, input.id, input.to)).reverse()) Object.assign(given, before)
  const entries = Object.entries(given).filter(([key]) => {
    const found = live.fields.get(key)
    const level = accessTo(access, key)
    const restorable = found && !LOST.has(found.field.type) && found.field.rules?.formula === undefined
    return restorable && (level === 'write' || level === 'required')
  })
  if (entries.length === 0) throw conflict('从那时起没有您能恢复的改动。')
  ctx.audit({ type: 'built-record', id: input.id, label: `${live.entity.name}：恢复到第 ${input.to} 版` })
  return saveAs(ctx, live, access, input.id, input.revision, Object.fromEntries(entries))
}

/** Nothing is erased: the row is marked, and leaves every list and sum. */
export const remove = async (ctx: Ctx, input: ParsedOf<Api['remove']>) => {
  const live = await liveEntity(ctx, input)
  const row = await heldRow(ctx, live, input.id, 'for update')
  if (row.state !== 'kept') throw conflict('走过流程的记录要留存，不能删除。')
  if (!mayRemove(row)) throw forbidden('您不能删除这条记录。')
  if (row.revision !== input.revision)
    throw new AppError(409, 'stale', '这条记录刚被别人修改过。请核对后再删除。', { extra: { revision: row.revision } })
  const [raw] = await ctx.sql<Record<string, unknown>>(
    `update ${live.table} r set removed_at = $2, updated_at = $2 where r.id = $1 returning ${selectCells(live)}`,
    [input.id, ctx.now],
  )
  await recountAround(ctx, live, decoded(live, raw ?? {}))
  ctx.audit({ type: 'built-record', id: input.id, label: `${live.app.definition.name}：${live.entity.name}` })
  return {}
}
