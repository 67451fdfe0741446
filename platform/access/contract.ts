import { z } from 'zod'
import { Day, defineApi, defineEvent, Empty, get, Id, listInput, listOutput, Moment, post, put } from '#kernel/contract'

/** `mask` lets a call through with sensitive values masked; `step-up` asks for a factor first. */
export const Outcome = z.enum(['allow', 'mask', 'step-up', 'deny'])
export type Outcome = z.infer<typeof Outcome>

/** Networks by trust. What no range of the table names is the internet. */
export const ZoneCode = z.enum(['office', 'extranet', 'internet'])
export type ZoneCode = z.infer<typeof ZoneCode>

export const platforms = ['windows', 'macos', 'linux', 'kylin', 'uos', 'harmony', 'android', 'ios', 'other'] as const

/**
 * Everything a decision depends on, and nothing else: two calls with the same input get the same decision. No person stands in it.
 * `minute`, `patchDays` and `risk` are the beginnings of the intervals that the policies tell apart.
 */
export const AccessInput = z.object({
  subject: z.enum(['public-servant', 'natural-person', 'legal-person', 'application']),
  roles: z.array(z.string()),
  assurance: z.number().int(),
  operation: z.string(),
  permission: z.string(),
  action: z.enum(['read', 'command']),
  label: z.enum(['public', 'internal', 'personal', 'sensitive', 'secret']),
  zone: ZoneCode,
  registered: z.boolean(),
  platform: z.enum(platforms),
  patchDays: z.number().int().nullable(),
  /** of the day in Asia/Shanghai, 0–1439 */
  minute: z.number().int(),
  weekday: z.number().int().min(1).max(7),
  workday: z.boolean(),
  /** a factor was shown within ten minutes */
  fresh: z.boolean(),
  risk: z.number().int(),
})
export type AccessInput = z.infer<typeof AccessInput>

const PolicyText = z.string().min(1).max(100_000)
export const Fault = z.object({ policy: z.string().nullable(), message: z.string(), line: z.number().int().nullable() })
export type Fault = z.infer<typeof Fault>

const PolicyState = z.enum(['proposed', 'active', 'retired', 'refused'])
export const PolicyVersion = z.object({
  id: z.uuid(),
  no: z.number().int(),
  state: PolicyState,
  note: z.string(),
  policies: z.number().int(),
  proposedAt: Moment,
  proposedBy: z.string(),
  decidedAt: Moment.nullable(),
  decidedBy: z.string().nullable(),
  /** why it was refused or withdrawn */
  reason: z.string().nullable(),
  can: z.object({ decide: z.boolean(), withdraw: z.boolean() }),
})
export type PolicyVersion = z.infer<typeof PolicyVersion>

export const ZoneRange = z.object({
  range: z.union([z.cidrv4(), z.cidrv6()]),
  zone: ZoneCode,
  name: z.string().trim().min(1).max(60),
  /** where the network ends, degrees WGS 84: two sign-ins too far apart in too short a time are a risk */
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
})
export type ZoneRange = z.infer<typeof ZoneRange>

/** What an operation and roles are called on the screen. */
const Named = z.object({ operation: z.string(), roles: z.array(z.string()) })

export const Change = z.object({
  input: AccessInput,
  named: Named,
  /** where the interval of the day ends that begins at `input.minute`, 1–1440 */
  until: z.number().int(),
  before: Outcome,
  after: Outcome,
  reason: z.string().nullable(),
  /** calls in the time replayed */
  calls: z.number().int(),
})
export type Change = z.infer<typeof Change>

export const Decision = z.object({
  hash: z.string(),
  input: AccessInput,
  named: Named,
  outcome: Outcome,
  reason: z.string().nullable(),
  calls: z.number().int(),
  lastAt: Moment,
})
export type Decision = z.infer<typeof Decision>

export const policyActivated = defineEvent('access.policy-activated', z.object({ no: z.number().int() }))

export const accessApi = defineApi({
  versions: get('/api/access/policies', {
    summary: '访问策略的版本',
    permission: 'access:read',
    input: listInput({ state: PolicyState.optional() }),
    output: listOutput(PolicyVersion),
  }),
  version: get('/api/access/policies/:id', {
    summary: '访问策略的一个版本',
    permission: 'access:read',
    input: Id,
    output: PolicyVersion.extend({ text: z.string() }),
  }),
  check: post('/api/access/policies/check', {
    summary: '检查访问策略',
    permission: 'access:read',
    input: z.object({ text: PolicyText }),
    output: z.object({ policies: z.number().int(), faults: z.array(Fault) }),
  }),
  simulate: post('/api/access/policies/simulate', {
    summary: '用真实决定模拟访问策略',
    permission: 'access:read',
    input: z.object({ text: PolicyText, days: z.number().int().min(1).max(30).default(7) }),
    output: z.object({
      /** calls and distinct inputs replayed */
      calls: z.number().int(),
      inputs: z.number().int(),
      changed: z.number().int(),
      changes: z.array(Change),
    }),
    timeoutMs: 30_000,
  }),
  propose: post('/api/access/policies', {
    summary: '提出访问策略',
    permission: 'access:propose',
    input: z.object({ text: PolicyText, note: z.string().trim().min(1).max(300) }),
    output: z.object({ id: z.uuid(), no: z.number().int() }),
  }),
  withdraw: post('/api/access/policies/:id/withdraw', {
    summary: '撤回访问策略',
    permission: 'access:propose',
    input: Id,
    output: Empty,
  }),
  activate: post('/api/access/policies/:id/activate', {
    summary: '启用访问策略',
    permission: 'access:approve',
    stepUp: true,
    label: 'sensitive',
    input: Id,
    output: Empty,
  }),
  refuse: post('/api/access/policies/:id/refuse', {
    summary: '不同意访问策略',
    permission: 'access:approve',
    input: Id.extend({ reason: z.string().trim().min(1).max(300) }),
    output: Empty,
  }),
  zones: get('/api/access/zones', {
    summary: '网络区域',
    permission: 'access:read',
    input: Empty,
    output: z.object({ revision: z.number().int(), ranges: z.array(ZoneRange) }),
  }),
  setZones: put('/api/access/zones', {
    summary: '维护网络区域',
    permission: 'access:approve',
    stepUp: true,
    input: z.object({ revision: z.number().int(), ranges: z.array(ZoneRange).max(5000) }),
    output: z.object({ revision: z.number().int() }),
  }),
  decisions: get('/api/access/decisions', {
    summary: '最近的访问决定',
    permission: 'access:read',
    input: listInput({ outcome: Outcome.optional(), days: z.number().int().min(1).max(30).default(1) }),
    output: listOutput(Decision),
  }),
  mine: get('/api/access/mine', {
    summary: '我现在从哪里访问',
    permission: 'signed-in',
    input: Empty,
    output: z.object({
      zone: ZoneCode,
      zoneName: z.string().nullable(),
      platform: z.enum(platforms),
      registered: z.boolean(),
      patchedOn: Day.nullable(),
      risk: z.number().int(),
      reasons: z.array(z.string()),
    }),
  }),
  posture: put('/api/access/posture', {
    summary: '上报设备的补丁情况',
    permission: 'signed-in',
    input: z.object({ platform: z.enum(platforms), version: z.string().trim().max(60), patchedOn: Day.nullable() }),
    output: Empty,
    limit: { max: 20, seconds: 60 },
  }),
})
