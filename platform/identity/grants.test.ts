import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { directoryApi } from '#platform/directory/contract'
import { type Scene, scene, signInAs } from '#platform/directory/testing'
import { search } from '#platform/search'
import { identityApi, type RoleProposal } from './contract.ts'
import { identity } from './index.ts'

let server: TestServer
let world: Scene
type Who = 'system' | 'security' | 'second' | 'auditor' | 'unitAdmin' | 'clerk' | 'waterClerk' | 'spare' | 'zouping'
const tokens = {} as Record<Who, string>
const person = {} as Record<Who, string>
const today = '2026-11-20'

beforeAll(async () => {
  server = await startTestServer([directory, identity, search])
  world = await server.system(scene)
  const { people, units } = world
  const all = (role: 'system-admin' | 'security-admin' | 'auditor') => [{ role, scope: 'all' as const }]
  const sign = async (who: Who, id: string, grants: Parameters<typeof signInAs>[2] = []) => {
    person[who] = id
    tokens[who] = await signInAs(server, id, grants)
  }
  await sign('system', people.departmentClerk.id, all('system-admin'))
  await sign('security', people.cityClerk.id, all('security-admin'))
  await sign('second', people.lixiaClerk.id, all('security-admin'))
  await sign('auditor', people.agent.id, all('auditor'))
  await sign('unitAdmin', people.leader.id, [{ role: 'unit-admin', scope: 'subtree', unitId: units.boxing.id }])
  await sign('clerk', people.clerk.id)
  await sign('waterClerk', people.waterClerk.id)
  await sign('spare', people.colleague.id)
  await sign('zouping', people.zoupingClerk.id)
})
afterAll(() => server.stop())

const as = (who?: Who) => server.client(identityApi, who && tokens[who])
const lists = (who: Who) => server.client(directoryApi, tokens[who])
const refusal = (work: Promise<unknown>): Promise<{ status: number; code: string; detail: string }> =>
  work.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: { status: number; code: string; detail: string }) => error,
  )
const status = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 200,
    (error: { status: number }) => error.status,
  )
const grant = (who: Who, role: string, more: Partial<Parameters<ReturnType<typeof as>['proposeGrant']>[0]> = {}) => ({
  personId: person[who],
  role,
  scope: { kind: 'subtree' as const, unitId: world.units.boxing.id },
  validFrom: today,
  validTo: null,
  reason: '工作需要',
  ...more,
})
const may = (who: Who) => status(lists(who).adminUnits())
const openOne = async () => (await as('security').proposals({ state: 'open' })).rows[0]!

