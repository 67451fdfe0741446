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
import { Layer, MatterKind } from './elements.ts'

/** Columns of a file of the basic catalogue: what an export writes is what an import reads. One row is one matter. */
export const basicFields = {
  code: '基本编码',
  name: '事项名称',
  kind: '种类',
  type: '类型',
  unit: '编制单位',
  function: '三定职责',
  levels: '行使层级',
  basis: '设定依据',
  serves: '服务对象',
  conditions: '受理条件',
  materials: '申请材料',
  steps: '办理环节',
  statutory: '法定办结时限',
  promised: '承诺办结时限',
  visits: '到现场次数',
  visitReason: '必须到现场的原因',
  results: '办理结果',
  consultation: '咨询电话',
  supervision: '监督电话',
  life: '职业阶段',
  scenes: '场景',
  keywords: '关键词',
} as const
/** Columns of a file of implementing lists. */
export const implementingFields = {
  code: '基本编码',
  unit: '实施单位',
  function: '三定职责',
  address: '办理地址',
  hours: '办理时间',
  phone: '咨询电话',
  supervisionPhone: '监督电话',
  promised: '承诺办结时限',
  conditions: '本地条件',
} as const

export const importKinds = { basic: '基本目录', implementing: '实施清单' } as const
export const ImportKind = z.enum(Object.keys(importKinds) as [keyof typeof importKinds])
export type ImportKind = z.infer<typeof ImportKind>

export const importStates = {
  uploaded: '待检查',
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
const Mapping = z.record(z.string().max(40), z.number().int().min(0).max(199))
export const ImportCounts = z.object({
  created: z.number().int(),
  updated: z.number().int(),
  /** rows that say what the catalogue says already */
  same: z.number().int(),
  skipped: z.number().int(),
})
export type ImportCounts = z.infer<typeof ImportCounts>

export const ImportRun = z.object({
  id: z.uuid(),
  kind: ImportKind,
  fileName: z.string(),
  unitName: z.string(),
  state: ImportState,
  message: z.string().nullable(),
  /** null until the check has seen the end of the file */
  total: z.number().int().nullable(),
  checked: z.number().int(),
  faulty: z.number().int(),
  expected: ImportCounts,
  /** `applied / total` is the progress; a crash goes on from there */
  applied: z.number().int(),
  done: ImportCounts,
  header: z.array(z.string()),
  mapping: Mapping,
  fields: z.array(z.object({ field: z.string(), title: z.string(), required: z.boolean() })),
  createdAt: Moment,
  expiresOn: Day,
})
export type ImportRun = z.infer<typeof ImportRun>

export const ImportFault = z.object({
  sheet: z.string(),
  /** the row as the spreadsheet numbers it */
  row: z.number().int(),
  /** letters of the column; null when the whole row is meant */
  column: z.string().nullable(),
  header: z.string().nullable(),
  value: z.string(),
  message: z.string(),
})
export type ImportFault = z.infer<typeof ImportFault>

const Format = z.enum(['xlsx', 'csv'])
/** Somebody asked for a check, or for the rows to be written. */
export const importAsked = defineEvent('matters.import-asked', z.object({ id: z.uuid() }))

/** What may be changed of many at once. */
// written out: the defaults of the elements would empty what is not named
const said = (most: number) => z.string().trim().max(most, `最多 ${most} 个字。`).optional()
const BulkChange = z.object({ address: said(200), hours: said(200), phone: said(60), supervisionPhone: said(60) })
const BulkRow = z.object({
  id: z.uuid(),
  name: z.string(),
  /** what would change, or why nothing can */
  changes: z.array(z.object({ title: z.string(), before: z.string(), after: z.string() })),
  refused: z.string().nullable(),
})
export type BulkRow = z.infer<typeof BulkRow>

const permission = 'matters:edit'
const path = '/api/matters/imports'
const MAX_FILE = 512 * 1024 ** 2

export const transferApi = defineApi({
  uploadImport: upload(path, {
    summary: '上传事项导入文件',
    permission,
    input: z.object({
      kind: ImportKind.default('implementing'),
      /** the unit of rows that name none; the caller's own when absent */
      unitId: z.uuid().optional(),
    }),
    output: ImportRun,
    maxBytes: MAX_FILE,
  }),
  imports: get(path, {
    summary: '我的事项导入',
    permission,
    input: listInput({}).omit({ q: true, sort: true }),
    output: listOutput(ImportRun),
  }),
  importRun: get(`${path}/:id`, { summary: '事项导入的详情', permission, input: Id, output: ImportRun }),
  mapImport: put(`${path}/:id/mapping`, {
    summary: '对应事项导入的列',
    permission,
    input: Id.extend({ mapping: Mapping }),
    output: ImportRun,
  }),
  checkImport: post(`${path}/:id/check`, { summary: '检查事项导入文件', permission, input: Id, output: ImportRun }),
  applyImport: post(`${path}/:id/apply`, {
    summary: '执行事项导入',
    permission,
    /** `skip` leaves faulty rows out; `refuse` applies only a file without faults */
    input: Id.extend({ faulty: z.enum(['skip', 'refuse']) }),
    output: ImportRun,
  }),
  cancelImport: post(`${path}/:id/cancel`, { summary: '取消事项导入', permission, input: Id, output: ImportRun }),
  removeImport: post(`${path}/:id/remove`, { summary: '删除事项导入记录', permission, input: Id, output: Empty }),
  importFaults: get(`${path}/:id/faults`, {
    summary: '事项导入的错误',
    permission,
    input: listInput(Id.shape).omit({ q: true, sort: true }),
    output: listOutput(ImportFault),
  }),
  faultSheet: download(`${path}/:id/fault-sheet`, {
    summary: '下载事项导入的错误表',
    permission,
    input: Id.extend({ format: Format.default('xlsx') }),
    audit: 'export',
  }),
  importTemplate: download('/api/matters/import-template', {
    summary: '下载事项导入模板',
    permission,
    input: z.object({ kind: ImportKind.default('implementing'), format: Format.default('xlsx') }),
  }),
  exportMatters: download('/api/matters/export', {
    summary: '导出事项',
    permission: 'matters:read',
    input: z.object({
      layer: Layer.exclude(['item']).default('basic'),
      unitId: z.uuid().optional(),
      kind: MatterKind.optional(),
      format: Format.default('xlsx'),
    }),
    audit: 'export',
    limit: { max: 60, seconds: 3600 },
  }),
  bulkEdit: post('/api/matters/bulk-edit', {
    summary: '成批修改实施清单',
    permission,
    /** without `apply` it only shows what would change */
    input: z.object({
      ids: z.array(z.uuid()).min(1, '请选择事项。').max(200, '一次最多改 200 项。'),
      set: BulkChange,
      apply: z.boolean().default(false),
    }),
    output: z.object({ rows: z.array(BulkRow) }),
  }),
  bulkApprove: post('/api/matters/bulk-approve', {
    summary: '成批审核通过事项',
    permission: 'matters:approve',
    input: z.object({ ids: z.array(z.uuid()).min(1, '请选择事项。').max(200, '一次最多审核 200 项。') }),
    output: z.object({ approved: z.number().int(), refused: z.array(z.object({ id: z.uuid(), reason: z.string() })) }),
  }),
})
