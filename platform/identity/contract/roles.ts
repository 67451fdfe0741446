import { z } from 'zod'
import { Day, defineApi, get, Id, listInput, listOutput, Moment, post } from '#kernel/contract'

/** 三员: they exclude each other, and nobody lends what is theirs. */
export const administrators = ['system-admin', 'security-admin', 'auditor'] as const
/** Permissions that make an administrator: no other role may hold them, or a role of one's own would get around the exclusion. */
const RESERVED = ['grant:propose', 'grant:approve', 'audit:read']
export const isReserved = (permission: string): boolean => RESERVED.includes(permission)
/** Nor the power over grants, which would outlive what was lent, nor lending itself. */
export const isLendable = (permission: string): boolean =>
  !isReserved(permission) && !['grant:give', 'grant:revoke', 'delegation:lend'].includes(permission)

export const scopeKinds = {
  self: '本人',
  unit: '一个单位',
  subtree: '单位及其下级',
  region: '行政区划',
  line: '条线',
  book: '行业通讯录',
  all: '全部',
} as const

const reason = z.string().trim().min(2, '请写明理由').max(500)
const NamedUnit = z.object({ id: z.uuid(), name: z.string() })

/** Where a grant reaches; `label` is said by the server. */
export const Scope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('self') }),
  z.object({ kind: z.literal('unit'), unitId: z.uuid() }),
  z.object({ kind: z.literal('subtree'), unitId: z.uuid() }),
  z.object({ kind: z.literal('region'), regionCode: z.string().regex(/^\d{12}$/) }),
  z.object({ kind: z.literal('line'), line: z.string().min(1).max(40), unitId: z.uuid().optional() }),
  z.object({ kind: z.literal('book'), bookId: z.uuid() }),
  z.object({ kind: z.literal('all') }),
])
export type Scope = z.infer<typeof Scope>

export const RoleRow = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  owner: NamedUnit.nullable(),
  reach: z.enum(['unit', 'subtree', 'all']),
  builtin: z.boolean(),
  delegable: z.boolean(),
  retired: z.boolean(),
  permissions: z.array(z.string()),
  /** grants in effect or to come */
  grants: z.number().int(),
  revision: z.number().int(),
})
export type RoleRow = z.infer<typeof RoleRow>

export const PermissionRow = z.object({
  name: z.string(),
  title: z.string(),
  module: z.string(),
  /** belongs to one of the three administrators alone */
  reserved: z.boolean(),
})

const RoleContent = z.object({
  title: z.string().trim().min(2).max(30),
  description: z.string().trim().max(200).default(''),
  delegable: z.boolean().default(false),
  permissions: z.array(z.string().max(60)).max(300),
})
/** Without a `role` a new one is made; the owner of an old one stays. */
export const RoleProposal = z.discriminatedUnion('change', [
  RoleContent.extend({ change: z.literal('create'), ownerId: z.uuid(), reach: z.enum(['unit', 'subtree']), reason }),
  RoleContent.extend({ change: z.literal('update'), role: z.string(), revision: z.number().int(), reason }),
  z.object({ change: z.literal('retire'), role: z.string(), revision: z.number().int(), reason }),
])
export type RoleProposal = z.infer<typeof RoleProposal>

export const GrantInput = z.object({
  personId: z.uuid(),
  role: z.string().max(40),
  scope: Scope,
  validFrom: Day,
  /** the first day on which it holds no longer */
  validTo: Day.nullable().default(null),
  reason,
})

export const grantStates = { current: '生效中', future: '未到日期', past: '已结束' } as const
export const GrantRow = z.object({
  id: z.uuid(),
  personId: z.uuid().nullable(),
  personName: z.string(),
  unitName: z.string().nullable(),
  role: z.string(),
  roleTitle: z.string(),
  scope: z.enum(Object.keys(scopeKinds) as [keyof typeof scopeKinds]),
  scopeLabel: z.string(),
  validFrom: Day,
  validTo: Day.nullable(),
  state: z.enum(Object.keys(grantStates) as [keyof typeof grantStates]),
  proposedByName: z.string().nullable(),
  grantedByName: z.string().nullable(),
  grantedAt: Moment,
  endedByName: z.string().nullable(),
  /** one of the three administrators: its end is proposed and approved like its beginning */
  administrator: z.boolean(),
})
export type GrantRow = z.infer<typeof GrantRow>

export const proposalStates = { open: '待审批', approved: '已批准', refused: '未批准', withdrawn: '已撤回' } as const
export const ProposalRow = z.object({
  id: z.uuid(),
  kind: z.enum(['grant', 'revoke', 'role']),
  title: z.string(),
  /** what changes, a sentence each */
  texts: z.array(z.string()),
  reason: z.string(),
  state: z.enum(Object.keys(proposalStates) as [keyof typeof proposalStates]),
  proposedByName: z.string(),
  proposedAt: Moment,
  decidedByName: z.string().nullable(),
  decidedAt: Moment.nullable(),
  note: z.string(),
  /** why the caller may not approve it; null when they may */
  blocked: z.string().nullable(),
  can: z.object({ approve: z.boolean(), withdraw: z.boolean() }),
})
export type ProposalRow = z.infer<typeof ProposalRow>

export const DelegationRow = z.object({
  id: z.uuid(),
  fromName: z.string(),
  toName: z.string(),
  roles: z.array(z.object({ name: z.string(), title: z.string() })),
  permissions: z.array(z.object({ name: z.string(), title: z.string() })),
  validFrom: Day,
  validTo: Day,
  reason: z.string(),
  state: z.enum(['current', 'future', 'past', 'revoked']),
})
export type DelegationRow = z.infer<typeof DelegationRow>

