import { z } from 'zod'
import {
  Day,
  defineApi,
  download,
  Empty,
  get,
  Id,
  listInput,
  listOutput,
  Moment,
  patch,
  post,
  put,
} from '#kernel/contract'
import { Level, UnitKind, UnitRef } from './browse.ts'

const Text = (max: number) => z.string().trim().max(max)
const Name = Text(100).min(1, '请填写名称。')
export const nameKinds = { full: '全称', short: '简称', plate: '挂牌', mark: '机关代字' } as const
export const NameKind = z.enum(Object.keys(nameKinds) as [keyof typeof nameKinds])
/** `validTo` is the first day the name no longer holds; null while it does. */
export const DatedName = z.object({ kind: NameKind, name: Name, validFrom: Day, validTo: Day.nullable() })
export const StatutoryFunction = z.object({ content: Text(1000).min(1), basis: Text(300).min(1, '请填写依据。') })

const fields = {
  name: Name,
  shortName: Name.optional(),
  documentMark: Text(40).nullable().optional(),
  plates: z.array(Name).max(10).optional(),
  kind: UnitKind,
  level: Level,
  regionCode: Text(20).nullable().optional(),
  creditCode: Text(30).nullable().optional(),
  line: Text(40).nullable().optional(),
  superiorId: z.uuid().nullable().optional(),
  /** number of established posts 编制数 */
  establishment: z.number().int().min(0).max(1_000_000).nullable().optional(),
  phone: Text(40).nullable().optional(),
  address: Text(200).nullable().optional(),
  closed: z.boolean().optional(),
  sort: z.number().int().min(0).max(1_000_000_000).optional(),
  functions: z.array(StatutoryFunction).max(60).optional(),
}
/** Why, for the history; shown to whoever reads it. */
export const Reason = Text(200).optional()
const Revision = z.number().int()

export const NewUnit = z.object({ ...fields, parentId: z.uuid(), validFrom: Day.optional(), reason: Reason })
export const UnitPatch = z.object({
  ...z.object(fields).partial().shape,
  id: z.uuid(),
  revision: Revision,
  /** the day from which changed names and functions hold; today when absent */
  effective: Day.optional(),
  /** corrects the day of foundation */
  validFrom: Day.optional(),
  reason: Reason,
})

const unitFilters = {
  /** only the subtree of this unit */
  under: z.uuid().optional(),
  kind: UnitKind.optional(),
  level: Level.optional(),
  line: Text(40).optional(),
  closed: z.boolean().optional(),
  abolished: z.boolean().default(false),
  /** only those with nothing of the scope above them: where a tree of the scope begins */
  tops: z.boolean().default(false),
}
export const AdminUnitRow = z.object({
  id: z.uuid(),
  parent: UnitRef.nullable(),
  kind: UnitKind,
  level: Level,
  name: z.string(),
  shortName: z.string(),
  line: z.string().nullable(),
  creditCode: z.string().nullable(),
  establishment: z.number().int().nullable(),
  peopleTotal: z.number().int(),
  peopleDirect: z.number().int(),
  children: z.number().int(),
  closed: z.boolean(),
  validFrom: Day,
  validTo: Day.nullable(),
  updatedAt: Moment,
  revision: Revision,
})
export type AdminUnitRow = z.infer<typeof AdminUnitRow>

export const AdminUnit = AdminUnitRow.extend({
  crumb: z.array(UnitRef),
  documentMark: z.string().nullable(),
  regionCode: z.string().nullable(),
  superior: UnitRef.nullable(),
  phone: z.string().nullable(),
  address: z.string().nullable(),
  sort: z.number().int(),
  mergedInto: UnitRef.nullable(),
  names: z.array(DatedName),
  /** those in force today */
  functions: z.array(StatutoryFunction),
  /** whether the caller may move or abolish it: its parent is in the scope too */
  can: z.object({ place: z.boolean() }),
})
export type AdminUnit = z.infer<typeof AdminUnit>

const permission = 'directory:manage'
const minutes = 120_000
export const adminUnitsApi = defineApi({
  adminUnits: get('/api/directory/admin/units', {
    summary: '管理范围内的单位',
    permission,
    input: listInput(unitFilters),
    output: listOutput(AdminUnitRow),
    timeoutMs: 10_000,
  }),
  downloadUnits: download('/api/directory/admin/units/download', {
    summary: '下载单位清单',
    permission,
    stepUp: true,
    audit: 'export',
    input: listInput({ ...unitFilters, format: z.enum(['csv', 'xlsx']).default('xlsx') }),
  }),
  adminUnit: get('/api/directory/admin/units/:id', {
    summary: '单位（管理）',
    permission,
    input: Id,
    output: AdminUnit,
  }),
  createUnit: post('/api/directory/admin/units', {
    summary: '新建单位',
    permission,
    input: NewUnit,
    output: AdminUnit,
    timeoutMs: minutes,
  }),
  updateUnit: patch('/api/directory/admin/units/:id', {
    summary: '修改单位',
    permission,
    input: UnitPatch,
    output: AdminUnit,
    timeoutMs: minutes,
  }),
  setUnitNames: put('/api/directory/admin/units/:id/names', {
    summary: '更正单位名称沿革',
    permission,
    input: Id.extend({ revision: Revision, names: z.array(DatedName).min(1).max(60), reason: Reason }),
    output: AdminUnit,
  }),
  moveUnit: post('/api/directory/admin/units/:id/move', {
    summary: '移动单位',
    permission,
    input: Id.extend({ revision: Revision, parentId: z.uuid(), reason: Reason }),
    output: AdminUnit,
    timeoutMs: minutes,
  }),
  abolishUnit: post('/api/directory/admin/units/:id/abolish', {
    summary: '撤销单位',
    permission,
    input: Id.extend({
      revision: Revision,
      /** who receives its people and its lower units; a unit that has some is not abolished without */
      peopleTo: z.uuid().optional(),
      childrenTo: z.uuid().optional(),
      reason: Reason,
    }),
    output: AdminUnit,
    timeoutMs: minutes,
  }),
  restoreUnit: post('/api/directory/admin/units/:id/restore', {
    summary: '恢复单位',
    permission,
    input: Id.extend({ revision: Revision, reason: Reason }),
    output: AdminUnit,
    timeoutMs: minutes,
  }),
  lines: get('/api/directory/lines', {
    summary: '条线',
    permission: 'directory:read',
    input: Empty,
    output: z.object({ rows: z.array(z.string()) }),
  }),
})
