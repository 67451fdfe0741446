import { z } from 'zod'
import { defineApi, defineEvent, download, Empty, get, Id, listInput, listOutput, Moment, post } from '#kernel/contract'
import { Data, FormView, RecordView } from '#platform/forms/contract'
import { Opinion, OpinionExtras } from '#platform/tasks/contract'
import { absenceApi } from './contract/absences.ts'
import { administrationApi } from './contract/administration.ts'
import { jointApi } from './contract/joint.ts'
import { migrationApi } from './contract/migration.ts'

export const outcomeCounts = ['agree', 'reject', 'neutral'] as const
/** What a form gives a process stays small: the form's own record is the truth (64 kB of JSON). */
const Values = z
  .record(z.string().max(200), z.json())
  .refine((values) => JSON.stringify(values).length <= 65_536, '填写的内容太长，最多 64 kB。')

const Process = z.object({
  id: z.uuid(),
  key: z.string(),
  version: z.number().int(),
  name: z.string(),
  unitName: z.string(),
  publishedAt: Moment,
  /** what the conditions of the process read and whoever starts it must say */
  asks: z.array(z.string()),
})
export type Process = z.infer<typeof Process>

export const instanceStates = {
  running: '办理中',
  suspended: '已挂起',
  completed: '已办结',
  terminated: '已终止',
} as const
const Status = z.enum(Object.keys(instanceStates) as [keyof typeof instanceStates])

const InstanceRow = z.object({
  id: z.uuid(),
  title: z.string(),
  processName: z.string(),
  status: Status,
  /** names of the steps now open */
  steps: z.array(z.string()),
  starterName: z.string(),
  unitName: z.string(),
  startedAt: Moment,
  endedAt: Moment.nullable(),
  faulty: z.boolean(),
})
export type InstanceRow = z.infer<typeof InstanceRow>

/** `process` is the key, all versions of it */
const inScope = {
  status: Status.optional(),
  faulty: z.boolean().optional(),
  process: z.string().max(200).optional(),
}

const Who = z.object({ personId: z.uuid(), name: z.string(), unitName: z.string() })
const Slot = Who.extend({
  slot: z.string(),
  state: z.enum(['waiting', 'open', 'paused', 'done', 'cancelled']),
  place: z.enum(['main', 'before', 'after', 'parallel', 'delegate', 'assist']),
  ownerName: z.string().nullable(),
  mine: z.boolean(),
})
const OpenStep = z.object({
  token: z.string(),
  node: z.string(),
  name: z.string(),
  way: z.enum(['single', 'all-of', 'in-turn', 'any-of', 'vote', 'claim']),
  round: z.number().int(),
  parked: z.boolean(),
  dueAt: Moment.nullable(),
  yellowAt: Moment.nullable(),
  /** 特别程序: its limit stands still */
  clockStopped: z.boolean(),
  /** why it stopped and an administrator must look */
  fault: z.string().nullable(),
  slots: z.array(Slot),
})
export type OpenStep = z.infer<typeof OpenStep>

const Event = z.object({
  no: z.number().int(),
  at: Moment,
  what: z.string(),
  step: z.string().nullable(),
  name: z.string().nullable(),
  unitName: z.string().nullable(),
  ownerName: z.string().nullable(),
  /** in the words of the process: 同意, 不同意 … */
  outcome: z.string().nullable(),
  opinion: z.string().nullable(),
  /** what was kept with the opinion: handwriting, attachments, whom it mentions */
  kept: Opinion.nullable(),
  /** names of those it concerns: added, passed on to, sent back to */
  to: z.array(z.string()),
  mode: z.string().nullable(),
})
export type CaseEvent = z.infer<typeof Event>

