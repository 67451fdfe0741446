import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdminScene, startAdminScene } from './admin-testing.ts'
import { directoryApi } from './contract.ts'

/**
 * PostgreSQL must know the type of every parameter, given or null (42P18): each list is asked with nothing, and with everything it takes.
 */
let scene: AdminScene
let cases: Readonly<Record<string, readonly object[]>>

beforeAll(async () => {
  scene = await startAdminScene()
  const { units, people } = scene.at
  const [id, under] = [units.water.id, units.boxing.id]
  const as = scene.as('system')
  const book = await as.createBook({
    ownerUnitId: id,
    title: '水利',
    line: '水利',
    note: '',
    audienceUnitIds: [units.root.id],
  })
  const rule = await as.createRule({
    title: '遮盖',
    targetUnitId: id,
    effect: 'mask',
    fields: ['mobile'],
    ownerUnitId: id,
  })
  const plan = await as.createStructurePlan({
    title: '更名',
    effectiveOn: '2027-01-01',
    ownerId: id,
    operations: [{ op: 'rename', unitId: id, name: '新名' }],
  })
  const lists = { q: '水', limit: 5 }
  const person = { id: people.clerk.id }
  const past = [
    { id, day: '2026-11-20' },
    { id, day: '2020-02-29' },
  ]
  cases = {
    adminUnits: [
      {},
      { ...lists, under, kind: 'government', level: 3, line: '水利', closed: false, abolished: false },
      { abolished: true },
    ],
    adminPeople: [
      {},
      { ...lists, under, status: 'active', postKind: 'main', leader: true, title: '局长', rank: '科员' },
      { status: 'left' },
    ],
    adminUnit: [{ id }],
    adminPerson: [person],
    identityNumber: [person],
    handover: [person],
    dutyKinds: [{}],
    ranks: [{}],
    lines: [{}],
    root: [{}],
    children: [{ id }, { id, kinds: 'institutions' }],
    unit: [{ id }],
    people: [{ id }, { id, q: 'zh', direct: true, limit: 1 }],
    person: [person],
    search: [
      { q: '张' },
      { q: 'zhangw 水利', kind: 'people', recent: [people.waterHead.id] },
      { q: '水利', kind: 'units' },
    ],
    explain: [{ ...person, viewerId: people.colleague.id }],
    favourites: [{}],
    books: [{}, { ...lists, line: '水利' }],
    book: [{ id: book.id }],
    adminBooks: [{}, { ...lists, line: '水利' }],
    adminBook: [{ id: book.id }],
    unitHistory: [{ id }],
    personHistory: [person],
    unitAsOf: past.slice(0, 1),
    childrenAsOf: past,
    peopleAsOf: past,
    rules: [{}, { ...lists, enabled: true }],
    rule: [{ id: rule.id }],
    scimClients: [{}],
    structurePlans: [{}, { ...lists, state: 'draft' }],
    structurePlan: [{ id: plan.id }],
    unitIds: [{ nos: [units.water.no] }],
    imports: [{}, { kind: 'people', limit: 5 }],
  }
})
afterAll(() => scene?.server.stop())

describe('every reading', () => {
  it('answers with all filters empty and with all set, and from the second page on', async () => {
    const ask = (who: string) =>
      scene.as(who) as unknown as Record<string, (input: object) => Promise<{ next?: string | null }>>
    for (const [name, inputs] of Object.entries(cases))
      for (const input of inputs) {
        const page = await ask('system')[name]!(input)
        expect([name, page]).toEqual([name, expect.anything()])
        if (page.next) await ask('system')[name]!({ ...input, cursor: page.next })
        // Not theirs is an answer too; a fault of ours is not.
        const theirs = await ask('zouping')[name]!(input).catch(({ status }: { status: number }) => status)
        expect([name, [403, 404].includes(theirs as number) || typeof theirs === 'object']).toEqual([name, true])
      }
  })

  it('is in the list above', () => {
    const readings = Object.entries(directoryApi).filter(([, { method, kind }]) => method === 'GET' && kind === 'json')
    const elsewhere = ['snapshot', 'delta', 'importDetail', 'importFaults']
    expect(readings.map(([name]) => name).filter((name) => !(name in cases) && !elsewhere.includes(name))).toEqual([])
  })
})

describe('one rule', () => {
  it('is read by those whose scope holds its unit, and does not exist for the others', async () => {
    const { id } = (await scene.as('system').rules({})).rows[0]!
    expect(await scene.as('boxing').rule({ id })).toMatchObject({ id, title: '遮盖', fields: ['mobile'] })
    await expect(scene.as('zouping').rule({ id })).rejects.toMatchObject({ status: 404 })
    await expect(scene.as('clerk').rule({ id })).rejects.toMatchObject({ status: 403 })
  })
})
