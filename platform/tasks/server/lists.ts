import type { ParsedOf } from '#kernel/contract'
import { readMomentCursor } from '#kernel/cursors'
import type { Ctx } from '#kernel/module'
import type { tasksApi } from '../contract.ts'
import { containing, dayStart, readDueCursor, writeCursor, writeDueCursor } from './keyset.ts'
import { type NamedRow, presentReading, presentTask, type ReadingRow, readingColumns, taskColumns } from './rows.ts'

type Asked = ParsedOf<typeof tasksApi.tasks>
interface Counted {
  total: number | null
  matters: { matter: string; count: number }[] | null
  sources: { key: string; name: string | null; count: number }[] | null
}

/** $1–$8: whose, and what narrows any list of tasks. */
const taskFilters = (at: 'created_at' | 'closed_at') => `person_id = $1
    and ($2::text is null or matter = $2) and ($3::timestamptz is null or ${at} >= $3) and ($4::timestamptz is null or ${at} < $4)
    and ($5::text is null or title ilike $5 or matter ilike $5 or from_name ilike $5)
    and ($6::text is null or urgency = $6) and ($7::text is null or coalesce(source_id::text, source) = $7)
    and ($8::boolean is not true or owner_id is not null)`
const taskParams = (ctx: Ctx, input: Asked) => [
  ctx.actor.personId || null,
  input.matter ?? null,
  dayStart(input.since),
  dayStart(input.until, 1),
  containing(input.q),
  input.urgency ?? null,
  input.source ?? null,
  input.delegated ?? null,
]

const NEAR = "$9::timestamptz + interval '1 day'"
/** $9 now, $10 and $11 how near the limit. */
const byLimit = `($10::boolean is not true or due_at < ${NEAR}) and case $11::text when 'over' then due_at < $9
      when 'near' then due_at >= $9 and due_at < ${NEAR} when 'ok' then due_at is null or due_at >= ${NEAR} else true end`
// what a cursor keeps of a limit is milliseconds
const due = (row: string) => `coalesce(date_trunc('milliseconds', ${row}due_at), 'infinity'::timestamptz)`

/** List, count and groups from one reading of the person's open rows: they cannot disagree. */
const openTasks = (after: string, order: (row: string) => string, limit: string) => `with mine as materialized (
    select ${taskColumns} from tasks.task where ${taskFilters('created_at')} and state = 'open' and ${byLimit})
  select m.*, o.name as owner_name, c.total, c.matters, c.sources from (select * from mine where ${after} order by ${order('')} limit ${limit}) m
  left join directory.person o on o.id = m.owner_id
  right join (select count(*)::int as total,
    (select json_agg(g order by g.count desc, g.matter) from (select matter, count(*)::int as count from mine group by matter) g) as matters,
    (select json_agg(g order by g.count desc, g.name) from
      (select coalesce(source_id::text, source) as key, max(source_name) as name, count(*)::int as count from mine group by 1) g) as sources
    from mine) c on true order by ${order('m.')}`
const newestFirst = (row: string) => `${row}created_at desc, ${row}id desc`
const open = {
  arrived: {
    text: openTasks('$12::timestamptz is null or (created_at, id) < ($12, $13::uuid)', newestFirst, '$14'),
    cursor: readMomentCursor,
    mark: (row: NamedRow) => writeCursor(row.created_at, row.id),
  },
  due: {
    text: openTasks(
      `$14::timestamptz is null or ${due('')} > $14 or (${due('')} = $14 and (created_at, id) < ($12::timestamptz, $13::uuid))`,
      (row) => `${due(row)}, ${newestFirst(row)}`,
      '$15',
    ),
    cursor: readDueCursor,
    mark: (row: NamedRow) => writeDueCursor(row.due_at, row.created_at, row.id),
  },
}
const closedTasks = `select t.*, o.name as owner_name from (select ${taskColumns} from tasks.task where ${taskFilters('closed_at')} and state <> 'open'
    and ($9::timestamptz is null or (closed_at, id) < ($9, $10::uuid)) order by closed_at desc, id desc limit $11) t
  left join directory.person o on o.id = t.owner_id order by t.closed_at desc, t.id desc`

