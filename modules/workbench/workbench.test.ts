import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SystemCtx } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { type ArrangedCard, workbenchApi } from './contract.ts'
import { workbench } from './index.ts'

let server: TestServer
let places: Awaited<ReturnType<typeof build>>['places']
const tokens: Record<string, string> = {}

const build = async (ctx: SystemCtx) => {
  const county = await unit(ctx, { name: '博兴县', kind: 'region', level: 3 })
  const office = await unit(ctx, { name: '县政府办公室', parent: county.id })
  const desk = await unit(ctx, { name: '文电科', parent: office.id, kind: 'division' })
  const water = await unit(ctx, { name: '县水利局', parent: county.id })
  const people = {
    clerk: (await person(ctx, { name: '周文清', unit: desk.id })).id,
    water: (await person(ctx, { name: '刘梦瑶', unit: water.id })).id,
    admin: (await person(ctx, { name: '毕嘉禾', unit: office.id })).id,
    countyAdmin: (await person(ctx, { name: '林沐阳', unit: county.id })).id,
  }
  return { places: { county, office, desk, water }, people }
}
beforeAll(async () => {
  server = await startTestServer([directory, identity, search, workbench])
  const made = await server.system(build)
  places = made.places
  const admin = (unitId: string) => [{ role: 'unit-admin', scope: 'subtree', unitId }] as const
  tokens.clerk = await signInAs(server, made.people.clerk)
  tokens.water = await signInAs(server, made.people.water)
  tokens.admin = await signInAs(server, made.people.admin, admin(places.office.id))
  tokens.countyAdmin = await signInAs(server, made.people.countyAdmin, admin(places.county.id))
})
afterAll(() => server.stop())

const as = (who?: string) => server.client(workbenchApi, who && tokens[who])
const code = (text: string) => expect.objectContaining({ code: text })
const cards = (...keys: string[]): ArrangedCard[] => keys.map((key) => ({ key, place: 'half' }))

describe('a unit’s arrangement', () => {
  it('reaches everybody below, until a nearer unit arranges for itself; the page says whose it is', async () => {
    expect(await as('clerk').mine()).toEqual({ own: null, unit: null })
    await as('countyAdmin').setUnit({ id: places.county.id, cards: cards('tasks'), revision: 0 })
    expect((await as('clerk').mine()).unit).toEqual({
      unitId: places.county.id,
      unitName: '博兴县',
      cards: cards('tasks'),
    })
    await as('admin').setUnit({ id: places.office.id, cards: cards('notices', 'tasks'), revision: 0 })
    expect((await as('clerk').mine()).unit).toMatchObject({
      unitName: '县政府办公室',
      cards: cards('notices', 'tasks'),
    })
    expect((await as('water').mine()).unit).toMatchObject({ unitName: '博兴县' })
    expect(await as('countyAdmin').unit({ id: places.county.id })).toMatchObject({ exceptions: 1, above: null })
    expect(await as('admin').unit({ id: places.desk.id })).toMatchObject({
      own: null,
      revision: 0,
      exceptions: 0,
      above: { unitName: '县政府办公室' },
    })
    await as('admin').resetUnit({ id: places.office.id })
    expect((await as('clerk').mine()).unit).toMatchObject({ unitName: '博兴县' })
  })

  it('is changed by whoever administers the unit, and by nobody else', async () => {
    const set = (who: string | undefined, id: string) => as(who).setUnit({ id, cards: cards('tasks'), revision: 0 })
    await expect(set('clerk', places.desk.id)).rejects.toEqual(code('forbidden'))
    await expect(set(undefined, places.desk.id)).rejects.toMatchObject({ status: 401 })
    for (const id of [places.county.id, places.water.id]) {
      await expect(set('admin', id)).rejects.toEqual(code('not-found'))
      await expect(as('admin').unit({ id })).rejects.toEqual(code('not-found'))
      await expect(as('admin').resetUnit({ id })).rejects.toEqual(code('not-found'))
    }
  })

  it('does not lose what another administrator changed meanwhile', async () => {
    const id = places.water.id
    const set = (keys: string[], revision: number) => as('countyAdmin').setUnit({ id, cards: cards(...keys), revision })
    const first = await Promise.allSettled([set(['tasks'], 0), set(['notices'], 0)])
    expect(first.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await set(['tasks', 'notices'], 1)
    await expect(set(['notices'], 1)).rejects.toMatchObject({ code: 'stale', extra: { revision: 2 } })
    await as('countyAdmin').resetUnit({ id })
    // what was seen is gone: nothing is written in its place unasked
    await expect(set(['notices'], 2)).rejects.toEqual(code('stale'))
  })
})

describe('one’s own', () => {
  it('stands over the unit’s, for oneself alone, until it is given back', async () => {
    await as('clerk').setMine({ cards: [{ key: 'notices', place: 'hidden' }] })
    expect(await as('clerk').mine()).toMatchObject({
      own: [{ key: 'notices', place: 'hidden' }],
      unit: { unitName: '博兴县' },
    })
    expect((await as('water').mine()).own).toBeNull()
    await as('clerk').resetMine()
    expect((await as('clerk').mine()).own).toBeNull()
    await expect(as().mine()).rejects.toMatchObject({ status: 401 })
  })

  it('names each card once, by a name that a module could have', async () => {
    await expect(as('clerk').setMine({ cards: cards('tasks', 'tasks') })).rejects.toEqual(code('invalid'))
    await expect(as('clerk').setMine({ cards: cards('<b>') })).rejects.toEqual(code('invalid'))
  })
})
