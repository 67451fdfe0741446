import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InputOf } from '#kernel/contract'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { directoryApi, type StructurePlan } from './contract.ts'
import { type Scene, scene, signInAs } from './testing.ts'

type New = InputOf<typeof directoryApi.createStructurePlan>
type Operation = New['operations'][number]

let server: TestServer
let at: Scene
let tokens: Record<'admin' | 'boxing' | 'zouping' | 'clerk', string>
const TODAY = '2026-11-20'
const as = (who: keyof typeof tokens) => server.client(directoryApi, tokens[who])
const draft = (
  operations: Operation[],
  more: Partial<New> = {},
  who: keyof typeof tokens = 'admin',
): Promise<StructurePlan> =>
  as(who).createStructurePlan({
    title: '机构改革',
    effectiveOn: TODAY,
    ownerId: at.units.boxing.id,
    operations,
    ...more,
  })

beforeAll(async () => {
  server = await startTestServer([directory, identity, search])
  at = await server.system(scene)
  const { people, units } = at
  tokens = {
    admin: await signInAs(server, people.departmentClerk.id, [{ role: 'system-admin', scope: 'all' }]),
    boxing: await signInAs(server, people.leader.id, [
      { role: 'unit-admin', scope: 'subtree', unitId: units.boxing.id },
    ]),
    zouping: await signInAs(server, people.zoupingClerk.id, [
      { role: 'unit-admin', scope: 'subtree', unitId: units.zouping.id },
    ]),
    clerk: await signInAs(server, people.clerk.id, [{ role: 'clerk', scope: 'unit', unitId: units.documents.id }]),
  }
})
afterAll(() => server?.stop())

describe('scope', () => {
  it('a unit administrator plans within the own subtree only, and never for its top', async () => {
    const [top, head] = [at.units.water, at.people.waterHead]
    const own: Operation = { op: 'rename', unitId: top.id, name: `${top.name}改` }
    const plan = await draft([own], {}, 'boxing')
    expect(plan.owner.id).toBe(at.units.boxing.id)
    const missing = { status: 404 }
    const foreign: Operation[] = [
      { op: 'rename', unitId: at.units.zoupingWater.id, name: '某局' },
      { op: 'move', unitId: at.units.zoupingWater.id, parentId: at.units.boxing.id },
      { op: 'move', unitId: top.id, parentId: at.units.zouping.id },
      { op: 'move', unitId: at.units.boxing.id, parentId: at.units.zouping.id },
      { op: 'merge', unitIds: [at.units.zoupingWater.id], intoId: top.id },
      { op: 'merge', unitIds: [top.id], intoId: at.units.zoupingWater.id },
      { op: 'abolish', unitId: top.id, peopleTo: at.units.zoupingWater.id },
      { op: 'people', unitId: top.id, toId: at.units.zoupingWater.id, postIds: [head.postId] },
      { op: 'create', parentId: at.units.zouping.id, name: '某局', kind: 'government', level: 3 },
      { op: 'split', unitId: top.id, parts: [{ name: '某局', parentId: at.units.zouping.id }] },
    ]
    for (const operation of foreign) await expect(draft([own, operation], {}, 'boxing')).rejects.toMatchObject(missing)
    await expect(draft([own], { ownerId: at.units.zouping.id }, 'boxing')).rejects.toMatchObject(missing)
    // A new unit's id must not be that of somebody else's unit.
    await expect(
      draft(
        [{ op: 'create', id: at.units.zoupingWater.id, parentId: top.id, name: '某科', kind: 'division', level: 3 }],
        {},
        'boxing',
      ),
    ).rejects.toMatchObject({ code: 'invalid' })
  })

  it('a stranger to a plan neither sees nor touches it; a clerk has no such permission', async () => {
    const top = at.units.water
    const plan = await draft([{ op: 'rename', unitId: top.id, name: `${top.name}改` }])
    const { id, revision } = plan
    expect((await as('zouping').structurePlans({})).rows).toEqual([])
    expect((await as('boxing').structurePlans({ state: 'draft', limit: 1 })).rows.map((row) => row.id)).toEqual([id])
    const other = as('zouping')
    const missing = { status: 404 }
    await expect(other.structurePlan({ id })).rejects.toMatchObject(missing)
    await expect(other.previewStructurePlan({ id })).rejects.toMatchObject(missing)
    await expect(other.approveStructurePlan({ id, revision })).rejects.toMatchObject(missing)
    await expect(other.revokeStructurePlan({ id, revision })).rejects.toMatchObject(missing)
    await expect(other.applyStructurePlan({ id, revision })).rejects.toMatchObject(missing)
    await expect(other.reverseStructurePlan({ id, effectiveOn: TODAY })).rejects.toMatchObject(missing)
    await expect(as('clerk').structurePlans({})).rejects.toMatchObject({ status: 403 })
  })
})
