import { dayOf } from '#kernel/clock'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { AppError, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import { addWorkingDays } from '#platform/calendar'
import { blankForm, EVERYTHING, openRecord, type Prepared } from '#platform/forms'
import type { Data } from '#platform/forms/contract'
import { startInstance } from '#platform/workflow'
import { type Elements, type Limit, type LocalElements, type mattersApi, situate } from '../contract.ts'
import { questionKey } from './application-form.ts'
import { type Guide, guideOf } from './matter.ts'
import { HANDLING } from './processes/index.ts'
import { nextSerial } from './publish.ts'

type Api = typeof mattersApi

/** By this the processes of cases are known from all others. */
export const SUBJECT = 'matters'

/** Who fills a form in, as forms and cases record it. */
export interface Applicant {
  personId: string
  name: string
  unitName: string
  unitId: string
}
export const applicantOf = (ctx: Ctx): Promise<Applicant> =>
  ctx
    .sql<Applicant>(
      'select p.id as "personId", p.name, u.name as "unitName", u.id as "unitId" from directory.person p join directory.unit u on u.id = $2 where p.id = $1',
      [ctx.actor.personId, ctx.actor.unitId],
      'matters.applicant',
    )
    .then(one('您的任职'))

export interface Offered extends Guide {
  matterId: string
  name: string
  unit: { id: string; no: number; name: string }
  formId: string
}
/** A matter that somebody may apply for now: carried out by a unit, with a form made of what is in force. */
export const offered = async (ctx: Ctx, matterId: string): Promise<Offered> => {
  const row = await ctx
    .sql<{ layer: string; name: string; unit: Offered['unit'] }>(
      `select m.layer, m.name, json_build_object('id', u.id, 'no', u.no, 'name', u.name) as unit from matters.matter m join directory.unit u on u.id = m.unit_id
       where m.id = $1 and m.state = 'published'`,
      [matterId],
      'matters.offered',
    )
    .then(one('事项'))
  if (row.layer === 'basic') throw new AppError(409, 'matters.basic', '这是基本目录里的事项，请选一个实施单位再申请。')
  const guide = await guideOf(ctx, matterId)
  const [form] = guide
    ? await ctx.sql<{ form_id: string | null }>('select form_id from matters.version where id = $1', [
        guide.basicVersionId,
      ])
    : []
  if (!guide || !form?.form_id)
    throw new AppError(409, 'matters.no-form', '这一项还不能在网上申请，请照指南到窗口办理。')
  return { ...guide, matterId, name: row.name, unit: row.unit, formId: form.form_id }
}

const presetOf = (local: LocalElements | null): Record<string, string> =>
  Object.fromEntries(Object.entries(local?.preset ?? {}).map(([question, option]) => [questionKey(question), option]))

export const application = async (
  ctx: Ctx,
  { id }: ParsedOf<Api['application']>,
): Promise<OutputOf<Api['application']>> => {
  const matter = await offered(ctx, id)
  const by = await applicantOf(ctx)
  const view = await blankForm(ctx, { formId: matter.formId, access: EVERYTHING, by })
  const preset = presetOf(matter.local)
  return {
    name: matter.name,
    unit: { id: matter.unit.id, name: matter.unit.name },
    view: { ...view, data: { ...view.data, ...preset } },
  }
}

/** Who handles it: those whom the unit names, else its own people, its leader for the decision. */
const handlersOf = async (ctx: Ctx, { unit, local }: Offered): Promise<{ acceptors: string[]; deciders: string[] }> => {
  const rows = await ctx.sql<{ id: string; leader: boolean }>(
    `select p.person_id as id, p.leader from directory.post p join directory.person x on x.id = p.person_id and x.status = 'active'
     where p.org_no = $1 and p.valid_to is null order by p.leader desc, p.sort, p.id limit 30`,
    [unit.no],
    'matters.people',
  )
  const named = (people: LocalElements['acceptors'] | undefined): string[] => (people ?? []).map(({ id }) => id)
  const leaders = rows.filter(({ leader }) => leader).map(({ id }) => id)
  const others = rows.filter(({ leader }) => !leader).map(({ id }) => id)
  const acceptors = named(local?.acceptors)
  const deciders = named(local?.deciders)
  const found = {
    acceptors: acceptors.length > 0 ? acceptors : (others.length > 0 ? others : leaders).slice(0, 3),
    deciders: deciders.length > 0 ? deciders : (leaders.length > 0 ? leaders : others).slice(0, 1),
  }
  if (found.acceptors.length === 0 || found.deciders.length === 0)
    throw new AppError(409, 'matters.nobody', `${unit.name}还没有人办理这一项，请联系它的管理员。`)
  return found
}

const answersOf = (elements: Elements, given: Data): Record<string, string> =>
  Object.fromEntries(
    elements.questions.flatMap(({ key }) => {
      const answer = given[questionKey(key)]
      return typeof answer === 'string' ? [[key, answer]] : []
    }),
  )
const dueOn = async (ctx: Ctx, limit: Limit | null): Promise<string | null> => {
  if (!limit) return null
  if (limit.unit === 'working') return (await addWorkingDays(ctx.sql, ctx.now, limit.days)).day
  return dayOf(new Date(ctx.now.getTime() + limit.days * 86_400_000))
}

const numberOf = async (ctx: Ctx, unitNo: number): Promise<string> => {
  const prefix = `${dayOf(ctx.now).replaceAll('-', '')}${String(unitNo).padStart(6, '0')}`
  return `${prefix}${String(await nextSerial(ctx, `case/${prefix}`)).padStart(4, '0')}`
}

export const note = (
  ctx: Pick<Ctx, 'sql' | 'now'>,
  caseId: string,
  what: string,
  name: string,
  text = '',
): Promise<unknown> =>
  ctx.sql(
    `insert into matters.case_event (case_id, no, at, what, name, text)
     select $1, coalesce(max(no), 0) + 1, $2, $3, $4, $5 from matters.case_event where case_id = $1`,
    [caseId, ctx.now, what, name, text],
    'matters.note',
  )

interface NewCase {
  matter: Offered
  by: Applicant
  /** what was filled in: a bundle's is that of all its cases */
  record: Prepared
  given: Data
  parentId?: string
}
/** One case: its row keeps the versions that are in force now; its process carries the form, and is started in the same transaction. */
export const openCase = async (ctx: Ctx, { matter, by, record, given, parentId }: NewCase): Promise<string> => {
  const id = newId()
  const { elements, local } = matter
  const situation = situate(elements, local, answersOf(elements, given))
  const people = await handlersOf(ctx, matter)
  await ctx.sql(
    `insert into matters.case_file (id, number, name, matter_id, version_id, basic_version_id, parent_id, applicant_id, applicant_unit_id, unit_id, state, record_id, due_on, submitted_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'submitted', $11, $12, $13)`,
    [
      id,
      await numberOf(ctx, matter.unit.no),
      matter.name,
      matter.matterId,
      matter.versionId,
      matter.basicVersionId,
      parentId ?? null,
      by.personId,
      by.unitId,
      matter.unit.id,
      record.id,
      await dueOn(ctx, situation.promised),
      ctx.now,
    ],
    'matters.open-case',
  )
  const instanceId = await startInstance(ctx, {
    process: elements.process || HANDLING,
    subject: SUBJECT,
    title: `${matter.name}（${by.name}）`,
    values: { 办件: id, 受理人: people.acceptors, 审批人: people.deciders },
    form: record,
  })
  await ctx.sql(
    'update matters.case_file set instance_id = $2 where id = $1',
    [id, instanceId],
    'matters.case-instance',
  )
  await note(ctx, id, '提交申请', by.name)
  return id
}

export const apply = async (ctx: Ctx, { id, given }: ParsedOf<Api['apply']>): Promise<OutputOf<Api['apply']>> => {
  const matter = await offered(ctx, id)
  const by = await applicantOf(ctx)
  const whole = { ...given, ...presetOf(matter.local) }
  const record = await openRecord(ctx, {
    formId: matter.formId,
    given: whole,
    access: EVERYTHING,
    by,
    unitId: matter.unit.id,
    source: 'matters',
  })
  const caseId = await openCase(ctx, { matter, by, record, given: whole })
  ctx.audit({ type: 'case', id: caseId, label: matter.name })
  return { id: caseId }
}
