import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { createClient } from '#kernel/web'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { forms } from '#platform/forms'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { runCaseFaults } from '../../tools/faults/cases.ts'
import { workflowApi } from './contract.ts'
import { graphOf, userStep } from './engine/testing.ts'
import { publishGraph, workflow } from './index.ts'
import { codeOf } from './testing.ts'

// One run for all of it: starting a cluster costs more than a dozen kills.
it('kill -9 of two servers and of their database, ten times each, under cases: nothing is lost, nothing is decided or done twice', async () => {
  const result = await runCaseFaults({ kills: 10, clerks: 3 })
  expect(result.faults).toEqual([])
  expect(result.deaths).toBe(0)
  expect(result.kills.server).toBeGreaterThanOrEqual(10)
  expect(result.kills.database).toBeGreaterThanOrEqual(10)
  expect(result.duringCases).toBeGreaterThanOrEqual(10)
  expect(result.cases).toBeGreaterThan(0)
}, 600_000)

describe('many at the same moment', () => {
  const SIGNERS = 32
  let server: TestServer
  let clerk = ''
  const signers: { id: string; token: string }[] = []
  beforeAll(async () => {
    server = await startTestServer([calendar, search, directory, forms, identity, tasks, workflow])
    const ids: string[] = []
    let clerkId = ''
    await server.system(async (ctx) => {
      const root = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
      const office = await unit(ctx, { name: '县政府办公室', parent: root.id, kind: 'government' })
      clerkId = (await person(ctx, { name: '周文清', unit: office.id })).id
      for (let nth = 0; nth < SIGNERS; nth++) ids.push((await person(ctx, { name: '毕嘉禾', unit: office.id })).id)
      const step = { ...userStep([], { way: 'all-of' }), handlers: [{ by: 'person' as const, persons: ids }] }
      const last = { ...userStep([]), handlers: [{ by: 'starter' as const }] }
      const graph = graphOf(
        {
          start: { kind: 'start' },
          sign: { kind: 'user', user: step },
          next: { kind: 'user', user: last },
          end: { kind: 'end' },
        },
        ['start>sign', 'sign>next', 'next>end'],
      )
      await publishGraph(ctx, { xml: '<xml/>', graph: { ...graph, key: 'many', name: '会签' }, unitId: root.id })
    })
    clerk = await signInAs(server, clerkId)
    for (const id of ids) signers.push({ id, token: await signInAs(server, id) })
  }, 120_000)
  afterAll(() => server?.stop())
  const begin = () => server.client(workflowApi, clerk).start({ process: 'many', title: '会签' })
  const slotOf = async (id: string, token: string) =>
    (await server.client(workflowApi, token).caseFile({ id })).mine?.slot ?? ''
  const decisions = async (id: string) => {
    const [row] = await server.sql<{ n: number; rows: number }>(
      `select (select count(*)::int from workflow.history h, jsonb_array_elements(h.log) e where h.instance_id = $1 and e ->> 'what' = 'decide') as n,
         (select count(*)::int from workflow.history where instance_id = $1) as rows`,
      [id],
    )
    return row
  }

  it('32 people who sign at once, each with a double click, give exactly one decision', async () => {
    const { id } = await begin()
    const slots = await Promise.all(signers.map(({ token }) => slotOf(id, token)))
    const sign = (nth: number, idempotencyKey: string) =>
      codeOf(
        server
          .client(workflowApi, signers[nth]?.token)
          .act({ id, act: { do: 'complete', slot: slots[nth] ?? '', outcome: 'agree' } }, { idempotencyKey }),
      )
    const answers = await Promise.all(
      signers.flatMap((_, nth) => {
        const key = randomUUID()
        return [sign(nth, key), sign(nth, key)]
      }),
    )
    expect(answers.filter((code) => !['accepted', 'in-progress', 'conflict'].includes(code))).toEqual([])
    expect(await decisions(id)).toEqual({ n: 1, rows: SIGNERS + 1 })
    expect((await server.client(workflowApi, clerk).caseFile({ id })).steps).toMatchObject([{ node: 'next' }])
    const again = await Promise.all(signers.map((_, nth) => sign(nth, randomUUID())))
    expect(new Set(again)).toEqual(new Set(['gone']))
  })
  it('whoever gave up waiting and asks again under the same key gets the answer of the first', async () => {
    const { id } = await begin()
    const [one] = signers
    const token = one?.token ?? ''
    const slot = await slotOf(id, token)
    const key = randomUUID()
    const impatient = createClient(workflowApi, {
      base: server.url,
      fetch: (input, init) => {
        const headers = new Headers(init?.headers)
        headers.set('authorization', `Bearer ${token}`)
        return fetch(input, { ...init, headers, signal: AbortSignal.timeout(3) })
      },
    })
    const act = { id, act: { do: 'complete' as const, slot, outcome: 'agree' } }
    await codeOf(impatient.act(act, { idempotencyKey: key }))
    const insist = () => server.client(workflowApi, token).act(act, { idempotencyKey: key })
    await expect.poll(() => codeOf(insist()), { timeout: 10_000 }).toBe('accepted')
    expect(await decisions(id)).toEqual({ n: 0, rows: 2 })
  })
})