describe('what the system administrator proposes', () => {
  it('takes effect only when the security administrator approves, within a second, and ends when it is revoked', async () => {
    const { id } = await as('system').proposeGrant(grant('clerk', 'unit-admin'))
    expect(await may('clerk')).toBe(403)
    expect(await openOne()).toMatchObject({
      id,
      title: '授予周文清“单位管理员”',
      texts: ['范围：博兴县及其下级', '自 2026-11-20 起，长期有效'],
      can: { approve: true, withdraw: false },
    })
    expect(await status(as('system').approveProposal({ id }))).toBe(403)
    await as('security').approveProposal({ id })
    await expect.poll(() => may('clerk'), { timeout: 1500 }).toBe(200)
    expect(await refusal(as('security').approveProposal({ id }))).toMatchObject({ status: 409 })
    const held = (await as('security').grants({ personId: person.clerk, state: 'current' })).rows[0]!
    expect(held).toMatchObject({ roleTitle: '单位管理员', proposedByName: '吕明月', grantedByName: '张伟' })
    await as('system').revokeGrant({ id: held.id, reason: '岗位调整' })
    await expect.poll(() => may('clerk'), { timeout: 1500 }).toBe(403)
    expect((await as('auditor').grants({ personId: person.clerk, state: 'past' })).rows[0]).toMatchObject({
      endedByName: '吕明月',
    })
  })
  it('is refused with a reason, withdrawn by its author alone, and then decided for good', async () => {
    const first = await as('system').proposeGrant(grant('clerk', 'leader'))
    await as('security').refuseProposal({ id: first.id, note: '理由不足' })
    expect(await refusal(as('second').approveProposal(first))).toMatchObject({ status: 409, code: 'conflict' })
    const other = await as('system').proposeGrant(grant('clerk', 'leader'))
    expect(await status(as('security').withdrawProposal(other))).toBe(403)
    await as('system').withdrawProposal(other)
    expect((await as('auditor').proposals({ limit: 2 })).rows.map(({ state }) => state)).toEqual([
      'withdrawn',
      'refused',
    ])
  })
  it('is approved by nobody for themselves', async () => {
    const own = await as('system').proposeGrant(grant('security', 'leader'))
    expect((await openOne()).blocked).toContain('给您自己')
    expect(await refusal(as('security').approveProposal(own))).toMatchObject({ status: 403, code: 'own-proposal' })
    await expect(
      server.sql(
        "update identity.proposal set state = 'approved', decided_by = subject_id, decided_at = now() where id = $1",
        [own.id],
      ),
    ).rejects.toThrow(/four_eyes/)
    await as('second').approveProposal(own)
  })
  it('must name a person, a role and a place that are there', async () => {
    const propose = as('system').proposeGrant
    const nowhere = '00000000-0000-7000-8000-000000000000'
    expect(await status(propose(grant('clerk', 'no-such-role')))).toBe(400)
    expect(await status(propose(grant('clerk', 'leader', { personId: nowhere })))).toBe(404)
    for (const scope of [
      { kind: 'unit', unitId: nowhere },
      { kind: 'region', regionCode: '990000000000' },
      { kind: 'line', line: '没有的条线' },
      { kind: 'book', bookId: nowhere },
    ] as const)
      expect(await status(propose(grant('clerk', 'leader', { scope }))), scope.kind).toBe(400)
    expect(await status(propose(grant('clerk', 'leader', { validTo: today })))).toBe(400)
    expect(await refusal(propose(grant('clerk', 'leader', { personId: world.people.waterHead.id })))).toMatchObject({
      code: 'no-account',
    })
  })
  it('begins and ends with its days', async () => {
    const { id } = await as('system').proposeGrant(
      grant('waterClerk', 'unit-admin', { validFrom: '2026-11-22', validTo: '2026-11-23' }),
    )
    await as('security').approveProposal({ id })
    const turn = async (hours: number) => {
      server.clock.advance(hours * 3_600_000)
      await server.sql('update identity.session set expires_at = $1', [
        new Date(server.clock.now().getTime() + 3_600_000),
      ])
      await server.sql('update identity.revision set no = no + 1')
      tokens.waterClerk = await signInAs(server, person.waterClerk)
    }
    const before = server.clock.now()
    expect(await may('waterClerk')).toBe(403)
    await turn(38.5)
    await expect.poll(() => may('waterClerk'), { timeout: 1500 }).toBe(200)
    await turn(24)
    await expect.poll(() => may('waterClerk'), { timeout: 1500 }).toBe(403)
    server.clock.advance(before.getTime() - server.clock.now().getTime())
    await server.sql(
      "update identity.session set expires_at = $1::timestamptz + interval '12 hours', created_at = $1",
      [before],
    )
    await server.sql('update identity.revision set no = no + 1')
    await expect.poll(() => status(as('waterClerk').sessions()), { timeout: 1500 }).toBe(200)
  })
})

