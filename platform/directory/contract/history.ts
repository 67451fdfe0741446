import { z } from 'zod'
import { Day, defineApi, get, Id, Moment } from '#kernel/contract'
import { Level, PostKind, UnitKind, UnitRef } from './browse.ts'

/** One change: what it was before and after, in words. A field that is masked today is masked here. */
export const HistoryEntry = z.object({
  /** when it was recorded */
  at: Moment.nullable(),
  /** the day from which it held */
  day: Day,
  actorName: z.string().nullable(),
  reason: z.string().nullable(),
  /** 单位、人员、任职、名称、职责 */
  about: z.string(),
  fields: z.array(
    z.object({
      field: z.string(),
      title: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
      masked: z.boolean(),
    }),
  ),
})
export type HistoryEntry = z.infer<typeof HistoryEntry>
const History = z.object({ rows: z.array(HistoryEntry), more: z.boolean() })

/** A unit as it was at the end of a day. */
export const PastUnit = z.object({
  id: z.uuid(),
  parentId: z.uuid().nullable(),
  kind: UnitKind,
  level: Level,
  name: z.string(),
  shortName: z.string(),
  validFrom: Day,
  validTo: Day.nullable(),
})
export type PastUnit = z.infer<typeof PastUnit>
const DayAndId = Id.extend({ day: Day })

const permission = 'directory:read'
export const historyApi = defineApi({
  unitHistory: get('/api/directory/units/:id/history', {
    summary: '单位沿革',
    permission,
    input: Id,
    output: History,
  }),
  personHistory: get('/api/directory/people/:id/history', {
    summary: '人员沿革',
    permission,
    label: 'personal',
    input: Id,
    output: History,
  }),
  unitAsOf: get('/api/directory/as-of/:day/units/:id', {
    summary: '某日的单位',
    permission,
    input: DayAndId,
    output: PastUnit.extend({
      crumb: z.array(UnitRef),
      documentMark: z.string().nullable(),
      creditCode: z.string().nullable(),
      line: z.string().nullable(),
      establishment: z.number().int().nullable(),
      plates: z.array(z.string()),
      functions: z.array(z.object({ content: z.string(), basis: z.string() })),
    }),
  }),
  childrenAsOf: get('/api/directory/as-of/:day/units/:id/children', {
    summary: '某日的下级节点',
    permission,
    input: DayAndId,
    output: z.object({ rows: z.array(PastUnit) }),
  }),
  peopleAsOf: get('/api/directory/as-of/:day/units/:id/people', {
    summary: '某日的人员',
    permission,
    label: 'personal',
    input: DayAndId,
    output: z.object({
      rows: z.array(
        z.object({
          personId: z.uuid(),
          postId: z.uuid(),
          name: z.string(),
          title: z.string(),
          postKind: PostKind,
          leader: z.boolean(),
          validFrom: Day,
          validTo: Day.nullable(),
        }),
      ),
    }),
  }),
})
