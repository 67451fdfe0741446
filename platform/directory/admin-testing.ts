import type { EventDef } from '#kernel/contract'
import { defineModule, on } from '#kernel/module'
import { startTestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { adminEvents, directoryApi } from './contract.ts'
import * as write from './server/write.ts'
import { person, type Scene, scene, signInAs } from './testing.ts'

/** Remembers the payloads of events as a consumer gets them. */
const listenTo = (events: readonly EventDef[]) => {
  const heard: { name: string; payload: unknown }[] = []
  const listener = defineModule({
    name: 'listener',
    title: '听者',
    dependsOn: ['directory'],
    folder: '/nonexistent',
    on: events.map((event) =>
      on(event, `listener.${event.name}`, async (_ctx, payload) => void heard.push({ name: event.name, payload })),
    ),
  })
  return { listener, heard }
}

/** Two counties with an administrator each, one of the whole province, and a clerk: `boxing`, `zouping`, `system`, `clerk`. */
export const startAdminScene = async () => {
  const { listener, heard } = listenTo(adminEvents)
  const server = await startTestServer([directory, identity, search, listener])
  const at: Scene = await server.system(scene)
  // The builders leave no free numbers: the first unit made renumbers the whole tree, before anybody's scope is read.
  await server.system((ctx) =>
    write.changeDirectory(ctx, { id: null, name: '试验' }, (change) =>
      write.createUnit(change, { parentId: at.units.lixia.id, name: '历下区财政局', kind: 'government', level: 3 }),
    ),
  )
  const made = await server.system(async (ctx) => ({
    boxing: await person(ctx, { name: '毕嘉禾', unit: at.units.documents.id }),
    zouping: await person(ctx, { name: '林沐阳', unit: at.units.zoupingWater.id }),
    system: await person(ctx, { name: '苗立言', unit: at.units.department.id }),
  }))
  const tokens = new Map([['clerk', await signInAs(server, at.people.clerk.id)]])
  for (const who of ['boxing', 'zouping'] as const) {
    const unitId = at.units[who].id
    tokens.set(who, await signInAs(server, made[who].id, [{ role: 'unit-admin', scope: 'subtree', unitId }]))
  }
  tokens.set('system', await signInAs(server, made.system.id, [{ role: 'system-admin', scope: 'all' }]))
  return {
    server,
    at,
    /** the typed client as one of the four, or as a stranger */
    as: (who: string) => server.client(directoryApi, tokens.get(who)),
    tokens,
    consistent: () => server.system(({ sql }) => write.assertConsistent(sql)),
    /** payloads of an event so far */
    async heard(name: string): Promise<unknown[]> {
      await server.settled()
      return heard.filter((event) => event.name === name).map((event) => event.payload)
    },
  }
}
export type AdminScene = Awaited<ReturnType<typeof startAdminScene>>

export const refused = (status: number, code?: string) => ({ status, ...(code ? { code } : {}) })
export const newPerson = (name: string, unitId: string, more: object = {}) => ({
  name,
  posts: [{ unitId, kind: 'main' as const, title: '科员' }],
  ...more,
})
