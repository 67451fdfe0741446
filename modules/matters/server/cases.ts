import { z } from 'zod'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { AppError, conflict, invalid, notFound, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { readRecord } from '#platform/forms'
import { accessOfCase, startInstance } from '#platform/workflow'
import { type CaseRow, caseStates, endStates, type MatterCase, type mattersApi } from '../contract.ts'
import { applicantOf, note } from './apply.ts'
import { closeParent } from './case-on.ts'
import { params } from './places.ts'
import { WITHDRAWAL } from './processes/index.ts'
import { READ } from './records.ts'
import { scopeClause } from './scope.ts'

type Api = typeof mattersApi

const columns = `c.id, c.number, c.name, c.state, json_build_object('id', u.id, 'name', u.name) as unit, p.name as "applicantName", a.name as "applicantUnit",
  c.bundle_id is not null as bundle, c.submitted_at as "submittedAt", c.ended_at as "endedAt", c.due_on as "dueOn"`
const joins = `join directory.unit u on u.id = c.unit_id join directory.person p on p.id = c.applicant_id join directory.unit a on a.id = c.applicant_unit_id`
interface Row extends Omit<CaseRow, 'submittedAt' | 'endedAt'> {
  submittedAt: Date
  endedAt: Date | null
}
const present = (row: Row): CaseRow => ({
  id: row.id,
  number: row.number,
  name: row.name,
  state: row.state,
  unit: row.unit,
  applicantName: row.applicantName,
  applicantUnit: row.applicantUnit,
  bundle: row.bundle,
  submittedAt: row.submittedAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
  dueOn: row.dueOn,
})

const Cursor = z.tuple([z.iso.datetime(), z.uuid()])
const positionOf = (cursor: string | undefined) => {
  if (cursor === undefined) return undefined
  const read = Cursor.safeParse(cursor.split('~'))
  if (!read.success) throw invalid('翻页标记有误，请从第一页看起。')
  return read.data
}
const pageOf = <R extends Row>(rows: readonly R[], limit: number, at: (row: R) => Date) => {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { shown, next: rows.length > limit && last ? `${at(last).toISOString()}~${last.id}` : null }
}

export const cases = async (
  ctx: Ctx,
  { state, cursor, limit }: ParsedOf<Api['cases']>,
): Promise<OutputOf<Api['cases']>> => {
  const after = positionOf(cursor)
  const p = params(ctx.actor.personId, limit + 1)
  const rows = await ctx.sql<Row>(
    `select ${columns} from matters.case_file c ${joins} where c.applicant_id = $1 and c.parent_id is null ${state ? `and c.state = ${p.add(state)}` : ''}
       ${after ? `and (c.submitted_at, c.id) < (${p.add(after[0])}::timestamptz, ${p.add(after[1])}::uuid)` : ''}
     order by c.submitted_at desc, c.id desc limit $2`,
    p.values,
  )
  const { shown, next } = pageOf(rows, limit, (row) => row.submittedAt)
  return { rows: shown.map(present), next }
}

/** Cases whose step waits for the caller: by the to-dos themselves, so that list and to-do centre never differ. */
export const toHandle = async (
  ctx: Ctx,
  { cursor, limit }: ParsedOf<Api['toHandle']>,
): Promise<OutputOf<Api['toHandle']>> => {
  const after = positionOf(cursor)
  const p = params(ctx.actor.personId, limit + 1)
  const rows = await ctx.sql<Row & { at: Date }>(
    `select ${columns}, t.created_at as at from tasks.task t join matters.case_file c on c.instance_id = split_part(t.external_id, '/', 1)::uuid ${joins}
     where t.person_id = $1 and t.state = 'open' and t.source = 'workflow' and c.applicant_id <> $1
       ${after ? `and (t.created_at, c.id) < (${p.add(after[0])}::timestamptz, ${p.add(after[1])}::uuid)` : ''}
     order by t.created_at desc, c.id desc limit $2`,
    p.values,
  )
  const { shown, next } = pageOf(rows, limit, (row) => row.at)
  return { rows: shown.map(present), next }
}

interface Full extends Row {
  matterId: string | null
  versionNo: number | null
  instanceId: string | null
  recordId: string | null
  parent: MatterCase['parent']
  parts: MatterCase['parts']
  events: (Omit<MatterCase['events'][number], 'at'> & { at: string })[]
  stars: number | null
  review: string | null
  complaintText: string | null
  answer: string | null
  answeredBy: string | null
  applicant: boolean
  handler: boolean
  open: boolean
  approver: boolean
}

/** Who stands in the history of its process, or of the process of one of its parts, may read a case; so may who approves for its unit. */
const standsIn = `exists (select 1 from matters.case_file k join workflow.history h on h.instance_id = k.instance_id
  where (k.id = c.id or k.parent_id = c.id) and (h.person_id = $2 or h.owner_id = $2 or position($2::text in h.log::text) > 0))`

const fullOf = async (ctx: Ctx, id: string): Promise<Full> => {
  const approve = scopeClause(ctx, 'c.unit_id', 3, 'matters:approve')
  return ctx
    .sql<Full>(
      `select * from (select ${columns}, c.matter_id as "matterId", v.no as "versionNo", c.instance_id as "instanceId", c.record_id as "recordId",
         (select json_build_object('id', k.id, 'name', k.name) from matters.case_file k where k.id = c.parent_id) as parent,
         (select coalesce(json_agg(json_build_object('caseId', k.id, 'name', k.name, 'unitName', w.name, 'state', k.state, 'missing', false) order by k.id), '[]')
           from matters.case_file k join directory.unit w on w.id = k.unit_id where k.parent_id = c.id) as parts,
         (select coalesce(json_agg(json_build_object('at', e.at, 'what', e.what, 'name', e.name, 'text', e.text) order by e.no), '[]') from matters.case_event e where e.case_id = c.id) as events,
         c.stars, c.review, c.complaint as "complaintText", c.answer, x.name as "answeredBy",
         c.applicant_id = $2 as applicant, ${standsIn} as handler, ${approve.text} as approver,
         exists (select 1 from tasks.task t where t.person_id = $2 and t.state = 'open' and t.source = 'workflow' and split_part(t.external_id, '/', 1) = c.instance_id::text) as open
       from matters.case_file c ${joins} left join matters.version v on v.id = c.version_id left join directory.person x on x.id = c.answered_by
       where c.id = $1) it where it.applicant or it.handler or it.approver`,
      [id, ctx.actor.personId, ...approve.params],
    )
    .then(one('这个办件'))
}

/** The form as the open step of its process gives it to the caller: to be mended by the applicant while something is wanting, else to be read. */
const formOf = async (ctx: Ctx, { recordId, instanceId }: Full) => {
  if (!recordId) return null
  const access = instanceId ? await accessOfCase(ctx, instanceId) : null
  return readRecord(ctx, { id: recordId, access: access ?? READ })
}

export const caseOf = async (ctx: Ctx, { id }: ParsedOf<Api['caseOf']>): Promise<MatterCase> => {
  const row = await fullOf(ctx, id)
  const form = await formOf(ctx, row)
  const ended = endStates.includes(row.state)
  return {
    ...present(row),
    matterId: row.matterId,
    versionNo: row.versionNo,
    instanceId: row.instanceId,
    form,
    recordId: row.recordId,
    recordRevision: form?.revision ?? null,
    parent: row.parent,
    parts: row.parts,
    events: row.events.map((event) => ({ ...event, at: new Date(event.at).toISOString() })),
    stars: row.stars,
    review: row.review,
    complaint:
      row.complaintText === null ? null : { text: row.complaintText, answer: row.answer, answeredBy: row.answeredBy },
    can: {
      supplement: row.applicant && row.state === 'supplement',
      withdraw: row.applicant && !ended,
      rate: row.applicant && (row.state === 'done' || row.state === 'refused') && row.stars === null,
      complain: row.applicant && row.complaintText === null,
      answer: row.approver && !row.applicant && row.complaintText !== null && row.answer === null,
      handle: row.open && !row.applicant,
    },
  }
}

export const caseOfInstance = async (
  ctx: Ctx,
  { id }: ParsedOf<Api['caseOfInstance']>,
): Promise<OutputOf<Api['caseOfInstance']>> => {
  const [row] = await ctx.sql<{ id: string }>('select id from matters.case_file where instance_id = $1', [id])
  if (!row) return { id: null }
  await fullOf(ctx, row.id)
  return row
}

/** The case, locked for its applicant. */
const takeOwn = async (ctx: Ctx, id: string): Promise<Full> => {
  await ctx.sql('select 1 from matters.case_file where id = $1 and applicant_id = $2 for update', [
    id,
    ctx.actor.personId,
  ])
  const row = await fullOf(ctx, id)
  if (!row.applicant) throw notFound('这个办件')
  ctx.audit({ type: 'case', id, label: row.name })
  return row
}
const wrongState = ({ state }: Full, verb: string): AppError =>
  new AppError(409, 'matters.case-state', `办件现在是“${caseStates[state]}”，不能${verb}。`)

/** Taken back while it is under way: its process hears of it and ends; a bundle takes its parts along. */
export const withdrawCase = async (ctx: Ctx, { id, reason }: ParsedOf<Api['withdrawCase']>): Promise<MatterCase> => {
  const row = await takeOwn(ctx, id)
  if (endStates.includes(row.state)) throw wrongState(row, '撤回')
  const { name } = await applicantOf(ctx)
  const gone = await ctx.sql<{ id: string; parent_id: string | null; bundle: boolean }>(
    `update matters.case_file set state = 'withdrawn', ended_at = $2 where (id = $1 or parent_id = $1) and ended_at is null
     returning id, parent_id, bundle_id is not null as bundle`,
    [id, ctx.now],
  )
  for (const one of gone) {
    await note(ctx, one.id, '撤回', name, reason)
    if (!one.bundle)
      await startInstance(ctx, { process: WITHDRAWAL, title: `撤回：${row.name}`, values: { 办件: one.id } })
  }
  if (row.parent) await closeParent(ctx, row.parent.id)
  return caseOf(ctx, { id })
}

export const rate = async (ctx: Ctx, { id, stars, review }: ParsedOf<Api['rate']>): Promise<MatterCase> => {
  const row = await takeOwn(ctx, id)
  if (row.state !== 'done' && row.state !== 'refused') throw wrongState(row, '评价')
  if (row.stars !== null) throw conflict('您已经评价过了。')
  await ctx.sql('update matters.case_file set stars = $2, review = $3 where id = $1', [id, stars, review])
  await note(ctx, id, '评价', (await applicantOf(ctx)).name, `${stars} 星`)
  return caseOf(ctx, { id })
}

export const complain = async (ctx: Ctx, { id, text }: ParsedOf<Api['complain']>): Promise<MatterCase> => {
  const row = await takeOwn(ctx, id)
  if (row.complaintText !== null) throw conflict('这个办件您已经投诉过，请等答复。')
  await ctx.sql('update matters.case_file set complaint = $2, complained_at = $3 where id = $1', [id, text, ctx.now])
  return caseOf(ctx, { id })
}

export const complaints = async (
  ctx: Ctx,
  { open, cursor, limit }: ParsedOf<Api['complaints']>,
): Promise<OutputOf<Api['complaints']>> => {
  const after = positionOf(cursor)
  const p = params(limit + 1)
  const more = after ? `and (c.complained_at, c.id) < (${p.add(after[0])}::timestamptz, ${p.add(after[1])}::uuid)` : ''
  const scope = ctx.scopeText('c.unit_id', p.values.length + 1)
  const rows = await ctx.sql<Row & { text: string; answer: string | null; at: Date }>(
    `select ${columns}, c.complaint as text, c.answer, c.complained_at as at from matters.case_file c ${joins}
     where c.complaint is not null and (c.answer is null) = ${p.add(open)} ${more} and ${ctx.scopeText('c.unit_id', p.values.length + 1).text}
     order by c.complained_at desc, c.id desc limit $1`,
    [...p.values, ...scope.params],
  )
  const { shown, next } = pageOf(rows, limit, (row) => row.at)
  return { rows: shown.map((row) => ({ ...present(row), text: row.text, answer: row.answer })), next }
}

export const answerComplaint = async (
  ctx: Ctx,
  { id, answer }: ParsedOf<Api['answerComplaint']>,
): Promise<MatterCase> => {
  const scope = ctx.scopeText('c.unit_id', 5)
  const rows = await ctx.sql(
    `update matters.case_file c set answer = $2, answered_by = $3 where c.id = $1 and c.complaint is not null and c.answer is null and c.applicant_id <> $4 and ${scope.text} returning 1`,
    [id, answer, ctx.actor.personId, ctx.actor.personId, ...scope.params],
  )
  if (rows.length === 0) throw notFound('这件投诉')
  return caseOf(ctx, { id })
}
