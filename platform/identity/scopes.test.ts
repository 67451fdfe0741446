import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { directoryApi } from '#platform/directory/contract'
import { provinceTemplate, type Scene, scene, signInAs, unit } from '#platform/directory/testing'
import { search } from '#platform/search'
import { identityApi, type Scope } from './contract.ts'
import { identity } from './index.ts'
import { NOWHERE, type Places, reachPredicate } from './server/scopes.ts'

const county = '371625000000'
const book = '00000000-0000-7000-8000-00000000b00c'

describe('what each kind of scope reaches', () => {
  let server: TestServer
  let world: Scene
  let tokens: Record<'system' | 'security' | 'clerk', string>
  let clerkId: string

  beforeAll(async () => {
    server = await startTestServer([directory, identity, search])
    world = await server.system(scene)
    const { units, people } = world
    const id = (names: (keyof Scene['units'])[]) => names.map((name) => units[name].id)
    await server.sql(
      `insert into directory.region (code, parent_code, name, level) values ('370000000000', null, '山东省', 1), ('371600000000', '370000000000', '滨州市', 2),
         ($1, '371600000000', '博兴县', 3), ('371625100000', $1, '店子镇', 4), ('371681000000', '371600000000', '邹平市', 3)`,
      [county],
    )
    const place = (code: string, names: (keyof Scene['units'])[]) =>
      server.sql('update directory.unit set region_code = $1 where id = any($2)', [code, id(names)])
    // divisions stay without a code of their own: they are where their organisation is
    await place(county, ['boxing', 'office', 'water'])
    await place('371625100000', ['secret'])
    await place('371681000000', ['zouping', 'zoupingWater'])
    await place('371600000000', ['binzhou', 'cityWater'])
    await server.system(async (ctx) => {
      const tax = await unit(ctx, {
        name: '国家税务总局博兴县税务局',
        parent: units.department.id,
        kind: 'central',
        level: 3,
      })
      await ctx.sql('update directory.unit set region_code = $1 where id = $2', [county, tax.id])
    })
    await server.sql("update directory.unit set line = '水利' where id = any($1)", [
      id(['department', 'cityWater', 'water', 'zoupingWater', 'lixiaWater']),
    ])
    await server.sql(
      `insert into directory.address_book (id, owner_unit, title, audience_units, created_at, updated_at) values ($1, $2, '防汛通讯录', array[$2::uuid], now(), now())`,
      [book, units.cityWater.id],
    )
    await server.sql(
      `insert into directory.address_book_entry (id, book_id, section, sort, note, unit_id, person_id)
       values (gen_random_uuid(), $1, '', 1, '', $2, null), (gen_random_uuid(), $1, '', 2, '', $3, null), (gen_random_uuid(), $1, '', 3, '', null, $4)`,
      [book, units.water.id, units.zoupingWater.id, people.lixiaClerk.id],
    )
    clerkId = people.departmentClerk.id
    tokens = {
      system: await signInAs(server, people.leader.id, [{ role: 'system-admin', scope: 'all' }]),
      security: await signInAs(server, people.colleague.id, [{ role: 'security-admin', scope: 'all' }]),
      clerk: await signInAs(server, clerkId),
    }
  })
  afterAll(() => server.stop())

  const as = (who: keyof typeof tokens) => server.client(identityApi, tokens[who])
  const listed = async (): Promise<string[]> =>
    (await server.client(directoryApi, tokens.clerk).adminUnits({ limit: 100 })).rows.map(({ id }) => id)
  const explain = (unitId: string) =>
    as('system').explainAccess({ personId: clerkId, permission: 'directory:manage', unitId })

  const water = ['博兴县水利局', '农村供水科', '邹平市水利局']
  const cases: [string, () => Scope, string[], string][] = [
    ['self', () => ({ kind: 'self' }), [], '只限本人的'],
    ['unit', () => ({ kind: 'unit', unitId: world.units.water.id }), ['博兴县水利局'], '博兴县水利局'],
    [
      'subtree',
      () => ({ kind: 'subtree', unitId: world.units.water.id }),
      ['博兴县水利局', '农村供水科'],
      '博兴县水利局及其下级',
    ],
    [
      'region',
      () => ({ kind: 'region', regionCode: county }),
      [
        '博兴县',
        '博兴县人民政府办公室',
        '文电科',
        '综合科',
        '博兴县水利局',
        '农村供水科',
        '博兴县保密专班',
        '一室',
        '国家税务总局博兴县税务局',
      ],
      '博兴县行政区划内的单位，垂直管理单位在内',
    ],
    [
      'line',
      () => ({ kind: 'line', line: '水利' }),
      ['山东省水利厅', '滨州市水利局', '历下区水利局', ...water],
      '水利条线',
    ],
    [
      'line in a subtree',
      () => ({ kind: 'line', line: '水利', unitId: world.units.binzhou.id }),
      ['滨州市水利局', ...water],
      '滨州市及其下级的水利条线',
    ],
    ['book', () => ({ kind: 'book', bookId: book }), water, '通讯录“防汛通讯录”里的单位'],
  ]
  it.each(cases)(
    '%s: the list, the explanation of every unit and the words agree',
    async (_name, scope, names, label) => {
      const proposal = await as('system').proposeGrant({
        personId: clerkId,
        role: 'unit-admin',
        scope: scope(),
        validFrom: '2026-11-20',
        validTo: '2026-12-20',
        reason: '条线工作',
      })
      await as('security').approveProposal({ id: proposal.id, note: '' })
      await expect
        .poll(
          () =>
            listed().then(
              (ids) => ids.length,
              () => -1,
            ),
          { timeout: 1500 },
        )
        .toBe(names.length)
      const inside = new Set(await listed())
      const units = await server.sql<{ id: string; name: string }>('select id, name from directory.unit')
      expect(
        units
          .filter(({ id }) => inside.has(id))
          .map(({ name }) => name)
          .sort(),
      ).toEqual([...names].sort())
      const answers = await Promise.all(units.map(async ({ id }) => ({ id, ...(await explain(id)) })))
      for (const answer of answers) {
        expect(answer.allowed, answer.verdict).toBe(inside.has(answer.id))
        const [chain] = answer.chains
        expect(chain).toMatchObject({
          roleTitle: '单位管理员',
          scopeLabel: label,
          proposedByName: '孙立岩',
          grantedByName: '单明远',
          reaches: inside.has(answer.id),
          validTo: '2026-12-20',
        })
        if (!answer.allowed) {
          expect(answer.missing[0]).toContain('范围不含')
          expect(answer.granters.at(-1)).toBe('系统管理员孙立岩提出，安全管理员单明远批准')
        }
      }
      const [row] = (await as('system').grants({ personId: clerkId, state: 'current' })).rows
      await as('system').revokeGrant({ id: row!.id, reason: '用完收回' })
      await expect
        .poll(
          () =>
            listed().then(
              () => 200,
              ({ status }) => status as number,
            ),
          { timeout: 1500 },
        )
        .toBe(403)
      const after = await explain(world.units.water.id)
      expect(after).toMatchObject({ allowed: false, chains: [{ state: 'past' }] })
      await server.sql("delete from identity.grant where role = 'unit-admin'")
    },
  )

  it('explains what comes with the post, what is lent, and what nobody granted', async () => {
    const ask = (personId: string, permission: string, unitId: string) =>
      as('system').explainAccess({ personId, permission, unitId })
    const { people, units } = world
    const own = await ask(people.clerk.id, 'delegation:lend', units.documents.id)
    expect(own).toMatchObject({ allowed: false, missing: ['周文清还没有账号。'] })
    const token = await signInAs(server, people.clerk.id)
    expect(await ask(people.clerk.id, 'delegation:lend', units.documents.id)).toMatchObject({
      allowed: true,
      verdict: '周文清能对文电科“委托权限给他人”',
      chains: [{ text: '因任职自然拥有“工作人员”，范围是博兴县人民政府办公室及其下级，含这个单位。' }],
    })
    expect(await ask(people.clerk.id, 'directory:manage', units.documents.id)).toMatchObject({
      allowed: false,
      chains: [],
      missing: ['周文清没有含“管理单位和人员”的角色。'],
      roles: [{ name: 'auditor' }, { name: 'system-admin' }, { name: 'unit-admin' }],
    })
    const admin = await signInAs(server, people.waterHead.id, [
      { role: 'unit-admin', scope: 'subtree', unitId: units.boxing.id },
    ])
    await server.client(identityApi, admin).lend({
      personId: people.clerk.id,
      roles: ['unit-admin'],
      validFrom: '2026-11-20',
      validTo: '2026-11-25',
      reason: '出差',
    })
    const lent = await ask(people.clerk.id, 'directory:manage', units.water.id)
    expect(lent).toMatchObject({ allowed: true, chains: [{ lender: '张伟', lentUntil: '2026-11-25' }] })
    await server.sql("update identity.grant set valid_to = '2026-11-20' where subject_id = $1", [people.waterHead.id])
    expect(await ask(people.clerk.id, 'directory:manage', units.water.id)).toMatchObject({ allowed: false })
    expect(
      await server
        .client(directoryApi, token)
        .adminUnits()
        .catch(({ status }) => status),
    ).toBe(403)
    expect((await ask(people.clerk.id, 'directory:manage', units.water.id)).granters).toHaveLength(1)
    await expect(ask(people.clerk.id, 'no:such', units.water.id)).rejects.toMatchObject({ status: 400 })
  })
  it('answers only about people of the own scope', async () => {
    const admin = await signInAs(server, world.people.zoupingClerk.id, [
      { role: 'unit-admin', scope: 'subtree', unitId: world.units.zouping.id },
    ])
    const ask = (personId: string) =>
      server
        .client(identityApi, admin)
        .explainAccess({ personId, permission: 'directory:manage', unitId: world.units.zouping.id })
    expect((await ask(world.people.zoupingClerk.id)).allowed).toBe(true)
    await expect(ask(world.people.clerk.id)).rejects.toMatchObject({ status: 404 })
  })
})

