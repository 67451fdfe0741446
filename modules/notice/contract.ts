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

export const noticeKinds = { notice: '通知', announcement: '公告', circular: '通报' } as const
export const NoticeKind = z.enum(Object.keys(noticeKinds) as [keyof typeof noticeKinds])
export type NoticeKind = z.infer<typeof NoticeKind>

export const noticeStates = {
  draft: '草稿',
  pending: '待审核',
  returned: '已退回',
  published: '已发布',
  withdrawn: '已撤回',
} as const
export const NoticeState = z.enum(Object.keys(noticeStates) as [keyof typeof noticeStates])
export type NoticeState = z.infer<typeof NoticeState>

/** What a person may do to a notice now; the page shows exactly these. */
export const noticeActions = ['edit', 'remove', 'submit', 'publish', 'sendBack', 'withdraw', 'pin', 'readers'] as const
export type NoticeAction = (typeof noticeActions)[number]
const Can = z.record(z.enum(noticeActions), z.boolean())

export const ATTACHMENTS = 20
export const ATTACHMENT_BYTES = 50 * 1024 * 1024
export const Attachment = z.object({
  id: z.uuid(),
  name: z.string(),
  mediaType: z.string(),
  /** bytes */
  size: z.number().int(),
})
export type Attachment = z.infer<typeof Attachment>

/** Plain text: a line is a paragraph, web addresses become links on the page. A draft may be incomplete. */
export const NoticeContent = z.object({
  kind: NoticeKind.default('notice'),
  title: z
    .string()
    .trim()
    .min(1, '请填写标题。')
    .max(100, '标题最多 100 个字。')
    .regex(/^\P{Cc}*$/u, '标题请写成一行。'),
  body: z.string().trim().max(20_000, '正文最多 20,000 个字。').default(''),
  /** units whose subtrees are addressed */
  audience: z.array(z.uuid()).max(200, '通知范围最多选 200 个单位。').default([]),
  /** the last day on which it matters */
  expiresOn: Day.nullable().default(null),
})
export type NoticeContent = z.infer<typeof NoticeContent>

export const Notice = z.object({
  id: z.uuid(),
  kind: NoticeKind,
  title: z.string(),
  /** empty for readers of a withdrawn notice */
  body: z.string(),
  state: NoticeState,
  unitId: z.uuid(),
  unitName: z.string(),
  authorName: z.string(),
  /** `people`: headcount of the subtree, as the directory keeps it */
  audience: z.array(z.object({ id: z.uuid(), name: z.string(), people: z.number().int() })),
  attachments: z.array(Attachment),
  expiresOn: Day.nullable(),
  pinnedUntil: Day.nullable(),
  publishedAt: Moment.nullable(),
  /** why it was sent back or withdrawn */
  reason: z.string().nullable(),
  updatedAt: Moment,
  revision: z.number().int(),
  /** still to be read by the caller */
  unread: z.boolean(),
  can: Can,
})
export type Notice = z.infer<typeof Notice>

export const InboxRow = z.object({
  id: z.uuid(),
  kind: NoticeKind,
  title: z.string(),
  unitName: z.string(),
  publishedAt: Moment,
  expiresOn: Day.nullable(),
  attachments: z.number().int(),
  pinned: z.boolean(),
  unread: z.boolean(),
  withdrawn: z.boolean(),
})
export type InboxRow = z.infer<typeof InboxRow>

export const ManagedRow = z.object({
  id: z.uuid(),
  kind: NoticeKind,
  title: z.string(),
  state: NoticeState,
  unitName: z.string(),
  authorName: z.string(),
  publishedAt: Moment.nullable(),
  pinnedUntil: Day.nullable(),
  updatedAt: Moment,
})
export type ManagedRow = z.infer<typeof ManagedRow>

export const ReaderRow = z.object({
  personId: z.uuid(),
  name: z.string(),
  unitName: z.string(),
  title: z.string(),
  readAt: Moment.nullable(),
})
export type ReaderRow = z.infer<typeof ReaderRow>

const Named = z.object({ id: z.uuid(), title: z.string(), unitId: z.uuid() })
export const noticePublished = defineEvent('notice.published', Named)
export const noticeWithdrawn = defineEvent('notice.withdrawn', Named)
/** Files that no row names any more. */
export const attachmentsRemoved = defineEvent('notice.attachments-removed', z.object({ fileIds: z.array(z.uuid()) }))

