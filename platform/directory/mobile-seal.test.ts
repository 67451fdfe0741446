import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '#kernel/app'
import { maskText } from '#kernel/classify'
import { readConfig } from '#kernel/config'
import type { PersonRow } from '#platform/directory/contract'
import { createAccount, registerSmsProvider } from '#platform/identity'
import { identityApi } from '#platform/identity/contract'
import { type AdminScene, newPerson, refused, startAdminScene } from './admin-testing.ts'
import { person, signInAs } from './testing.ts'

/** Every number that goes through the system here, by any door; none may be found in the database. */
const numbers = new Set<string>()
let nth = 0
/** Numbers alike but for two digits, so that parts of one are parts of many. */
const number = (): string => {
  const mobile = `1549988${String(7701 + nth++ * 13).padStart(4, '0')}`
  numbers.add(mobile)
  return mobile
}

let scene: AdminScene
const sql = <R extends object>(text: string, params?: unknown[]) => scene.server.sql<R>(text, params)
const built = (name: string, mobile: string, unit = scene.at.units.water.id) =>
  scene.server.system((ctx) => person(ctx, { name, unit, mobile }))
const found = async (who: string, q: string): Promise<string[]> =>
  (await scene.as(who).search({ q, kind: 'people' })).people
    .flatMap(({ rows }) => rows)
    .map((row: PersonRow) => `${row.name} ${row.mobile}`)

beforeAll(async () => {
  scene = await startAdminScene()
  scene.tokens.set('stranger', await signInAs(scene.server, scene.at.people.lixiaClerk.id))
})
afterAll(() => scene?.server.stop())

/** Rows of any table of any schema that hold one of the texts, as it is or as bytes. */
const holding = async (...texts: string[]): Promise<string[]> => {
  const tables = await sql<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'`,
  )
  const each = tables.map(
    ({ name }) => `select '${name} ' || left(t::text, 300) as row from ${name} t where t::text ~ $1`,
  )
  const pattern = texts.flatMap((text) => [text, Buffer.from(text).toString('hex')]).join('|')
  return (await sql<{ row: string }>(each.join(' union all '), [pattern])).map(({ row }) => row)
}
/** The same of the files that the server keeps. */
const filesHolding = async (): Promise<string[]> => {
  const all = await readdir(scene.server.kernel.config.DATA_DIR, { recursive: true, withFileTypes: true })
  const files = all.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name))
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1')))
  return files.filter((_, at) => [...numbers].some((mobile) => texts[at]!.includes(mobile)))
}
const nowhere = async () => {
  await scene.server.settled()
  expect(tablesSeen(await holding(scene.at.people.clerk.id))).toContain('directory.person')
  expect(await holding(...numbers)).toEqual([])
  expect(await filesHolding()).toEqual([])
  expect(await sql("select key from directory.person_token where key ~ '^#[0-9]{4}$'")).toEqual([])
}
const tablesSeen = (hits: readonly string[]) => [...new Set(hits.map((hit) => hit.split(' ')[0]))]