describe('the three administrators', () => {
  it('exclude each other for one person, over several accounts and over days that overlap', async () => {
    expect(
      await refusal(as('system').proposeGrant(grant('security', 'auditor', { scope: { kind: 'all' } }))),
    ).toMatchObject({
      status: 409,
      detail: expect.stringContaining('三员互斥'),
    })
    const [other] = await server.sql<{ id: string }>(
      `insert into identity.account (id, subject_kind, person_id, login) values (gen_random_uuid(), 'natural-person', $1, 'citizen-of-security') returning id`,
      [person.security],
    )
    const give = (accountId: string, from: string, to: string | null) =>
      server.sql(
        `insert into identity.grant (id, account_id, role, scope, valid_from, valid_to) values (gen_random_uuid(), $1, 'auditor', 'all', $2, $3)`,
        [accountId, from, to],
      )
    await expect(give(other!.id, '2027-01-01', null)).rejects.toThrow(/grant_exclusive/)
    await give(other!.id, '2020-01-01', '2021-01-01')
    await expect(
      server.sql('update identity.grant set valid_to = null where account_id = $1', [other!.id]),
    ).rejects.toThrow(/grant_exclusive/)
    const free = await server.sql<{ id: string }>(
      `insert into identity.account (id, subject_kind, person_id, login) values (gen_random_uuid(), 'natural-person', $1, 'citizen-of-clerk') returning id`,
      [person.clerk],
    )
    await give(free[0]!.id, '2027-01-01', null)
    await expect(
      server.sql('update identity.account set person_id = $1 where id = $2', [person.security, free[0]!.id]),
    ).rejects.toThrow(/grant_exclusive/)
    await server.sql('delete from identity.grant where account_id = $1', [free[0]!.id])
  })
  it('hold between two transactions at once', async () => {
    const [a, b] = await Promise.all(
      ['system-admin', 'auditor'].map((role) =>
        as('system').proposeGrant(grant('spare', role, { scope: { kind: 'all' } })),
      ),
    )
    const results = await Promise.all([
      status(as('security').approveProposal(a!)),
      status(as('second').approveProposal(b!)),
    ])
    expect(results.sort()).toEqual([200, 409])
    const held = await server.sql(
      "select 1 from identity.grant where subject_id = $1 and role in ('system-admin', 'auditor')",
      [person.spare],
    )
    expect(held).toHaveLength(1)
  })
  it('lose their office as they got it: proposed by one, approved by another', async () => {
    const row = (await as('system').grants({ personId: person.second, role: 'security-admin' })).rows[0]!
    expect(row.administrator).toBe(true)
    expect(await refusal(as('security').revokeGrant({ id: row.id, reason: '轮岗' }))).toMatchObject({
      code: 'needs-approval',
    })
    const proposal = await as('system').proposeRevoke({ id: row.id, reason: '轮岗' })
    expect(await status(as('second').approveProposal(proposal))).toBe(403)
    await as('security').approveProposal(proposal)
    await expect
      .poll(() => status(as('second').refuseProposal({ id: proposal.id, note: '不同意' })), { timeout: 1500 })
      .toBe(403)
  })
  it('the auditor reads everything, and changes nothing but what is their own', async () => {
    expect(await status(as('auditor').roles())).toBe(200)
    expect(await status(lists('auditor').adminPeople())).toBe(200)
    expect(await refusal(lists('auditor').addFavourite({ id: person.clerk }))).toMatchObject({
      status: 403,
      code: 'denied',
    })
    expect(await refusal(as('auditor').lend({ ...period(), personId: person.clerk, roles: ['clerk'] }))).toMatchObject({
      code: 'denied',
    })
  })
  it('keep their own permissions: no other role may hold one', async () => {
    for (const [role, permission] of [
      ['clerk', 'grant:approve'],
      ['security-admin', 'grant:propose'],
      ['system-admin', 'audit:read'],
    ])
      await expect(
        server.sql('insert into identity.role_permission (role, permission) values ($1, $2)', [role, permission]),
      ).rejects.toThrow(/administrators_only/)
  })
})

const period = () => ({ validFrom: today, validTo: '2026-12-01', reason: '出差期间' })

describe('a unit administrator', () => {
  it('grants at once within the own subtree, and takes back', async () => {
    const { id } = await as('unitAdmin').giveRole(
      grant('waterClerk', 'unit-admin', { scope: { kind: 'subtree', unitId: world.units.water.id } }),
    )
    await expect.poll(() => may('waterClerk'), { timeout: 1500 }).toBe(200)
    const names = (await lists('waterClerk').adminUnits()).rows.map((unit) => unit.name)
    expect(names).toEqual(['博兴县水利局', '农村供水科'])
    await as('unitAdmin').revokeGrant({ id, reason: '不再需要' })
    await expect.poll(() => may('waterClerk'), { timeout: 1500 }).toBe(403)
  })
  it('not beyond it, not to others, not to themselves, and never one of the three', async () => {
    const give = (more: Parameters<typeof grant>[2], who: Who = 'clerk', role = 'leader') =>
      refusal(as('unitAdmin').giveRole(grant(who, role, more)))
    expect(await give({ scope: { kind: 'subtree', unitId: world.units.binzhou.id } })).toMatchObject({
      code: 'beyond-scope',
    })
    expect(await give({ scope: { kind: 'unit', unitId: world.units.zoupingWater.id } })).toMatchObject({
      code: 'beyond-scope',
    })
    expect(await give({ scope: { kind: 'all' } })).toMatchObject({ code: 'scope-kind' })
    expect(await give({}, 'zouping')).toMatchObject({ status: 404 })
    expect(await give({}, 'unitAdmin')).toMatchObject({ status: 403 })
    for (const role of ['system-admin', 'security-admin', 'auditor'])
      expect(await give({}, 'clerk', role), role).toMatchObject({ code: 'not-delegable' })
    expect((await as('unitAdmin').grants()).rows.every((row) => row.personId !== person.system)).toBe(true)
    const theirs = (await as('system').grants({ personId: person.system })).rows[0]!
    expect(await refusal(as('unitAdmin').revokeGrant({ id: theirs.id, reason: '越界' }))).toMatchObject({ status: 404 })
  })
})

