import type { SystemCtx } from '#kernel/module'
import { startTestServer, type TestOptions } from '#kernel/testing'
import { directory } from '#platform/directory'
import { scene, signInAs } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { type ApplicationContent, appsApi, type Connection } from './contract.ts'
import { apps } from './index.ts'

const CALLBACK = 'https://app.example.invalid/callback'
export const connection = (more: Partial<Connection> = {}): Connection => ({
  redirectUris: [CALLBACK],
  logoutUris: ['https://app.example.invalid/bye'],
  backchannelUri: null,
  jwks: null,
  ...more,
})
export { CALLBACK }

/** A county and its neighbours, and people who may do different things with applications. */
export const startAppsServer = async (options: TestOptions = {}) => {
  // The library reads the machine's clock: the two agree here.
  const server = await startTestServer([directory, identity, search, tasks, apps], {
    now: new Date().toISOString(),
    ...options,
  })
  const { units, people } = await server.system((ctx: SystemCtx) => scene(ctx))
  const { office } = units
  const tokens = {
    clerk: await signInAs(server, people.clerk.id),
    waterClerk: await signInAs(server, people.waterClerk.id),
    lixia: await signInAs(server, people.lixiaClerk.id),
    admin: await signInAs(server, people.leader.id, [{ role: 'unit-admin', scope: 'subtree', unitId: office.id }]),
    reviewer: await signInAs(server, people.cityClerk.id, [{ role: 'security-admin', scope: 'all' }]),
    operator: await signInAs(server, people.departmentClerk.id, [{ role: 'system-admin', scope: 'all' }]),
  }
  const as = (who?: keyof typeof tokens) => server.client(appsApi, who && tokens[who])
  return { server, units, people, tokens, as }
}
export type AppsServer = Awaited<ReturnType<typeof startAppsServer>>

let made = 0
/** A complete registration of the office, for the whole county unless said otherwise. */
export const content = (
  { units, people }: Pick<AppsServer, 'units' | 'people'>,
  more: Partial<ApplicationContent> = {},
) => ({
  name: `博兴县综合办公系统${++made}`,
  summary: '办公用品申领和会议室预约',
  category: 'office' as const,
  contacts: [people.clerk.id],
  filingNo: '37162511001-22001',
  protectionLevel: 2,
  scopes: ['profile', 'units'] as ApplicationContent['scopes'],
  audienceUnits: [units.boxing.id],
  desktopUrl: 'https://app.example.invalid/',
  phoneUrl: 'https://app.example.invalid/m',
  healthUrl: 'https://app.example.invalid/health',
  production: connection(),
  test: connection(),
  release: '1.0',
  ...more,
})

/** An application in force without the walk through its states, and a secret for it. */
export const approved = async (
  place: AppsServer,
  more: Partial<ApplicationContent> = {},
  granted: { firstParty?: boolean; quotaMinute?: number; quotaDay?: number } = {},
) => {
  const { server, as } = place
  const drafted = content(place, more)
  const { id } = await as('admin').create(drafted)
  await server.sql("update apps.version set state = 'checked' where application_id = $1", [id])
  await server.sql("update apps.application set state = 'checked', pending = 'checked' where id = $1", [id])
  const checked = await as('admin').registered({ id })
  const submitted = await as('admin').submit({ id, revision: checked.revision })
  const detail = await as('reviewer').approve({
    id,
    revision: submitted.revision,
    scopes: submitted.next!.content.scopes,
    directoryFields: submitted.next!.content.directoryFields,
    firstParty: granted.firstParty ?? true,
    quotaMinute: granted.quotaMinute ?? 600,
    quotaDay: granted.quotaDay ?? 100_000,
  })
  const { clientId, secret } = await as('admin').renewSecret({
    id,
    revision: detail.revision,
    environment: 'production',
  })
  return { id, clientId, secret, detail: await as('reviewer').registered({ id }) }
}
export type Approved = Awaited<ReturnType<typeof approved>>

export const refusal = (work: Promise<unknown>): Promise<{ status: number; code: string; detail: string }> =>
  work.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: { status: number; code: string; detail: string }) => error,
  )
