import { startTestServer, type TestServer } from '#kernel/testing'
import { appsApi } from '#modules/apps/contract'
import { directoryApi } from '#platform/directory/contract'
import { type Granted, person, type Scene, scene, signInAs } from '#platform/directory/testing'
import { type Kind, kinds } from './matrix-kinds.ts'
import { modules } from './modules.ts'

/** The whole platform on a small province, and one caller of each kind. */

export type Caller = Kind | 'application'
export interface Stage {
  server: TestServer
  world: Scene
  tokens: ReadonlyMap<Caller, string>
  /** of a personnel system that keeps the people of the county */
  scim: string
  /** a new person in the same place: the one before may have signed out, been moved or left by what was sent */
  arrive(kind: Caller): Promise<void>
  headersOf(kind: Caller): Record<string, string>
}

const grantsOf = (kind: Kind, { units }: Scene): Granted[] => {
  if (kind === 'stranger' || kind === 'clerk') return []
  const unitId = kind === 'leader' ? units.office.id : units.boxing.id
  return kind === 'leader' || kind === 'unit-admin'
    ? [{ role: kind, scope: 'subtree', unitId }]
    : [{ role: kind, scope: 'all' }]
}

/** An application in force, with every scope, that calls in its own name. */
const connect = async ({ server, world, tokens }: Stage): Promise<string> => {
  const { office, boxing } = world.units
  const as = (kind: Kind) => server.client(appsApi, tokens.get(kind))
  const connection = {
    redirectUris: ['https://app.example.invalid/'],
    logoutUris: [],
    backchannelUri: null,
    jwks: null,
  }
  const { id } = await as('unit-admin').create({
    name: '综合办公系统',
    summary: '办公用品申领',
    category: 'office',
    contacts: [world.people.clerk.id],
    filingNo: '37162511001-22001',
    protectionLevel: 2,
    scopes: ['directory.read', 'tasks.push'],
    directoryUnits: [boxing.id],
    audienceUnits: [office.id],
    desktopUrl: 'https://app.example.invalid/',
    healthUrl: 'https://app.example.invalid/health',
    production: connection,
    test: connection,
    release: '1.0',
  })
  // The checks of its endpoints need an application that answers; they have their own tests.
  await server.sql("update apps.version set state = 'checked' where application_id = $1", [id])
  await server.sql("update apps.application set state = 'checked', pending = 'checked' where id = $1", [id])
  const { revision } = await as('unit-admin').registered({ id })
  const submitted = await as('unit-admin').submit({ id, revision })
  const limits = { firstParty: true, quotaMinute: 100_000, quotaDay: 1_000_000 }
  const { scopes, directoryFields } = submitted.next!.content
  const approved = await as('security-admin').approve({
    id,
    revision: submitted.revision,
    scopes,
    directoryFields,
    ...limits,
  })
  const secret = await as('unit-admin').renewSecret({ id, revision: approved.revision, environment: 'production' })
  const answer = await fetch(`${server.url}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${secret.clientId}:${encodeURIComponent(secret.secret)}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'directory.read tasks.push' }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

export const startStage = async (): Promise<Stage> => {
  const server = await startTestServer(modules, {
    // The OpenID library reads the machine's clock: the two agree here.
    now: new Date().toISOString(),
    env: { TRUST_PROXY: '127.0.0.1', METRICS_TOKEN: 'a-token-of-the-monitoring-system' },
  })
  const world = await server.system((ctx) => scene(ctx))
  const tokens = new Map<Caller, string>()
  const arrive = async (kind: Caller): Promise<void> => {
    if (kind === 'stranger' || kind === 'application') return
    const { id } = await server.system((ctx) => person(ctx, { name: `测试${kind}`, unit: world.units.office.id }))
    tokens.set(kind, await signInAs(server, id, grantsOf(kind, world)))
  }
  const headersOf = (kind: Caller): Record<string, string> => {
    const token = tokens.get(kind)
    if (kind === 'application') return { authorization: `Bearer ${token}` }
    return { 'x-requested-with': 'qitong', ...(token ? { cookie: `qt_session=${token}` } : {}) }
  }
  for (const kind of kinds) await arrive(kind)
  const personnel = { title: '人事系统', unitId: world.units.boxing.id }
  const { token: scim } = await server.client(directoryApi, tokens.get('system-admin')).createScimClient(personnel)
  const stage: Stage = { server, world, tokens, scim, arrive, headersOf }
  tokens.set('application', await connect(stage))
  return stage
}
