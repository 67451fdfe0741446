import { z } from 'zod'
import { Day, defineApi, defineEvent, del, Empty, get, Id, post } from '#kernel/contract'

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, '时间写成 09:00 的样子。')
const DayOfYear = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, '日期写成 05-01 的样子。')
const Span = z.object({ from: Clock, to: Clock })
export type Span = z.infer<typeof Span>

const Rule = z.object({
  /** null: all units */
  unitId: z.uuid().nullable(),
  name: z.string().trim().min(1, '请填写名称，如“夏季”。').max(20, '名称最多 20 个字。'),
  /** of each year, both counted; a season may run over the new year */
  fromDay: DayOfYear,
  toDay: DayOfYear,
  validFrom: Day,
  /** not counted */
  validTo: Day.nullable(),
  spans: z.array(Span).min(1, '至少写一段时间。').max(4, '一天最多四段。'),
  basis: z.string().trim().min(1, '请写明依据。').max(200, '依据最多 200 个字。'),
})
const OfficeHours = Rule.extend({
  id: z.uuid(),
  revision: z.number().int(),
  unitName: z.string().nullable(),
})
export type OfficeHours = z.infer<typeof OfficeHours>

/** Limits that run in working hours are to be reckoned again. */
export const hoursChanged = defineEvent('calendar.hours-changed', z.object({ unitId: z.uuid().nullable() }))

export const officeHoursApi = defineApi({
  officeHours: get('/api/calendar/office-hours', {
    summary: '办公时间',
    permission: 'signed-in',
    input: Empty,
    output: z.object({ rows: z.array(OfficeHours) }),
  }),
  addOfficeHours: post('/api/calendar/office-hours', {
    summary: '新增办公时间',
    permission: 'calendar:manage',
    input: Rule,
    output: Id,
  }),
  changeOfficeHours: post('/api/calendar/office-hours/:id', {
    summary: '修改办公时间',
    permission: 'calendar:manage',
    input: Rule.extend({ id: z.uuid(), revision: z.number().int() }),
    output: Id,
  }),
  removeOfficeHours: del('/api/calendar/office-hours/:id', {
    summary: '删除办公时间',
    permission: 'calendar:manage',
    input: Id.extend({ revision: z.number().int() }),
    output: Empty,
  }),
})