/** What the caller may do with this case now; the page shows exactly this. */
const Mine = z.object({
  slot: z.string(),
  step: z.string(),
  outcomes: z.array(
    z.object({
      key: z.string(),
      name: z.string(),
      counts: z.enum(outcomeCounts),
      opinion: z.enum(['required', 'optional', 'none']),
    }),
  ),
  operations: z.array(z.string()),
  sendBackTo: z.array(z.object({ node: z.string(), name: z.string() })),
  sendBackMode: z.enum(['redo', 'straight', 'choose']),
  claim: z.boolean(),
  free: z.boolean(),
  /** what whoever handles the step fills in */
  fields: z.array(z.object({ name: z.string(), required: z.boolean(), value: z.json() })),
})
export const CaseFile = z.object({
  id: z.uuid(),
  title: z.string(),
  processName: z.string(),
  version: z.number().int(),
  status: Status,
  rev: z.number().int(),
  starter: Who,
  startedAt: Moment,
  endedAt: Moment.nullable(),
  values: Values,
  /** the form it carries, as far as the caller's steps show it */
  form: RecordView.nullable(),
  steps: z.array(OpenStep),
  /** other units or processes handle parts of it: `branches` says how far each is */
  joint: z.boolean(),
  mine: Mine.nullable(),
  /** the slot the caller completed last and may still take back */
  withdraw: z.string().nullable(),
  can: z.object({
    urge: z.boolean(),
    administer: z.boolean(),
    /** administrators: steps to which a case may be led */
    jumpTo: z.array(z.object({ node: z.string(), name: z.string() })),
  }),
  history: z.array(Event),
})
export type CaseFile = z.infer<typeof CaseFile>

/** What an act came to; the case itself is read anew. */
export const Acted = z.object({ id: z.uuid(), rev: z.number().int(), status: Status })
export type Acted = z.infer<typeof Acted>

const People = z.array(z.uuid()).min(1, '请选择人员。').max(200, '一次最多选 200 人。')
const slot = z.string().max(20)
const node = z.string().max(200)
/** What whoever handles a step, started the case or follows it may do. */
export const Act = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('complete'),
    slot,
    outcome: z.string().max(60),
    /** what the step lets one fill in; of a form, up to what a form may hold */
    values: Data.optional(),
    /** the revision of the form that was looked at */
    formRevision: z.number().int().optional(),
    next: People.optional(),
    choices: z.record(z.string(), People).optional(),
  }),
  z.object({ do: z.literal('claim'), slot }),
  z.object({ do: z.literal('add-signer'), slot, place: z.enum(['before', 'after', 'parallel']), people: People }),
  z.object({ do: z.literal('remove-signer'), slot, remove: slot }),
  z.object({ do: z.literal('transfer'), slot, to: z.uuid() }),
  z.object({ do: z.literal('delegate'), slot, to: z.uuid() }),
  z.object({ do: z.literal('assist'), slot, people: People }),
  z.object({ do: z.literal('send-back'), slot, to: node, mode: z.enum(['redo', 'straight']) }),
  z.object({ do: z.literal('return-branch'), slot, call: node, run: z.number().int().min(0).max(499) }),
  z.object({ do: z.literal('withdraw'), slot }),
  z.object({ do: z.literal('circulate'), slot, people: People }),
  z.object({ do: z.literal('urge') }),
])
export type Act = z.infer<typeof Act>
/** What an administrator may do to a case of the units in scope. */
export const Administer = z.discriminatedUnion('do', [
  z.object({ do: z.literal('jump'), token: slot, to: node }),
  z.object({ do: z.literal('assign'), token: slot, people: People }),
  z.object({ do: z.literal('retry'), token: slot }),
  z.object({ do: z.literal('suspend') }),
  z.object({ do: z.literal('resume') }),
  z.object({ do: z.literal('terminate') }),
  z.object({ do: z.literal('stop-clock'), token: slot }),
  z.object({ do: z.literal('start-clock'), token: slot }),
])
export type Administer = z.infer<typeof Administer>
const opinion = z.string().trim().max(2000, '意见最多 2,000 个字。').optional()

