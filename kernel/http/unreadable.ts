import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '#kernel/errors'
import { newId } from '#kernel/ids'
import { toProblem } from '#kernel/problems'

/** Answers to what is no HTTP request that a route could get: they are problems in Chinese like all others. */

const MEDIA_TYPE = 'application/problem+json; charset=utf-8'
const problemText = (status: number, detail: string): string =>
  JSON.stringify(toProblem(new AppError(status, 'bad-request', detail), newId()))

/** The parser gave up: nothing that follows on this connection can be trusted, so it ends. */
export const refuseUnreadable = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : late ? 408 : 400
  const body = problemText(status, late ? '请求没有按时发完，请重试。' : '请求有误，无法理解。')
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `content-type: ${MEDIA_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}

/** RFC 9110 §10.1.1: the only expectation there is has been met before this is asked. */
export const refuseExpectation = (_request: IncomingMessage, response: ServerResponse): void => {
  const body = problemText(417, '请求有误，无法理解。')
  response.writeHead(417, {
    'content-type': MEDIA_TYPE,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  })
  response.end(body)
}
