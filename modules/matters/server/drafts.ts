import { dayOf } from '#kernel/clock'
import type { ParsedOf } from '#kernel/contract'
import { AppError, conflict, forbidden, invalid, one, stale } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import { type Draft, Elements, type Layer, LocalElements, type MatterAction, type mattersApi } from '../contract.ts'
import { openDraft } from './draft.ts'
import { judgeVersion } from './judged.ts'
import { guideOf } from './matter.ts'
import { isBody, placeOf } from './places.ts'
import { putOut, type VersionRecord } from './publish.ts'
import { refuseState } from './rules.ts'

type Api = typeof mattersApi

interface Held extends VersionRecord {
  state: Draft['version']['state']
  revision: number
  publishOn: string | null
  submitterId: string | null
  layer: Layer
  kind: Draft['kind']
  type: string
  unitId: string
  basicId: string
  parentId: string | null
}

/** The version, locked for an action of the caller: 404 when it is not of the units in scope, 409 when its state or revision says no. */
const take = async (ctx: Ctx, action: MatterAction, seen: { id: string; revision?: number }): Promise<Held> => {
  const scope = ctx.scopeText('m.unit_id', 2)
  const row = await ctx
    .sql<Held>(
      `select v.id, v.matter_id as "matterId", v.no, v.purpose, v.state, v.name, v.function_id as "functionId", v.elements, v.completeness, v.revision,
         v.publish_on as "publishOn", v.submitter_id as "submitterId", m.layer, m.kind, m.type, m.unit_id as "unitId", m.basic_id as "basicId", m.parent_id as "parentId"
       from matters.version v join matters.matter m on m.id = v.matter_id where v.id = $1 and ${scope.text} for update of v`,
      [seen.id, ...scope.params],
    )
    .then(one('这一版事项'))
  refuseState(action, row.state)
  if (seen.revision !== undefined && row.revision !== seen.revision) throw stale(row.revision)
  ctx.audit({ type: 'matter', id: row.matterId, label: row.name })
  return row
}

/** The unit is one the caller edits for, and the function is its own. */
const checkUnit = async (ctx: Ctx, unitId: string, functionId: string) => {
  const scope = ctx.scopeText('u.id', 3)
  const rows = await ctx.sql<{ own: boolean }>(
    `select exists (select 1 from directory.statutory_function f where f.id = $2 and f.unit_id = u.id and f.valid_to is null) as own
     from directory.unit u where u.id = $1 and u.valid_to is null and ${scope.text}`,
    [unitId, functionId, ...scope.params],
  )
  if (!rows[0]) throw forbidden('只能为自己管理范围内的单位编制事项。')
  if (!rows[0].own)
    throw invalid('请选择本单位的三定职责。', [{ path: 'functionId', message: '请选择本单位现行的三定职责。' }])
  const place = await placeOf(ctx.sql, unitId)
  if (!isBody(place))
    throw invalid('请选择单位。', [{ path: 'unitId', message: '地区和内设机构不能实施事项，请选择单位。' }])
  return place
}

interface NewMatter {
  layer: Layer
  kind: string
  type: string
  name: string
  unitId: string
  functionId: string | null
  basicId?: string
  parentId?: string
  elements: Elements | LocalElements
}
const insert = async (ctx: Ctx, input: NewMatter): Promise<Draft> => {
  const id = newId()
  const place = await placeOf(ctx.sql, input.unitId)
  const made = await ctx.sql(
    `insert into matters.matter (id, layer, kind, type, name, unit_id, unit_no, county_no, city_no, level, basic_id, parent_id, function_id, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
     on conflict (basic_id, unit_id) where layer = 'implementing' do nothing returning 1`,
    [
      id,
      input.layer,
      input.kind,
      input.type,
      input.name,
      input.unitId,
      place.no,
      place.countyNo,
      place.cityNo,
      place.level,
      input.basicId ?? id,
      input.parentId ?? null,
      input.functionId,
      ctx.now,
    ],
  )
  if (made.length === 0) throw conflict(`${place.name}已经认领过这一项。请到“编制中”里继续，或打开它修订。`)
  ctx.audit({ type: 'matter', id, label: input.name })
  return addVersion(ctx, { ...input, matterId: id }, 1, 'edit')
}

