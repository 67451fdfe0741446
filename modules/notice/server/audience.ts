import { eq, type SQL, sql } from 'drizzle-orm'
import { dayOf } from '#kernel/clock'
import { invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { NoticeState } from '../contract.ts'
import { audience } from './schema.ts'

type Who = Pick<Ctx, 'actor' | 'now'>

/**
 * The units whose subtrees hold a valid post of the caller: those of the posts and all above them, a dozen rows by primary key.
 * Looked at from below, "my post lies in the interval of the audience" costs the depth of the tree, however many notices there are.
 */
export const unitsAbove = ({ actor, now }: Who): SQL => sql`
  with recursive above as (
    select u.id, u.parent_id from directory.post p join directory.unit u on u.id = p.unit_id
    where p.person_id = ${actor.personId} and p.valid_from <= ${dayOf(now)} and (p.valid_to is null or p.valid_to > ${dayOf(now)})
    union
    select u.id, u.parent_id from above join directory.unit u on u.id = above.parent_id
  )
  select id from above`

/** True when the notice `n` is addressed to the caller. */
export const isAddressed = (who: Who): SQL =>
  sql`exists (select 1 from notice.audience a where a.notice_id = n.id and a.unit_id in (${unitsAbove(who)}))`

/** The caller wrote the notice `n` and still belongs to its unit. */
export const isAuthor = (ctx: Ctx): SQL =>
  sql`(n.author_id = ${ctx.actor.personId} and ${ctx.scope(sql`n.unit_id`, 'notice:write')})`

/** The caller publishes for the unit of the notice `n`; drafts are their author's alone. */
export const isPublisher = (ctx: Ctx): SQL =>
  sql`(n.state <> 'draft' and ${ctx.scope(sql`n.unit_id`, 'notice:publish')})`

/** The caller may see the notice `n`: wrote it, publishes for its unit, or is addressed while it is in one of these states. */
export const isVisible = (ctx: Ctx, ...states: NoticeState[]): SQL =>
  sql`(${isAuthor(ctx)} or ${isPublisher(ctx)} or (n.state in ${states} and ${isAddressed(ctx)}))`

/** A village does not write to the province: a notice stays in the county of its unit (city or province for theirs). */
const refuseBeyond = async (ctx: Ctx, unitId: string, units: readonly string[]): Promise<void> => {
  const { rows } = await ctx.db.execute<{ name: string; inside: number }>(sql`
    select top.name, (select count(*)::int from directory.unit u
      where u.id in ${units} and u.valid_to is null and u.pre between top.pre and top.pre_end) as inside
    from directory.unit own join directory.unit top on top.no = own.county_no where own.id = ${unitId}`)
  const [top] = rows
  if (top?.inside !== units.length)
    throw invalid('通知范围有误，请重新选择。', [
      { path: 'audience', message: `只能选“${top?.name ?? ''}”范围内现有的单位。` },
    ])
}

/** Replaces the audience of a notice that is not out yet. */
export const address = async (ctx: Ctx, noticeId: string, unitId: string, wanted: readonly string[]): Promise<void> => {
  const units = [...new Set(wanted)]
  await ctx.db.delete(audience).where(eq(audience.noticeId, noticeId))
  if (units.length === 0) return
  await refuseBeyond(ctx, unitId, units)
  await ctx.db.insert(audience).values(units.map((unit) => ({ noticeId, unitId: unit })))
}
