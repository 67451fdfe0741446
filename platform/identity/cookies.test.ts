import { afterAll, beforeAll, expect, it } from 'vitest'
import { PASSWORD, type SignInScene, startSignInScene } from './sign-in-testing.ts'

let at: SignInScene
beforeAll(async () => {
  at = await startSignInScene({ env: { PUBLIC_ORIGIN: 'https://qt.example.gov.cn' } })
})
afterAll(() => at.server.stop())

const sessions = async (cookie: string) =>
  (await fetch(`${at.server.url}/api/sessions`, { headers: { cookie } })).status

it('over https both cookies are bound to this very host, and no other name opens the session', async () => {
  const answer = await fetch(`${at.server.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-requested-with': 'qitong' },
    body: JSON.stringify({ account: 'clerk', password: PASSWORD }),
  })
  const set = answer.headers.getSetCookie()
  expect(set.map((line) => line.split('=')[0]).sort()).toEqual(['__Host-qt_device', '__Host-qt_session'])
  for (const line of set) {
    expect(line).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect(line).not.toMatch(/Domain/i)
  }
  const token = set.map((line) => /qt_session=([^;]+)/.exec(line)?.[1]).find(Boolean)
  expect(await sessions(`__Host-qt_session=${token}`)).toBe(200)
  expect(await sessions(`qt_session=${token}`)).toBe(401)
})