const Lendable = z.object({
  name: z.string(),
  title: z.string(),
  permissions: z.array(z.object({ name: z.string(), title: z.string() })),
})

/** One way from a person to a permission, and whether it reaches the unit. */
export const Chain = z.object({
  role: z.string(),
  roleTitle: z.string(),
  scope: z.enum(Object.keys(scopeKinds) as [keyof typeof scopeKinds]),
  scopeLabel: z.string(),
  reaches: z.boolean(),
  state: z.enum(Object.keys(grantStates) as [keyof typeof grantStates]),
  validFrom: Day.nullable(),
  validTo: Day.nullable(),
  /** null for what comes with the post */
  proposedByName: z.string().nullable(),
  grantedByName: z.string().nullable(),
  /** whose it is, when it is lent */
  lender: z.string().nullable(),
  lentUntil: Day.nullable(),
  text: z.string(),
})
export const Explanation = z.object({
  allowed: z.boolean(),
  /** the answer as a sentence */
  verdict: z.string(),
  chains: z.array(Chain),
  /** what is missing, when it is refused */
  missing: z.array(z.string()),
  /** roles that hold the permission */
  roles: z.array(z.object({ name: z.string(), title: z.string() })),
  /** who could grant it */
  granters: z.array(z.string()),
})
export type Explanation = z.infer<typeof Explanation>

const rolesApi = defineApi({
  roles: get('/api/roles', {
    summary: '角色',
    permission: 'role:read',
    input: z.object({}),
    output: z.object({ rows: z.array(RoleRow) }),
  }),
  permissions: get('/api/permissions', {
    summary: '权限清单',
    permission: 'role:read',
    input: z.object({}),
    output: z.object({ rows: z.array(PermissionRow) }),
  }),
  proposeRole: post('/api/roles/proposals', {
    summary: '提出角色变更',
    permission: 'grant:propose',
    input: z.object({ proposal: RoleProposal }),
    output: Id,
  }),
})

const grantsApi = defineApi({
  grants: get('/api/grants', {
    summary: '授权清单',
    permission: 'grant:read',
    label: 'personal',
    input: listInput({
      role: z.string().max(40).optional(),
      personId: z.uuid().optional(),
      state: z.enum(Object.keys(grantStates) as [keyof typeof grantStates]).optional(),
    }),
    output: listOutput(GrantRow),
  }),
  giveRole: post('/api/grants', {
    summary: '在本单位授予角色',
    permission: 'grant:give',
    stepUp: true,
    input: GrantInput,
    output: Id,
  }),
  revokeGrant: post('/api/grants/:id/revoke', {
    summary: '撤销授权',
    permission: 'grant:revoke',
    input: z.object({ id: z.uuid(), reason }),
    output: z.object({}),
  }),
  proposeGrant: post('/api/grants/proposals', {
    summary: '提出授权',
    permission: 'grant:propose',
    input: GrantInput,
    output: Id,
  }),
  proposeRevoke: post('/api/grants/:id/revoke-proposals', {
    summary: '提出撤销三员的授权',
    permission: 'grant:propose',
    input: z.object({ id: z.uuid(), reason }),
    output: Id,
  }),
  proposals: get('/api/grants/proposals', {
    summary: '授权与角色变更的提请',
    permission: 'grant:read',
    label: 'personal',
    input: listInput({ state: z.enum(Object.keys(proposalStates) as [keyof typeof proposalStates]).optional() }),
    output: listOutput(ProposalRow),
  }),
  approveProposal: post('/api/grants/proposals/:id/approve', {
    summary: '批准授权或角色变更',
    permission: 'grant:approve',
    stepUp: true,
    input: z.object({ id: z.uuid(), note: z.string().trim().max(500).default('') }),
    output: z.object({}),
  }),
  refuseProposal: post('/api/grants/proposals/:id/refuse', {
    summary: '不批准授权或角色变更',
    permission: 'grant:approve',
    input: z.object({ id: z.uuid(), note: reason }),
    output: z.object({}),
  }),
  withdrawProposal: post('/api/grants/proposals/:id/withdraw', {
    summary: '撤回授权或角色变更的提请',
    permission: 'grant:propose',
    input: Id,
    output: z.object({}),
  }),
  explainAccess: get('/api/grants/explain', {
    summary: '为什么能（不能）办理',
    permission: 'grant:read',
    label: 'personal',
    audit: 'sensitive',
    input: z.object({ personId: z.uuid(), permission: z.string().max(60), unitId: z.uuid() }),
    output: Explanation,
  }),
  grantRegions: get('/api/grants/regions', {
    summary: '可选的行政区划',
    permission: 'grant:read',
    input: z.object({ q: z.string().trim().min(1).max(40) }),
    output: z.object({ rows: z.array(z.object({ code: z.string(), name: z.string() })) }),
  }),
})

const delegationsApi = defineApi({
  delegations: get('/api/delegations', {
    summary: '我的授权与委托',
    permission: 'signed-in',
    input: z.object({}),
    output: z.object({ lent: z.array(DelegationRow), borrowed: z.array(DelegationRow), lendable: z.array(Lendable) }),
  }),
  lend: post('/api/delegations', {
    summary: '委托权限给他人',
    permission: 'delegation:lend',
    stepUp: true,
    input: z.object({
      personId: z.uuid(),
      roles: z.array(z.string().max(40)).max(20).default([]),
      permissions: z.array(z.string().max(60)).max(100).default([]),
      validFrom: Day,
      validTo: Day,
      reason,
    }),
    output: Id,
  }),
  endDelegation: post('/api/delegations/:id/end', {
    summary: '收回或退回委托',
    permission: 'signed-in',
    input: Id,
    output: z.object({}),
  }),
})

export const grantingApi = defineApi({ ...rolesApi, ...grantsApi, ...delegationsApi })
