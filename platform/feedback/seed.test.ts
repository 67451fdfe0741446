import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { provinceTemplate, signInAs } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { feedbackApi } from './contract.ts'
import { feedback } from './index.ts'
import { seed } from './server/seed.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer([directory, identity, search, feedback], { template: provinceTemplate() })
  for (let twice = 0; twice < 2; twice++) await seed({ run: (work) => server.system(work) })
})
afterAll(() => server?.stop())

describe('the demo', () => {
  it('has complaints, suggestions and a call for help in every state, with what was answered', async () => {
    const token = await signInAs(server, 'systemAdministrator', [{ role: 'system-admin', scope: 'all' }])
    const handler = server.client(feedbackApi, token)
    const { rows } = await handler.list({})
    expect(rows).toHaveLength(6)
    expect(new Set(rows.map((row) => row.state))).toEqual(new Set(['open', 'replied', 'closed']))
    expect(new Set(rows.map((row) => row.kind))).toEqual(new Set(['投诉', '建议', '求助']))
    for (const { id, state, revision } of rows) {
      const { history } = await handler.read({ id })
      expect(history.map((step) => step.at)).toEqual(history.map((step) => step.at).toSorted())
      expect([history[0]!.action, history.length]).toEqual(['sent', revision])
      if (state !== 'open') expect(history.at(-1)!.action).toBe(state)
    }
    const open = rows.find((row) => row.state === 'open')!
    expect((await handler.reply({ id: open.id, revision: open.revision, text: '收到，正在办理。' })).state).toBe(
      'replied',
    )
  })
})
