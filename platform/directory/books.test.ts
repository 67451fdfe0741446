import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { type AdminBook, directoryApi } from './contract.ts'
import * as write from './server/write.ts'
import { person, type Scene, scene, signInAs } from './testing.ts'

let server: TestServer
let at: Scene
let book: AdminBook
const tokens = new Map<string, string>()
const as = (who: string) => server.client(directoryApi, tokens.get(who))

beforeAll(async () => {
  server = await startTestServer([directory, identity, search])
  at = await server.system(scene)
  for (const who of ['clerk', 'waterClerk', 'cityClerk', 'zoupingClerk', 'lixiaClerk'] as const)
    tokens.set(who, await signInAs(server, at.people[who].id))
  const admins = await server.system(async (ctx) => ({
    city: await person(ctx, { name: '毕嘉禾', unit: at.units.cityWater.id }),
    county: await person(ctx, { name: '林沐阳', unit: at.units.zoupingWater.id }),
  }))
  tokens.set(
    'city',
    await signInAs(server, admins.city.id, [{ role: 'unit-admin', scope: 'subtree', unitId: at.units.cityWater.id }]),
  )
  tokens.set(
    'county',
    await signInAs(server, admins.county.id, [{ role: 'unit-admin', scope: 'subtree', unitId: at.units.zouping.id }]),
  )
})
afterAll(() => server?.stop())

it('is made by an administrator of its owner, and by nobody else', async () => {
  const input = {
    title: '滨州水利',
    line: '水利',
    ownerUnitId: at.units.cityWater.id,
    audienceUnitIds: [at.units.water.id, at.units.zoupingWater.id],
  }
  await expect(as('clerk').createBook(input)).rejects.toMatchObject({ status: 403 })
  await expect(as('county').createBook(input)).rejects.toMatchObject({ status: 404 })
  await expect(as('city').createBook({ ...input, audienceUnitIds: [at.people.clerk.id] })).rejects.toMatchObject({
    status: 400,
  })
  book = await as('city').createBook(input)
  book = await as('city').setBookEntries({
    id: book.id,
    revision: book.revision,
    entries: [
      { section: '市局', unitId: at.units.cityWater.id },
      { section: '市局', personId: at.people.cityClerk.id, note: '防汛' },
      { section: '县局', personId: at.people.waterHead.id },
      { section: '县局', personId: at.people.zoupingClerk.id },
    ],
  })
  expect(book).toMatchObject({ entries: 4, audience: [{ name: '博兴县水利局' }, { name: '邹平市水利局' }] })
  await expect(as('city').setBookEntries({ id: book.id, revision: 1, entries: [] })).rejects.toMatchObject({
    status: 409,
    code: 'stale',
  })
  await expect(as('county').adminBook({ id: book.id })).rejects.toMatchObject({ status: 404 })
  await expect(
    as('county').setBookEntries({ id: book.id, revision: book.revision, entries: [] }),
  ).rejects.toMatchObject({ status: 404 })
  await expect(as('county').deleteBook({ id: book.id })).rejects.toMatchObject({ status: 404 })
  expect((await as('county').adminBooks({})).rows).toEqual([])
})

it('takes no entry that its keeper may not see, nor one that is both', async () => {
  const entries = (entry: object) =>
    as('city').setBookEntries({ id: book.id, revision: book.revision, entries: [entry] })
  await expect(entries({ personId: at.people.agent.id })).rejects.toMatchObject({ status: 404 })
  await expect(entries({ unitId: at.units.secret.id })).rejects.toMatchObject({ status: 404 })
  await expect(entries({ unitId: at.units.water.id, personId: at.people.waterHead.id })).rejects.toMatchObject({
    status: 400,
  })
  await expect(entries({})).rejects.toMatchObject({ status: 400 })
})

it('is read by its audience and its owner, in order and with the rules of the contacts', async () => {
  for (const who of ['waterClerk', 'zoupingClerk', 'cityClerk']) {
    expect((await as(who).books({ line: '水利' })).rows).toMatchObject([{ id: book.id, entries: 4 }])
    const { rows } = await as(who).book({ id: book.id })
    expect(rows.map((row) => [row.section, row.unit?.name ?? row.person?.name])).toEqual([
      ['市局', '滨州市水利局'],
      ['市局', '张伟'],
      ['县局', '张伟'],
      ['县局', '张伟东'],
    ])
    expect(rows[2]?.person).toMatchObject({ title: '局长', mobile: '15400000005' })
  }
  for (const who of ['clerk', 'lixiaClerk']) {
    expect((await as(who).books({})).rows).toEqual([])
    await expect(as(who).book({ id: book.id })).rejects.toMatchObject({ status: 404 })
  }
  await expect(server.client(directoryApi).books({})).rejects.toMatchObject({ status: 401 })
})

it('drops who left from what readers see, and tells the keeper', async () => {
  await server.system((ctx) =>
    write.changeDirectory(ctx, { id: null, name: '试验' }, (change) =>
      write.personLeft(change, { id: at.people.waterHead.id, status: 'left' }),
    ),
  )
  expect((await as('waterClerk').book({ id: book.id })).rows).toHaveLength(3)
  const kept = await as('city').adminBook({ id: book.id })
  expect(kept.lines.map((line) => line.gone)).toEqual([false, false, true, false])
  // What is there already may stay when the rest is changed.
  const lines = kept.lines.map(({ section, unit, person: who }) => ({
    section,
    unitId: unit?.id ?? null,
    personId: who?.id ?? null,
  }))
  await expect(
    as('city').setBookEntries({ id: book.id, revision: kept.revision, entries: lines.toReversed() }),
  ).resolves.toMatchObject({ entries: 4 })
  await as('city').deleteBook({ id: book.id })
  expect((await as('waterClerk').books({})).rows).toEqual([])
})
