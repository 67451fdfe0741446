import type { SystemCtx } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { forms } from '#platform/forms'
import { formsApi } from '#platform/forms/contract'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { workflow } from '#platform/workflow'
import { workflowApi } from '#platform/workflow/contract'
import { builtApi } from './contract.ts'
import { built } from './index.ts'

/** A county with an office and a bureau, people in each, and applications that the office's administrators build. */
const build = async (ctx: SystemCtx) => {
  const province = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
  const county = await unit(ctx, { name: '博兴县', parent: province.id, kind: 'region', level: 3 })
  const office = await unit(ctx, { name: '县政府办公室', parent: county.id })
  const papers = await unit(ctx, { name: '文电科', parent: office.id, kind: 'division' })
  const water = await unit(ctx, { name: '县水利局', parent: county.id })
  const who = async (name: string, at: string, leader = false) => (await person(ctx, { name, unit: at, leader })).id
  return {
    units: { province: province.id, county: county.id, office: office.id, papers: papers.id, water: water.id },
    people: {
      clerk: await who('周文清', papers.id),
      colleague: await who('毕嘉禾', papers.id),
      chief: await who('高文博', papers.id, true),
      head: await who('孙立岩', office.id, true),
      stranger: await who('刘梦瑶', water.id),
      admin: await who('林沐阳', county.id),
      second: await who('于海波', county.id),
    },
  }
}
type Name = keyof Awaited<ReturnType<typeof build>>['people']

const client = (server: TestServer, token?: string) => server.client(builtApi, token)
const formsClient = (server: TestServer, token: string) => server.client(formsApi, token)
const casesClient = (server: TestServer, token: string) => server.client(workflowApi, token)

const signInAll = async (
  server: TestServer,
  { units, people }: Awaited<ReturnType<typeof build>>,
  tokens: Record<Name, string>,
): Promise<void> => {
  const administrator = [{ role: 'unit-admin', scope: 'subtree', unitId: units.county }] as const
  const leader = [{ role: 'leader', scope: 'subtree', unitId: units.office }] as const
  for (const key of Object.keys(people) as Name[])
    tokens[key] = await signInAs(
      server,
      people[key],
      key === 'admin' || key === 'second' ? [...administrator] : key === 'head' ? [...leader] : [],
    )
}

export const startBuilt = async () => {
  const server = await startTestServer([calendar, search, directory, forms, identity, tasks, workflow, built])
  const { units, people } = await server.system(build)
  const tokens = {} as Record<Name, string>
  const signIn = () => signInAll(server, { units, people }, tokens)
  await signIn()
  const as = (name?: Name) => client(server, name && tokens[name])
  const settle = async (id: string): Promise<void> => {
    await server.settled()
    for (let tries = 0; tries < 200; tries++) {
      const { pending, versions } = await as('admin').definition({ id })
      if (pending === 'draft') throw new Error(`not published: ${versions[0]?.note}`)
      if (pending === null) return
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error('the promotion does not end')
  }
  /** sends the draft that is there, has it approved, and waits */
  const publish = async (id: string): Promise<void> => {
    const { versions } = await as('admin').definition({ id })
    const revision = versions[0]?.revision ?? 0
    await as('admin').submit({ id, revision })
    await as('second').publish({ id, revision })
    await settle(id)
  }
  return {
    server,
    units,
    people,
    as,
    forms: (name: Name) => formsClient(server, tokens[name]),
    cases: (name: Name) => casesClient(server, tokens[name]),
    settle,
    /** another day: sessions of before have ended by then */
    async later(moment: string): Promise<void> {
      server.clock.set(moment)
      await signIn()
    },
    publish,
    async put(definition: unknown, unitId = units.county): Promise<string> {
      const { id } = await as('admin').createApp({ unitId, definition: definition as never })
      await publish(id)
      return id
    },
    /** the next version of an application */
    async change(id: string, definition: unknown): Promise<void> {
      const { versions } = await as('admin').definition({ id })
      const draft = versions.find(({ state }) => state === 'draft')
      await as('admin').saveDraft({ id, revision: draft?.revision ?? 0, definition: definition as never })
      await publish(id)
    },
  }
}
export type Scene = Awaited<ReturnType<typeof startBuilt>>

export const refusal = (
  work: Promise<unknown>,
): Promise<{
  status: number
  code: string
  detail: string
  errors: { path: string; message: string }[]
  extra: Record<string, unknown>
}> =>
  work.then(
    () => Promise.reject(new Error('it was not refused')),
    (error) => error,
  )
