import type { Query } from '#kernel/db'
import type { NamedDay } from '../contract.ts'
import type { HoursRule } from './hours-rules.ts'
import { type Calendar, compose, type YearNotice } from './rules.ts'

interface Stored {
  mark: string
  hours: HoursRule[]
  notices: { year: number; basis: string; publishedAt: string; revision: number; days: NamedDay[] }[]
}

// The mark is a random value that every write replaces: what is remembered under it can never be another state.
const cache = new Map<string, Known>()
/** The days, and the hours of them. */
interface Known extends Calendar {
  hours: readonly HoursRule[]
}
const KEEP = 4

/** The calendar as the caller's transaction sees it; read once for each state of the tables. */
export const loadCalendar = async (sql: Query): Promise<Known> => {
  const [current] = await sql<{ mark: string }>('select mark from calendar.revision', [], 'calendar.mark')
  return cache.get(current!.mark) ?? read(sql)
}

// Mark and content in one statement, so that they belong together.
const read = async (sql: Query): Promise<Known> => {
  const [row] = await sql<Stored>(
    `select r.mark, coalesce((select json_agg(json_build_object('year', y.year, 'basis', y.basis, 'publishedAt', y.published_at,
         'revision', y.revision, 'days', (select coalesce(json_agg(json_build_object('day', d.day, 'working', d.working, 'name', d.name)
           order by d.day), '[]') from calendar.day d where d.notice_year = y.year))) from calendar.year y), '[]') as notices,
       coalesce((select json_agg(json_build_object('id', h.id, 'unitId', h.unit_id, 'fromDay', h.from_day, 'toDay', h.to_day,
         'validFrom', h.valid_from, 'validTo', h.valid_to, 'spans', h.spans)) from calendar.office_hours h), '[]') as hours
     from calendar.revision r`,
  )
  const { mark, notices, hours } = row!
  const days = compose(notices.map((notice) => ({ ...notice, publishedAt: new Date(notice.publishedAt) })))
  const calendar = { ...days, hours }
  const oldest = cache.keys().next().value
  if (cache.size >= KEEP && oldest !== undefined) cache.delete(oldest)
  cache.set(mark, calendar)
  return calendar
}

/** One import at a time: the second sees what the first has written. */
export const lockCalendar = (sql: Query): Promise<unknown> => sql('select 1 from calendar.revision for update')

export const saveNotice = async (sql: Query, notice: YearNotice): Promise<void> => {
  await sql(
    `insert into calendar.year (year, basis, published_at, revision) values ($1, $2, $3, $4)
     on conflict (year) do update set basis = excluded.basis, published_at = excluded.published_at, revision = excluded.revision`,
    [notice.year, notice.basis, notice.publishedAt, notice.revision],
  )
  await sql('delete from calendar.day where notice_year = $1', [notice.year])
  await sql(
    'insert into calendar.day (notice_year, day, working, name) select $1, * from unnest($2::date[], $3::boolean[], $4::text[])',
    [
      notice.year,
      notice.days.map(({ day }) => day),
      notice.days.map(({ working }) => working),
      notice.days.map(({ name }) => name),
    ],
  )
}
