import { unitChanged } from '../contract/admin-events.ts'
import type { Change } from './write.ts'

/** A book or rule that named a unit as its keeper, as what it is about, or in its list of readers or exceptions. */
interface Named {
  id: string
  title: string
  owner: boolean
  target: boolean
  before: string[]
  after: string[]
}
interface Duty {
  unitId: string
  personId: string
  duty: string
  sort: number
}

/** What hung on a unit beside its people and lower units, and went elsewhere: told in the report, given back by the reverse plan. */
export type TieStep =
  | { step: 'duties'; ended: boolean; duties: Duty[] }
  | {
      step: 'ties'
      from: string
      /** null: nobody takes over */
      to: string | null
      books: Named[]
      rules: Named[]
      entries: string[]
      /** units that `from` was the business superior of, and the superior they have now */
      superiors: { id: string; now: string | null }[]
    }
type Ties = Extract<TieStep, { step: 'ties' }>

const DUTY = 'd.unit_id as "unitId", d.person_id as "personId", d.duty, d.sort'

/** Duties of a unit end: all of them with the unit, otherwise those of whoever has no post in it any more. */
export const endDuties = async (
  { sql, today, touched }: Change,
  unitId: string,
  { all }: { all: boolean },
): Promise<TieStep[]> => {
  const duties = await sql<Duty>(
    `update directory.duty d set valid_to = greatest($2::date, d.valid_from) from directory.unit u
     where d.unit_id = $1 and d.valid_to is null and u.id = d.unit_id and ($3 or not exists (
       select 1 from directory.post p where p.person_id = d.person_id and p.valid_to is null and (p.unit_id = u.id or p.org_no = u.no)))
     returning ${DUTY}`,
    [unitId, today, all],
  )
  for (const { personId } of duties) touched.people.add(personId)
  return duties.length > 0 ? [{ step: 'duties', ended: true, duties }] : []
}

const LISTS = {
  books: {
    table: 'directory.address_book',
    list: 'audience_units',
    target: 'null::uuid',
    more: ', updated_at = directory.change_moment()',
  },
  rules: { table: 'directory.visibility_rule', list: 'viewer_units', target: 'target_unit', more: '' },
} as const
type Kind = keyof typeof LISTS

// A rule must never come to be about the whole directory: it stays with the unit that ended.
const replaced = (kind: Kind) => {
  const { table, list, target, more } = LISTS[kind]
  const setTarget = kind === 'rules' ? `, target_unit = case when m.target then $2 else t.target_unit end` : ''
  return `with m as (
      select id, owner_unit = $1 as owner, coalesce(${target} = $1 and (select parent_id is not null from directory.unit where id = $2), false) as target,
        ${list} as before, case when $1 = any(${list}) then array(select distinct case when a = $1 then $2 else a end from unnest(${list}) a order by 1)
          else ${list} end as after
      from ${table} where owner_unit = $1 or $1 = any(${list}) or ${target} = $1)
    update ${table} t set owner_unit = case when m.owner then $2 else t.owner_unit end, ${list} = m.after${setTarget}, revision = revision + 1${more}
    from m where t.id = m.id returning t.id, t.title, m.owner, m.target, m.before, m.after`
}
// Only what is still as it was left; a list that somebody edited meanwhile stays as they made it.
const givenBack = (kind: Kind) => {
  const { table, list, target, more } = LISTS[kind]
  const setTarget = kind === 'rules' ? `, target_unit = case when m.target then $2 else t.target_unit end` : ''
  return `with m as (
      select t.id, r.owner and t.owner_unit = $1 as owner, coalesce(r.target and ${target} = $1, false) as target, t.${list} as before,
        case when t.${list} = r.after then r.before else t.${list} end as after
      from jsonb_to_recordset($3) r (id uuid, owner boolean, target boolean, before uuid[], after uuid[]) join ${table} t on t.id = r.id)
    update ${table} t set owner_unit = case when m.owner then $2 else t.owner_unit end, ${list} = m.after${setTarget}, revision = revision + 1${more}
    from m where t.id = m.id and (m.owner or m.target or m.after <> m.before) returning t.id, t.title, m.owner, m.target, m.before, m.after`
}

