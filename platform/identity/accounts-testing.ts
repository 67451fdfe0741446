import { randomUUID } from 'node:crypto'
import type { SystemCtx } from '#kernel/module'
import { startTestServer, type TestOptions, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { directoryApi } from '#platform/directory/contract'
import { type Granted, person, type Scene, scene, signInAs } from '#platform/directory/testing'
import { search } from '#platform/search'
import { type AccountRow, identityApi } from './contract.ts'
import { identity, registerSmsProvider } from './index.ts'

/** Two administrators of one county, one of another, one who has a single office, and people without accounts. */
const buildStaff = async (ctx: SystemCtx, units: Scene['units']) => ({
  admin: await person(ctx, { name: '毕嘉禾', unit: units.documents.id }),
  second: await person(ctx, { name: '曲文静', unit: units.general.id }),
  zouping: await person(ctx, { name: '林沐阳', unit: units.zoupingWater.id }),
  office: await person(ctx, { name: '高知远', unit: units.general.id }),
  province: await person(ctx, { name: '苗立言', unit: units.department.id }),
  auditor: await person(ctx, { name: '乔审言', unit: units.department.id }),
  clerk: await person(ctx, { name: '石小满', unit: units.general.id }),
})
type Staff = Awaited<ReturnType<typeof buildStaff>>
type Who = keyof Staff

const grantsOf = (units: Scene['units']): Record<Who, Granted[]> => {
  const over = (unitId: string, scope: 'subtree' | 'unit' = 'subtree'): Granted[] => [
    { role: 'unit-admin', scope, unitId },
  ]
  return {
    admin: over(units.boxing.id),
    second: over(units.boxing.id),
    zouping: over(units.zouping.id),
    office: over(units.documents.id, 'unit'),
    province: [{ role: 'system-admin', scope: 'all' }],
    auditor: [{ role: 'auditor', scope: 'all' }],
    clerk: [],
  }
}

/** A carrier of short messages that keeps what it was given, or is down. */
const registerCarrier = (server: TestServer) => {
  const messages: { mobile: string; text: string }[] = []
  const sms = { broken: false }
  registerSmsProvider(server.kernel, {
    async send(mobile, text) {
      if (sms.broken) throw new Error('the carrier is down')
      messages.push({ mobile, text })
    },
  })
  return { messages, sms }
}

const toolsOf = (server: TestServer, tokens: ReadonlyMap<Who, string>) => {
  const as = (who?: Who) => server.client(identityApi, who && tokens.get(who))
  const directory = (who: Who) => server.client(directoryApi, tokens.get(who))
  return {
    as,
    directory,
    async rowOf(personId: string, who: Who = 'province'): Promise<AccountRow> {
      const here = await as(who).accounts({ limit: 200 })
      const closed = await as(who).accounts({ state: 'closed', limit: 200 })
      const found = [...here.rows, ...closed.rows].find((row) => row.personId === personId)
      if (!found) throw new Error('the person is not in the list')
      return found
    },
    activate: (account: string, part: string, next = 'four plain words here') =>
      server.client(identityApi).activate({ account, part, next }),
    /** time passes, and everybody has shown a factor again since */
    async later(hours: number): Promise<void> {
      server.clock.advance(hours * 3_600_000)
      const now = server.clock.now()
      const ends = new Date(now.getTime() + 12 * 3_600_000)
      await server.sql('update identity.session set verified_at = $1, expires_at = $2, ends_at = $2', [now, ends])
      await server.sql('update identity.revision set no = no + 1')
      server.kernel.bus.publish('event.identity.verified', {})
      await new Promise((resolve) => setTimeout(resolve, 700))
    },
    /** a person nobody has met yet, made as a page, an import or SCIM makes one: through the directory */
    async arrives(name: string, unitId: string, mobile?: string): Promise<string> {
      const made = await directory('province').createPerson({ name, mobile, posts: [{ unitId, kind: 'main' }] })
      return made.id
    },
    /** opened and given a part */
    async opened(personId: string): Promise<{ login: string; part: string }> {
      await as('province').openAccounts({ personIds: [personId] })
      const { rows } = await as('province').giveParts({ personIds: [personId] })
      return rows[0]!
    },
  }
}

export const startAccountsScene = async (options: TestOptions = {}) => {
  const server = await startTestServer([directory, identity, search], options)
  const { units, people } = await server.system(scene)
  const staff = await server.system((ctx) => buildStaff(ctx, units))
  const tokens = new Map<Who, string>()
  for (const [who, granted] of Object.entries(grantsOf(units)) as [Who, Granted[]][])
    tokens.set(who, await signInAs(server, staff[who].id, granted))
  return { server, units, people, staff, ...registerCarrier(server), ...toolsOf(server, tokens) }
}
export type AccountsScene = Awaited<ReturnType<typeof startAccountsScene>>

/** Nobody's id. */
export const nobody = (): string => randomUUID()
