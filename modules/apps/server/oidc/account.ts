import type { Account, AccountClaims, FindAccount } from 'oidc-provider'
import { dayOf } from '#kernel/clock'
import type { Kernel } from '#kernel/module'
import { readableMobile } from '#platform/directory'
import { usableBy, worksFor } from '../audience.ts'
import { type OurClient, ours } from './clients.ts'

/** Which claims a scope brings (OpenID Connect Core §5.4); `unit`, `org` and `duties` are ours. */
export const claimsByScope = {
  openid: ['sub', 'acr'],
  profile: ['name'],
  units: ['unit', 'org', 'title'],
  duties: ['duties'],
  mobile: ['phone_number'],
  email: ['email'],
}

interface PersonRow {
  id: string
  name: string
  /** sealed, opened when it is claimed */
  mobile: Buffer | null
  email: string | null
  title: string | null
  unit: { id: string; name: string } | null
  org: { id: string; name: string } | null
  duties: { unitId: string; duty: string }[]
}

const READ = `select x.id, x.name, x.mobile, x.email, m.title,
    case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as unit,
    case when o.id is not null then jsonb_build_object('id', o.id, 'name', o.name) end as org,
    (select coalesce(jsonb_agg(jsonb_build_object('unitId', d.unit_id, 'duty', d.duty) order by d.sort, d.duty), '[]') from directory.duty d
      where d.person_id = x.id and d.valid_from <= $3 and (d.valid_to is null or d.valid_to > $3)) as duties
  from identity.account a join directory.person x on x.id = a.person_id and x.status = 'active'
  join apps.application app on app.id = $2
  left join directory.post m on m.person_id = x.id and m.kind = 'main' and m.valid_to is null
  left join directory.unit u on u.id = m.unit_id left join directory.unit o on o.no = u.org_no
  where a.id = $1 and not a.disabled and case when $4 then ${worksFor('x.id')} else ${usableBy('x.id', '$3')} end`

/** The person behind an account as an application may see them; nobody when they are outside its audience. */
export const findPerson = async (
  kernel: Kernel,
  accountId: string,
  { application_id, environment }: Pick<OurClient, 'application_id' | 'environment'>,
): Promise<PersonRow | undefined> => {
  const [row] = await kernel.database.query<PersonRow>(
    READ,
    [accountId, application_id, dayOf(kernel.clock.now()), environment === 'test'],
    'apps.account',
  )
  return row
}

const claimsOf = (
  sub: string,
  mobile: string | null,
  { name, email, title, unit, org, duties }: PersonRow,
): AccountClaims => ({
  sub,
  name,
  ...(unit ? { unit, org, title } : {}),
  duties,
  ...(mobile ? { phone_number: mobile } : {}),
  ...(email ? { email } : {}),
})

export const findAccount =
  (kernel: Kernel): FindAccount =>
  async (ctx, sub): Promise<Account | undefined> => {
    const person = ctx.oidc.client && (await findPerson(kernel, sub, ours(ctx.oidc.client)))
    return (
      person && {
        accountId: sub,
        claims: async () => claimsOf(sub, readableMobile(kernel, person.mobile, person.id), person),
      }
    )
  }
