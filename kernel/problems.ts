import { z } from 'zod'
import type { Problem } from '#kernel/contract'
import { AppError, invalid } from '#kernel/errors'
import { TabularError } from '#kernel/tabular'

z.config(z.locales.zhCN())

export const fieldFaults = (error: z.ZodError): AppError =>
  invalid(
    '填写的内容有误，请按提示改正后再提交。',
    error.issues.slice(0, 50).map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message })),
  )

const titles: Record<number, string> = {
  400: '内容有误',
  401: '未登录',
  403: '没有权限',
  404: '没有找到',
  409: '有冲突',
  410: '已失效',
  412: '版本不符',
  413: '内容过大',
  415: '格式不支持',
  422: '无法处理',
  429: '操作太频繁',
  500: '系统出错',
  503: '暂时不可用',
}

// PostgreSQL says these when the fault is of the moment or of the input, not of the program.
const fromPostgres = (code: string): AppError | undefined => {
  if (code === '57014') return new AppError(503, 'timeout', '这次查询用时过长，已停止。请缩小范围后再试。')
  if (code === '53300' || code.startsWith('08') || code.startsWith('57P'))
    return new AppError(503, 'unavailable', '数据库暂时不可用，您的内容没有丢失，请稍后再试。')
  if (code === '53100') return new AppError(503, 'disk-full', '磁盘空间不足，暂时不能保存。请联系系统管理员。')
  if (code === '40001' || code === '40P01') return new AppError(409, 'busy', '同一时间有别人在改同一处，请再提交一次。')
  if (code === '23505') return new AppError(409, 'duplicate', '已有相同的记录，请核对后再提交。')
  if (code === '23503') return new AppError(409, 'in-use', '引用的记录不存在，或这条记录仍在使用。')
  if (code === '22021' || code === '22P05') return invalid('内容里有无法保存的字符，请删去后再提交。')
  return undefined
}

export const toAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error
  if (error instanceof z.ZodError) return fieldFaults(error)
  if (error instanceof TabularError)
    return new AppError(422, error.code, error.message, { extra: { where: { ...error.where } } })
  const { code, statusCode, cause } = error as { code?: string; statusCode?: number; cause?: { code?: string } }
  // drizzle wraps the driver's error
  const postgres = typeof code === 'string' && code.length === 5 ? code : cause?.code
  const known = typeof postgres === 'string' ? fromPostgres(postgres) : undefined
  if (known) return known
  if (statusCode === 413) return new AppError(413, 'too-large', '内容过大，请精简或分次提交。')
  if (statusCode === 415) return new AppError(415, 'media-type', '请用 JSON 提交。')
  if (statusCode === 429) return new AppError(429, 'too-many', '操作太频繁，请稍后再试。')
  if (statusCode === 503) return new AppError(503, 'busy', '系统繁忙，请稍后再试。')
  if (statusCode && statusCode >= 400 && statusCode < 500)
    return new AppError(statusCode, 'bad-request', '请求有误，无法理解。')
  return new AppError(500, 'internal', '系统出错，您刚才的操作没有生效。请稍后再试；仍不行请把编号告诉管理员。')
}

export const toProblem = (error: AppError, requestId: string): Problem => ({
  type: `urn:qitong:problem:${error.code}`,
  title: titles[error.status] ?? '出错',
  status: error.status,
  code: error.code,
  detail: error.message,
  instance: requestId,
  ...(error.errors ? { errors: error.errors } : {}),
  ...(error.extra ? { extra: error.extra } : {}),
})
