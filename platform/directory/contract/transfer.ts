import { z } from 'zod'
import {
  Day,
  defineApi,
  defineEvent,
  download,
  Empty,
  get,
  Id,
  listInput,
  listOutput,
  Moment,
  post,
  put,
  upload,
} from '#kernel/contract'
import { UnitRef } from './browse.ts'

/** Columns of a people file: what an export writes is what an import reads. One row is one post. */
export const personFields = {
  personId: '人员标识',
  name: '姓名',
  gender: '性别',
  identityNumber: '公民身份号码',
  mobile: '手机号',
  email: '电子邮箱',
  rank: '职级',
  staffNo: '人事编号',
  unit: '单位',
  division: '内设机构',
  postId: '任职标识',
  postKind: '任职类型',
  title: '职务',
  charge: '分管工作',
  leader: '单位领导',
  sort: '次序',
  phone: '办公电话',
  room: '办公室',
  validFrom: '任职日',
} as const
export type PersonField = keyof typeof personFields

/** Columns of a units file. */
export const unitFields = {
  unitId: '单位标识',
  parent: '上级单位',
  name: '全称',
  shortName: '简称',
  kind: '性质',
  level: '层级',
  creditCode: '统一社会信用代码',
  documentMark: '机关代字',
  regionCode: '行政区划代码',
  line: '条线',
  establishment: '编制数',
  phone: '办公电话',
  address: '办公地点',
  sort: '次序',
  validFrom: '成立日',
} as const
export type UnitField = keyof typeof unitFields

export const importKinds = { people: '人员', units: '单位' } as const
export const ImportKind = z.enum(Object.keys(importKinds) as [keyof typeof importKinds])
export type ImportKind = z.infer<typeof ImportKind>

export const importStates = {
  uploaded: '待对应列',
  mapped: '待检查',
  checking: '检查中',
  checked: '待导入',
  applying: '导入中',
  done: '已完成',
  failed: '未完成',
  cancelled: '已取消',
} as const
export const ImportState = z.enum(Object.keys(importStates) as [keyof typeof importStates])
export type ImportState = z.infer<typeof ImportState>

/** Which column (counted from 0) holds which field. */
export const ImportMapping = z.record(z.string().max(40), z.number().int().min(0).max(299))
export type ImportMapping = z.infer<typeof ImportMapping>

/** What rows lead to: expected after the check, counted while it is applied. */
export const ImportCounts = z.object({
  /** people or units made */
  created: z.number().int(),
  /** rows that changed somebody or some unit already known */
  updated: z.number().int(),
  /** posts added to people already known */
  posts: z.number().int(),
  /** rows that say what the directory says already */
  same: z.number().int(),
  /** rows left out because of faults */
  skipped: z.number().int(),
})
export type ImportCounts = z.infer<typeof ImportCounts>

export const ImportRun = z.object({
  id: z.uuid(),
  kind: ImportKind,
  unit: UnitRef,
  fileName: z.string(),
  format: z.enum(['csv', 'xlsx']),
  encoding: z.string(),
  size: z.number().int(),
  state: ImportState,
  /** why it failed or stopped, a sentence for its owner */
  message: z.string().nullable(),
  /** rows of data; null until the check has seen the end of the file */
  total: z.number().int().nullable(),
  checked: z.number().int(),
  faulty: z.number().int(),
  expected: ImportCounts,
  /** rows of the file that are through, the skipped ones included: `applied / total` is the progress */
  applied: z.number().int(),
  done: ImportCounts,
  createdAt: Moment,
  updatedAt: Moment,
  /** the day the file and the faults are erased */
  expiresOn: Day,
})
export type ImportRun = z.infer<typeof ImportRun>

export const ImportDetail = ImportRun.extend({
  header: z.array(z.string()),
  /** the first rows of the file, as it has them */
  sample: z.array(z.array(z.string())),
  mapping: ImportMapping,
  fields: z.array(z.object({ field: z.string(), title: z.string(), required: z.boolean(), help: z.string() })),
})
export type ImportDetail = z.infer<typeof ImportDetail>

