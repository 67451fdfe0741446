import { z } from 'zod'
import { defineApi, post } from '#kernel/contract'
import { personFilters } from './admin-people.ts'
import { Reason } from './admin-units.ts'

const Text = (max: number) => z.string().trim().max(max)
/** Most rows of one bulk change. */
export const bulkMost = 5000
const Sort = {
  /** the rows are numbered in the order selected */
  from: z.number().int().min(0).max(1_000_000),
  step: z.number().int().min(1).max(1000).default(10),
}

/** What to do with every row of the selection. Posts by `postId`; units by `id`. */
export const BulkChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('post-unit'), unitId: z.uuid() }),
  z.object({ kind: z.literal('post-title'), value: Text(100) }),
  z.object({ kind: z.literal('post-charge'), value: Text(300) }),
  z.object({ kind: z.literal('post-phone'), value: Text(40) }),
  z.object({ kind: z.literal('post-room'), value: Text(60) }),
  z.object({ kind: z.literal('post-sort'), ...Sort }),
  z.object({ kind: z.literal('person-rank'), value: Text(40) }),
  z.object({ kind: z.literal('unit-line'), value: Text(40) }),
  z.object({ kind: z.literal('unit-superior'), superiorId: z.uuid().nullable() }),
  z.object({ kind: z.literal('unit-phone'), value: Text(40) }),
  z.object({ kind: z.literal('unit-address'), value: Text(200) }),
  z.object({ kind: z.literal('unit-closed'), value: z.boolean() }),
  z.object({ kind: z.literal('unit-sort'), ...Sort }),
])
export type BulkChange = z.infer<typeof BulkChange>

const ids = z.array(z.uuid()).min(1, '请选择要修改的行。').max(bulkMost, `一次最多修改 ${bulkMost} 行，请分批办理。`)
/** The rows ticked, or everybody whom the list shows with these filters (posts only). */
export const BulkSelection = z.union([
  z.object({ ids }),
  z.object({ filter: z.object({ ...personFilters, q: Text(100).optional() }) }),
])
export type BulkSelection = z.infer<typeof BulkSelection>

export const BulkRow = z.object({
  id: z.uuid(),
  label: z.string(),
  unitName: z.string(),
  before: z.string(),
  after: z.string(),
  error: z.string().nullable(),
})
export type BulkRow = z.infer<typeof BulkRow>

const permission = 'directory:manage'
export const bulkApi = defineApi({
  previewBulk: post('/api/directory/admin/bulk/preview', {
    summary: '预览批量修改',
    permission,
    input: z.object({ change: BulkChange, selection: BulkSelection }),
    output: z.object({
      /** stands for these rows as they are now: applying fails once one of them has changed */
      token: z.string(),
      rows: z.array(BulkRow),
      /** rows that would change, and rows that cannot */
      changed: z.number().int(),
      faults: z.number().int(),
    }),
    timeoutMs: 20_000,
  }),
  applyBulk: post('/api/directory/admin/bulk', {
    summary: '批量修改',
    permission,
    stepUp: true,
    input: z.object({ change: BulkChange, selection: BulkSelection, token: z.string().max(100), reason: Reason }),
    output: z.object({ changed: z.number().int() }),
    timeoutMs: 60_000,
  }),
})
