import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import * as write from './server/write.ts'
import { provinceTemplate, type Scene, scene } from './testing.ts'

let server: TestServer
let at: Scene
const author: write.Author = { id: null, name: '试验' }
const change = <T>(work: (change: write.Change) => Promise<T>): Promise<T> =>
  server.system((ctx) => write.changeDirectory(ctx, author, work))
const query = <R extends object>(text: string, params?: unknown[]) => server.kernel.database.query<R>(text, params)
const consistent = () => server.system(({ sql }) => write.assertConsistent(sql))

beforeAll(async () => {
  server = await startTestServer([directory, identity, search])
  at = await server.system(scene)
})
afterAll(() => server?.stop())

/** The same sequence for the same seed. */
const dice = (seed: number) => {
  let state = seed
  const below = (n: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * n)
  }
  return { below, pick: <T>(list: readonly T[]): T => list[below(list.length)]! }
}

describe('everything derived', () => {
  it('is right from the start', consistent)

  it('stays right through 200 random writes', { timeout: 240_000 }, async () => {
    const { below, pick } = dice(7)
    const rule = { id: '0190c0de-0000-7000-8000-000000000001', unit: at.units.water.id }
    await query(
      `insert into directory.visibility_rule (id, title, target_unit, effect, fields, owner_unit) values ($1, '水利', $2, 'mask', '{mobile}', $2)`,
      [rule.id, rule.unit],
    )
    await change(async ({ touched }) => void touched.guarded.add(rule.unit))
    const units = async (where = 'true') =>
      query<{ id: string; kind: string; level: number; parent_id: string }>(
        `select id, kind, level, parent_id from directory.unit where valid_to is null and ${where} order by no`,
      )
    const people = async () =>
      query<{ id: string; post: string; unit: string }>(
        `select x.id, p.id as post, p.unit_id as unit from directory.person x join directory.post p on p.person_id = x.id and p.valid_to is null
         where x.status = 'active' order by x.no, p.id`,
      )
    const employers = "kind not in ('region', 'group')"
    let nth = 0
    const steps: (() => Promise<unknown>)[] = [
      async () => {
        const parent = pick(await units())
        const kind = parent.kind === 'division' ? 'division' : pick(['government', 'institution'] as const)
        await change((c) =>
          write.createUnit(c, {
            parentId: parent.id,
            name: `试验单位${++nth}`,
            kind,
            level: parent.level,
            closed: below(6) === 0,
            plates: below(2) ? [`试验牌子${nth}`] : [],
          }),
        )
      },
      async () => {
        const unit = pick(await units())
        await change((c) =>
          write.updateUnit(c, { id: unit.id, name: `改名单位${++nth}`, closed: below(8) === 0, sort: below(50) }),
        )
      },
      async () => {
        const unit = pick(await units("parent_id is not null and kind <> 'region'"))
        const to = pick(await units())
        await change((c) => write.moveUnit(c, { id: unit.id, parentId: to.id }))
      },
      async () => {
        const unit = pick(await units("parent_id is not null and kind <> 'region'"))
        const to = pick(await units(employers))
        await change((c) => write.abolishUnit(c, { id: unit.id, peopleTo: to.id, childrenTo: to.id }))
      },
      async () => {
        const [gone] = await query<{ id: string }>(
          'select id from directory.unit where valid_to is not null order by no desc limit 1',
        )
        if (gone) await change((c) => write.restoreUnit(c, { id: gone.id }))
      },
      async () => {
        const unit = pick(await units(employers))
        await change((c) =>
          write.createPerson(c, {
            name: pick(['单明远', '曾小曼', '张伟', '欧阳隐', '吕明月']),
            mobile: `154${String(below(100_000_000)).padStart(8, '0')}`,
            rank: pick(['一级科员', '四级调研员', '']),
            posts: [{ unitId: unit.id, kind: 'main', title: pick(['科长', '副局长', '']) }],
          }),
        )
      },
      async () => {
        const person = pick(await people())
        await change((c) =>
          write.updatePerson(c, { id: person.id, name: pick(['仇英', '任建国', '解放']), mobile: '15400001111' }),
        )
      },
      async () => {
        const person = pick(await people())
        const unit = pick(await units(employers))
        await change((c) => write.createPost(c, { personId: person.id, unitId: unit.id, kind: 'concurrent' }))
      },
      async () => {
        const person = pick(await people())
        const unit = pick(await units(employers))
        await change((c) => write.updatePost(c, { id: person.post, unitId: unit.id, title: '主任', leader: true }))
      },
      async () => change(async (c) => write.endPost(c, { id: pick(await people()).post })),
      async () => {
        const person = pick(await people())
        const unit = pick(await units(employers))
        await change((c) => write.movePerson(c, { personId: person.id, unitId: unit.id, title: '调来' }))
      },
      async () => {
        const person = pick(await people())
        await change((c) => write.setDuties(c, { personId: person.id, unitId: person.unit, duties: ['文秘'] }))
      },
      async () => change(async (c) => write.personLeft(c, { id: pick(await people()).id, status: 'retired' })),
    ]
    let done = 0
    let refused = 0
    while (done < 200) {
      try {
        await pick(steps)()
        done++
      } catch (error) {
        // A rule of the business said no: that too must leave everything as it was.
        if (!('status' in (error as object))) throw error
        refused++
      }
      if ((done + refused) % 100 === 0) await consistent()
    }
    await consistent()
    expect(refused).toBeLessThan(done)
  })
})

describe('a generated province', () => {
  it('is consistent, and stays so when a town grows beyond its numbers', { timeout: 240_000 }, async () => {
    const province = await startTestServer([directory, identity, search], { template: provinceTemplate() })
    try {
      await province.system(({ sql }) => write.assertConsistent(sql))
      const [town] = await province.sql<{ id: string }>(
        "select id from directory.unit where kind = 'region' and level = 4 order by no limit 1",
      )
      await province.system((ctx) =>
        write.changeDirectory(ctx, author, async (c) => {
          for (let nth = 0; nth < 80; nth++)
            await write.createUnit(c, { parentId: town!.id, name: `${nth}号村`, kind: 'village', level: 5 })
        }),
      )
      await province.system(({ sql }) => write.assertConsistent(sql))
    } finally {
      await province.stop()
    }
  })
})
