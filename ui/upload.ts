import { createStore, useStore } from './store.ts'

/** How one file of a form fares on its way to the server. */
export type Upload =
  | { state: 'sending'; percent: number; cancel: () => void }
  | { state: 'sent' }
  | { state: 'stopped' }

/** By the file itself: two forms never mix, and what is gone is forgotten with its file. */
export const uploads = createStore<ReadonlyMap<Blob, Upload>>(new Map())
/** How a file fares that is being sent by `uploadFetch`; undefined before it begins. */
export const useUpload = (file: Blob): Upload | undefined => useStore(uploads).get(file)
const tell = (file: Blob, upload: Upload) => uploads.set((old) => new Map(old).set(file, upload))

/**
 * `fetch` for the client of a module that takes files: `createClient(api, { fetch: uploadFetch })`. The files field of a form then
 * shows percent, cancelling and what to do after a failure, without more ado. Everything but a file goes the ordinary way.
 */
export const uploadFetch: typeof fetch = (input, init = {}) =>
  init.body instanceof Blob ? send(String(input), init, init.body) : fetch(input, init)

// a progress of the bytes sent is something only XMLHttpRequest tells
function send(url: string, init: RequestInit, file: Blob): Promise<Response> {
  const request = new XMLHttpRequest()
  let cancelled = false
  const cancel = () => {
    cancelled = true
    request.abort()
  }
  return new Promise<Response>((done, fail) => {
    request.open(init.method ?? 'POST', url)
    for (const [name, value] of new Headers(init.headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) =>
      tell(file, { state: 'sending', percent: percentOf(loaded, total), cancel })
    request.onload = () => done(answerOf(request))
    request.onerror = () => fail(new TypeError('upload failed'))
    request.onabort = () => (cancelled ? done(cancelledAnswer()) : fail(new DOMException('aborted', 'AbortError')))
    init.signal?.addEventListener('abort', () => request.abort())
    tell(file, { state: 'sending', percent: 0, cancel })
    request.send(file)
  }).then(
    (answer) => {
      tell(file, { state: answer.ok ? 'sent' : 'stopped' })
      return answer
    },
    (error: unknown) => {
      tell(file, { state: 'stopped' })
      throw error
    },
  )
}

/** Whole percent; 100 only when the server has answered. */
export const percentOf = (loaded: number, total: number): number =>
  total > 0 ? Math.min(99, Math.floor((loaded / total) * 100)) : 0

const answerOf = (request: XMLHttpRequest): Response => {
  const id = request.getResponseHeader('x-request-id')
  return new Response(request.status === 204 ? null : request.responseText, {
    status: request.status,
    headers: id ? { 'x-request-id': id } : {},
  })
}

/** In the shape of the server's own refusals, so that forms tell it like any other. */
export const cancelledAnswer = (): Response => {
  const problem = {
    instance: '',
    status: 499,
    code: 'upload-cancelled',
    detail: '已取消上传。可以移除这个文件，或再次提交重新上传。',
  }
  return new Response(JSON.stringify({ type: 'about:blank', title: '已取消', ...problem }), { status: 499 })
}
