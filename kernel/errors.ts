import type { Problem } from '#kernel/contract'

export interface FieldFault {
  path: string
  message: string
}

/** An error a person can act on. Anything else that is thrown is a bug and becomes a 500 without details. */
export class AppError extends Error {
  readonly status: number
  readonly code: string
  readonly errors?: FieldFault[]
  readonly extra?: Problem['extra']
  constructor(
    status: number,
    code: string,
    detail: string,
    more: { errors?: FieldFault[]; extra?: Problem['extra'] } = {},
  ) {
    super(detail)
    this.name = 'AppError'
    this.status = status
    this.code = code
    this.errors = more.errors
    this.extra = more.extra
  }
}

export const invalid = (detail: string, errors?: FieldFault[]) => new AppError(400, 'invalid', detail, { errors })
export const unauthenticated = (detail = '请先登录。') => new AppError(401, 'unauthenticated', detail)
export const forbidden = (detail = '您没有这项权限。需要时请向本单位管理员申请。') =>
  new AppError(403, 'forbidden', detail)
export const notFound = (what: string) =>
  new AppError(404, 'not-found', `没有找到${what}，可能已被删除，或不在您的权限范围内。`)
export const conflict = (detail: string, extra?: Problem['extra']) => new AppError(409, 'conflict', detail, { extra })
/** Somebody changed the row since it was read; `current` is the revision to read again. */
export const stale = (current: number) =>
  new AppError(409, 'stale', '这条记录刚被别人修改过。请刷新后核对，再提交您的修改。', { extra: { revision: current } })
export const tooMany = (seconds: number, detail?: string) =>
  new AppError(429, 'too-many', detail ?? `操作太频繁，请 ${seconds} 秒后再试。`, { extra: { retryAfter: seconds } })

/** For `.then(one('通知'))`: the only row, or 404. */
export const one =
  (what: string) =>
  <T>(rows: readonly T[]): T => {
    const row = rows[0]
    if (row === undefined) throw notFound(what)
    return row
  }
