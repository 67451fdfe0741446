import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type Booking, home, page, sorry, welcome } from './pages.ts'
import {
  type Asked,
  base,
  beginSignIn,
  cancelTask,
  closeTask,
  finishSignIn,
  pushTask,
  Refused,
  readTask,
  type SignedIn,
  signInByCode,
  signOutUrl,
  whoIs,
} from './platform.ts'
import { type Event, isGenuine, note, received } from './webhooks.ts'

/**
 * A small system connected to Qitong: node examples/sample-app/server.ts
 * ISSUER, CLIENT_ID and CLIENT_SECRET come from the registration in 应用中心, WEBHOOK_SECRET from its 事件订阅, PORT from its callback address.
 */
interface Session {
  /** while the person is away signing in */
  asked?: Asked
  signedIn?: SignedIn
}
// A real system keeps its sessions and its records in a database.
const sessions = new Map<string, Session>()
const bookings = new Map<string, Booking & { sub: string }>()

const redirect = (response: ServerResponse, to: string): void => {
  response.writeHead(303, { location: to })
  response.end()
}

const begin = (response: ServerResponse): Session => {
  const id = randomUUID()
  const made: Session = {}
  sessions.set(id, made)
  response.setHeader('set-cookie', `sample=${id}; HttpOnly; SameSite=Lax; Path=/`)
  return made
}
const sessionOf = (request: IncomingMessage): Session | undefined => {
  const id = /(?:^|;\s*)sample=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
  return id === undefined ? undefined : sessions.get(id)
}

const callback = async (session: Session | undefined, url: URL, response: ServerResponse): Promise<void> => {
  if (!session?.asked || !url.searchParams.has('code')) return sorry(response, 400, '没有登录', '请从首页重新登录。')
  const { asked } = session
  delete session.asked
  // A new session for whoever has signed in: the one before may be known to somebody else.
  begin(response).signedIn = await finishSignIn(asked, url)
  redirect(response, '/')
}

const show = async (signedIn: SignedIn | undefined, response: ServerResponse): Promise<void> => {
  if (!signedIn) return welcome(response)
  // Asked each time: whoever may no longer sign in, and an application that was suspended, is out at once.
  const person = await whoIs(signedIn)
  if (!person) return sorry(response, 401, '登录已失效', '平台已收回登录：您退出了齐通，或者这个应用已被停用。')
  const own = [...bookings.values()].filter(({ sub }) => sub === signedIn.sub).reverse()
  home(response, person, own, received())
}

const book = async ({ sub }: SignedIn, request: IncomingMessage): Promise<void> => {
  const title = new URLSearchParams((await buffer(request)).toString()).get('title')?.trim() || '预约审核'
  const number = `YY-${randomUUID().slice(0, 8)}`
  const { state, outcome } = await pushTask(number, sub, title, '群众已在网上选好时间，请核对材料后答复。')
  bookings.set(number, { number, title, sub, state, outcome })
}

const verbs = { look: readTask, close: closeTask, cancel: cancelTask }
const act = async ({ sub }: SignedIn, number: string, verb: string): Promise<void> => {
  const booking = bookings.get(number)
  if (!booking || booking.sub !== sub || !Object.hasOwn(verbs, verb)) throw new Refused(404, '没有这件预约。')
  const { state, outcome } = await verbs[verb as keyof typeof verbs](number)
  Object.assign(booking, { state, outcome })
}

/** Answered quickly and acted on once; whatever is not from the platform is refused and not looked at. */
const hear = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await buffer(request)
  if (!isGenuine(request.headers, body)) return void response.writeHead(401).end()
  const event = JSON.parse(body.toString()) as Omit<Event, 'times'>
  const booking = bookings.get(event.subject)
  if (note(event) && event.type === 'tasks.closed' && booking)
    Object.assign(booking, { state: event.data.state, outcome: event.data.outcome })
  response.writeHead(204).end()
}

const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? '/', base)
  const session = sessionOf(request)
  const [, first = '', number = '', verb = ''] = url.pathname.split('/')
  const route = `${request.method} /${first}`
  if (route === 'GET /health') return void response.writeHead(200).end('ok')
  if (route === 'POST /webhooks') return hear(request, response)
  if (route === 'GET /login') {
    const { asked, url: to } = await beginSignIn()
    begin(response).asked = asked
    return redirect(response, to)
  }
  if (route === 'GET /callback') return callback(session, url, response)
  const code = url.searchParams.get('qt_code')
  if (route === 'GET /m' && code) {
    begin(response).signedIn = await signInByCode(code)
    return redirect(response, '/')
  }
  if (route === 'GET /bye')
    return page(response, '已退出', '<section><a class="button" href="/">回到首页</a></section>')
  const signedIn = session?.signedIn
  if (route === 'GET /' || route === 'GET /m') return show(signedIn, response)
  if (signedIn && route === 'GET /logout') {
    delete session.signedIn
    return redirect(response, signOutUrl(signedIn.idToken))
  }
  if (signedIn && route === 'POST /bookings') {
    await (number ? act(signedIn, number, verb) : book(signedIn, request))
    return redirect(response, '/')
  }
  sorry(response, 404, '没有这个页面', '请从首页进入。')
}

createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    if (response.headersSent) return response.end()
    if (error instanceof Refused) return sorry(response, error.status, '平台没有受理', error.message)
    console.error(error)
    sorry(response, 502, '暂时办不了', '与平台的通信出了问题，请稍后再试。')
  })
}).listen(Number(new URL(base).port), '127.0.0.1', () => console.log(`sample app at ${base}`))
