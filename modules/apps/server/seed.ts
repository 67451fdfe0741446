import { newId } from '#kernel/ids'
import type { Seed, SystemCtx } from '#kernel/module'
import { ApplicationContent } from '../contract.ts'
import { putInForce } from './decide.ts'
import { type DemoApp, demoApps, SAMPLE } from './demo-apps.ts'
import { writeClient } from './register.ts'
import { seedActivity, seedWebhook } from './seed-activity.ts'

const DAY = 24 * 3600_000

interface Places {
  county: string
  contact: string
}
const placesOf = async ({ sql }: SystemCtx): Promise<Places | undefined> =>
  (
    await sql<Places>(
      `select c.id as county, p.id as contact from directory.person p
       join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
       join directory.unit o on o.no = m.org_no join directory.unit c on c.no = o.county_no where p.external_id = 'demo:clerk'`,
    )
  )[0]

/** Small provinces lack most bodies: what nobody else can own belongs to whoever runs the platform at that level. */
const STANDS_IN: Record<string, string> = {
  山东: '山东省大数据局',
  滨州: '滨州市大数据局',
  博兴: '博兴县人民政府办公室',
}
interface Owner {
  id: string
  contact: string | null
}
const ownerOf = async ({ sql }: SystemCtx, { unit }: DemoApp): Promise<Owner> => {
  const names = [unit, `中共${unit}`, STANDS_IN[unit.slice(0, 2)], STANDS_IN.博兴]
  const [owner] = await sql<Owner>(
    `select u.id, (select m.person_id from directory.post m join directory.person p on p.id = m.person_id and p.status = 'active'
        where m.org_no = u.no and m.kind = 'main' and m.valid_to is null order by m.leader, m.sort, m.id limit 1) as contact
     from directory.unit u where u.name = any($1) and u.valid_to is null order by array_position($1, u.name) limit 1`,
    [names],
  )
  if (!owner) throw new Error(`nobody in the province can own ${unit}'s application`)
  return owner
}

const contentOf = (demo: DemoApp, origin: string, places: Places, owner: Owner): ApplicationContent =>
  ApplicationContent.parse({
    name: demo.name,
    summary: demo.summary,
    category: demo.category,
    contacts: [demo.unit === STANDS_IN.博兴 ? places.contact : (owner.contact ?? places.contact)],
    filingNo: `37160000${String(Math.abs(demo.name.length * 7919) % 100_000).padStart(5, '0')}-26001`,
    protectionLevel: demo.level,
    scopes: demo.scopes ?? ['profile', 'units'],
    directoryFields: demo.fields ?? [],
    directoryUnits: demo.scopes?.includes('directory.read') ? [places.county] : [],
    openToAll: demo.duties === undefined,
    audienceDuties: demo.duties ?? [],
    desktopUrl: `${origin}/`,
    phoneUrl: `${origin}/m`,
    healthUrl: `${origin}/health`,
    production: {
      redirectUris: [`${origin}/callback`],
      logoutUris: [`${origin}/bye`],
      backchannelUri: origin === SAMPLE.origin ? null : `${origin}/backchannel-logout`,
    },
    release: '1.0',
  })

const insert = async ({ sql, now }: SystemCtx, demo: DemoApp, content: ApplicationContent, unit: string) => {
  const id = newId()
  const text = JSON.stringify(content)
  const at = new Date(now.getTime() - 300 * DAY)
  const state = demo.pending ?? 'approved'
  await sql(
    `insert into apps.application (id, name, unit_id, state, pending, content, summary, category, subject_group, created_at, updated_at)
     values ($1::uuid, $2, $3, 'draft', $4, $5, $6, $7, $1::uuid::text, $8, $8)`,
    [id, content.name, unit, demo.pending ?? null, text, content.summary, content.category, at],
  )
  await sql(
    `insert into apps.version (application_id, no, state, content, submitted_at, decided_at, decided_name)
     values ($1, 1, $2, $3, case when $2 <> 'draft' then $4::timestamptz end, case when $2 = 'approved' then $4::timestamptz end, case when $2 = 'approved' then '安全管理员' end)`,
    [id, state, text, at],
  )
  await writeClient({ sql }, id, 'test', content.test, content.scopes)
  return id
}

const put = async (ctx: SystemCtx, demo: DemoApp, places: Places, origin: string): Promise<void> => {
  const { sql, now } = ctx
  const owner = await ownerOf(ctx, demo)
  const content = contentOf(demo, origin, places, owner)
  const id = await insert(ctx, demo, content, owner.id)
  if (demo.pending) {
    await sql('update apps.application set state = $2 where id = $1', [id, demo.pending])
    return
  }
  await putInForce({ sql, now: new Date(now.getTime() - 290 * DAY) }, id, content, {
    scopes: content.scopes,
    directoryFields: content.directoryFields,
    firstParty: demo.own ?? false,
    quotaMinute: 600,
    quotaDay: 100_000,
  })
  const last = demo.idle === undefined ? null : new Date(now.getTime() - demo.idle * DAY)
  // Nothing answers at .invalid: what is seeded would be called down within five minutes.
  await sql(
    `update apps.application set state = $2, last_call_at = $3, health = $4, health_at = $5, reason = $6,
       health_url = case when health_url like '%.invalid/%' then null else health_url end where id = $1`,
    [
      id,
      demo.state ?? 'approved',
      last,
      demo.down ? 'down' : 'up',
      now,
      demo.state === 'suspended' ? '安全检查发现弱口令，整改后恢复。' : null,
    ],
  )
  if (demo.state === undefined) await seedActivity(ctx, id, demo.idle, demo.down ?? false)
  if (demo.scopes?.includes('events.receive') && origin !== SAMPLE.origin)
    await seedWebhook(ctx, id, `${origin}/events`)
}

export const seed = ({ run }: Seed): Promise<void> =>
  run(async (ctx) => {
    const places = await placesOf(ctx)
    if (!places) return
    for (const [at, demo] of demoApps.entries()) await put(ctx, demo, places, `https://app${at + 1}.example.invalid`)
    const sample: DemoApp = {
      name: SAMPLE.name,
      unit: '博兴县人民政府办公室',
      category: 'service',
      summary: '开发者照着做的示例：用齐通登录，推送待办，收到办结通知',
      level: 1,
      scopes: ['profile', 'units', 'tasks.push', 'events.receive'],
      own: true,
    }
    await put(ctx, sample, places, SAMPLE.origin)
  })
