import { randomBytes, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { sha256 } from '#kernel/crypto'
import { closedToAll } from '#platform/directory'
import { openSql } from '../modules/apps/server/open.ts'
import { startChild } from './children.ts'
import { withAdmin } from './cluster.ts'
import { asker, type Figure, median, rate, rounded } from './measure.ts'
import { openStage, type Stage } from './stage.ts'

const ROUNDS = 5
const WIDTH = 2
const TURN = 20
const GRANTS = 2000
const TOKEN_MS = 1500
const PAGE = 100

interface App {
  applicationId: string
  clientId: string
  secret: string
}

/** 2,000 applications in force, each with the directory of a county or a unit of its own. */
const makeApps = async (stage: Stage): Promise<App> => {
  const secret = `qts_${randomBytes(32).toString('base64url')}`
  const apps = Array.from({ length: GRANTS }, () => ({ id: randomUUID(), client: randomUUID() }))
  const [app] = apps
  await withAdmin(stage.cluster.adminUrl, async (client) => {
    await client.query(
      `with places as (select id, row_number() over (order by md5(id::text)) as at from directory.unit where kind = 'region' and level = 3 and valid_to is null),
       given as (select a.id, a.client, a.at, p.id as unit_id from unnest($1::uuid[], $2::uuid[]) with ordinality a (id, client, at)
         join places p on p.at = 1 + (a.at - 1) % (select count(*) from places)),
       made as (insert into apps.application (id, name, unit_id, state, content, category, subject_group, scopes, directory_fields, version, created_at, updated_at,
           quota_minute, quota_day)
         select id, '压测应用' || at, unit_id, 'approved', '{}', 'data', id::text, '{directory.read}', '{title,phone}', 1, now(), now(), 100000000, 100000000 from given),
       clients as (insert into apps.client (id, application_id, environment, scopes) select client, id, 'production', '{directory.read}' from given)
       insert into apps.reach (application_id, unit_id) select id, unit_id from given`,
      [apps.map(({ id }) => id), apps.map(({ client: one }) => one)],
    )
    await client.query('insert into apps.secret (hash, client_id, created_at) values ($1, $2, now())', [
      sha256(secret),
      app!.client,
    ])
    await client.query('analyze apps.application, apps.client, apps.reach')
  })
  return { applicationId: app!.id, clientId: app!.client, secret }
}

const FORM = 'grant_type=client_credentials&scope=directory.read'
const poster = (url: string, authorization: string) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded', 'content-length': FORM.length }
  const post = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (part: string) => {
          text += part
        })
        answer.once('end', () =>
          answer.statusCode === 200 ? resolve(text) : reject(new Error(`${answer.statusCode} from ${url}: ${text}`)),
        )
      })
      asked.once('error', reject)
      asked.end(FORM)
    })
  return { post, close: () => agent.destroy() }
}

/** Tokens a second beside signatures a second, in turns. */
const tokens = async (stage: Stage, app: App): Promise<{ figure: Figure; token: string }> => {
  const signer = await startChild('oidc-signer.ts', [], {})
  const basic = `Basic ${Buffer.from(`${app.clientId}:${app.secret}`).toString('base64')}`
  const ours = poster(`${stage.platform.url}/oidc/token`, basic)
  const bare = poster(`${signer.url}/token`, basic)
  try {
    const { access_token: token } = JSON.parse(await ours.post()) as { access_token: string }
    const rates = { ours: [] as number[], bare: [] as number[] }
    for (const side of [ours, bare]) await rate(() => side.post(), 8, TOKEN_MS)
    for (let round = 0; round < ROUNDS; round++) {
      rates.ours.push(await rate(() => ours.post(), 8, TOKEN_MS))
      rates.bare.push(await rate(() => bare.post(), 8, TOKEN_MS))
    }
    const ratio = median(rates.ours.map((value, at) => value / rates.bare[at]!))
    const figure: Figure = {
      name: '令牌端点（client_credentials）',
      value: rounded(median(rates.ours), 0),
      reference: rounded(median(rates.bare), 0),
      ratio: rounded(ratio),
      target: '≥ 0.3',
      pass: ratio >= 0.3,
      unit: '次/秒',
    }
    return { figure, token }
  } finally {
    ours.close()
    bare.close()
    await signer.stop()
  }
}

const page = async (stage: Stage, app: App, token: string, requests: number): Promise<Figure> => {
  const { hidden, masked } = await closedToAll(stage.server.kernel)
  const params = [app.applicationId, null, null, PAGE + 1, ['title', 'phone'], null, null, null, null, hidden, masked]
  const bareUrl = await stage.bare({ people: [[[{ name: 'apps.open-people', text: openSql.people, params }]]] })
  const sides = {
    ours: asker(
      [
        {
          url: `${stage.platform.url}/api/open/directory/people?limit=${PAGE}`,
          headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'identity' },
        },
      ],
      WIDTH,
    ),
    bare: asker([{ url: `${bareUrl}/people/0` }], WIDTH),
  }
  try {
    for (const side of Object.values(sides)) await side.ask(2 * TURN)
    const ratios: number[] = []
    const times = { ours: [] as number[], bare: [] as number[] }
    for (let round = 0; round < ROUNDS; round++) {
      const here = { ours: [] as number[], bare: [] as number[] }
      for (let left = requests, turn = 0; left > 0; left -= TURN, turn++)
        for (const key of turn % 2 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const))
          here[key].push(...(await sides[key].ask(Math.min(TURN, left))))
      ratios.push(median(here.ours) / median(here.bare))
      times.ours.push(median(here.ours))
      times.bare.push(median(here.bare))
    }
    const ratio = median(ratios)
    return {
      name: `通讯录一页（${PAGE} 人，${GRANTS} 个授权之一）`,
      value: rounded(median(times.ours)),
      reference: rounded(median(times.bare)),
      ratio: rounded(ratio),
      target: '≤ 2',
      pass: ratio <= 2,
    }
  } finally {
    for (const side of Object.values(sides)) side.close()
  }
}

/** The token endpoint beside a bare signature, and a page of the directory cut by a grant beside its own SQL. */
export const oidc = async ({ people, requests }: { people: number; requests: number }): Promise<Figure[]> => {
  const stage = await openStage(people)
  try {
    const app = await makeApps(stage)
    const { figure, token } = await tokens(stage, app)
    return [figure, await page(stage, app, token, requests)]
  } finally {
    await stage.stop()
  }
}