describe('no number lies in the database or a file as it is', () => {
  it('after making, changing, looking, leaving, and a change of structure', async () => {
    const [one, two, three] = [number(), number(), number()]
    const admin = scene.as('boxing')
    const made = await admin.createPerson(newPerson('任先生', scene.at.units.supply.id, { mobile: `+86 ${one}` }))
    expect(made.mobile).toBe(one)
    const { revision } = await admin.updatePerson({ id: made.id, revision: made.revision, mobile: two })
    const last = await admin.updatePerson({ id: made.id, revision, mobile: three })
    expect(last.mobile).toBe(three)
    await expect(admin.createPerson(newPerson('任先生', scene.at.units.supply.id, { mobile: three }))).rejects.toEqual(
      expect.objectContaining(refused(409, 'similar-person')),
    )
    await expect(
      admin.updatePerson({ id: made.id, revision: last.revision, mobile: `${three}9` }),
    ).rejects.toMatchObject({ status: 400 })
    expect((await admin.adminPeople({ q: three, status: 'active', limit: 5 })).rows.map((row) => row.mobile)).toEqual([
      three,
    ])
    const list = await fetch(`${scene.server.url}/api/directory/admin/people/download?format=csv&q=${three}`, {
      headers: { cookie: `qt_session=${scene.tokens.get('boxing')}` },
    })
    expect(await list.text()).toContain(three)
    const { rows } = await admin.personHistory({ id: made.id })
    const told = rows.flatMap(({ fields }) => fields.filter(({ field }) => field === 'mobile'))
    expect(told.map(({ before, after }) => [before, after])).toEqual([
      [two, three],
      [one, two],
    ])
    const plan = await scene.as('system').createStructurePlan({
      title: '机构改革',
      effectiveOn: '2026-11-20',
      ownerId: scene.at.units.boxing.id,
      operations: [{ op: 'people', unitId: scene.at.units.supply.id, toId: scene.at.units.water.id }],
    })
    const approved = await scene.as('boxing').approveStructurePlan({ id: plan.id, revision: plan.revision })
    const done = await scene.as('system').applyStructurePlan({ id: plan.id, revision: approved.revision })
    expect(done.state).toBe('effective')
    const now = await admin.adminPerson({ id: made.id })
    await admin.leavePerson({ id: made.id, revision: now.revision, status: 'left', acknowledged: true })
    await nowhere()
  })

  it('after SCIM, which finds numbers whole or by the last four digits', async () => {
    const { token } = await scene.as('system').createScimClient({ title: '人事', unitId: scene.at.units.boxing.id })
    const call = async (method: string, path: string, body?: object) => {
      const answer = await fetch(`${scene.server.url}/api/scim/v2${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
        body: body && JSON.stringify(body),
      })
      return { status: answer.status, body: await answer.json() }
    }
    const [first, second] = [number(), number()]
    const made = await call('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'sealed',
      name: { formatted: '石封' },
      phoneNumbers: [{ value: first, type: 'mobile' }],
      'urn:qitong:params:scim:schemas:extension:directory:2.0:User': { unitId: scene.at.units.water.id },
    })
    expect(made).toMatchObject({ status: 201, body: { phoneNumbers: [{ value: first }] } })
    const patched = await call('PATCH', `/Users/${made.body.id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'phoneNumbers[type eq "mobile"].value', value: second }],
    })
    expect(patched).toMatchObject({ status: 200, body: { phoneNumbers: [{ value: second }] } })
    const list = async (filter: string) => {
      const { status, body } = await call('GET', `/Users?filter=${encodeURIComponent(filter)}`)
      return status === 200 ? body.Resources.map((one: { displayName: string }) => one.displayName) : body.scimType
    }
    for (const filter of [
      `phoneNumbers eq "${second}"`,
      `phoneNumbers.value eq "+86 ${second}"`,
      `phoneNumbers[type eq "mobile" and value eq "${second}"]`,
      `phoneNumbers.value ew "${second.slice(-4)}"`,
      `displayName eq "石封" and phoneNumbers pr and phoneNumbers ne "${first}"`,
    ])
      expect([filter, await list(filter)]).toEqual([filter, ['石封']])
    expect(await list(`phoneNumbers.value eq "${first}"`)).toEqual([])
    for (const filter of [`phoneNumbers.value co "${second}"`, `phoneNumbers.value ew "9${second.slice(-4)}"`])
      expect([filter, await list(filter)]).toEqual([filter, 'invalidFilter'])
    await nowhere()
  })

  it('after an import that makes, changes and refuses', async () => {
    const [made, before, after, refusedNumber] = [number(), number(), number(), number()]
    await built('任旧', before, scene.at.units.supply.id)
    const lines = [
      '姓名,手机,单位,科室,职务',
      `任新,${made},博兴县水利局,农村供水科,科员`,
      `任旧,${before},博兴县水利局,农村供水科,科长`,
      `任错,${refusedNumber},没有这个单位,,科员`,
      `任错,${refusedNumber}7,博兴县水利局,,科员`,
    ]
    const upload = async (text: string) => {
      const api = scene.as('boxing')
      const file = new Blob([text])
      const { id } = await api.uploadImport({ unitId: scene.at.units.boxing.id }, { file, fileName: '人员.csv' })
      const until = async (wanted: string) => {
        await expect.poll(async () => (await api.importDetail({ id })).state, { timeout: 20_000 }).toBe(wanted)
        return api.importDetail({ id })
      }
      await api.checkImport({ id })
      const { sample } = await until('checked')
      await api.applyImport({ id, faulty: 'skip' })
      const { done } = await until('done')
      return { id, sample, done }
    }
    const run = await upload(lines.join('\r\n'))
    expect(run.sample[0]).toContain(made)
    expect(run.done).toMatchObject({ created: 1, updated: 1, skipped: 2 })
    const { rows } = await scene.as('boxing').importFaults({ id: run.id, limit: 20 })
    expect(rows.map(({ value }) => value)).toContain(maskText(`${refusedNumber}7`))

    const [known] = await sql<{ id: string }>("select id from directory.person where name = '任旧'")
    const again = await upload(`姓名,手机,人员标识,单位,科室\r\n任旧,${after},${known!.id},博兴县水利局,农村供水科`)
    expect(again.done).toMatchObject({ updated: 1 })
    expect((await scene.as('boxing').adminPerson({ id: known!.id })).mobile).toBe(after)
    expect(await found('clerk', after.slice(-4))).toEqual([`任旧 ${after}`])
    await nowhere()
  })

  it('after a sign-in by short message', async () => {
    const mobile = number()
    const { id } = await built('任登录', mobile)
    await scene.server.system(({ sql }) => createAccount(sql, { personId: id, login: 'denglu', passwordHash: '' }))
    const sent: { mobile: string; text: string }[] = []
    registerSmsProvider(scene.server.kernel, { send: async (to, text) => void sent.push({ mobile: to, text }) })
    const { ticket } = await scene.server.client(identityApi).startSms({ mobile })
    expect(sent.map((one) => one.mobile)).toEqual([mobile])
    const secret = /\d{6}/.exec(sent[0]!.text)![0]
    const { actor } = await scene.server.client(identityApi).signInSms({ ticket, secret })
    expect(actor).toMatchObject({ name: '任登录', watermark: `任登录 ${mobile.slice(-4)}` })
    await scene.server.client(identityApi).startSms({ mobile: number() })
    await nowhere()
  })
})

