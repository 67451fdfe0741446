import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdminScene, newPerson, startAdminScene } from './admin-testing.ts'
import { identityCheck } from './contract/codes.ts'
import { resealIdentities } from './server/identity-number.ts'

let scene: AdminScene
const sql = <R extends object>(text: string, params?: unknown[]) => scene.server.sql<R>(text, params)
const numberOf = (order: number): string => {
  const body = `37162519900101${String(order).padStart(3, '0')}`
  return body + identityCheck(body)
}
const made = async (order: number) => {
  const identityNumber = numberOf(order)
  const { id } = await scene
    .as('boxing')
    .createPerson(newPerson(`任${order}`, scene.at.units.water.id, { identityNumber }))
  return { id, identityNumber }
}
/** As boxes were before they were bound to people. */
const unbind = ({ id, identityNumber }: { id: string; identityNumber: string }) =>
  sql('update directory.person set identity_box = $2, identity_seal = 1 where id = $1', [
    id,
    scene.server.kernel.keys.seal(identityNumber, 'directory.person.identity'),
  ])
const open = ({ id }: { id: string }) => scene.as('boxing').identityNumber({ id })
const sealOf = async ({ id }: { id: string }) =>
  (await sql<{ seal: number }>('select identity_seal as seal from directory.person where id = $1', [id]))[0]!.seal

beforeAll(async () => {
  scene = await startAdminScene()
})
afterAll(() => scene?.server.stop())

describe('a sealed identity number', () => {
  it('belongs to its person: copied to another it does not open', async () => {
    const [mine, other] = [await made(21), await made(23)]
    expect(await open(mine)).toEqual({ identityNumber: mine.identityNumber })
    await sql(
      'update directory.person x set identity_box = o.identity_box from directory.person o where x.id = $1 and o.id = $2',
      [mine.id, other.id],
    )
    await expect(open(mine)).rejects.toMatchObject({ status: 500 })
  })

  it('of before opens too, and is bound by the job, which goes on after a box that no key opens', async () => {
    const people = [await made(31), await made(33), await made(35)].toSorted((a, b) => a.id.localeCompare(b.id))
    for (const one of people) await unbind(one)
    expect(await open(people[0]!)).toEqual({ identityNumber: people[0]!.identityNumber })
    await sql("update directory.person set identity_box = '\\x00' where id = $1", [people[1]!.id])
    await resealIdentities(scene.server.kernel)
    expect(await Promise.all(people.map(sealOf))).toEqual([2, 1, 2])
    for (const one of [people[0]!, people[2]!]) expect(await open(one)).toEqual({ identityNumber: one.identityNumber })
    // Bound now: it is somebody else's to nobody.
    await sql(
      'update directory.person x set identity_box = o.identity_box from directory.person o where x.id = $1 and o.id = $2',
      [people[1]!.id, people[0]!.id],
    )
    await expect(open(people[1]!)).rejects.toMatchObject({ status: 500 })
  })
})