describe('the plan', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer([directory, identity, search], { template: provinceTemplate() })
  }, 60_000)
  afterAll(() => server.stop())

  /** The steps of the plan, without the values that were asked for. */
  const planOf = async (places: Partial<Places>): Promise<string> => {
    const { text, params } = reachPredicate({ ...NOWHERE, ...places }).text('p.unit_id', 1)
    const rows = await server.sql<{ 'QUERY PLAN': string }>(
      `explain (costs off) select p.id from directory.post p where p.valid_to is null and ${text} order by p.id limit 50`,
      params,
    )
    return rows.map((row) => row['QUERY PLAN'].replaceAll(/'\{[^}]*\}'/g, '…')).join('\n')
  }
  const idOf = async (name: string) =>
    (await server.sql<{ id: string }>('select id from directory.unit where name = $1', [name]))[0]!.id

  it('is the same for a clerk of one office and for the administrator of the province', async () => {
    const office = await planOf({ subtrees: [await idOf('博兴县人民政府办公室')] })
    expect(await planOf({ subtrees: [await idOf('山东省')] })).toBe(office)
  })
  it.each(['371625000000', '371681000000'])('of county %s goes by its bounds: they are in the index', async (code) => {
    const county = await planOf({ regions: [code] })
    expect(county).toContain('Index Scan using unit_region on unit scope_unit\n')
    expect(county).not.toContain('Seq Scan on unit')
  })
  it.each([
    ['subtree', async () => ({ subtrees: [await idOf('博兴县')] })],
    ['region', async () => ({ regions: ['371625000000'] })],
    ['line', async () => ({ lines: [{ line: '水利', top: await idOf('滨州市') }] })],
    ['book', async () => ({ books: [book] })],
    [
      'all kinds at once',
      async () => ({
        units: [await idOf('博兴县')],
        subtrees: [await idOf('邹平市')],
        regions: ['371625000000'],
        lines: [{ line: '水利', top: null }],
        books: [book],
      }),
    ],
  ] as [string, () => Promise<Partial<Places>>][])(
    'of %s is a join: nothing is asked again for each row',
    async (_name, places) => {
      const plan = await planOf(await places())
      expect(plan).not.toContain('SubPlan')
      expect(plan).toMatch(/Semi Join|HashAggregate|Unique/)
    },
  )
})
