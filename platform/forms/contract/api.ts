import { z } from 'zod'
import {
  Day,
  defineApi,
  defineEvent,
  del,
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
import { Access, Data, Filler, FormFile, Problem } from './data.ts'
import { FormDefinition } from './definition.ts'

const FILE_BYTES = 100 * 1024 * 1024

/** A form as somebody with this access may know it, ready to be filled in or read. */
export const FormView = z.object({
  formId: z.uuid(),
  version: z.number().int(),
  /** without what is hidden */
  definition: FormDefinition,
  access: Access,
  data: Data,
  person: Filler,
})
export type FormView = z.infer<typeof FormView>
export const RecordView = FormView.extend({ id: z.uuid(), revision: z.number().int(), updatedAt: Moment })
export type RecordView = z.infer<typeof RecordView>

const FormRow = z.object({
  id: z.uuid(),
  key: z.string(),
  version: z.number().int(),
  name: z.string(),
  unitName: z.string(),
  publishedAt: Moment,
})
export type FormRow = z.infer<typeof FormRow>

/** What a draft is for: `workflow.start`, and which of them. A person has one draft of each. */
const Purpose = z.string().regex(/^[a-z][a-z-]{0,30}(\.[a-z][a-z-]{0,30})?$/, '草稿的用途有误。')
const Reference = z.string().min(1).max(200)
const DraftRow = z.object({
  id: z.uuid(),
  purpose: z.string(),
  reference: z.string(),
  title: z.string(),
  /** the page on which one goes on */
  path: z.string(),
  savedAt: Moment,
})
export type DraftRow = z.infer<typeof DraftRow>
const Draft = DraftRow.extend({ revision: z.number().int(), data: Data, files: z.array(FormFile) })
export type Draft = z.infer<typeof Draft>
const Saved = z.object({ id: z.uuid(), revision: z.number().int(), savedAt: Moment })

const RecordFile = Id.extend({ fileId: z.uuid(), inline: z.boolean().default(false) })
/** Files that no row names any more. */
export const filesRemoved = defineEvent('forms.files-removed', z.object({ fileIds: z.array(z.uuid()) }))

export const formsApi = defineApi({
  definitions: get('/api/forms/definitions', {
    summary: '本单位可用的表单',
    permission: 'forms:define',
    input: listInput({}).omit({ sort: true }),
    output: listOutput(FormRow),
  }),
  definition: get('/api/forms/definitions/:id', {
    summary: '表单定义',
    permission: 'forms:define',
    input: Id,
    output: FormRow.extend({ definition: FormDefinition }),
  }),
  check: post('/api/forms/definitions/check', {
    summary: '检查表单定义',
    permission: 'forms:define',
    input: z.object({ definition: z.json() }),
    output: z.object({ faults: z.array(Problem) }),
  }),
  publish: post('/api/forms/definitions', {
    summary: '发布表单',
    permission: 'forms:define',
    input: z.object({ definition: z.json(), unitId: z.uuid() }),
    output: FormRow,
  }),
  drafts: get('/api/forms/drafts', {
    summary: '我的草稿',
    permission: 'forms:fill',
    input: listInput({ purpose: Purpose.optional() }).omit({ sort: true }),
    output: listOutput(DraftRow),
    label: 'personal',
  }),
  draftOf: get('/api/forms/drafts/of', {
    summary: '我为某事留下的草稿',
    permission: 'forms:fill',
    input: z.object({ purpose: Purpose, reference: Reference }),
    output: z.object({ draft: Draft.nullable() }),
    label: 'personal',
  }),
  saveDraft: put('/api/forms/drafts', {
    summary: '保存草稿',
    permission: 'forms:fill',
    input: z.object({
      purpose: Purpose,
      reference: Reference,
      title: z.string().trim().min(1).max(200),
      path: z
        .string()
        .max(300)
        .regex(/^\/(?!\/)[^\s\\]*$/, '草稿的网址有误。'),
      /** the one last seen here; 0 where there was none */
      revision: z.number().int().min(0),
      data: Data,
    }),
    output: Saved,
    label: 'personal',
  }),
  removeDraft: del('/api/forms/drafts/:id', {
    summary: '删除草稿',
    permission: 'forms:fill',
    input: Id,
    output: Empty,
  }),
  attach: upload('/api/forms/drafts/:id/files', {
    summary: '上传表单附件',
    permission: 'forms:fill',
    input: Id,
    output: FormFile,
    maxBytes: FILE_BYTES,
    label: 'personal',
  }),
  detach: del('/api/forms/drafts/:id/files/:fileId', {
    summary: '移除表单附件',
    permission: 'forms:fill',
    input: Id.extend({ fileId: z.uuid() }),
    output: Empty,
  }),
  draftFile: download('/api/forms/drafts/:id/files/:fileId', {
    summary: '下载草稿里的附件',
    permission: 'forms:fill',
    input: RecordFile,
    label: 'personal',
  }),
  record: get('/api/forms/records/:id', {
    summary: '表单记录',
    permission: 'forms:fill',
    input: Id,
    output: RecordView,
    label: 'personal',
  }),
  recordHistory: get('/api/forms/records/:id/history', {
    summary: '表单记录的修改经过',
    permission: 'forms:fill',
    input: Id,
    output: z.object({
      rows: z.array(
        z.object({
          revision: z.number().int(),
          at: Moment,
          name: z.string(),
          /** titles of what was changed, with what stood there before in words */
          changes: z.array(z.object({ key: z.string(), title: z.string(), before: z.string() })),
        }),
      ),
    }),
    label: 'personal',
  }),
  recordFile: download('/api/forms/records/:id/files/:fileId', {
    summary: '下载表单附件',
    permission: 'forms:fill',
    input: RecordFile,
    label: 'personal',
  }),
  reveal: post('/api/forms/records/:id/reveal', {
    summary: '查看表单里的公民身份号码',
    permission: 'forms:fill',
    input: Id.extend({
      /** `身份证号`, `人员.r1.身份证号` */
      path: z.string().max(130),
      purpose: z.string().trim().min(2, '请写明查看的用途。').max(200, '用途最多 200 个字。'),
    }),
    output: z.object({ value: z.string() }),
    label: 'sensitive',
    stepUp: true,
  }),
  choices: get('/api/forms/choices', {
    summary: '关联字段可选的记录',
    permission: 'forms:fill',
    input: z.object({ formId: z.uuid(), path: z.string().max(100), q: z.string().trim().max(60).optional() }),
    output: z.object({ rows: z.array(z.object({ id: z.uuid(), name: z.string(), with: z.json().optional() })) }),
    label: 'personal',
  }),
  workingDays: get('/api/forms/working-days', {
    summary: '一段时间有几个工作日',
    permission: 'forms:fill',
    input: z.object({
      from: Day,
      to: Day,
      fromHalf: z.enum(['am', 'pm']).default('am'),
      toHalf: z.enum(['am', 'pm']).default('pm'),
    }),
    output: z.object({ days: z.number().nullable() }),
  }),
  regions: get('/api/forms/regions', {
    summary: '下级行政区划',
    permission: 'forms:fill',
    input: z.object({ parent: z.string().max(12).optional() }),
    output: z.object({
      rows: z.array(z.object({ code: z.string(), name: z.string(), level: z.number().int(), more: z.boolean() })),
    }),
  }),
})
