import type { ParsedOf } from '#kernel/contract'
import type { Ctx } from '#kernel/module'
import type { tasksApi } from '../contract.ts'
import { containing, readCursor, writeCursor } from './keyset.ts'
import { presentReading, presentTask, type ReadingRow, readingColumns, type TaskRow, taskColumns } from './rows.ts'

interface Counted {
  total: number | null
  matters: { matter: string; count: number }[] | null
}
const PRESSING = "due_at < $8::timestamptz + interval '1 day'"

/** List, count and groups from one reading of the person's open rows: they cannot disagree. */
const openTasks = `with mine as materialized (
    select ${taskColumns} from tasks.task where person_id = $1 and state = 'open'
      and ($4::text is null or matter = $4) and ($5::timestamptz is null or created_at >= $5)
      and ($6::text is null or title ilike $6 or matter ilike $6 or from_name ilike $6)
      and ($7::text is null or urgency = $7) and ($9::boolean is not true or ${PRESSING}))
  select m.*, c.total, c.matters from (
    select * from mine where ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid)) order by created_at desc, id desc limit $10) m
  right join (select count(*)::int as total,
    (select json_agg(g order by g.count desc, g.matter) from (select matter, count(*)::int as count from mine group by matter) g) as matters
    from mine) c on true order by m.created_at desc, m.id desc`

const closedTasks = `select ${taskColumns} from tasks.task where person_id = $1 and state <> 'open'
    and ($2::timestamptz is null or (closed_at, id) < ($2, $3::uuid))
    and ($4::text is null or matter = $4) and ($5::timestamptz is null or closed_at >= $5)
    and ($6::text is null or title ilike $6 or matter ilike $6 or from_name ilike $6)
    and ($7::text is null or urgency = $7) and ($9::boolean is not true or ${PRESSING})
  order by closed_at desc, id desc limit $10`

const dayStart = (day: string | undefined): string | null => (day ? `${day}T00:00:00+08:00` : null)

export const listTasks = async (ctx: Ctx, input: ParsedOf<typeof tasksApi.tasks>) => {
  const open = input.state === 'open'
  const found = await ctx.sql<TaskRow & Counted>(
    open ? openTasks : closedTasks,
    [
      ctx.actor.personId,
      ...readCursor(input.cursor),
      input.matter ?? null,
      dayStart(input.since),
      containing(input.q),
      input.urgency ?? null,
      ctx.now,
      input.pressing ?? null,
      input.limit + 1,
    ],
    open ? 'tasks.open' : 'tasks.closed',
  )
  const rows = found.filter(({ id }) => id !== null)
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  return {
    rows: page.map(presentTask),
    next: rows.length > input.limit && last ? writeCursor(open ? last.created_at : last.closed_at!, last.id) : null,
    ...(open && input.cursor === undefined ? { total: found[0]?.total ?? 0, matters: found[0]?.matters ?? [] } : {}),
  }
}

const unreadReadings = `with mine as materialized (
    select ${readingColumns} from tasks.reading where person_id = $1 and read_at is null
      and ($4::text is null or matter = $4) and ($5::timestamptz is null or created_at >= $5)
      and ($6::text is null or title ilike $6 or matter ilike $6 or from_name ilike $6))
  select m.*, c.total, c.matters from (
    select * from mine where ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid)) order by created_at desc, id desc limit $7) m
  right join (select count(*)::int as total,
    (select json_agg(g order by g.count desc, g.matter) from (select matter, count(*)::int as count from mine group by matter) g) as matters
    from mine) c on true order by m.created_at desc, m.id desc`

const readReadings = `select ${readingColumns} from tasks.reading where person_id = $1 and read_at is not null
    and ($2::timestamptz is null or (read_at, id) < ($2, $3::uuid))
    and ($4::text is null or matter = $4) and ($5::timestamptz is null or read_at >= $5)
    and ($6::text is null or title ilike $6 or matter ilike $6 or from_name ilike $6)
  order by read_at desc, id desc limit $7`

export const listReadings = async (ctx: Ctx, input: ParsedOf<typeof tasksApi.readings>) => {
  const unread = input.state === 'unread'
  const found = await ctx.sql<ReadingRow & Counted>(
    unread ? unreadReadings : readReadings,
    [
      ctx.actor.personId,
      ...readCursor(input.cursor),
      input.matter ?? null,
      dayStart(input.since),
      containing(input.q),
      input.limit + 1,
    ],
    unread ? 'tasks.unread' : 'tasks.read',
  )
  const rows = found.filter(({ id }) => id !== null)
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  return {
    rows: page.map(presentReading),
    next: rows.length > input.limit && last ? writeCursor(unread ? last.created_at : last.read_at!, last.id) : null,
    ...(unread && input.cursor === undefined ? { total: found[0]?.total ?? 0, matters: found[0]?.matters ?? [] } : {}),
  }
}

export const countMine = async (ctx: Ctx) => {
  const [row] = await ctx.sql<{ open: number; pressing: number; unread: number }>(
    `select count(*)::int as open, count(*) filter (where due_at < $2::timestamptz + interval '1 day')::int as pressing,
       (select count(*)::int from tasks.reading where person_id = $1 and read_at is null) as unread
     from tasks.task where person_id = $1 and state = 'open'`,
    [ctx.actor.personId, ctx.now],
    'tasks.counts',
  )
  return row!
}
