import { AppError, type FieldFault } from '#kernel/errors'
import { ATTACHMENTS, type NoticeAction, type NoticeState, noticeStates } from '../contract.ts'

/** Who the caller is to a notice: both are decided by the query that reads it, scope included. */
export interface Standing {
  /** wrote it, and still belongs to its unit */
  author: boolean
  /** may publish for its unit */
  publisher: boolean
}

interface Move {
  verb: string
  from: readonly NoticeState[]
  by: readonly (keyof Standing)[]
}

/** 起草 → 送审 → 发布 or 退回修改; 发布 → 撤回. */
export const moves: Record<NoticeAction, Move> = {
  edit: { verb: '修改', from: ['draft', 'returned'], by: ['author'] },
  remove: { verb: '删除', from: ['draft', 'returned'], by: ['author'] },
  submit: { verb: '送审', from: ['draft', 'returned'], by: ['author'] },
  publish: { verb: '发布', from: ['pending'], by: ['publisher'] },
  sendBack: { verb: '退回', from: ['pending'], by: ['publisher'] },
  withdraw: { verb: '撤回', from: ['published'], by: ['publisher'] },
  pin: { verb: '置顶', from: ['published'], by: ['publisher'] },
  readers: { verb: '查看阅读名单', from: ['published', 'withdrawn'], by: ['author', 'publisher'] },
}

export const allows = (action: NoticeAction, state: NoticeState, standing: Standing): boolean =>
  moves[action].from.includes(state) && moves[action].by.some((who) => standing[who])

export const wrongState = (action: NoticeAction, state: NoticeState): AppError =>
  new AppError(409, 'notice.state', `通知现在是“${noticeStates[state]}”，不能${moves[action].verb}。请刷新后再看。`)

export const tooManyAttachments = (): AppError =>
  new AppError(409, 'notice.attachments', `一份通知最多带 ${ATTACHMENTS} 个附件。请合并成压缩包，或先删去几个。`)

/** What a notice still lacks before it may go out; days are `YYYY-MM-DD`. */
export const gaps = (
  content: { body: string; units: number; expiresOn: string | null },
  today: string,
): FieldFault[] => [
  ...(content.body === '' ? [{ path: 'body', message: '请填写正文。' }] : []),
  ...(content.units === 0 ? [{ path: 'audience', message: '请选择通知范围。' }] : []),
  ...(content.expiresOn !== null && content.expiresOn < today
    ? [{ path: 'expiresOn', message: '有效期已过，请改为今天或以后。' }]
    : []),
]

const DAY_MS = 86_400_000
const later = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)

const PIN_DAYS = 30
/** What is wrong with a day to pin until; undefined when nothing is. */
export const pinFault = (until: string | null, today: string): string | undefined => {
  if (until === null) return undefined
  if (until < today) return '请选今天或以后的日期。'
  return until > later(today, PIN_DAYS) ? `最多置顶 ${PIN_DAYS} 天，让位给新的通知。` : undefined
}

/** Beyond this age nobody is asked to read a notice any more: a newcomer starts without thousands of unread ones. */
const UNREAD_DAYS = 90
export const unreadSince = (now: Date): Date => new Date(now.getTime() - UNREAD_DAYS * DAY_MS)
