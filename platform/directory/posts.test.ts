import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdminScene, newPerson, refused, startAdminScene } from './admin-testing.ts'

let scene: AdminScene
let at: AdminScene['at']
const me = () => scene.as('boxing')
const totals = async (...ids: string[]) =>
  Promise.all(
    ids.map(async (id) => {
      const { peopleTotal, peopleDirect } = await me().adminUnit({ id })
      return [peopleTotal, peopleDirect]
    }),
  )

beforeAll(async () => {
  scene = await startAdminScene()
  at = scene.at
})
afterAll(() => scene?.server.stop())

describe('a post entered by mistake', () => {
  it('is deleted on its first day, with its duties; that it was entered stays in the history and the audit log', async () => {
    const { water, office } = at.units
    const made = await me().createPerson(newPerson('任误录', water.id))
    const added = await me().createPost({
      id: made.id,
      revision: made.revision,
      unitId: office.id,
      kind: 'concurrent',
      title: '误录',
    })
    const wrong = added.posts.find((post) => post.title === '误录')!
    const duties = await me().setDuties({ id: made.id, revision: added.revision, unitId: office.id, duties: ['文秘'] })
    const asked = { id: wrong.id, revision: duties.revision, reason: '单位选错了' }
    await expect(scene.as('zouping').deletePost(asked)).rejects.toMatchObject(refused(404))
    await expect(scene.as('clerk').deletePost(asked)).rejects.toMatchObject(refused(403))
    await expect(me().deletePost({ ...asked, revision: 1 })).rejects.toMatchObject(refused(409, 'stale'))
    const after = await me().deletePost(asked)
    expect(after.posts.map((post) => post.unit.id)).toEqual([water.id])
    expect(after.duties).toEqual([])
    const { rows } = await me().personHistory({ id: made.id })
    expect(rows.find((row) => row.reason === '单位选错了')?.fields).toContainEqual(
      expect.objectContaining({ before: '误录', after: null }),
    )
    const [audit] = await scene.server.sql<{ deleted: object }>(
      "select detail -> 'deleted' as deleted from kernel.audit where action = 'directory.deletePost' and kind = 'command'",
    )
    expect(audit!.deleted).toMatchObject({ id: wrong.id, title: '误录' })
    await scene.consistent()
  })

  it('is not when it was in effect before, or is the main one', async () => {
    const made = await me().createPerson(newPerson('任在职', at.units.water.id))
    const main = { id: made.posts[0]!.id, revision: made.revision, reason: '录错' }
    await expect(me().deletePost(main)).rejects.toMatchObject({
      ...refused(409),
      detail: expect.stringContaining('主职'),
    })
    const since = { unitId: at.units.office.id, kind: 'concurrent' as const, title: '兼任', validFrom: '2026-01-01' }
    const added = await me().createPost({ id: made.id, revision: made.revision, ...since })
    const old = added.posts.find((post) => post.title === '兼任')!
    await expect(me().deletePost({ id: old.id, revision: added.revision, reason: '录错' })).rejects.toMatchObject({
      ...refused(409),
      detail: expect.stringContaining('2026-01-01'),
    })
  })
})

describe('a unit counts', () => {
  it('people once, where their main post is, whatever else they hold', async () => {
    const { water, office, boxing } = at.units
    const before = await totals(water.id, office.id, boxing.id)
    const changed = (...by: [number, number][]) =>
      before.map(([total, direct], n) => [total! + by[n]![0], direct! + by[n]![1]])
    const made = await me().createPerson(newPerson('任身兼', water.id))
    const two = await me().createPost({ id: made.id, revision: made.revision, unitId: office.id, kind: 'concurrent' })
    expect(await totals(water.id, office.id, boxing.id)).toEqual(changed([1, 1], [0, 1], [1, 0]))
    const other = two.posts.find((post) => post.kind === 'concurrent')!
    const swapped = await me().updatePost({ id: other.id, revision: two.revision, kind: 'main' })
    expect(await totals(water.id, office.id, boxing.id)).toEqual(changed([0, 1], [1, 1], [1, 0]))
    await me().leavePerson({ id: made.id, revision: swapped.revision, status: 'left' })
    expect(await totals(water.id, office.id, boxing.id)).toEqual(before)
    await scene.consistent()
  })
})
