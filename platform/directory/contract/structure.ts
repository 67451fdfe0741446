import { z } from 'zod'
import { Day, defineApi, defineEvent, get, Id, listInput, listOutput, Moment, post, put } from '#kernel/contract'
import { NewUnit, Reason } from './admin-units.ts'
import { UnitRef } from './browse.ts'

const unit = z.uuid()
const { name, shortName, documentMark } = NewUnit.shape
// A unit that does not exist yet has an id of its own from the start: later operations of the plan name it, and it keeps it.
const newUnitId = z.uuid().optional()

const SplitPart = z.object({
  id: newUnitId,
  name,
  shortName,
  /** the parent of the unit that is split when absent */
  parentId: unit.optional(),
  /** lower units that go with it */
  childIds: z.array(unit).max(500).default([]),
  /** posts that go with it */
  postIds: z.array(z.uuid()).max(20_000).default([]),
})

/** The operations of a plan, done in their order. `unitId` is what is changed; the others receive. */
export const StructureOperation = z.discriminatedUnion('op', [
  z.object({ op: z.literal('rename'), unitId: unit, name, shortName, documentMark }),
  z.object({ op: z.literal('move'), unitId: unit, parentId: unit }),
  /** A → B, or A, B → C with C created before: posts and lower units go there; lower units of one name and kind become one */
  z.object({ op: z.literal('merge'), unitIds: z.array(unit).min(1).max(50), intoId: unit }),
  /** what no part takes stays; when the unit ends (`abolish`), the first part takes it */
  z.object({
    op: z.literal('split'),
    unitId: unit,
    parts: z.array(SplitPart).min(1).max(20),
    abolish: z.boolean().default(true),
  }),
  z.object({ op: z.literal('abolish'), unitId: unit, peopleTo: unit.optional(), childrenTo: unit.optional() }),
  NewUnit.omit({ validFrom: true, reason: true }).extend({ op: z.literal('create'), id: newUnitId }),
  /** an abolished unit comes back with the names and functions that ended with it */
  z.object({ op: z.literal('restore'), unitId: unit }),
  /** posts pass from one unit to another; all of them without a list */
  z.object({
    op: z.literal('people'),
    unitId: unit,
    toId: unit,
    postIds: z.array(z.uuid()).min(1).max(20_000).optional(),
  }),
])
export type StructureOperation = z.infer<typeof StructureOperation>

export const planStates = { draft: '草稿', scheduled: '待生效', effective: '已生效', revoked: '已撤回' } as const
export const PlanState = z.enum(Object.keys(planStates) as [keyof typeof planStates])

const count = z.number().int()
export const StructureReport = z.object({
  /** one for each operation: what it does, and why it cannot be done */
  operations: z.array(z.object({ text: z.string(), fault: z.string().nullable() })),
  /** what stands in the units that change, before they change */
  touched: z.object({ units: count, people: count, posts: count, duties: count, books: count, rules: count }),
  /** what other services keep open there */
  impacts: z.array(z.object({ name: z.string(), title: z.string(), count })),
  /** duties that end; books, rules and business superiors that name a unit which ends, and whom they name then: a sentence each */
  ties: z.array(z.string()).default([]),
  changes: z.object({ created: count, renamed: count, moved: count, abolished: count, restored: count, posts: count }),
})
export type StructureReport = z.infer<typeof StructureReport>

export const StructurePreview = StructureReport.extend({
  /** of the plan as a whole: its day, other plans */
  faults: z.array(z.string()),
  ok: z.boolean(),
})
export type StructurePreview = z.infer<typeof StructurePreview>

const PlanRow = z.object({
  id: z.uuid(),
  title: z.string(),
  owner: UnitRef,
  effectiveOn: Day,
  state: PlanState,
  operationCount: count,
  fault: z.string().nullable(),
  createdByName: z.string(),
  createdAt: Moment,
  revision: count,
})
export const StructurePlan = PlanRow.extend({
  basis: z.string(),
  operations: z.array(StructureOperation),
  texts: z.array(z.string()),
  /** units that were changed after the approval; one that blocks is to be looked at and approved anew */
  drift: z.array(z.object({ unitId: z.uuid(), text: z.string(), blocks: z.boolean() })),
  report: StructureReport.nullable(),
  reverses: z.uuid().nullable(),
  can: z.object({
    /** false for whoever drafted or last changed the plan */
    approve: z.boolean(),
  }),
  approvedByName: z.string().nullable(),
  approvedAt: Moment.nullable(),
  appliedAt: Moment.nullable(),
  revokedAt: Moment.nullable(),
})
export type StructurePlan = z.infer<typeof StructurePlan>

const fields = {
  title: z.string().trim().min(1, '请填写方案名称。').max(100),
  /** the document it follows */
  basis: z.string().trim().max(300).default(''),
  effectiveOn: Day,
  operations: z.array(StructureOperation).min(1, '请至少填写一项操作。').max(500),
}
export const NewStructurePlan = z.object({ ...fields, ownerId: z.uuid() })

/** A change of structure took effect. `units`: those that were created, renamed, moved, merged, abolished or restored. */
export const structureChanged = defineEvent(
  'directory.structure-changed',
  z.object({ planId: z.uuid(), units: z.array(z.uuid()) }),
)

const permission = 'directory:restructure'
const timeoutMs = 120_000
const Versioned = Id.extend({ revision: count })
export const structureApi = defineApi({
  structurePlans: get('/api/directory/structure/plans', {
    summary: '机构改革方案',
    permission,
    input: listInput({ state: PlanState.optional() }),
    output: listOutput(PlanRow),
  }),
  structurePlan: get('/api/directory/structure/plans/:id', {
    summary: '机构改革方案详情',
    permission,
    input: Id,
    output: StructurePlan,
  }),
  createStructurePlan: post('/api/directory/structure/plans', {
    summary: '起草机构改革方案',
    permission,
    input: NewStructurePlan,
    output: StructurePlan,
  }),
  updateStructurePlan: put('/api/directory/structure/plans/:id', {
    summary: '修改机构改革方案',
    permission,
    input: Versioned.extend(fields),
    output: StructurePlan,
  }),
  previewStructurePlan: post('/api/directory/structure/plans/:id/preview', {
    summary: '预览机构改革方案',
    permission,
    input: Id,
    output: StructurePreview,
    timeoutMs,
  }),
  /** by somebody else than drafted or last changed it; also anew, for a plan that waits while units were changed */
  approveStructurePlan: post('/api/directory/structure/plans/:id/approve', {
    summary: '批准机构改革方案',
    permission,
    stepUp: true,
    input: Versioned,
    output: StructurePlan,
    timeoutMs,
  }),
  revokeStructurePlan: post('/api/directory/structure/plans/:id/revoke', {
    summary: '撤回机构改革方案',
    permission,
    input: Versioned.extend({ reason: Reason }),
    output: StructurePlan,
  }),
  applyStructurePlan: post('/api/directory/structure/plans/:id/apply', {
    summary: '立即施行机构改革方案',
    permission,
    stepUp: true,
    input: Versioned,
    output: StructurePlan,
    timeoutMs,
  }),
  reverseStructurePlan: post('/api/directory/structure/plans/:id/reverse', {
    summary: '生成反向机构改革方案',
    permission,
    stepUp: true,
    input: Id.extend({ effectiveOn: Day }),
    output: z.object({ plan: StructurePlan, notes: z.array(z.string()) }),
  }),
})
