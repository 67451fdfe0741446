import { newId } from '#kernel/ids'
import type { SystemCtx } from '#kernel/module'
import { resetFactors } from './redeem-parts.ts'

/** Who has no account that could be used: none at all, or one that closed when its person left, who has come back since. */
export const unopened = "(a.id is null or (a.disabled and a.closed_for = 'left'))"

/** SQL: the rule of the nearest unit above `unit`, the unit itself included; of the platform where nobody has set one. */
export const ruleOf = (unit: string): string => `(select r.id, r.name_by, r.hours, r.open_new, r.tell, r.since
  from identity.account_rule r left join directory.unit rt on rt.id = r.unit_id
  where r.unit_id is null or ${unit}.pre between rt.pre and rt.pre_end order by rt.depth desc nulls last limit 1)`

type Place = Pick<SystemCtx, 'sql' | 'now' | 'kernel'>

interface Person {
  id: string
  no: number
  pinyin: string
  byMobile: boolean
  /** the closed account of somebody who came back */
  closed: string | null
}
export interface Opened {
  accountId: string
  personId: string
}

const LONGEST = 40
/** Letters a name to sign in by begins with; of a name that gives none, the person's number. */
export const baseOf = (pinyin: string, no: number): string => {
  const letters = pinyin
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '')
    .slice(0, LONGEST)
  return letters.length < 2 ? `ren${no}` : letters
}

/** The next number of each base, in one statement that locks them in one order: those who open at once wait, and never for each other. */
const numbers = async ({ sql }: Place, bases: readonly string[]): Promise<Map<string, number>> => {
  const rows = await sql<{ base: string; first: number }>(
    `insert into identity.login_base as t (base, last) select base, count(*)::int from unnest($1::text[]) base group by base order by base
     on conflict (base) do update set last = t.last + excluded.last
     returning base, last - (select count(*)::int from unnest($1::text[]) one where one = base) + 1 as first`,
    [bases],
  )
  return new Map(rows.map(({ base, first }) => [base, first]))
}

const named = async (ctx: Place, people: readonly Person[]) => {
  const wanted = people.map((person) => ({ person, base: baseOf(person.pinyin, person.no) }))
  const next = await numbers(
    ctx,
    wanted.map(({ base }) => base),
  )
  return wanted.map(({ person, base }) => {
    const number = next.get(base)!
    next.set(base, number + 1)
    return { person, login: number === 1 ? base : `${base}${number}` }
  })
}

/** Rounds until a free name is found: each passes by a name that was given by hand. */
const MOST_ROUNDS = 100

const insert = async (ctx: Place, people: readonly Person[], by: string): Promise<Opened[]> => {
  const done: Opened[] = []
  let left = people
  for (let round = 1; left.length > 0; round++) {
    if (round > MOST_ROUNDS) throw new Error('no free name to sign in by')
    const names = await named(ctx, left)
    const rows = await ctx.sql<Opened>(
      `insert into identity.account (id, subject_kind, person_id, login, password_hash, mobile_login, opened_by, created_at)
       select t.id, 'public-servant', t.person_id, t.login, '', t.by_mobile, $5, $6
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[]) t (id, person_id, login, by_mobile) order by t.person_id
       on conflict do nothing returning id as "accountId", person_id as "personId"`,
      [
        names.map(() => newId()),
        names.map(({ person }) => person.id),
        names.map(({ login }) => login),
        names.map(({ person }) => person.byMobile),
        by,
        ctx.now,
      ],
    )
    done.push(...rows)
    const made = new Set(rows.map(({ personId }) => personId))
    // Whoever is left met a taken name, or was opened by somebody else at this moment.
    const known = await ctx.sql<{ person_id: string }>(
      "select person_id from identity.account where person_id = any($1::uuid[]) and subject_kind = 'public-servant'",
      [left.map(({ id }) => id)],
    )
    const others = new Set(known.map(({ person_id }) => person_id))
    left = left.filter(({ id }) => !made.has(id) && !others.has(id))
  }
  return done
}

/** Somebody who left and came back gets the account of then, with nothing that opened it then. */
const reopen = async (ctx: Place, people: readonly Person[], by: string): Promise<Opened[]> => {
  if (people.length === 0) return []
  const rows = await ctx.sql<Opened>(
    `update identity.account a set disabled = false, closed_for = null, closed_at = null, closed_note = '', password_hash = '', password_at = null,
       mobile_login = t.by_mobile, opened_by = $3, created_at = $4
     from unnest($1::uuid[], $2::boolean[]) t (id, by_mobile) where a.id = t.id and a.disabled and a.closed_for = 'left'
     returning a.id as "accountId", a.person_id as "personId"`,
    [people.map(({ closed }) => closed), people.map(({ byMobile }) => byMobile), by, ctx.now],
  )
  await resetFactors(
    ctx,
    rows.map(({ accountId }) => accountId),
  )
  return rows
}

/** Accounts for those of the people who work here and have none; one each, whoever else does the same at this moment 一人一号. */
export const openAccountsFor = async (ctx: Place, personIds: readonly string[], by: string): Promise<Opened[]> => {
  const people = await ctx.sql<Person>(
    `select x.id, x.no, x.pinyin, rule.name_by = 'mobile' as "byMobile", a.id as closed
     from directory.person x join directory.post m on m.person_id = x.id and m.kind = 'main' and m.valid_to is null
     join directory.unit u on u.id = m.unit_id left join identity.account a on a.person_id = x.id and a.subject_kind = 'public-servant'
     cross join lateral ${ruleOf('u')} rule
     where x.id = any($1::uuid[]) and x.status = 'active' and ${unopened} order by x.id`,
    [personIds],
  )
  const fresh = await insert(
    ctx,
    people.filter(({ closed }) => closed === null),
    by,
  )
  return [
    ...fresh,
    ...(await reopen(
      ctx,
      people.filter(({ closed }) => closed !== null),
      by,
    )),
  ]
}
