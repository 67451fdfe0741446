import { z } from 'zod'
import { Day, defineApi, defineEvent, get, Moment, post } from '#kernel/contract'
import { officeHoursApi } from './contract/office-hours.ts'

export { hoursChanged, type OfficeHours, type Span } from './contract/office-hours.ts'

const Year = z.coerce.number<number>().int().min(2000).max(2100)

/** A day the notice names: a holiday, or a weekend that is worked to make up for one (调休上班). */
export const NamedDay = z.object({ day: Day, working: z.boolean(), name: z.string().trim().min(1).max(40) })
export type NamedDay = z.infer<typeof NamedDay>

export const CalendarYear = z.object({
  year: z.number().int(),
  published: z.boolean(),
  /** what to write beside every date of an unpublished year; null when the notice is in */
  caution: z.string().nullable(),
  /** the notice, by number or address */
  basis: z.string().nullable(),
  publishedAt: Moment.nullable(),
  revision: z.number().int(),
  workingDays: z.number().int(),
  /** named days between 1 January and 31 December; every other day follows the week */
  days: z.array(NamedDay),
})
export type CalendarYear = z.infer<typeof CalendarYear>

/** One file of the public data set holiday-cn, as it is. */
const HolidayCn = z.object({
  year: z.number().int(),
  papers: z.array(z.string().max(300)).max(10),
  days: z.array(z.object({ name: NamedDay.shape.name, date: Day, isOffDay: z.boolean() })).max(366),
})

/** One of `holidayCn` and `days`. A notice may also name days of the December before its year (元旦调休). */
const Notice = z.object({
  year: Year,
  /** the revision that was read; 0 for a year without notice */
  revision: z.number().int().min(0),
  /** needed with `days`; with `holidayCn` its papers stand when left out */
  basis: z.string().trim().min(1).max(600).optional(),
  holidayCn: HolidayCn.optional(),
  days: z.array(NamedDay).max(366).optional(),
})
export type Notice = z.infer<typeof Notice>

const Side = z.object({ working: z.boolean(), name: z.string().nullable() })
const Preview = z.object({
  revision: z.number().int(),
  /** false when the same notice is in already */
  changed: z.boolean(),
  basis: z.object({ before: z.string().nullable(), after: z.string() }),
  workingDays: z.object({ before: z.number().int(), after: z.number().int() }),
  changes: z.array(z.object({ day: Day, before: Side, after: Side })),
})

/** A year got its notice, or the days of a year changed: deadlines that stand on it are to be counted again. */
export const yearPublished = defineEvent(
  'calendar.year-published',
  z.object({ year: z.number().int(), basis: z.string() }),
)

export const calendarApi = defineApi({
  ...officeHoursApi,
  year: get('/api/calendar/:year', {
    summary: '一年的工作日',
    permission: 'signed-in',
    input: z.object({ year: Year }),
    output: CalendarYear,
  }),
  preview: post('/api/calendar/:year/preview', {
    summary: '预览放假通知',
    permission: 'calendar:manage',
    input: Notice,
    output: Preview,
  }),
  importNotice: post('/api/calendar/:year/import', {
    summary: '录入放假通知',
    permission: 'calendar:manage',
    input: Notice,
    output: z.object({ changed: z.boolean(), calendar: CalendarYear }),
  }),
})
