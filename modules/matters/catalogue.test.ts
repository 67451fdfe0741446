import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { searchApi } from '#platform/search/contract'
import type { Draft, Layer } from './contract.ts'
import { type MattersServer, matterBuilder, sound, startMatters } from './testing.ts'

let scene: MattersServer
let water: Draft
let local: Draft
beforeAll(async () => {
  scene = await startMatters()
  const make = matterBuilder(scene)
  water = await make.published(sound({ keywords: '打井', scenes: ['enterprise'] }), '取水许可')
  const plain = sound({ results: [{ name: '批准文件', kind: 'document' }] })
  await make.published({ ...plain, life: ['leave'] }, '机关工作人员请休假')
  for (let n = 1; n <= 5; n++) await make.published(plain, `水工程第 ${n} 号审批`)
  local = await make.claimed(water)
  await scene.server.settled()
})
afterAll(() => scene.server.stop())

const names = async (input: Parameters<ReturnType<MattersServer['as']>['catalogue']>[0]) =>
  (await scene.as('clerk').catalogue(input)).rows.map((row) => row.name)
const leaf = async (input: { q?: string; layer?: Layer; unitId?: string }, limit: number) => {
  const rows: string[] = []
  let cursor: string | undefined
  do {
    const page = await scene.as('clerk').catalogue({ ...input, limit, cursor })
    rows.push(...page.rows.map(({ id }) => id))
    cursor = page.next ?? undefined
  } while (cursor)
  return rows
}

describe('the catalogue', () => {
  it('finds by words, keywords, life and scene, and by a whole code', async () => {
    expect(await names({ q: '取水' })).toEqual(['取水许可'])
    expect(await names({ q: '打井' })).toEqual(['取水许可'])
    expect(await names({ q: '！' })).toEqual([])
    expect(await names({ life: 'leave' })).toEqual(['机关工作人员请休假'])
    expect(await names({ scene: 'enterprise' })).toEqual(['取水许可'])
    const { code } = await scene.as('clerk').matter({ id: local.matterId })
    expect((await scene.as('clerk').catalogue({ q: code! })).rows).toMatchObject([{ id: local.matterId }])
  })

  it('pages without gap or repetition, by code and by words, in every layer', async () => {
    const all = await leaf({}, 100)
    expect(all).toHaveLength(7)
    expect(await leaf({}, 2)).toEqual(all)
    const found = await leaf({ q: '水' }, 100)
    expect(found).toHaveLength(6)
    expect(await leaf({ q: '水' }, 2)).toEqual(found)
    expect(await leaf({ layer: 'implementing' }, 1)).toEqual([local.matterId])
    expect(await leaf({ layer: 'implementing', q: '取水' }, 1)).toEqual([local.matterId])
  })

  it('shows what lies in one part of the province', async () => {
    const { places } = scene
    for (const [unitId, expected] of [
      [places.county.id, 1],
      [places.city.id, 1],
      [places.water.id, 1],
      [places.other.id, 0],
      [places.cityWater.id, 0],
    ] as const) {
      expect(await leaf({ layer: 'implementing', unitId }, 10), unitId).toHaveLength(expected)
      expect(await leaf({ layer: 'implementing', unitId, q: '取水' }, 10), unitId).toHaveLength(expected)
    }
    expect(await names({ unitId: places.department.id })).toHaveLength(7)
    expect(await names({ unitId: places.county.id })).toEqual([])
  })

  it('counts facets that leave the other choices standing', async () => {
    const of = async (input: Parameters<ReturnType<MattersServer['as']>['facets']>[0]) => {
      const { total, facets } = await scene.as('clerk').facets(input)
      return { total, ...Object.fromEntries(facets.map(({ name, values }) => [name, values])) }
    }
    expect(await of({})).toMatchObject({
      total: 7,
      kind: [{ value: 'public', count: 7 }],
      level: [{ value: '1', count: 7 }],
    })
    expect(await of({ kind: 'internal' })).toMatchObject({ total: 0, kind: [{ value: 'public', count: 7 }], type: [] })
    expect(await of({ layer: 'implementing' })).toMatchObject({ total: 1 })
    expect(await of({ layer: 'implementing', unitId: scene.places.county.id })).toMatchObject({
      total: 1,
      level: [{ value: '3', count: 1 }],
    })
    expect(await of({ layer: 'implementing', unitId: scene.places.other.id })).toMatchObject({ total: 0 })
    expect(await of({ q: '取水' })).toMatchObject({ total: 1 })
  })

  it('is in the global search box', async () => {
    const { server, tokens } = scene
    const { groups } = await server.client(searchApi, tokens.clerk).search({ q: '取水' })
    expect(groups.flatMap(({ items }) => items)).toMatchObject([{ id: water.matterId, title: '取水许可' }])
  })
})
