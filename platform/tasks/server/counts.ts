import { dayOf } from '#kernel/clock'
import type { Ctx } from '#kernel/module'

interface Counts {
  open: number
  over: number
  pressing: number
  delegated: number
  unread: number
  followed: number
  doneThisWeek: number
  inTimeThisWeek: number
}

/** The Monday of the week in Asia/Shanghai. */
export const weekStart = (now: Date): Date => {
  const midnight = Date.parse(`${dayOf(now)}T00:00:00+08:00`)
  const weekday = (new Date(midnight + 8 * 3_600_000).getUTCDay() + 6) % 7
  return new Date(midnight - weekday * 86_400_000)
}

/** Every number a person sees of the own inbox, from that person's rows alone; read, never added up. */
export const countMine = async (ctx: Ctx): Promise<Counts> => {
  const [row] = await ctx.sql<Counts>(
    `select o.*, w.*, (select count(*)::int from tasks.reading where person_id = $1 and read_at is null) as unread,
       (select count(*)::int from tasks.follow where person_id = $1) as followed
     from (select count(*)::int as open, count(*) filter (where due_at < $2)::int as over,
         count(*) filter (where due_at < $2::timestamptz + interval '1 day')::int as pressing,
         count(*) filter (where owner_id is not null)::int as delegated
       from tasks.task where person_id = $1 and state = 'open') o,
       (select count(*)::int as "doneThisWeek", count(*) filter (where due_at is null or closed_at <= due_at)::int as "inTimeThisWeek"
       from tasks.task where person_id = $1 and state <> 'open' and closed_at >= $3) w`,
    [ctx.actor.personId || null, ctx.now, weekStart(ctx.now)],
    'tasks.counts',
  )
  return row!
}
