import { afterAll, beforeAll, expect, it } from 'vitest'
import { createServer, type Server } from '#kernel/app'
import { directory } from '#platform/directory'
import { search } from '#platform/search'
import { identity } from './index.ts'
import { browser, type SignInScene, startSignInScene } from './sign-in-testing.ts'

/** Eight hours idle and twelve in all are the defaults. */
let at: SignInScene
let other: Server
let otherUrl: string
beforeAll(async () => {
  at = await startSignInScene()
  const { config, clock } = at.server.kernel
  other = await createServer({
    config: { ...config, JOBS: false },
    version: 'test',
    modules: [directory, identity, search],
    adminUrl: at.server.adminUrl,
    clock,
    migrate: false,
  })
  otherUrl = await other.listen()
})
afterAll(async () => {
  await other.stop()
  await at.server.stop()
})

const minutes = (count: number) => at.server.clock.advance(count * 60_000)
const signedIn = async () => {
  const one = browser(at.server)
  expect((await one.signIn('clerk')).status).toBe(200)
  return one.token()!
}
const ask = async (token: string, url = at.server.url, headers: Record<string, string> = {}) =>
  (await fetch(`${url}/api/sessions`, { headers: { cookie: `qt_session=${token}`, ...headers } })).status
const ends = async (token: string): Promise<number> => {
  const [row] = await at.server.sql<{ expires_at: Date }>(
    'select expires_at from identity.session where token_hash = sha256($1::bytea)',
    [Buffer.from(token)],
  )
  return row!.expires_at.getTime()
}
const written = (token: string, until: number) => expect.poll(() => ends(token), { timeout: 5000 }).toBe(until)
const inMinutes = (count: number) => at.server.clock.now().getTime() + count * 60_000

it('ends after eight idle hours on every node, and use on one node keeps it alive on all', async () => {
  const token = await signedIn()
  expect(await ask(token, otherUrl)).toBe(200)
  minutes(5 * 60)
  expect(await ask(token)).toBe(200)
  await written(token, inMinutes(7 * 60))
  minutes(4 * 60)
  // nine hours after the other node saw it last
  expect(await ask(token, otherUrl)).toBe(200)
  const left = await signedIn()
  minutes(8 * 60)
  expect(await ask(left)).toBe(401)
  expect(await ask(left, otherUrl)).toBe(401)
})

it('is not kept alive by a page that nobody is at, nor beyond its twelve hours', async () => {
  const alone = await signedIn()
  const token = await signedIn()
  minutes(7 * 60)
  expect(await ask(alone, at.server.url, { 'x-unattended': '1' })).toBe(200)
  expect(await ask(token)).toBe(200)
  await written(token, inMinutes(5 * 60))
  minutes(60)
  expect(await ask(alone)).toBe(401)
  minutes(4 * 60 - 1)
  expect(await ask(token)).toBe(200)
  minutes(1)
  expect(await ask(token)).toBe(401)
})

const COUNT_WRITES = `create sequence writes;
  create function count_write() returns trigger language plpgsql security definer as $$ begin perform nextval('public.writes'); return null; end $$;
  create trigger count_write after update on identity.session for each row execute function count_write()`

it('costs no write for each request, and says what is left', async () => {
  const token = await signedIn()
  await at.server.sql(COUNT_WRITES)
  for (let second = 0; second < 60; second += 10) {
    for (const url of [at.server.url, otherUrl]) expect(await ask(token, url)).toBe(200)
    at.server.clock.advance(10_000)
  }
  expect(await ask(token)).toBe(200)
  await written(token, inMinutes(8 * 60))
  expect(await at.server.sql("select nextval('writes')::int - 1 as writes")).toEqual([{ writes: 1 }])
  const answer = await fetch(`${at.server.url}/api/session`, { headers: { cookie: `qt_session=${token}` } })
  expect(((await answer.json()) as { limits: object }).limits).toEqual({ idle: 8 * 3600, left: 12 * 3600 - 60 })
})
