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
import { Reason } from './admin-units.ts'
import { PostKind, UnitRef } from './browse.ts'

const Text = (max: number) => z.string().trim().max(max)
const Revision = z.number().int()
export const Gender = z.enum(['男', '女'])
export const personStatuses = { active: '在职', left: '离职', retired: '退休' } as const
export const PersonStatus = z.enum(Object.keys(personStatuses) as [keyof typeof personStatuses])

const fields = {
  name: Text(60).min(1, '请填写姓名。'),
  /** toneless syllables with spaces between, set by hand; null: the machine's reading */
  pinyin: Text(120).nullable().optional(),
  gender: Gender.nullable().optional(),
  identityNumber: Text(40).nullable().optional(),
  mobile: Text(40).nullable().optional(),
  email: Text(120).nullable().optional(),
  rank: Text(40).nullable().optional(),
  staffNo: Text(40).nullable().optional(),
}
const postFields = {
  unitId: z.uuid(),
  kind: PostKind,
  title: Text(100).optional(),
  /** what a leader is in charge of 分管 */
  charge: Text(300).nullable().optional(),
  leader: z.boolean().optional(),
  sort: z.number().int().min(0).max(1_000_000_000).optional(),
  phone: Text(40).nullable().optional(),
  room: Text(60).nullable().optional(),
  validFrom: Day.optional(),
}
export const NewPost = z.object(postFields)
export const NewPerson = z.object({
  ...fields,
  /** exactly one main post */
  posts: z.array(NewPost).min(1, '请填写任职。').max(10),
  /** create although somebody of this name and mobile number is there */
  confirmed: z.boolean().default(false),
  reason: Reason,
})
export const PersonPatch = z.object({
  ...z.object(fields).partial().shape,
  id: z.uuid(),
  revision: Revision,
  reason: Reason,
})

/** The filters of the list, of its download and of a bulk selection: the same ones. */
export const personFilters = {
  under: z.uuid().optional(),
  status: PersonStatus.default('active'),
  postKind: PostKind.optional(),
  leader: z.boolean().optional(),
  title: Text(100).optional(),
  rank: Text(40).optional(),
}
/** One row is one post; of somebody who left, the last one. */
export const AdminPersonRow = z.object({
  personId: z.uuid(),
  postId: z.uuid(),
  name: z.string(),
  gender: z.string().nullable(),
  mobile: z.string().nullable(),
  staffNo: z.string().nullable(),
  rank: z.string().nullable(),
  title: z.string(),
  leader: z.boolean(),
  postKind: PostKind,
  sort: z.number().int(),
  unit: UnitRef,
  org: UnitRef,
  status: PersonStatus,
  updatedAt: Moment,
  /** of the person */
  revision: Revision,
})
export type AdminPersonRow = z.infer<typeof AdminPersonRow>

export const AdminPost = z.object({
  id: z.uuid(),
  unit: UnitRef,
  org: UnitRef,
  kind: PostKind,
  title: z.string(),
  charge: z.string().nullable(),
  leader: z.boolean(),
  sort: z.number().int(),
  phone: z.string().nullable(),
  room: z.string().nullable(),
  validFrom: Day,
  validTo: Day.nullable(),
  /** in the caller's scope */
  can: z.object({ manage: z.boolean() }),
})
export const AdminPerson = z.object({
  id: z.uuid(),
  name: z.string(),
  pinyin: z.string(),
  gender: z.string().nullable(),
  /** the whole number has an endpoint of its own */
  identityMasked: z.string().nullable(),
  mobile: z.string().nullable(),
  email: z.string().nullable(),
  rank: z.string().nullable(),
  staffNo: z.string().nullable(),
  status: PersonStatus,
  source: z.string(),
  /** current ones first, then those of the past */
  posts: z.array(AdminPost),
  duties: z.array(z.object({ unit: UnitRef, duty: z.string() })),
  updatedAt: Moment,
  revision: Revision,
  /** the main post is in the caller's scope: the person's own fields may be changed */
  can: z.object({ manage: z.boolean() }),
})
export type AdminPerson = z.infer<typeof AdminPerson>

/** What a service says is still open in a person's hands. */
export const HandoverItem = z.object({
  name: z.string(),
  title: z.string(),
  count: z.number().int(),
  samples: z.array(z.string()),
  /** nobody may go before somebody takes these over */
  required: z.boolean(),
})
export type HandoverItem = z.infer<typeof HandoverItem>
const successor = {
  /** who takes over what is open */
  successorId: z.uuid().nullable().default(null),
  /** go on although something is open and nobody takes it over */
  acknowledged: z.boolean().default(false),
}

export const DutyKind = z.object({ name: z.string(), note: z.string(), sort: z.number().int(), enabled: z.boolean() })

