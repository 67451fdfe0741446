import { dayOf } from '#kernel/clock'
import { AppError, conflict, invalid, notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { Scope } from '../contract/roles.ts'
import { ADMINISTRATORS, type Holding, reachOf } from './reaches.ts'
import { reachFor, reachPredicate } from './scopes.ts'

/** Who acts, as a human being: two accounts of one person are one. */
export const subjectOf = (ctx: Pick<Ctx, 'actor'>): string => ctx.actor.personId || ctx.actor.accountId

export interface Grantee {
  accountId: string
  personId: string
  name: string
  unitId: string
}

/** The public servant's account with the main post; 404 outside the caller's scope for the permission. */
export const requireGrantee = async (ctx: Ctx, personId: string, permission: string): Promise<Grantee> => {
  const scope = ctx.scopeText('m.unit_id', 2, permission)
  const [found] = await ctx.sql<Grantee & { accountId: string | null }>(
    `select a.id as "accountId", p.id as "personId", p.name, m.unit_id as "unitId" from directory.person p
     join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
     left join identity.account a on a.person_id = p.id and a.subject_kind = 'public-servant'
     where p.id = $1 and p.status = 'active' and ${scope.text}`,
    [personId, ...scope.params],
  )
  if (!found) throw notFound('此人')
  if (found.accountId === null) throw new AppError(409, 'no-account', `${found.name}还没有账号，先为其建立账号再授权。`)
  return found
}

type Where = Pick<Holding, 'scope' | 'unit_id' | 'region_code' | 'line' | 'book_id'>
/** The columns of a grant for a scope as the contract has it. */
export const columnsOf = (scope: Scope): Where => ({
  scope: scope.kind,
  unit_id: 'unitId' in scope ? (scope.unitId ?? null) : null,
  region_code: 'regionCode' in scope ? scope.regionCode : null,
  line: 'line' in scope ? scope.line : null,
  book_id: 'bookId' in scope ? scope.bookId : null,
})

/** What a grant reaches must lie within what the caller reaches: nobody gives, takes or approves beyond the own scope. */
export const requireWithin = async (ctx: Ctx, where: Where, permission: string): Promise<void> => {
  const reach = reachOf(where)
  const own = reachFor(ctx.actor, permission)
  if (own === 'all') return
  const inside = reachPredicate(reach).text('u.id', 1)
  const scope = reachPredicate(own).text('u.id', 1 + inside.params.length)
  const beyond = await ctx.sql(`select 1 from directory.unit u where ${inside.text} and not (${scope.text}) limit 1`, [
    ...inside.params,
    ...scope.params,
  ])
  if (beyond.length > 0)
    throw new AppError(403, 'beyond-scope', '这个范围超出了您管理的单位。请缩小范围，或请上级管理员办理。')
}

/** The place of a scope exists today. */
export const requirePlace = async (ctx: Ctx, where: Where): Promise<void> => {
  const [known] = await ctx.sql<{ unit: boolean; region: boolean; line: boolean; book: boolean }>(
    `select $1::uuid is null or exists (select 1 from directory.unit where id = $1 and valid_to is null) as unit,
       $2::text is null or exists (select 1 from directory.region where code = $2) as region,
       $3::text is null or exists (select 1 from directory.unit where line = $3 and valid_to is null) as line,
       $4::uuid is null or exists (select 1 from directory.address_book where id = $4) as book`,
    [where.unit_id, where.region_code, where.line, where.book_id],
  )
  const missing = {
    unit: '单位不存在或已撤销',
    region: '行政区划不存在',
    line: '没有单位属于这个条线',
    book: '通讯录不存在',
  }
  for (const [key, message] of Object.entries(missing))
    if (!known![key as keyof typeof missing])
      throw invalid(`授权范围有误：${message}。请重新选择。`, [{ path: 'scope', message }])
}

/** Dates that make sense when the grant begins; what should have begun before today begins today. */
export const datesOf = (ctx: Ctx, input: { validFrom: string; validTo: string | null }): [string, string | null] => {
  const today = dayOf(ctx.now)
  const from = input.validFrom < today ? today : input.validFrom
  if (input.validTo !== null && input.validTo <= from)
    throw invalid('结束日期须在开始日期和今天之后。', [{ path: 'validTo', message: '须在开始日期和今天之后' }])
  return [from, input.validTo]
}

export interface RoleRecord {
  name: string
  title: string
  owner_unit: string | null
  delegable: boolean
  builtin: boolean
  revision: number
}
/** A role that may be granted to somebody whose main post is in `unitId`. */
export const requireRole = async (ctx: Ctx, name: string, unitId: string): Promise<RoleRecord> => {
  const [role] = await ctx.sql<RoleRecord & { fits: boolean }>(
    `select r.name, r.title, r.owner_unit, r.delegable, r.builtin, r.revision, r.reach = 'all' or exists (
         select 1 from directory.unit h join directory.unit o on o.id = r.owner_unit
         where h.id = $2 and (h.id = o.id or h.org_no = o.no or r.reach = 'subtree' and h.pre between o.pre and o.pre_end)) as fits
     from identity.role r where r.name = $1 and r.retired_at is null for share of r`,
    [name, unitId],
  )
  if (!role) throw invalid('没有这个角色，或已停用。请重新选择。', [{ path: 'role', message: '请重新选择' }])
  if (!role.fits)
    throw invalid(`角色“${role.title}”只供其所属单位使用，不能授予此人。`, [{ path: 'role', message: '不能授予此人' }])
  return role
}

export const isAdministrator = (role: string): boolean => ADMINISTRATORS.includes(role)

const EXCLUSIVE = () =>
  conflict('三员互斥：此人在这段日期里已是三员之一（可能用另一个账号）。请先结束原来的授权，或错开日期。')
/** Says in words what the exclusion constraint found; two transactions at once meet there too. */
export const orExclusive = async <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: { code?: string; constraint?: string }) => {
    throw error.constraint === 'grant_exclusive' ? EXCLUSIVE() : error
  })
