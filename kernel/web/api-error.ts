import { Problem } from '#kernel/contract'

/** What every call of a client throws, apart from an abort. `detail` is for the person; `code` is stable. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  /** faults of single fields, by path (`posts.0.title`) */
  readonly errors: { path: string; message: string }[]
  /** the request id: the number a help desk asks for; empty when no server was reached */
  readonly instance: string
  readonly extra: NonNullable<Problem['extra']>
  constructor(problem: Pick<Problem, 'status' | 'code' | 'detail'> & Partial<Problem>, cause?: unknown) {
    super(problem.detail, { cause })
    this.name = 'ApiError'
    this.status = problem.status
    this.code = problem.code
    this.detail = problem.detail
    this.errors = problem.errors ?? []
    this.instance = problem.instance ?? ''
    this.extra = problem.extra ?? {}
  }
}

const unexpected: Record<number, [code: string, detail: string]> = {
  401: ['unauthenticated', '登录已失效，请重新登录。'],
  403: ['forbidden', '您没有这项权限。需要时请向本单位管理员申请。'],
  404: ['not-found', '没有找到要访问的内容，可能已被删除。'],
  413: ['too-large', '文件或内容太大，请压缩或拆分后再试。'],
  429: ['too-many', '操作太频繁，请稍后再试。'],
  502: ['unavailable', '服务正在重启或升级，请稍后再试。'],
  503: ['unavailable', '服务正忙，请稍后再试。'],
  504: ['unavailable', '服务没有及时回答，请稍后再试。'],
}

/** The error of an answer that is not 2xx, also when a proxy and not the server wrote it. */
export async function answerError(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  const problem = Problem.safeParse(parseJson(text))
  if (problem.success) return new ApiError(problem.data)
  const [code, detail] = unexpected[response.status] ?? [
    'bad-answer',
    '系统没有正常回答。请稍后再试，仍不行请联系管理员。',
  ]
  const instance = response.headers.get('x-request-id') ?? ''
  return new ApiError({ status: response.status, code, detail, instance })
}

/** The request never reached the server, or its answer never reached us. */
export function offlineError(command: boolean, cause: unknown): ApiError {
  const detail = command
    ? '网络中断，还不能确定是否已提交。请检查网络后再点一次，系统不会重复提交。'
    : '网络连接不上，请检查网络后重试。'
  return new ApiError({ status: 0, code: 'offline', detail }, cause)
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