const permission = 'directory:manage'
export const adminPeopleApi = defineApi({
  adminPeople: get('/api/directory/admin/people', {
    summary: '管理范围内的人员',
    permission,
    label: 'sensitive',
    input: listInput(personFilters),
    output: listOutput(AdminPersonRow),
    timeoutMs: 10_000,
  }),
  downloadPeople: download('/api/directory/admin/people/download', {
    summary: '下载人员清单',
    permission,
    stepUp: true,
    label: 'sensitive',
    audit: 'export',
    input: listInput({ ...personFilters, format: z.enum(['csv', 'xlsx']).default('xlsx') }),
  }),
  adminPerson: get('/api/directory/admin/people/:id', {
    summary: '人员（管理）',
    permission,
    label: 'sensitive',
    input: Id,
    output: AdminPerson,
  }),
  identityNumber: get('/api/directory/admin/people/:id/identity', {
    summary: '查看公民身份号码',
    permission: 'directory:identity',
    stepUp: true,
    label: 'sensitive',
    audit: 'sensitive',
    input: Id,
    output: z.object({ identityNumber: z.string().nullable() }),
    limit: { max: 30, seconds: 60 },
  }),
  /** Whether the human being is in the directory already: then a post is added, nobody is created 一人一号. */
  findSamePerson: post('/api/directory/admin/people/same', {
    summary: '按公民身份号码查重',
    permission,
    label: 'sensitive',
    input: z.object({ identityNumber: Text(40).min(1) }),
    output: z.object({
      person: z.object({ id: z.uuid(), name: z.string(), status: PersonStatus, unitName: z.string() }).nullable(),
    }),
    limit: { max: 60, seconds: 60 },
  }),
  createPerson: post('/api/directory/admin/people', {
    summary: '新建人员',
    permission,
    label: 'personal',
    input: NewPerson,
    output: AdminPerson,
  }),
  updatePerson: patch('/api/directory/admin/people/:id', {
    summary: '修改人员',
    permission,
    label: 'personal',
    input: PersonPatch,
    output: AdminPerson,
  }),
  createPost: post('/api/directory/admin/people/:id/posts', {
    summary: '增加任职',
    permission,
    label: 'personal',
    input: Id.extend({ revision: Revision, ...postFields, reason: Reason }),
    output: AdminPerson,
  }),
  updatePost: patch('/api/directory/admin/posts/:id', {
    summary: '修改任职',
    permission,
    label: 'personal',
    input: z.object({ ...NewPost.partial().shape, id: z.uuid(), revision: Revision, reason: Reason }),
    output: AdminPerson,
  }),
  endPost: post('/api/directory/admin/posts/:id/end', {
    summary: '免去任职',
    permission,
    label: 'personal',
    input: Id.extend({ revision: Revision, day: Day.optional(), reason: Reason }),
    output: AdminPerson,
  }),
  /** one entered by mistake: it took effect today at the earliest, and is no main post */
  deletePost: post('/api/directory/admin/posts/:id/delete', {
    summary: '删除误录的任职',
    permission,
    label: 'personal',
    input: Id.extend({ revision: Revision, reason: Text(200).min(1, '请填写删除的原因。') }),
    output: AdminPerson,
  }),
  setDuties: put('/api/directory/admin/people/:id/duties', {
    summary: '设定岗位职责',
    permission,
    label: 'personal',
    input: Id.extend({
      revision: Revision,
      unitId: z.uuid(),
      duties: z.array(Text(40)).max(20),
      reason: Reason,
    }),
    output: AdminPerson,
  }),
  handover: get('/api/directory/admin/people/:id/handover', {
    summary: '待交接事项',
    permission,
    input: Id,
    output: z.object({ items: z.array(HandoverItem) }),
  }),
  movePerson: post('/api/directory/admin/people/:id/move', {
    summary: '调动人员',
    permission,
    label: 'personal',
    input: Id.extend({
      revision: Revision,
      ...NewPost.omit({ kind: true }).shape,
      endOthers: z.boolean().default(false),
      ...successor,
      reason: Reason,
    }),
    output: AdminPerson,
  }),
  leavePerson: post('/api/directory/admin/people/:id/leave', {
    summary: '办理离职或退休',
    permission,
    label: 'personal',
    input: Id.extend({
      revision: Revision,
      status: z.enum(['left', 'retired']),
      day: Day.optional(),
      ...successor,
      reason: Reason,
    }),
    output: AdminPerson,
  }),
  returnPerson: post('/api/directory/admin/people/:id/return', {
    summary: '恢复在职',
    permission,
    label: 'personal',
    input: Id.extend({ revision: Revision, post: NewPost.omit({ kind: true }), reason: Reason }),
    output: AdminPerson,
  }),
  dutyKinds: get('/api/directory/duty-kinds', {
    summary: '岗位职责种类',
    permission: 'directory:read',
    input: Empty,
    output: z.object({ rows: z.array(DutyKind) }),
  }),
  saveDutyKind: put('/api/directory/duty-kinds/:name', {
    summary: '维护岗位职责种类',
    permission: 'directory:configure',
    input: z.object({
      name: Text(40).min(1),
      note: Text(200).min(1, '请说明流程用它找谁。'),
      sort: z.number().int().min(0).max(10_000),
      enabled: z.boolean(),
    }),
    output: z.object({ rows: z.array(DutyKind) }),
  }),
  ranks: get('/api/directory/ranks', {
    summary: '职级',
    permission: 'directory:read',
    input: Empty,
    output: z.object({ rows: z.array(z.object({ name: z.string(), sort: z.number().int() })) }),
  }),
})