const addVersion = async (
  ctx: Ctx,
  of: { matterId: string; name: string; functionId: string | null; elements: unknown; reason?: string },
  no: number,
  purpose: 'edit' | 'repeal',
): Promise<Draft> => {
  const id = newId()
  const made = await ctx.sql(
    `insert into matters.version (id, matter_id, no, purpose, state, name, function_id, elements, author_id, reason, created_at, updated_at, unit_id)
     values ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9, $10, $10, (select unit_id from matters.matter where id = $2))
     on conflict (matter_id) where state in ('draft', 'review', 'returned', 'approved') do nothing returning 1`,
    [
      id,
      of.matterId,
      no,
      purpose,
      of.name,
      of.functionId,
      JSON.stringify(of.elements),
      ctx.actor.personId,
      of.reason ?? null,
      ctx.now,
    ],
  )
  if (made.length === 0) throw conflict('这一项已经有一版在编制或审核中。')
  await rejudge(ctx, id)
  return openDraft(ctx, id)
}

const rejudge = async (ctx: Ctx, versionId: string) => {
  const judged = await judgeVersion(ctx, versionId)
  await ctx.sql('update matters.version set completeness = $2 where id = $1', [versionId, judged.completeness])
  return judged
}

export const create = async (ctx: Ctx, input: ParsedOf<Api['create']>): Promise<Draft> => {
  const place = await checkUnit(ctx, input.unitId, input.functionId)
  if (place.level > 2)
    throw invalid('基本目录由省、市两级编制。', [
      { path: 'unitId', message: '请选择省级或市级单位；县乡单位认领基本目录里的事项。' },
    ])
  const [code] = await ctx.sql<{ kind: string | null }>(
    "select kind from matters.code where list = 'type' and code = $1",
    [input.type],
  )
  if (!code || code.kind !== input.kind)
    throw invalid('事项类型与种类不合。', [{ path: 'type', message: '请选择这一种类下的类型。' }])
  return insert(ctx, { ...input, layer: 'basic', elements: Elements.parse({}) })
}

interface Basic {
  id: string
  layer: Layer
  kind: string
  type: string
  name: string
  levels: number[]
  unitId: string
  basicId: string
}
const published = (ctx: Ctx, id: string, layer: Layer): Promise<Basic> =>
  ctx
    .sql<Basic>(
      `select id, layer, kind, type, name, levels, unit_id as "unitId", basic_id as "basicId" from matters.matter
       where id = $1 and layer = $2 and state = 'published'`,
      [id, layer],
    )
    .then(one('这一项'))

export const claim = async (ctx: Ctx, { id, unitId, functionId }: ParsedOf<Api['claim']>): Promise<Draft> => {
  const basic = await published(ctx, id, 'basic')
  const place = await checkUnit(ctx, unitId, functionId)
  if (!basic.levels.includes(place.level))
    throw new AppError(409, 'matters.level', '这一项不由这一层级行使，不能认领。')
  return insert(ctx, {
    ...basic,
    layer: 'implementing',
    unitId,
    functionId,
    basicId: id,
    parentId: id,
    elements: LocalElements.parse({}),
  })
}

export const addItem = async (ctx: Ctx, { id, name, preset }: ParsedOf<Api['addItem']>): Promise<Draft> => {
  const parent = await published(ctx, id, 'implementing')
  const scope = ctx.scopeText('m.unit_id', 2)
  const own = await ctx
    .sql<{ functionId: string | null }>(
      `select m.function_id as "functionId" from matters.matter m where m.id = $1 and ${scope.text}`,
      [id, ...scope.params],
    )
    .then(one('这一项'))
  return insert(ctx, {
    ...parent,
    layer: 'item',
    name: `${parent.name}（${name}）`,
    functionId: own.functionId,
    parentId: id,
    elements: LocalElements.parse({ preset }),
  })
}

