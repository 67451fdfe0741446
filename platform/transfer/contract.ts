import { z } from 'zod'
import {
  Day,
  download,
  Empty,
  get,
  Id,
  listInput,
  listOutput,
  Moment,
  type Permission,
  post,
  put,
  upload,
} from '#kernel/contract'

export const importStates = {
  uploaded: '待检查',
  checking: '检查中',
  checked: '待导入',
  applying: '导入中',
  done: '已完成',
  failed: '未完成',
  cancelled: '已取消',
} as const
const ImportState = z.enum(Object.keys(importStates) as [keyof typeof importStates])
export type ImportState = z.infer<typeof ImportState>

/** Which column (counted from 0) holds which field. */
const Mapping = z.record(z.string().max(40), z.number().int().min(0).max(199))
const ImportCounts = z.object({
  created: z.number().int(),
  updated: z.number().int(),
  /** rows that say what is there already */
  same: z.number().int(),
  skipped: z.number().int(),
})
export type ImportCounts = z.infer<typeof ImportCounts>

const runOf = <K extends string>(Kind: z.ZodType<K, K>) =>
  z.object({
    id: z.uuid(),
    kind: Kind,
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
export type ImportRun<K extends string = string> = z.infer<ReturnType<typeof runOf<K>>>

const ImportFault = z.object({
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

export const TableFormat = z.enum(['xlsx', 'csv'])
export type TableFormat = z.infer<typeof TableFormat>

const MAX_FILE = 512 * 1024 ** 2

interface Described<K extends string> {
  /** `/api/matters/imports` */
  path: `/api/${string}`
  permission: Permission
  /** what is imported, in the summaries: 事项 */
  what: string
  Kind: z.ZodType<K, K>
  /** the kind where nothing is said */
  usual: K
}
/** The endpoints of an import: upload → which column is what → dry run with an error per cell → apply, resumable → error sheet. */
export const importEndpoints = <K extends string>({ path, permission, what, Kind, usual }: Described<K>) => {
  const Run = runOf(Kind)
  return {
    uploadImport: upload(path, {
      summary: `上传${what}导入文件`,
      permission,
      input: z.object({
        kind: Kind.default(usual as never),
        /** the unit of rows that name none; the caller's own when absent */
        unitId: z.uuid().optional(),
      }),
      output: Run,
      maxBytes: MAX_FILE,
    }),
    imports: get(path, {
      summary: `我的${what}导入`,
      permission,
      input: listInput({}).omit({ q: true, sort: true }),
      output: listOutput(Run),
    }),
    importRun: get(`${path}/:id`, { summary: `${what}导入的详情`, permission, input: Id, output: Run }),
    mapImport: put(`${path}/:id/mapping`, {
      summary: `对应${what}导入的列`,
      permission,
      input: Id.extend({ mapping: Mapping }),
      output: Run,
    }),
    checkImport: post(`${path}/:id/check`, { summary: `检查${what}导入文件`, permission, input: Id, output: Run }),
    applyImport: post(`${path}/:id/apply`, {
      summary: `执行${what}导入`,
      permission,
      /** `skip` leaves faulty rows out; `refuse` applies only a file without faults */
      input: Id.extend({ faulty: z.enum(['skip', 'refuse']) }),
      output: Run,
    }),
    cancelImport: post(`${path}/:id/cancel`, { summary: `取消${what}导入`, permission, input: Id, output: Run }),
    removeImport: post(`${path}/:id/remove`, { summary: `删除${what}导入记录`, permission, input: Id, output: Empty }),
    importFaults: get(`${path}/:id/faults`, {
      summary: `${what}导入的错误`,
      permission,
      input: listInput(Id.shape).omit({ q: true, sort: true }),
      output: listOutput(ImportFault),
    }),
    faultSheet: download(`${path}/:id/fault-sheet`, {
      summary: `下载${what}导入的错误表`,
      permission,
      input: Id.extend({ format: TableFormat.default('xlsx') }),
      audit: 'export',
    }),
  } as const
}