describe('search by number', () => {
  it('finds by the tail, half of it nearby, and by more digits, each as it found the plain one', async () => {
    const [near, alike] = [number(), number()]
    await built('尾近', near)
    await built('尾远', alike, scene.at.units.lixiaWater.id)
    for (const who of ['clerk', 'boxing', 'system']) {
      expect(await found(who, near.slice(-4))).toEqual([`尾近 ${near}`])
      expect(await found(who, near)).toEqual([`尾近 ${near}`])
      expect(await found(who, `+86 ${near.slice(0, 3)}-${near.slice(3, 7)} ${near.slice(7)}`)).toEqual([`尾近 ${near}`])
      expect(await found(who, near.slice(-8))).toEqual([`尾近 ${near}`])
      expect(await found(who, `尾近 ${near}`)).toEqual([`尾近 ${near}`])
      expect(await found(who, `1540000${near.slice(-4)}`)).toEqual([])
    }
    // Part of a tail names the own county only; strangers are found by the whole one.
    const half = await found('clerk', near.slice(-4, -1))
    expect(half).toContain(`尾近 ${near}`)
    expect(await found('stranger', near.slice(-4, -1))).not.toContain(`尾近 ${near}`)
    expect(await found('stranger', near.slice(-4))).toEqual([`尾近 ${near}`])
    expect(await found('clerk', near.slice(-3))).toEqual([])
    expect(await found('clerk', alike)).toEqual([`尾远 ${alike}`])
  })

  it('names nobody whose number is masked or who is hidden, by no part of it', async () => {
    const [masked, hidden] = [number(), number()]
    const covered = await built('尾遮', masked)
    const gone = await built('尾隐', hidden)
    const rule = { ownerUnitId: scene.at.units.boxing.id, ownUnit: true }
    await scene.as('system').createRule({
      ...rule,
      title: '遮',
      targetPersonId: covered.id,
      effect: 'mask',
      fields: ['mobile'],
    })
    await scene.as('system').createRule({ ...rule, title: '隐', targetPersonId: gone.id, effect: 'hide' })
    for (const mobile of [masked, hidden])
      for (const q of [mobile, mobile.slice(-4), mobile.slice(-7)])
        expect([q, await found('clerk', q)]).toEqual([q, []])
    expect(await found('clerk', '尾遮')).toEqual(['尾遮 null'])
    await expect(scene.as('clerk').person({ id: gone.id })).rejects.toMatchObject({ status: 404 })
    expect((await scene.as('clerk').person({ id: covered.id })).mobile).toBeNull()
    const card = await fetch(`${scene.server.url}/api/directory/people/${covered.id}/vcard`, {
      headers: { cookie: `qt_session=${scene.tokens.get('clerk')}` },
    })
    expect(await card.text()).not.toContain('cell')
    // Who shares the unit is shown it.
    scene.tokens.set('colleague', await signInAs(scene.server, scene.at.people.waterHead.id))
    expect(await found('colleague', masked.slice(-4))).toEqual([`尾遮 ${masked}`])
  })
})