interface Latest {
  matterId: string
  no: number
  name: string
  functionId: string | null
  elements: unknown
  openId: string | null
  openState: string | null
}
const latest = async (ctx: Ctx, id: string): Promise<Latest> => {
  const scope = ctx.scopeText('m.unit_id', 2)
  return ctx
    .sql<Latest>(
      `select m.id as "matterId", (select max(no) from matters.version where matter_id = m.id) as no, v.name, v.function_id as "functionId", v.elements,
         o.id as "openId", o.state as "openState"
       from matters.matter m left join matters.version v on v.id = m.version_id
       left join matters.version o on o.matter_id = m.id and o.state in ('draft', 'review', 'returned', 'approved')
       where m.id = $1 and m.state <> 'repealed' and ${scope.text} for update of m`,
      [id, ...scope.params],
    )
    .then(one('事项'))
}

/** The version on its way, or a new one that begins with what is in force. */
export const revise = async (ctx: Ctx, { id }: ParsedOf<Api['revise']>): Promise<Draft> => {
  const known = await latest(ctx, id)
  ctx.audit({ type: 'matter', id, label: known.name })
  return known.openId ? openDraft(ctx, known.openId) : addVersion(ctx, known, known.no + 1, 'edit')
}

/** A repeal goes the same way as a change: proposed by one, approved by another. */
export const repeal = async (ctx: Ctx, { id, reason }: ParsedOf<Api['repeal']>): Promise<Draft> => {
  const known = await latest(ctx, id)
  if (known.openId) throw conflict('这一项有一版在编制或审核中，先办完它再提请废止。')
  if (known.elements === null) throw conflict('这一项还没有发布，删去草稿即可。')
  ctx.audit({ type: 'matter', id, label: known.name, detail: { reason } })
  return addVersion(ctx, { ...known, reason }, known.no + 1, 'repeal')
}

/** Only the owner of the basic catalogue writes its elements; whoever carries a matter out writes what is local. */
const contentOf = (row: Held, input: Pick<ParsedOf<Api['save']>, 'elements' | 'local' | 'name'>) => {
  const own = row.layer === 'basic'
  if (row.purpose === 'repeal') throw conflict('废止的一版不能改要素。要改请先删去它。')
  if (!own && (input.elements !== undefined || input.name !== undefined))
    throw forbidden('基本目录的要素由编制它的单位统一规定，这里只能填本地的要素。')
  if (own && input.local !== undefined) throw forbidden('本地的要素由实施单位填写。')
  return own ? (input.elements ?? row.elements) : (input.local ?? row.elements)
}

/** People named for handling are people of the unit. */
const checkPeople = async (ctx: Ctx, row: Held, local: LocalElements): Promise<void> => {
  const ids = [...local.acceptors, ...local.deciders].map(({ id }) => id)
  if (ids.length === 0) return
  const found = await ctx.sql<{ id: string }>(
    `select distinct p.person_id as id from directory.post p join directory.unit u on u.id = p.unit_id join directory.unit top on top.id = $1
     where p.person_id = any($2::uuid[]) and p.valid_to is null and u.pre between top.pre and top.pre_end`,
    [row.unitId, ids],
  )
  const known = new Set(found.map(({ id }) => id))
  for (const list of ['acceptors', 'deciders'] as const)
    if (local[list].some(({ id }) => !known.has(id)))
      throw invalid('经办人要是本单位的人。', [{ path: `local.${list}`, message: '有人不在本单位任职，请重新选择。' }])
}

const checkLocal = async (ctx: Ctx, row: Held, local: LocalElements): Promise<void> => {
  await checkPeople(ctx, row, local)
  const guide = await guideOf(ctx, row.basicId)
  const most = guide?.elements.promised
  if (most && local.promised && local.promised.unit === most.unit && local.promised.days > most.days)
    throw invalid('承诺时限太长。', [
      { path: 'local.promised', message: `不能长于基本目录的 ${most.days} 天，可以更短。` },
    ])
}