// Units above the new superior must not come under it: they go to the superior of the one that gave them up.
const REPOINT = `with recursive up as (select id, superior_id from directory.unit where id = $2
    union select u.id, u.superior_id from directory.unit u join up on u.id = up.superior_id)
  update directory.unit u set superior_id = case when u.id in (select id from up) then f.superior_id else $2 end, revision = u.revision + 1, updated_at = $3
  from directory.unit f where f.id = $1 and u.superior_id = $1 and u.valid_to is null returning u.id, u.superior_id as now`
const POINT_BACK = `with recursive up as (select id, superior_id from directory.unit where id = $1
    union select u.id, u.superior_id from directory.unit u join up on u.id = up.superior_id)
  update directory.unit u set superior_id = $1, revision = u.revision + 1, updated_at = $3
  from jsonb_to_recordset($2) r (id uuid, now uuid) where u.id = r.id and u.superior_id is not distinct from r.now and u.valid_to is null
    and u.id not in (select id from up) returning u.id, u.superior_id as now`

const noted = ({ touched, emit }: Change, ties: Ties): TieStep[] => {
  for (const { id } of ties.superiors) {
    touched.units.add(id)
    emit(unitChanged, { unitId: id, what: 'updated' })
  }
  if (ties.rules.length > 0 && ties.to !== null) {
    touched.visibility = true
    if (ties.rules.some(({ target }) => target)) for (const id of [ties.from, ties.to]) touched.guarded.add(id)
  }
  const { books, rules, entries, superiors } = ties
  return books.length + rules.length + entries.length + superiors.length > 0 ? [ties] : []
}

/** Books, rules and business superiors that name a unit which ends name its successor. Without one they are only told. */
export const passTies = async (change: Change, from: string, to: string | null): Promise<TieStep[]> => {
  const { sql, now } = change
  const none = { step: 'ties' as const, from, to, books: [], entries: [], superiors: [] }
  if (to === null) {
    const rules = await sql<Named>(
      `select id, title, owner_unit = $1 as owner, coalesce(target_unit = $1, false) as target, viewer_units as before, viewer_units as after
       from directory.visibility_rule where owner_unit = $1 or target_unit = $1 or $1 = any(viewer_units) order by id`,
      [from],
    )
    return noted(change, { ...none, rules })
  }
  const entries = await sql<{ id: string }>(
    `update directory.address_book_entry e set unit_id = $2 where unit_id = $1
       and not exists (select 1 from directory.address_book_entry o where o.book_id = e.book_id and o.unit_id = $2) returning id`,
    [from, to],
  )
  return noted(change, {
    ...none,
    books: await sql<Named>(replaced('books'), [from, to]),
    rules: await sql<Named>(replaced('rules'), [from, to]),
    entries: entries.map(({ id }) => id),
    superiors: await sql<Ties['superiors'][number]>(REPOINT, [from, to, now]),
  })
}

/** Who still works there holds the duty again from today; one held anew meanwhile is left alone. */
const returnDuties = async ({ sql, today, touched }: Change, duties: readonly Duty[]): Promise<TieStep[]> => {
  const back = await sql<Duty>(
    `insert into directory.duty as d (unit_id, person_id, duty, sort, valid_from)
     select u.id, x.id, r.duty, r.sort, $2 from jsonb_to_recordset($1) r ("unitId" uuid, "personId" uuid, duty text, sort integer)
       join directory.unit u on u.id = r."unitId" and u.valid_to is null join directory.person x on x.id = r."personId" and x.status = 'active'
     where exists (select 1 from directory.post p where p.person_id = x.id and p.valid_to is null and (p.unit_id = u.id or p.org_no = u.no))
       and not exists (select 1 from directory.duty h where h.unit_id = u.id and h.person_id = x.id and h.duty = r.duty and h.valid_to is null)
     on conflict (unit_id, duty, person_id, valid_from) do update set valid_to = null returning ${DUTY}`,
    [JSON.stringify(duties), today],
  )
  for (const { personId } of back) touched.people.add(personId)
  return back.length > 0 ? [{ step: 'duties', ended: false, duties: back }] : []
}

