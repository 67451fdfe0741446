import { AppError } from '#kernel/errors'

/** Runs at most `width` works at once, the others in their order; past `most` waiting it refuses, so that nobody waits in vain. */
export const createLanes = (width: number, most: number) => {
  const waiting: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= width) {
      if (waiting.length >= most)
        throw new AppError(503, 'busy', '同时登录的人太多，请过几秒再试。', { extra: { retryAfter: 5 } })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      // the place is handed on, not given up and won again
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
