import type { ParsedOf } from '#kernel/contract'
import { forbidden, invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { closedToAll, notHidden, notMasked, openRows, type Sealed } from '#platform/directory'
import { type appsApi, type DirectoryField, directoryFields, type OpenPost, type OpenUnit } from '../contract.ts'
import { type Caller, callerOf } from './bearer.ts'

type Input<K extends 'openUnits' | 'openPeople'> = ParsedOf<(typeof appsApi)[K]>

const callerIn = (ctx: Ctx): Caller => {
  const caller = callerOf(ctx.actor)
  if (!caller) throw forbidden('这个接口供应用调用，请用应用的访问令牌。')
  return caller
}

/**
 * Where the grant of `$1` reaches, as intervals that do not overlap: the tree nests, so one inside another is left out. `$2` the owner's unit
 * alone (test environment), or null.
 */
const TOPS = `granted as materialized (
    select top.pre, top.pre_end from apps.reach r join directory.unit top on top.id = r.unit_id where r.application_id = $1 and $2::uuid is null
    union select top.pre, top.pre_end from directory.unit top where top.id = $2),
  tops as materialized (select t.* from granted t
    where not exists (select 1 from granted wider where wider.pre <= t.pre and wider.pre_end >= t.pre_end and wider.pre_end - wider.pre > t.pre_end - t.pre))`

/** `$3` last preorder number of the page before is read anew by unit, `$4` most rows, `$5` guards that hide */
const UNITS = `with ${TOPS}
  select found.* from tops cross join lateral (
    select u.id, case when u.pre = tops.pre then null else u.parent_id end as "parentId", u.name, u.short_name as "shortName", u.kind, u.level,
      u.credit_code as "creditCode", u.pre
    from directory.unit u
    where u.pre between greatest(tops.pre, (select last.pre + 1 from directory.unit last where last.id = $3)) and tops.pre_end
      and u.valid_to is null and ${notHidden('u.guard', 5)}
    order by u.pre limit $4) found
  order by found.pre limit $4`

const shown = (field: DirectoryField, column: string): string =>
  `case when '${field}' = any($5::text[]) and ${notMasked('x.guard', field, 11)} then ${column} end as ${field}`

/**
 * `$3` unit of the last row of the page before, `$4` most rows, `$5` fields, `$6` only below this unit, `$7` to `$9` leader, sort and post of that
 * row, `$10` guards that hide, `$11` masks. Unit after unit in tree order, each read from its own index and stopped at the limit: a page costs
 * the same whatever the grant.
 */
const PEOPLE = `with ${TOPS}, cut as materialized (
    select greatest(t.pre, w.pre) as pre, least(t.pre_end, w.pre_end) as pre_end from tops t
    left join directory.unit w on w.id = $6 where $6::uuid is null or (w.pre <= t.pre_end and w.pre_end >= t.pre))
  select found.* from cut cross join lateral (
    select x.id as "personId", p.id as "postId", x.name, u.id as "unitId", p.kind as "postKind", p.leader, p.sort, u.pre,
      ${shown('title', 'p.title')}, ${shown('phone', 'p.phone')}, ${shown('mobile', 'x.mobile')}, ${shown('email', 'x.email')}, ${shown('room', 'p.room')}
    from directory.unit u
    cross join lateral (
      select p.* from directory.post p join directory.person x on x.id = p.person_id
      where p.unit_id = u.id and p.valid_to is null and x.status = 'active' and ${notHidden('x.guard', 10)}
        and (u.id is distinct from $3::uuid or p.leader < $7::boolean or (p.leader = $7 and (p.sort, p.id) > ($8::int, $9::uuid)))
      order by p.leader desc, p.sort, p.id limit $4) p
    join directory.person x on x.id = p.person_id
    where u.pre between greatest(cut.pre, (select last.pre from directory.unit last where last.id = $3)) and cut.pre_end
      and u.valid_to is null and ${notHidden('u.guard', 10)}
    order by u.pre, p.leader desc, p.sort, p.id limit $4) found
  order by found.pre, found.leader desc, found.sort, found."postId" limit $4`

export const openSql = { units: UNITS, people: PEOPLE }

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const badCursor = () => invalid('翻页标记有误，请从第一页读起。')

export const openUnits = async (ctx: Ctx, { cursor, limit }: Input<'openUnits'>) => {
  const caller = callerIn(ctx)
  if (cursor !== undefined && !UUID.test(cursor)) throw badCursor()
  const { hidden } = await closedToAll(ctx.kernel)
  const rows = await ctx.sql<OpenUnit & { pre: number }>(
    UNITS,
    [caller.applicationId, testUnit(caller), cursor ?? null, limit + 1, hidden],
    'apps.open-units',
  )
  const page = rows.slice(0, limit)
  return { rows: page, next: rows.length > limit ? page.at(-1)!.id : null }
}

const testUnit = ({ environment, unitId }: Caller): string | null => (environment === 'test' ? unitId : null)

type Position = [unitId: string | null, leader: boolean | null, sort: number | null, postId: string | null]
const positionOf = (cursor: string | undefined): Position => {
  if (cursor === undefined) return [null, null, null, null]
  const [unitId = '', leader = '', sort = '', postId = ''] = cursor.split('~')
  if (!UUID.test(unitId) || !/^[01]$/.test(leader) || !/^-?\d{1,9}$/.test(sort) || !UUID.test(postId)) throw badCursor()
  return [unitId, leader === '1', Number(sort), postId]
}

const fieldsOf = async (ctx: Ctx, { environment, applicationId }: Caller): Promise<DirectoryField[]> => {
  if (environment === 'test') return ['title']
  const [row] = await ctx.sql<{ fields: string[] }>(
    'select directory_fields as fields from apps.application where id = $1',
    [applicationId],
    'apps.fields',
  )
  return (row?.fields ?? []).filter((field): field is DirectoryField => Object.hasOwn(directoryFields, field))
}

export const openPeople = async (ctx: Ctx, { cursor, limit, unitId }: Input<'openPeople'>) => {
  const caller = callerIn(ctx)
  const [last, leader, sort, postId] = positionOf(cursor)
  const { hidden, masked } = await closedToAll(ctx.kernel)
  const rows = await ctx.sql<Sealed<OpenPost> & { sort: number }>(
    PEOPLE,
    [
      caller.applicationId,
      testUnit(caller),
      last,
      limit + 1,
      await fieldsOf(ctx, caller),
      unitId ?? null,
      leader,
      sort,
      postId,
      hidden,
      masked,
    ],
    'apps.open-people',
  )
  const page = rows.slice(0, limit)
  const end = page.at(-1)
  return {
    rows: openRows(ctx.kernel, page),
    next: rows.length > limit && end ? [end.unitId, end.leader ? 1 : 0, end.sort, end.postId].join('~') : null,
  }
}
