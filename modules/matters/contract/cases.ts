import { z } from 'zod'
import { Day, defineApi, defineEvent, Empty, get, Id, listInput, listOutput, Moment, post } from '#kernel/contract'
import { Data, FormView } from '#platform/forms/contract'
import { LifeStage, Limit, MatterKind, Scene } from './elements.ts'

export const caseStates = {
  submitted: '待受理',
  supplement: '待补正',
  handling: '审批中',
  done: '已办结',
  refused: '不予办理',
  withdrawn: '已撤回',
  failed: '已终止',
} as const
const CaseState = z.enum(Object.keys(caseStates) as [keyof typeof caseStates])
export type CaseState = z.infer<typeof CaseState>
export const endStates: readonly CaseState[] = ['done', 'refused', 'withdrawn', 'failed']

const UnitRef = z.object({ id: z.uuid(), name: z.string() })

/** A matter as the desk offers it: the one that whoever asks would turn to. */
export const DeskRow = z.object({
  /** of the unit that carries it out */
  id: z.uuid(),
  name: z.string(),
  kind: MatterKind,
  unit: UnitRef,
  promised: Limit.nullable(),
  /** it stands in the basic catalogue, but nobody near carries it out */
  nobody: z.boolean(),
})
export type DeskRow = z.infer<typeof DeskRow>

/** One of the matters that a bundle or an application of it consists of. */
const Part = z.object({
  caseId: z.uuid().nullable(),
  name: z.string(),
  unitName: z.string(),
  state: CaseState.nullable(),
  /** why it cannot be begun for the caller: nobody carries it out */
  missing: z.boolean(),
})
export const Bundle = z.object({
  id: z.uuid(),
  key: z.string(),
  name: z.string(),
  summary: z.string(),
  life: LifeStage,
  parts: z.array(Part),
})
export type Bundle = z.infer<typeof Bundle>

const Event = z.object({ at: Moment, what: z.string(), name: z.string(), text: z.string() })
export const CaseRow = z.object({
  id: z.uuid(),
  number: z.string(),
  name: z.string(),
  state: CaseState,
  unit: UnitRef,
  applicantName: z.string(),
  applicantUnit: z.string(),
  bundle: z.boolean(),
  submittedAt: Moment,
  endedAt: Moment.nullable(),
  dueOn: Day.nullable(),
})
export type CaseRow = z.infer<typeof CaseRow>

export const MatterCase = CaseRow.extend({
  matterId: z.uuid().nullable(),
  versionNo: z.number().int().nullable(),
  /** of the engine: where it is handled and tracked */
  instanceId: z.uuid().nullable(),
  form: FormView.nullable(),
  recordId: z.uuid().nullable(),
  recordRevision: z.number().int().nullable(),
  parent: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  parts: z.array(Part),
  events: z.array(Event),
  stars: z.number().int().nullable(),
  review: z.string().nullable(),
  complaint: z
    .object({ text: z.string(), answer: z.string().nullable(), answeredBy: z.string().nullable() })
    .nullable(),
  can: z.object({
    supplement: z.boolean(),
    withdraw: z.boolean(),
    rate: z.boolean(),
    complain: z.boolean(),
    answer: z.boolean(),
    handle: z.boolean(),
  }),
})
export type MatterCase = z.infer<typeof MatterCase>

export const caseEnded = defineEvent('matters.case-ended', z.object({ caseId: z.uuid(), state: CaseState }))

const permission = 'matters:apply'
const Words = (most: number, message: string) => z.string().trim().min(1, message).max(most, `最多 ${most} 个字。`)

export const casesApi = defineApi({
  desk: get('/api/matters/desk', {
    summary: '办事大厅里的事项',
    permission,
    input: listInput({
      kind: MatterKind.default('internal'),
      life: LifeStage.optional(),
      scene: Scene.optional(),
      unitId: z.uuid().optional(),
    }).omit({ sort: true, cursor: true }),
    output: listOutput(DeskRow),
  }),
  bundles: get('/api/matters/bundles', {
    summary: '一件事',
    permission,
    input: Empty,
    output: z.object({ rows: z.array(Bundle) }),
  }),
  application: get('/api/matters/:id/application', {
    summary: '事项的申请表',
    permission,
    input: Id,
    output: z.object({ name: z.string(), unit: UnitRef, view: FormView }),
  }),
  apply: post('/api/matters/:id/cases', {
    summary: '申请办事',
    permission,
    input: Id.extend({ given: Data }),
    output: Id,
    label: 'personal',
  }),
  bundleApplication: get('/api/matters/bundles/:id/application', {
    summary: '一件事的申请表',
    permission,
    input: Id,
    output: z.object({ bundle: Bundle, view: FormView }),
  }),
  applyBundle: post('/api/matters/bundles/:id/cases', {
    summary: '申请一件事',
    permission,
    input: Id.extend({ given: Data }),
    output: Id,
    label: 'personal',
  }),
  cases: get('/api/matters/cases', {
    summary: '我申请的办件',
    permission,
    input: listInput({ state: CaseState.optional() }).omit({ sort: true, q: true }),
    output: listOutput(CaseRow),
    label: 'personal',
  }),
  toHandle: get('/api/matters/cases/to-handle', {
    summary: '待我办理的办件',
    permission,
    input: listInput({}).omit({ sort: true, q: true }),
    output: listOutput(CaseRow),
    label: 'personal',
  }),
  caseOf: get('/api/matters/cases/:id', {
    summary: '办件',
    permission,
    input: Id,
    output: MatterCase,
    label: 'personal',
  }),
  /** by the instance of the engine that a to-do leads to */
  caseOfInstance: get('/api/matters/instances/:id', {
    summary: '流程所办的办件',
    permission,
    input: Id,
    output: z.object({ id: z.uuid().nullable() }),
  }),
  withdrawCase: post('/api/matters/cases/:id/withdraw', {
    summary: '撤回办件',
    permission,
    input: Id.extend({ reason: Words(200, '请写明原因。') }),
    output: MatterCase,
    label: 'personal',
  }),
  rate: post('/api/matters/cases/:id/rating', {
    summary: '评价办件',
    permission,
    input: Id.extend({ stars: z.number().int().min(1).max(5), review: z.string().trim().max(500).default('') }),
    output: MatterCase,
    label: 'personal',
  }),
  complain: post('/api/matters/cases/:id/complaint', {
    summary: '投诉办件',
    permission,
    input: Id.extend({ text: Words(1000, '请写明情况。') }),
    output: MatterCase,
    label: 'personal',
  }),
  complaints: get('/api/matters/complaints', {
    summary: '对本单位办件的投诉',
    permission: 'matters:approve',
    input: listInput({ open: z.boolean().default(true) }).omit({ sort: true, q: true }),
    output: listOutput(CaseRow.extend({ text: z.string(), answer: z.string().nullable() })),
    label: 'personal',
  }),
  answerComplaint: post('/api/matters/cases/:id/complaint/answer', {
    summary: '答复投诉',
    permission: 'matters:approve',
    input: Id.extend({ answer: Words(1000, '请写明答复。') }),
    output: MatterCase,
    label: 'personal',
  }),
})
