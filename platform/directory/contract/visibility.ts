import { z } from 'zod'
import { defineApi, del, Empty, get, Id, listInput, listOutput, post, put } from '#kernel/contract'
import { UnitRef } from './browse.ts'

/** What a rule may mask. The order is part of the compiled form: append, never insert. */
export const maskableFields = {
  mobile: '手机号',
  phone: '办公电话',
  email: '电子邮箱',
  room: '办公室',
  rank: '职级',
} as const
export const MaskableField = z.enum(Object.keys(maskableFields) as [keyof typeof maskableFields])
export type MaskableField = z.infer<typeof MaskableField>

/** Who is meant: all conditions given must hold. People count where their main post is. */
const target = {
  targetUnitId: z.uuid().nullable().default(null),
  /** this rank and higher ones: a smaller number is a higher rank */
  targetRankOrder: z.number().int().min(0).max(99).nullable().default(null),
  targetPersonId: z.uuid().nullable().default(null),
}
const ruleShape = {
  title: z.string().trim().min(1, '请填写规则名称。').max(100),
  ...target,
  effect: z.enum(['hide', 'mask']),
  fields: z.array(MaskableField).max(5).default([]),
  /** exceptions: whoever meets one of them sees everything */
  viewerUnitIds: z.array(z.uuid()).max(50).default([]),
  viewerPersonIds: z.array(z.uuid()).max(200).default([]),
  viewerRankOrder: z.number().int().min(0).max(99).nullable().default(null),
  ownUnit: z.boolean().default(true),
  ownerUnitId: z.uuid(),
}
export const RuleInput = z
  .object(ruleShape)
  .refine((rule) => rule.targetUnitId || rule.targetPersonId || rule.targetRankOrder !== null, {
    path: ['targetUnitId'],
    message: '请选择对象：单位、职级或人员，至少一项。',
  })
  .refine((rule) => rule.effect === 'hide' || rule.fields.length > 0, {
    path: ['fields'],
    message: '请选择要遮盖的字段。',
  })
export type RuleInput = z.infer<typeof RuleInput>

export const VisibilityRule = z.object({
  id: z.uuid(),
  title: z.string(),
  targetUnit: UnitRef.nullable(),
  targetRankOrder: z.number().int().nullable(),
  targetPerson: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  effect: z.enum(['hide', 'mask']),
  fields: z.array(MaskableField),
  viewerUnits: z.array(UnitRef),
  viewerPersons: z.array(z.object({ id: z.uuid(), name: z.string() })),
  viewerRankOrder: z.number().int().nullable(),
  ownUnit: z.boolean(),
  enabled: z.boolean(),
  ownerUnit: UnitRef,
  createdAt: z.iso.datetime({ offset: true }),
  revision: z.number().int(),
})
export type VisibilityRule = z.infer<typeof VisibilityRule>

/** Whom a rule touches, before it is made. Counting stops at 10,000. */
const RulePreview = z.object({
  people: z.number().int(),
  units: z.number().int(),
  more: z.boolean(),
  sample: z.array(z.object({ personId: z.uuid(), name: z.string(), title: z.string(), unitName: z.string() })).max(20),
})

const permission = 'directory:visibility'
const minutes = 120_000
export const visibilityApi = defineApi({
  rules: get('/api/directory/visibility', {
    summary: '可见性规则',
    permission,
    input: listInput({ enabled: z.boolean().optional() }).omit({ sort: true }),
    output: listOutput(VisibilityRule),
  }),
  rule: get('/api/directory/visibility/:id', {
    summary: '可见性规则详情',
    permission,
    input: Id,
    output: VisibilityRule,
  }),
  createRule: post('/api/directory/visibility', {
    summary: '新建可见性规则',
    permission,
    stepUp: true,
    input: RuleInput,
    output: VisibilityRule,
    timeoutMs: minutes,
  }),
  updateRule: put('/api/directory/visibility/:id', {
    summary: '修改可见性规则',
    permission,
    stepUp: true,
    input: RuleInput.safeExtend({ id: z.uuid(), revision: z.number().int() }),
    output: VisibilityRule,
    timeoutMs: minutes,
  }),
  enableRule: post('/api/directory/visibility/:id/enabled', {
    summary: '启用或停用可见性规则',
    permission,
    stepUp: true,
    input: Id.extend({ enabled: z.boolean(), revision: z.number().int() }),
    output: VisibilityRule,
    timeoutMs: minutes,
  }),
  deleteRule: del('/api/directory/visibility/:id', {
    summary: '删除可见性规则',
    permission,
    stepUp: true,
    input: Id,
    output: Empty,
    timeoutMs: minutes,
  }),
  previewRule: post('/api/directory/visibility/preview', {
    summary: '预览可见性规则的影响',
    permission,
    input: z.object(target),
    output: RulePreview,
    timeoutMs: 10_000,
  }),
})