describe('roles', () => {
  const propose = async (proposal: RoleProposal) => {
    const { id } = await as('system').proposeRole({ proposal })
    await as('security').approveProposal({ id })
  }
  const role = async (title: string) => (await as('system').roles()).rows.find((row) => row.title === title)!
  it('are made, changed and retired by proposal; grants follow within a second', async () => {
    const content = { description: '', delegable: true, permissions: ['directory:manage'], reason: '条线工作' }
    await propose({
      change: 'create',
      title: '组织信息员',
      ownerId: world.units.boxing.id,
      reach: 'subtree',
      ...content,
    })
    const made = await role('组织信息员')
    expect(made).toMatchObject({ permissions: ['directory:manage'], owner: { name: '博兴县' }, grants: 0 })
    expect(await status(as('system').proposeGrant(grant('zouping', made.name)))).toBe(400)
    const given = await as('unitAdmin').giveRole(grant('clerk', made.name))
    await expect.poll(() => may('clerk'), { timeout: 1500 }).toBe(200)
    const retire = { change: 'retire', role: made.name, revision: 1, reason: '不再使用' } as const
    expect(await refusal(as('system').proposeRole({ proposal: retire }))).toMatchObject({ status: 409 })
    await propose({ change: 'update', role: made.name, revision: 1, title: '组织信息员', ...content, permissions: [] })
    await expect.poll(() => may('clerk'), { timeout: 1500 }).toBe(403)
    await as('unitAdmin').revokeGrant({ id: given.id, reason: '停用' })
    expect(await refusal(as('system').proposeRole({ proposal: retire }))).toMatchObject({ code: 'stale' })
    await propose({ ...retire, revision: 2 })
    expect(await role('组织信息员')).toMatchObject({ retired: true })
  })
  it('never hold what belongs to the three, and those three never change', async () => {
    const base = { title: '越权角色', description: '', delegable: false, reason: '试一试' }
    const create = { change: 'create', ownerId: world.units.boxing.id, reach: 'unit', ...base } as const
    const refused = (proposal: RoleProposal) => refusal(as('system').proposeRole({ proposal }))
    expect(await refused({ ...create, permissions: ['grant:approve'] })).toMatchObject({ code: 'reserved' })
    expect(await refused({ ...create, permissions: ['no:such'] })).toMatchObject({ status: 400 })
    const auditor = (await as('system').roles()).rows.find((row) => row.name === 'auditor')!
    expect(
      await refused({ change: 'update', role: 'auditor', revision: auditor.revision, permissions: [], ...base }),
    ).toMatchObject({ status: 409 })
  })
  it('a default that was taken away stays away after a restart', async () => {
    const clerk = (await as('system').roles()).rows.find((row) => row.name === 'clerk')!
    const permissions = clerk.permissions.filter((name) => name !== 'delegation:lend')
    const { title, description, delegable, revision } = clerk
    await propose({
      change: 'update',
      role: 'clerk',
      title,
      description,
      delegable,
      revision,
      permissions,
      reason: '暂不开放',
    })
    const stop = await identity.start!(server.kernel)
    await stop()
    expect((await role('工作人员')).permissions).not.toContain('delegation:lend')
    await server.sql("insert into identity.role_permission values ('clerk', 'delegation:lend')")
  })

  it('stay when the units and people of a province are loaded anew', async () => {
    const reload = `do $$ begin
      truncate directory.unit, directory.person cascade;
      if not exists (select 1 from identity.role where builtin) then raise exception 'the roles are gone'; end if;
      raise exception 'undo';
    end $$`
    await expect(server.sql(reload)).rejects.toThrow('undo')
  })
})

describe('delegation', () => {
  const lend = (who: Who, to: Who, what: { roles?: string[]; permissions?: string[] }) =>
    as(who).lend({ ...period(), personId: person[to], ...what })
  it('lends what is chosen, as far as the lender reaches, until it is taken back', async () => {
    const { id } = await lend('unitAdmin', 'zouping', { permissions: ['directory:manage'] })
    await expect.poll(() => may('zouping'), { timeout: 1500 }).toBe(200)
    const names = (await lists('zouping').adminUnits()).rows.map((unit) => unit.name)
    expect(names).toContain('博兴县')
    expect(names).not.toContain('邹平市水利局')
    expect(await status(as('zouping').grants())).toBe(403)
    const seen = await as('zouping').delegations()
    expect(seen.borrowed[0]).toMatchObject({ fromName: '孙立岩', state: 'current' })
    expect(seen.lendable.flatMap((row) => row.permissions.map(({ name }) => name))).not.toContain('directory:manage')
    expect(await refusal(lend('zouping', 'clerk', { permissions: ['directory:manage'] }))).toMatchObject({
      code: 'not-held',
    })
    await as('unitAdmin').endDelegation({ id })
    await expect.poll(() => may('zouping'), { timeout: 1500 }).toBe(403)
    expect(await status(as('unitAdmin').endDelegation({ id }))).toBe(404)
  })
})