export const ImportFault = z.object({
  sheet: z.string(),
  /** the row as the spreadsheet numbers it */
  row: z.number().int(),
  /** letters of the column; null when the whole row is meant */
  column: z.string().nullable(),
  header: z.string().nullable(),
  /** what the cell holds; numbers of persons are masked */
  value: z.string(),
  message: z.string(),
  /** found while checking, or only when the row was applied because the directory had changed */
  stage: z.enum(['check', 'apply']),
})
export type ImportFault = z.infer<typeof ImportFault>

export const TransferFormat = z.enum(['xlsx', 'csv'])

/** Somebody asked for a check, or for the rows to be written. */
export const importAsked = defineEvent('directory.import-asked', z.object({ id: z.uuid() }))

/** Most bytes of an uploaded table: 1.4 million people take about 300 MB as CSV. */
const MAX_FILE = 1024 ** 3
const permission = 'directory:import'
const path = '/api/directory/imports'

export const transferApi = defineApi({
  uploadImport: upload(path, {
    summary: '上传导入文件',
    permission,
    input: z.object({
      kind: ImportKind.default('people'),
      /** where rows without a unit go, and where names are looked for first; the caller's own unit when absent */
      unitId: z.uuid().optional(),
    }),
    output: ImportDetail,
    maxBytes: MAX_FILE,
    limit: { max: 200, seconds: 3600 },
  }),
  imports: get(path, {
    summary: '我的导入',
    permission,
    input: listInput({ kind: ImportKind.optional() }).omit({ q: true, sort: true }),
    output: listOutput(ImportRun),
  }),
  importDetail: get(`${path}/:id`, { summary: '导入的详情', permission, input: Id, output: ImportDetail }),
  mapImport: put(`${path}/:id/mapping`, {
    summary: '对应导入的列',
    permission,
    input: Id.extend({ mapping: ImportMapping }),
    output: ImportDetail,
  }),
  checkImport: post(`${path}/:id/check`, { summary: '检查导入文件', permission, input: Id, output: ImportDetail }),
  importFaults: get(`${path}/:id/faults`, {
    summary: '导入的错误',
    permission,
    label: 'sensitive',
    input: listInput(Id.shape).omit({ q: true, sort: true }),
    output: listOutput(ImportFault),
  }),
  faultSheet: download(`${path}/:id/fault-sheet`, {
    summary: '下载错误表',
    permission,
    label: 'sensitive',
    input: Id.extend({ format: TransferFormat.default('xlsx') }),
    audit: 'export',
  }),
  applyImport: post(`${path}/:id/apply`, {
    summary: '执行导入',
    permission,
    stepUp: true,
    /** `skip` leaves faulty rows out; `refuse` applies only a file without faults */
    input: Id.extend({ faulty: z.enum(['skip', 'refuse']) }),
    output: ImportDetail,
  }),
  cancelImport: post(`${path}/:id/cancel`, { summary: '取消导入', permission, input: Id, output: ImportDetail }),
  removeImport: post(`${path}/:id/remove`, { summary: '删除导入记录和文件', permission, input: Id, output: Empty }),
  importTemplate: download('/api/directory/import-template', {
    summary: '下载导入模板',
    permission,
    input: z.object({ kind: ImportKind.default('people'), format: TransferFormat.default('xlsx') }),
  }),
  exportPeople: download('/api/directory/export/people', {
    summary: '导出人员',
    permission: 'directory:export',
    stepUp: true,
    label: 'sensitive',
    input: z.object({
      unitId: z.uuid(),
      /** only the unit itself, without its divisions and lower units */
      direct: z.boolean().default(false),
      leaders: z.boolean().default(false),
      postKind: z.enum(['main', 'concurrent', 'exchange', 'seconded']).optional(),
      /** beginning of a name or part of a title */
      q: z.string().trim().max(40).optional(),
      format: TransferFormat.default('xlsx'),
    }),
    audit: 'export',
    limit: { max: 60, seconds: 3600 },
  }),
  exportUnits: download('/api/directory/export/units', {
    summary: '导出单位',
    permission: 'directory:export',
    stepUp: true,
    label: 'sensitive',
    input: z.object({ unitId: z.uuid(), format: TransferFormat.default('xlsx') }),
    audit: 'export',
    limit: { max: 60, seconds: 3600 },
  }),
})