describe('a box', () => {
  it('of somebody else, or changed, does not open: the card says so, a list loses one number, nothing is emptied', async () => {
    const [mine, other] = [number(), number()]
    const [a, b] = [await built('盒甲', mine), await built('盒乙', other)]
    await sql('update directory.person x set mobile = o.mobile from directory.person o where x.id = $1 and o.id = $2', [
      a.id,
      b.id,
    ])
    for (const read of [
      () => scene.as('clerk').person({ id: a.id }),
      () => scene.as('boxing').adminPerson({ id: a.id }),
    ])
      await expect(read()).rejects.toMatchObject(refused(500, 'sealed-mobile'))
    const { rows } = await scene.as('boxing').people({ id: scene.at.units.water.id, limit: 100 })
    const shown = rows.map(({ name, mobile }) => `${name} ${mobile}`)
    expect(shown).toEqual(expect.arrayContaining(['盒甲 null', `盒乙 ${other}`]))
    await scene.server.system(({ sql }) =>
      sql("update directory.person set mobile = set_byte(mobile, 25, get_byte(mobile, 25) # 1) where name = '盒乙'"),
    )
    await expect(scene.as('clerk').person({ id: b.id })).rejects.toMatchObject(refused(500, 'sealed-mobile'))
    // Sealed with a key that this server does not hold.
    await scene.server.system(({ sql }) =>
      sql("update directory.person set mobile = set_byte(mobile, 2, 99) where name = '盒乙'"),
    )
    await expect(scene.as('clerk').person({ id: b.id })).rejects.toMatchObject({
      code: 'sealed-mobile',
      detail: expect.stringContaining('密钥'),
    })
  })

  it('is all the column takes: an older process cannot write a number into it', async () => {
    const write = "update directory.person set mobile = '15499880000' where name = '盒甲'"
    await expect(scene.server.system(({ sql }) => sql(write))).rejects.toThrow(/person_mobile/)
  })
})

describe('a system of before', () => {
  /** Rows as an older version left them. */
  const unsealed = async (mobile: string, past: string) => {
    const { id } = await built('任从前', mobile)
    await sql('update directory.person set email = $2 where id = $1', [id, 'c@example.gov.cn'])
    await sql(
      `update directory.person set mobile = null, mobile_index = null, mobile_tail = null, mobile_plain = $2 where id = $1`,
      [id, mobile],
    )
    await sql(
      "update directory.person_version set mobile = null, data = data || jsonb_build_object('mobile', $2::text) where person_id = $1",
      [id, past],
    )
    await sql(
      `update directory.person_token t set key = '#' || right($2, 4) from directory.person x where x.id = $1 and t.person_no = x.no and left(key, 1) = '#'`,
      [id, mobile],
    )
    return id
  }
  const start = () =>
    createServer({
      config: readConfig({
        NODE_ENV: 'test',
        PORT: '0',
        LOG_LEVEL: 'silent',
        DB_POOL: '4',
        JOBS: 'false',
        SECRET_KEY: 'test-only-secret-of-at-least-32-characters',
        APP_DATABASE_URL: scene.server.kernel.config.APP_DATABASE_URL,
      }),
      version: 'test',
      modules: scene.server.kernel.modules,
      adminUrl: scene.server.adminUrl,
      migrate: false,
    })

  it('is sealed before it answers, by two starts at once, and goes on where a killed one stopped', async () => {
    const [now, past] = [number(), number()]
    const id = await unsealed(now, past)
    await sql(
      'update directory.import set sample = null, sample_plain = jsonb_build_array(jsonb_build_array($1::text))',
      [past],
    )
    const versions = async () => (await sql('select 1 from directory.person_version where person_id = $1', [id])).length
    const before = await versions()
    // The first start ends behind the people, as if killed.
    await sql('alter table directory.person_version add constraint killed check (mobile is null) not valid')
    await expect(start()).rejects.toThrow(/killed/)
    expect(await holding(now)).toEqual([])
    expect(tablesSeen(await holding(past)).sort()).toEqual(['directory.import', 'directory.person_version'])
    await sql('alter table directory.person_version drop constraint killed')

    for (const server of await Promise.all([start(), start()])) await server.stop()
    await nowhere()
    expect(await versions()).toBe(before)
    expect(await found('clerk', now.slice(-4))).toEqual([`任从前 ${now}`])
    expect(await found('clerk', now)).toEqual([`任从前 ${now}`])
    expect((await scene.as('clerk').person({ id })).mobile).toBe(now)
    const [entry] = (await scene.as('boxing').personHistory({ id })).rows
    expect(entry!.fields.find(({ field }) => field === 'mobile')).toMatchObject({ before: past, after: now })
    const [run] = (await scene.as('boxing').imports({})).rows
    expect((await scene.as('boxing').importDetail({ id: run!.id })).sample).toEqual([[past]])
    await scene.consistent()
  })
})
