import { dayOf } from '#kernel/clock'
import type { Query } from '#kernel/db'
import { newId } from '#kernel/ids'
import type { Seed } from '#kernel/module'
import type { Scope } from '../contract/roles.ts'
import { columnsOf } from './grants-rules.ts'

interface Person {
  id: string
  name: string
  org_id: string
  city_id: string
}
const PEOPLE = `select p.id, p.name, o.id as org_id, y.id as city_id from directory.person p
  join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
  join directory.unit o on o.no = m.org_no join directory.unit y on y.no = o.city_no`

/** Nobody signs in with these: they have no password, and wait for one like anybody who is new. */
const accountOf = async (sql: Query, { id }: Person): Promise<string> => {
  const accountId = newId()
  await sql(
    `insert into identity.account (id, subject_kind, person_id, login) select $1, 'public-servant', id, 'r' || no from directory.person where id = $2
     on conflict (person_id) where subject_kind = 'public-servant' do nothing`,
    [accountId, id],
  )
  const [row] = await sql<{ id: string }>(
    "select id from identity.account where person_id = $1 and subject_kind = 'public-servant'",
    [id],
  )
  return row!.id
}

interface Asked {
  person: Person
  role: string
  scope: Scope
  reason: string
  open?: true
}

/** Powers as a county has them: leaders by their units, one by a line of work, two still waiting for an answer. */
export const seedGrants = ({ run }: Pick<Seed, 'run'>): Promise<void> =>
  run(async ({ sql, now }) => {
    const named = async (key: string) => (await sql<Person>(`${PEOPLE} where p.external_id = $1`, [`demo:${key}`]))[0]
    const [system, security] = [await named('systemAdministrator'), await named('securityAdministrator')]
    const leaders = await sql<Person>(
      `${PEOPLE} where m.leader and p.external_id is null and p.status = 'active' and o.county_no = (
         select h.county_no from directory.person x join directory.post xm on xm.person_id = x.id and xm.kind = 'main' and xm.valid_to is null
         join directory.unit h on h.no = xm.org_no where x.external_id = 'demo:clerk')
       and m.sort = (select min(f.sort) from directory.post f where f.org_no = m.org_no and f.valid_to is null and f.leader) order by o.no, p.no limit 8`,
    )
    const lines = await sql<{ line: string }>(
      'select line from directory.unit where line is not null and valid_to is null group by line order by count(*) desc, line limit 1',
    )
    if (!system || !security || leaders.length < 3 || !lines[0]) return
    const own = ({ org_id }: Person): Scope => ({ kind: 'subtree', unitId: org_id })
    const [first, second, third] = leaders as [Person, Person, Person]
    const asked: Asked[] = [
      ...leaders.map((person) => ({
        person,
        role: 'leader',
        scope: own(person),
        reason: '主要负责人，审核签发本单位事项',
      })),
      { person: first, role: 'unit-admin', scope: own(first), reason: '兼管本单位的组织和人员' },
      {
        person: second,
        role: 'unit-admin',
        scope: { kind: 'line', line: lines[0].line, unitId: second.city_id },
        reason: '牵头本市这一条线的人员信息',
      },
      { person: second, role: 'unit-admin', scope: own(second), reason: '新增单位管理员', open: true },
      { person: third, role: 'unit-admin', scope: own(third), reason: '原管理员调离，请接任', open: true },
    ]
    for (const one of asked) await keep(sql, one, { system, security, now })
  })

const keep = async (
  sql: Query,
  { person, role, scope, reason, open }: Asked,
  { system, security, now }: { system: Person; security: Person; now: Date },
): Promise<void> => {
  const [id, day] = [newId(), dayOf(now)]
  const content = { personId: person.id, role, scope, validFrom: day, validTo: null, reason }
  const decided = open ? [null, null, null] : [security.id, security.name, now]
  await sql(
    `insert into identity.proposal (id, kind, subject_id, role, content, reason, state, proposed_by, proposed_by_name, proposed_at, decided_by, decided_by_name, decided_at)
     values ($1, 'grant', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      id,
      person.id,
      role,
      JSON.stringify(content),
      reason,
      open ? 'open' : 'approved',
      system.id,
      system.name,
      now,
      ...decided,
    ],
  )
  const accountId = await accountOf(sql, person)
  if (open) return
  const where = columnsOf(scope)
  await sql(
    `insert into identity.grant (id, account_id, role, scope, unit_id, line, valid_from, granted_by_name, granted_at, proposal_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [newId(), accountId, role, where.scope, where.unit_id, where.line, day, security.name, now, id],
  )
}