/** One row more than asked for tells whether there is a next page. */
const paged = <R>(rows: readonly R[], limit: number, mark: (row: R) => string) => {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { page, next: rows.length > limit && last ? mark(last) : null }
}

const listOpen = async (ctx: Ctx, input: Asked) => {
  const { text, cursor, mark } = open[input.order]
  const found = await ctx.sql<NamedRow & Counted>(
    text,
    [
      ...taskParams(ctx, input),
      ctx.now,
      input.pressing ?? null,
      input.due ?? null,
      ...cursor(input.cursor),
      input.limit + 1,
    ],
    `tasks.open.${input.order}`,
  )
  const { page, next } = paged(
    found.filter(({ id }) => id !== null),
    input.limit,
    mark,
  )
  const titleOf = (service: string) => ctx.kernel.modules.find(({ name }) => name === service)?.title ?? service
  const [first] = found
  return {
    rows: page.map(presentTask),
    next,
    ...(input.cursor === undefined && {
      total: first?.total ?? 0,
      matters: first?.matters ?? [],
      sources: (first?.sources ?? []).map((one) => ({ ...one, name: one.name ?? titleOf(one.key) })),
    }),
  }
}

const listClosed = async (ctx: Ctx, input: Asked) => {
  const rows = await ctx.sql<NamedRow>(
    closedTasks,
    [...taskParams(ctx, input), ...readMomentCursor(input.cursor), input.limit + 1],
    'tasks.closed',
  )
  const { page, next } = paged(rows, input.limit, (row) => writeCursor(row.closed_at!, row.id))
  return { rows: page.map(presentTask), next }
}

export const listTasks = (ctx: Ctx, input: Asked) => (input.state === 'open' ? listOpen : listClosed)(ctx, input)

const readingFilters = (at: 'created_at' | 'read_at') => `person_id = $1 and ($4::text is null or matter = $4)
      and ($5::timestamptz is null or ${at} >= $5) and ($8::timestamptz is null or ${at} < $8)
      and ($6::text is null or title ilike $6 or matter ilike $6 or from_name ilike $6)`
const unreadReadings = `with mine as materialized (
    select ${readingColumns} from tasks.reading where ${readingFilters('created_at')} and read_at is null)
  select m.*, c.total, c.matters from (
    select * from mine where ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid)) order by created_at desc, id desc limit $7) m
  right join (select count(*)::int as total,
    (select json_agg(g order by g.count desc, g.matter) from (select matter, count(*)::int as count from mine group by matter) g) as matters
    from mine) c on true order by m.created_at desc, m.id desc`

const readReadings = `select ${readingColumns} from tasks.reading where ${readingFilters('read_at')} and read_at is not null
    and ($2::timestamptz is null or (read_at, id) < ($2, $3::uuid)) order by read_at desc, id desc limit $7`

export const listReadings = async (ctx: Ctx, input: ParsedOf<typeof tasksApi.readings>) => {
  const unread = input.state === 'unread'
  const found = await ctx.sql<ReadingRow & Counted>(
    unread ? unreadReadings : readReadings,
    [
      ctx.actor.personId || null,
      ...readMomentCursor(input.cursor),
      input.matter ?? null,
      dayStart(input.since),
      containing(input.q),
      input.limit + 1,
      dayStart(input.until, 1),
    ],
    unread ? 'tasks.unread' : 'tasks.read',
  )
  const { page, next } = paged(
    found.filter(({ id }) => id !== null),
    input.limit,
    (row) => writeCursor(unread ? row.created_at : row.read_at!, row.id),
  )
  return {
    rows: page.map(presentReading),
    next,
    ...(unread && input.cursor === undefined && { total: found[0]?.total ?? 0, matters: found[0]?.matters ?? [] }),
  }
}