export const workflowApi = defineApi({
  ...migrationApi,
  ...jointApi,
  ...administrationApi,
  ...absenceApi,
  processes: get('/api/workflow/processes', {
    summary: '可以发起的流程',
    permission: 'workflow:start',
    input: listInput({}),
    output: listOutput(Process),
  }),
  publish: post('/api/workflow/definitions', {
    summary: '发布流程定义',
    permission: 'workflow:publish',
    input: z.object({
      xml: z.string().min(1, '请上传流程文件。').max(2_000_000, '流程文件最大 2 MB。'),
      unitId: z.uuid(),
    }),
    output: Process,
  }),
  definition: get('/api/workflow/definitions/:id', {
    summary: '流程定义',
    permission: 'workflow:start',
    input: Id,
    output: Process.extend({ xml: z.string() }),
  }),
  start: post('/api/workflow/instances', {
    summary: '发起流程',
    permission: 'workflow:start',
    input: z.object({
      process: z.string().max(200),
      title: z.string().trim().min(1, '请填写标题。').max(200, '标题最多 200 个字。'),
      urgency: z.enum(['normal', 'urgent', 'most-urgent']).default('normal'),
      values: Values.default({}),
      /** a form to begin with, and what is filled in */
      form: z.object({ id: z.uuid(), data: Data }).optional(),
      choices: z.record(z.string(), People).optional(),
    }),
    output: CaseFile,
  }),
  beginForm: get('/api/workflow/forms/:id', {
    summary: '发起时填写的表单',
    permission: 'workflow:start',
    input: Id,
    output: FormView,
    label: 'personal',
  }),
  mine: get('/api/workflow/instances', {
    summary: '我发起的办件',
    permission: 'workflow:start',
    input: listInput({ status: Status.optional() }),
    output: listOutput(InstanceRow),
  }),
  scoped: get('/api/workflow/administration/instances', {
    summary: '本单位范围内的办件',
    permission: 'workflow:administer',
    input: listInput(inScope),
    output: listOutput(InstanceRow),
  }),
  exportScoped: download('/api/workflow/administration/instances/export', {
    summary: '导出本单位范围内的办件',
    permission: 'workflow:administer',
    input: listInput({ ...inScope, format: z.enum(['csv', 'xlsx']).default('xlsx') }),
    stepUp: true,
    audit: 'export',
  }),
  caseFile: get('/api/workflow/instances/:id', {
    summary: '办件详情',
    permission: 'workflow:handle',
    input: Id,
    output: CaseFile,
    label: 'personal',
  }),
  caseSheet: download('/api/workflow/instances/:id/sheet', {
    summary: '打印签批单',
    permission: 'workflow:handle',
    input: Id.extend({ format: z.enum(['pdf', 'docx']).default('pdf') }),
    label: 'personal',
    audit: 'export',
  }),
  act: post('/api/workflow/instances/:id/acts', {
    summary: '办理',
    permission: 'workflow:handle',
    input: Id.extend({ act: Act, opinion, extras: OpinionExtras.optional() }),
    output: Acted,
    label: 'personal',
  }),
  administer: post('/api/workflow/instances/:id/administration', {
    summary: '管理办件',
    permission: 'workflow:administer',
    input: Id.extend({
      act: Administer,
      reason: z.string().trim().min(1, '请填写原因。').max(500, '原因最多 500 个字。'),
    }),
    output: CaseFile,
    label: 'personal',
  }),
  delegations: get('/api/workflow/delegations', {
    summary: '我的办理委托',
    permission: 'workflow:handle',
    input: Empty,
    output: z.object({
      rows: z.array(
        z.object({
          id: z.uuid(),
          agentName: z.string(),
          principalName: z.string(),
          given: z.boolean(),
          processes: z.array(z.string()),
          reason: z.string(),
          from: Moment,
          to: Moment,
        }),
      ),
    }),
  }),
  delegate: post('/api/workflow/delegations', {
    summary: '委托他人办理',
    permission: 'workflow:handle',
    input: z.object({
      agentId: z.uuid(),
      processes: z.array(z.string().max(200)).max(50, '最多选 50 个流程。').default([]),
      reason: z.string().trim().min(1, '请填写原因。').max(200, '原因最多 200 个字。'),
      from: Moment,
      to: Moment,
    }),
    output: Id,
  }),
  endDelegation: post('/api/workflow/delegations/:id/end', {
    summary: '收回办理委托',
    permission: 'workflow:handle',
    input: Id,
    output: Empty,
  }),
})

const instance = { instanceId: z.uuid() }
/** Whose case it is, so that whom it does not concern is not woken; missing where the instance began before that was kept: then anybody's. */
const subject = z.string().optional()
export const instanceAdvanced = defineEvent(
  'workflow.advanced',
  z.object({ ...instance, subject, rev: z.number().int() }),
)
export const instanceEnded = defineEvent(
  'workflow.ended',
  z.object({
    ...instance,
    subject,
    key: z.string(),
    status: z.enum(['completed', 'terminated']),
    outcome: z.string().nullable(),
    parentId: z.uuid().nullable(),
    parentToken: z.string().nullable(),
    values: Values,
  }),
)
/** What must happen outside the instance, once, after the commit. */
export const effectAsked = defineEvent('workflow.effect-asked', z.object({ ...instance, effect: z.json() }))