export const save = async (ctx: Ctx, input: ParsedOf<Api['save']>): Promise<Draft> => {
  const row = await take(ctx, 'edit', input)
  const elements = contentOf(row, input)
  if (row.layer !== 'basic' && input.local) await checkLocal(ctx, row, input.local)
  if (input.functionId) await checkUnit(ctx, row.unitId, input.functionId)
  await ctx.sql(
    `update matters.version set name = $2, function_id = $3, elements = $4, revision = revision + 1, updated_at = $5 where id = $1`,
    [row.id, input.name ?? row.name, input.functionId ?? row.functionId, JSON.stringify(elements), ctx.now],
  )
  // until it is out the matter bears the name of its draft
  if (row.layer === 'basic')
    await ctx.sql("update matters.matter set name = $2, updated_at = $3 where id = $1 and state = 'new'", [
      row.matterId,
      input.name ?? row.name,
      ctx.now,
    ])
  await rejudge(ctx, row.id)
  return openDraft(ctx, row.id)
}

export const submit = async (ctx: Ctx, { publishOn, ...seen }: ParsedOf<Api['submit']>): Promise<Draft> => {
  const row = await take(ctx, 'submit', seen)
  if (publishOn !== null && publishOn < dayOf(ctx.now))
    throw invalid('发布日期已过。', [{ path: 'publishOn', message: '请选今天或以后的日期。' }])
  const { gaps } = await rejudge(ctx, row.id)
  const blocking = row.purpose === 'edit' ? gaps.filter(({ blocks }) => blocks) : []
  if (blocking.length > 0)
    throw invalid(
      '事项还不完整，请补齐后再送审。',
      blocking.map(({ element, message }) => ({ path: element, message })),
    )
  await ctx.sql(
    `update matters.version set state = 'review', submitter_id = $2, submitted_at = $3, reviewer_id = null, publish_on = $4,
       returned = null, revision = revision + 1, updated_at = $3 where id = $1`,
    [row.id, ctx.actor.personId, ctx.now, publishOn],
  )
  return openDraft(ctx, row.id)
}

export const discard = async (ctx: Ctx, seen: ParsedOf<Api['discard']>): Promise<Record<string, never>> => {
  const row = await take(ctx, 'discard', seen)
  await ctx.sql('delete from matters.version where id = $1', [row.id])
  // a matter that was never out goes with its only version
  await ctx.sql(
    "delete from matters.matter m where m.id = $1 and m.state = 'new' and not exists (select 1 from matters.version v where v.matter_id = m.id)",
    [row.matterId],
  )
  return {}
}

export const approve = async (ctx: Ctx, seen: ParsedOf<Api['approve']>): Promise<Draft> => {
  const row = await take(ctx, 'approve', seen)
  if (row.submitterId === ctx.actor.personId)
    throw new AppError(409, 'matters.same-person', '送审的人不能自己审核通过，请由另一人审核。')
  await ctx.sql(
    "update matters.version set state = 'approved', reviewer_id = $2, revision = revision + 1, updated_at = $3 where id = $1",
    [row.id, ctx.actor.personId, ctx.now],
  )
  if (row.publishOn === null || row.publishOn <= dayOf(ctx.now)) await putOut(ctx, row)
  return openDraft(ctx, row.id)
}

export const sendBack = async (ctx: Ctx, { reason, ...seen }: ParsedOf<Api['sendBack']>): Promise<Draft> => {
  const row = await take(ctx, 'sendBack', seen)
  await ctx.sql(
    "update matters.version set state = 'returned', returned = $2, reviewer_id = null, revision = revision + 1, updated_at = $3 where id = $1",
    [row.id, reason, ctx.now],
  )
  return openDraft(ctx, row.id)
}