/** A command names the revision its author looked at: nobody publishes what somebody else has just changed. */
const Seen = Id.extend({ revision: z.number().int() })
const Reason = Seen.extend({ reason: z.string().trim().min(1, '请写明原因。').max(200, '原因最多 200 个字。') })
const File = Id.extend({ fileId: z.uuid() })

export const noticeApi = defineApi({
  inbox: get('/api/notices', {
    summary: '我收到的通知',
    permission: 'notice:read',
    input: listInput({ kind: NoticeKind.optional(), unread: z.boolean().optional(), unitId: z.uuid().optional() }),
    output: listOutput(InboxRow),
  }),
  unread: get('/api/notices/unread', {
    summary: '未读通知数',
    permission: 'notice:read',
    input: Empty,
    /** counting stops at 100 */
    output: z.object({ count: z.number().int() }),
  }),
  open: get('/api/notices/:id', { summary: '查看通知', permission: 'notice:read', input: Id, output: Notice }),
  markRead: post('/api/notices/:id/read', {
    summary: '已读通知',
    permission: 'notice:read',
    input: Id,
    output: Empty,
  }),
  attachment: download('/api/notices/:id/attachments/:fileId', {
    summary: '下载通知附件',
    permission: 'notice:read',
    input: File.extend({ inline: z.boolean().default(false) }),
  }),
  managed: get('/api/notices/managed', {
    summary: '我起草的、本单位的通知',
    permission: 'notice:write',
    input: listInput({ view: z.enum(['mine', 'unit']).default('mine'), state: NoticeState.optional() }),
    output: listOutput(ManagedRow),
  }),
  create: post('/api/notices', {
    summary: '起草通知',
    permission: 'notice:write',
    /** `unitId`: the issuing unit; the author's own organisation when absent */
    input: NoticeContent.extend({ unitId: z.uuid().optional() }),
    output: Notice,
  }),
  edit: put('/api/notices/:id', {
    summary: '修改通知',
    permission: 'notice:write',
    input: NoticeContent.extend(Seen.shape),
    output: Notice,
  }),
  remove: del('/api/notices/:id', { summary: '删除通知草稿', permission: 'notice:write', input: Seen, output: Empty }),
  attach: upload('/api/notices/:id/attachments', {
    summary: '上传通知附件',
    permission: 'notice:write',
    input: Id,
    output: Attachment,
    maxBytes: ATTACHMENT_BYTES,
  }),
  detach: del('/api/notices/:id/attachments/:fileId', {
    summary: '删除通知附件',
    permission: 'notice:write',
    input: File,
    output: Empty,
  }),
  submit: post('/api/notices/:id/submit', {
    summary: '通知送审',
    permission: 'notice:write',
    input: Seen,
    output: Notice,
  }),
  publish: post('/api/notices/:id/publish', {
    summary: '发布通知',
    permission: 'notice:publish',
    input: Seen,
    output: Notice,
  }),
  sendBack: post('/api/notices/:id/send-back', {
    summary: '退回通知',
    permission: 'notice:publish',
    input: Reason,
    output: Notice,
  }),
  withdraw: post('/api/notices/:id/withdraw', {
    summary: '撤回通知',
    permission: 'notice:publish',
    input: Reason,
    output: Notice,
  }),
  pin: post('/api/notices/:id/pin', {
    summary: '置顶或取消置顶通知',
    permission: 'notice:publish',
    /** the last day on top; null takes it down */
    input: Seen.extend({ until: Day.nullable() }),
    output: Notice,
  }),
  readCount: get('/api/notices/:id/read-count', {
    summary: '通知的阅读人数',
    permission: 'notice:write',
    input: Id,
    /** `estimated`: the audience is so large that unread is reckoned from the directory's headcount */
    output: z.object({ read: z.number().int(), unread: z.number().int(), estimated: z.boolean() }),
  }),
  readers: get('/api/notices/:id/readers', {
    summary: '通知的阅读名单',
    permission: 'notice:write',
    audit: 'sensitive',
    input: listInput({ ...Id.shape, read: z.boolean() }).omit({ q: true, sort: true }),
    output: listOutput(ReaderRow),
  }),
  exportReaders: download('/api/notices/:id/readers/export', {
    summary: '导出通知的阅读名单',
    permission: 'notice:write',
    audit: 'export',
    input: Id.extend({ format: z.enum(['csv', 'xlsx']).default('xlsx') }),
  }),
})
