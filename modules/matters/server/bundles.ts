import type { OutputOf, ParsedOf } from '#kernel/contract'
import { AppError, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import { blankForm, EVERYTHING, openRecord } from '#platform/forms'
import type { Access, Data } from '#platform/forms/contract'
import type { Bundle, mattersApi } from '../contract.ts'
import { questionKey } from './application-form.ts'
import { applicantOf, note, type Offered, offered, openCase } from './apply.ts'
import { partKey } from './bundle-form.ts'
import { nearest, standpointOf } from './near.ts'
import { nextSerial } from './publish.ts'

type Api = typeof mattersApi
interface Row {
  id: string
  key: string
  name: string
  summary: string
  life: Bundle['life']
  formId: string | null
  asked: Record<string, string[]>
  sort: number
  basicId: string
  basicName: string
  matterId: string | null
  unitName: string | null
}

/** Each matter of the bundles with the unit that the caller would turn to. */
const rowsOf = async (ctx: Ctx, id?: string): Promise<Row[]> => {
  const at = await standpointOf(ctx.sql, ctx.actor.unitId)
  return ctx.sql<Row>(
    `select x.id, x.key, x.name, x.summary, x.life, x.form_id as "formId", x.asked, i.sort, b.id as "basicId", b.name as "basicName", n.id as "matterId", u.name as "unitName"
     from matters.bundle x join matters.bundle_item i on i.bundle_id = x.id join matters.matter b on b.id = i.basic_id and b.state = 'published'
     left join lateral (${nearest('$1', '$2', '$3')}) n on true left join directory.unit u on u.id = n.unit_id
     where $4::uuid is null or x.id = $4 order by x.sort, x.id, i.sort`,
    [at.above, at.cities, at.counties, id ?? null],
  )
}
const bundlesOf = (rows: readonly Row[]): Bundle[] =>
  [...Map.groupBy(rows, ({ id }) => id).values()].map((of) => ({
    id: of[0]!.id,
    key: of[0]!.key,
    name: of[0]!.name,
    summary: of[0]!.summary,
    life: of[0]!.life,
    parts: of.map((row) => ({
      caseId: null,
      name: row.basicName,
      unitName: row.unitName ?? '',
      state: null,
      missing: row.matterId === null,
    })),
  }))

export const bundles = async (ctx: Ctx): Promise<OutputOf<Api['bundles']>> => ({ rows: bundlesOf(await rowsOf(ctx)) })

interface Opened {
  bundle: Bundle
  parts: (Offered & { key: string })[]
  formId: string
  access: Access
}
/** What the bundle comes to for the caller: the one form of all of it, without what only those matters ask that nobody near carries out. */
const open = async (ctx: Ctx, id: string): Promise<Opened> => {
  const rows = await rowsOf(ctx, id)
  const bundle = one('一件事')(bundlesOf(rows))
  const { formId, asked } = rows[0]!
  const parts: Opened['parts'] = []
  for (const row of rows)
    if (row.matterId) parts.push({ ...(await offered(ctx, row.matterId)), key: partKey(row.sort) })
  if (parts.length === 0 || !formId)
    throw new AppError(409, 'matters.nobody-near', '您所在的地方还没有单位办理这件事。')
  const here = new Set(parts.map(({ key }) => key))
  const hidden = Object.entries(asked).flatMap(([field, by]) => (by.some((key) => here.has(key)) ? [] : [field]))
  const access: Access = { ...EVERYTHING, fields: Object.fromEntries(hidden.map((field) => [field, 'hide' as const])) }
  return { bundle, parts, formId, access }
}

export const bundleApplication = async (
  ctx: Ctx,
  { id }: ParsedOf<Api['bundleApplication']>,
): Promise<OutputOf<Api['bundleApplication']>> => {
  const { bundle, formId, access } = await open(ctx, id)
  return { bundle, view: await blankForm(ctx, { formId, access, by: await applicantOf(ctx) }) }
}

/** The answers of one part under the names that its own elements know. */
const partOf = (given: Data, { elements, key }: Opened['parts'][number]): Data =>
  Object.fromEntries(
    elements.questions.map((question) => [
      questionKey(question.key),
      given[`${questionKey(question.key)}_${key}`] ?? null,
    ]),
  )

/** One application that fans out: a case of its own at each unit, under one that closes when they all have. */
export const applyBundle = async (
  ctx: Ctx,
  { id, given }: ParsedOf<Api['applyBundle']>,
): Promise<OutputOf<Api['applyBundle']>> => {
  const { bundle, parts, formId, access } = await open(ctx, id)
  const by = await applicantOf(ctx)
  const record = await openRecord(ctx, {
    formId,
    given,
    access,
    by,
    unitId: by.unitId,
    source: 'matters',
  })
  const caseId = newId()
  const serial = await nextSerial(ctx, 'case/bundle')
  await ctx.sql(
    `insert into matters.case_file (id, number, name, bundle_id, applicant_id, applicant_unit_id, unit_id, state, record_id, submitted_at)
     values ($1, $2, $3, $4, $5, $6, $6, 'handling', $7, $8)`,
    [
      caseId,
      `YJS${String(serial).padStart(9, '0')}`,
      bundle.name,
      bundle.id,
      by.personId,
      by.unitId,
      record.id,
      ctx.now,
    ],
  )
  await note(ctx, caseId, '提交申请', by.name, `分送 ${parts.length} 个单位办理`)
  for (const part of parts)
    await openCase(ctx, { matter: part, by, record, given: partOf(given, part), parentId: caseId })
  ctx.audit({ type: 'case', id: caseId, label: bundle.name })
  return { id: caseId }
}