const returnTies = async (change: Change, ties: Ties): Promise<TieStep[]> => {
  const { sql, now } = change
  const { from, to } = ties
  if (to === null) return []
  const alive = await sql('select 1 from directory.unit where id = $1 and valid_to is null', [from])
  if (alive.length === 0) return []
  const entries = await sql<{ id: string }>(
    'update directory.address_book_entry set unit_id = $1 where unit_id = $2 and id = any($3::uuid[]) returning id',
    [from, to, ties.entries],
  )
  return noted(change, {
    step: 'ties',
    from: to,
    to: from,
    books: await sql<Named>(givenBack('books'), [to, from, JSON.stringify(ties.books)]),
    rules: await sql<Named>(givenBack('rules'), [to, from, JSON.stringify(ties.rules)]),
    entries: entries.map(({ id }) => id),
    superiors: await sql<Ties['superiors'][number]>(POINT_BACK, [from, JSON.stringify(ties.superiors), now]),
  })
}

/** Undoes, last first, what a plan's journal says of ties and duties, as far as it still stands as the plan left it. */
export const giveBack = async (change: Change, journal: readonly { step: string }[]): Promise<TieStep[]> => {
  const done: TieStep[] = []
  for (const one of (journal as readonly TieStep[]).toReversed()) {
    if (one.step === 'ties') done.push(...(await returnTies(change, one)))
    if (one.step === 'duties' && one.ended) done.push(...(await returnDuties(change, one.duties)))
  }
  return done
}

const FEW = 10
const few = (names: readonly string[], measure: string): string =>
  names.length > FEW ? `${names.slice(0, FEW).join('、')}等 ${names.length} ${measure}` : names.join('、')

const textsOfTies = (ties: Ties, unit: (id: string) => string): string[] => {
  const [from, to] = [unit(ties.from), ties.to === null ? null : unit(ties.to)]
  if (to === null)
    return ties.rules.map(({ title }) => `可见性规则“${title}”指向的${from}撤销，没有接收单位：请核对并修改规则`)
  const texts: string[] = []
  for (const { title, target, owner, before, after } of ties.rules) {
    const parts = [target && '对象', before.join() !== after.join() && '例外单位', owner && '所属单位'].filter(Boolean)
    texts.push(`可见性规则“${title}”的${parts.join('、')}由${from}改为${to}`)
  }
  for (const { title, owner, before, after } of ties.books) {
    const parts = [owner && '维护单位', before.join() !== after.join() && '读者范围'].filter(Boolean)
    texts.push(`行业通讯录“${title}”的${parts.join('、')}由${from}改为${to}`)
  }
  if (ties.entries.length > 0) texts.push(`行业通讯录里的 ${ties.entries.length} 个条目由${from}改为${to}`)
  if (ties.superiors.length > 0) {
    const names = ties.superiors.map(({ id }) => unit(id))
    texts.push(`${few(names, '个单位')}的业务主管单位由${from}改为${to}`)
  }
  return texts
}

/** What went elsewhere, a sentence each, with the names of the day. */
export const tieTexts = async (sql: Change['sql'], journal: readonly { step: string }[]): Promise<string[]> => {
  const steps = (journal as readonly TieStep[]).filter(({ step }) => step === 'ties' || step === 'duties')
  const units = steps.flatMap((one) =>
    one.step === 'duties'
      ? one.duties.map(({ unitId }) => unitId)
      : [one.from, ...(one.to ? [one.to] : []), ...one.superiors.map(({ id }) => id)],
  )
  const people = steps.flatMap((one) => (one.step === 'duties' ? one.duties.map(({ personId }) => personId) : []))
  const rows = await sql<{ id: string; name: string }>(
    'select id, name from directory.unit where id = any($1::uuid[]) union all select id, name from directory.person where id = any($2::uuid[])',
    [units, people],
  )
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  const unit = (id: string): string => `“${names.get(id) ?? ''}”`
  return steps.flatMap((one) => {
    if (one.step === 'ties') return textsOfTies(one, unit)
    const held = one.duties.map(
      ({ unitId, personId, duty }) => `${names.get(personId) ?? ''}在${unit(unitId)}的${duty}`,
    )
    return [`岗位职责${one.ended ? '终止' : '恢复'}：${few(held, '项')}`]
  })
}
