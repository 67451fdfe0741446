import { z } from 'zod'
import { defineApi, defineEvent, download, post } from '#kernel/contract'
import { importEndpoints, type ImportRun as RunOf, TableFormat } from '#platform/transfer/contract'
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

export type ImportRun = RunOf<ImportKind>

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

export const transferApi = defineApi({
  ...importEndpoints({
    path: '/api/matters/imports',
    permission,
    what: '事项',
    Kind: ImportKind,
    usual: 'implementing',
  }),
  importTemplate: download('/api/matters/import-template', {
    summary: '下载事项导入模板',
    permission,
    input: z.object({ kind: ImportKind.default('implementing'), format: TableFormat.default('xlsx') }),
  }),
  exportMatters: download('/api/matters/export', {
    summary: '导出事项',
    permission: 'matters:read',
    input: z.object({
      layer: Layer.exclude(['item']).default('basic'),
      unitId: z.uuid().optional(),
      kind: MatterKind.optional(),
      format: TableFormat.default('xlsx'),
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
