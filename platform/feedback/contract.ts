import { z } from 'zod'
import { defineApi, defineEvent, get, Id, listInput, listOutput, Moment, post } from '#kernel/contract'

export const FeedbackKind = z.enum(['投诉', '建议', '求助'])
export type FeedbackKind = z.infer<typeof FeedbackKind>

export const feedbackStates = { open: '待处理', replied: '已回复', closed: '已办结' } as const
export const FeedbackState = z.enum(Object.keys(feedbackStates) as [keyof typeof feedbackStates])
export type FeedbackState = z.infer<typeof FeedbackState>

const Text = z.string().trim().min(1).max(2000)

/** One thing that happened to an entry; `text` is what was answered. */
export const FeedbackStep = z.object({
  id: z.uuid(),
  at: Moment,
  action: z.enum(['sent', 'replied', 'closed']),
  actorName: z.string(),
  text: z.string().nullable(),
})

const Entry = z.object({
  id: z.uuid(),
  kind: FeedbackKind,
  state: FeedbackState,
  text: z.string(),
  /** the page where it was written */
  path: z.string(),
  sentAt: Moment,
  updatedAt: Moment,
  revision: z.number().int(),
})

export const MyFeedback = Entry.extend({ history: z.array(FeedbackStep) })
export type MyFeedback = z.infer<typeof MyFeedback>

export const FeedbackRow = Entry.extend({ senderName: z.string(), unitName: z.string() })
export type FeedbackRow = z.infer<typeof FeedbackRow>

export const FeedbackDetail = FeedbackRow.extend({
  contact: z.string().nullable(),
  /** the help number that stood on the sender's error page */
  requestId: z.string().nullable(),
  history: z.array(FeedbackStep),
  can: z.object({ reply: z.boolean(), close: z.boolean() }),
})
export type FeedbackDetail = z.infer<typeof FeedbackDetail>

const Answer = Id.extend({ text: Text, revision: z.number().int().min(1) })

const Sent = z.object({ id: z.uuid(), kind: FeedbackKind, unitId: z.uuid().nullable() })
export const feedbackReceived = defineEvent('feedback.received', Sent)
const Answered = z.object({ id: z.uuid(), kind: FeedbackKind, personId: z.uuid().nullable() })
export const feedbackReplied = defineEvent('feedback.replied', Answered)
export const feedbackClosed = defineEvent('feedback.closed', Answered)

export const feedbackApi = defineApi({
  send: post('/api/feedback', {
    summary: '提交投诉建议',
    permission: 'signed-in',
    input: z.object({
      kind: FeedbackKind,
      text: Text,
      /** how to answer; empty means none is wanted */
      contact: z.string().trim().max(100).optional(),
      path: z.string().startsWith('/').max(500),
      requestId: z.string().trim().max(64).optional(),
    }),
    output: Id,
    limit: { max: 10, seconds: 600 },
  }),
  mine: get('/api/feedback/mine', {
    summary: '我的投诉建议',
    permission: 'signed-in',
    input: listInput({ state: FeedbackState.optional() }).omit({ q: true, sort: true }),
    output: listOutput(MyFeedback),
  }),
  list: get('/api/feedback', {
    summary: '收到的投诉建议',
    permission: 'feedback:handle',
    input: listInput({ state: FeedbackState.optional(), kind: FeedbackKind.optional() }).omit({ sort: true }),
    output: listOutput(FeedbackRow),
  }),
  read: get('/api/feedback/:id', {
    summary: '查看投诉建议',
    permission: 'feedback:handle',
    audit: 'sensitive',
    input: Id,
    output: FeedbackDetail,
  }),
  reply: post('/api/feedback/:id/reply', {
    summary: '回复投诉建议',
    permission: 'feedback:handle',
    input: Answer,
    output: FeedbackDetail,
  }),
  close: post('/api/feedback/:id/close', {
    summary: '办结投诉建议',
    permission: 'feedback:handle',
    input: Answer,
    output: FeedbackDetail,
  }),
})
