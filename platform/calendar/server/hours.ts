import { dayOf } from '#kernel/clock'
import { conflict, invalid, notFound, stale } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Handlers } from '#kernel/module'
import { hoursChanged, type OfficeHours, type officeHoursApi } from '../contract/office-hours.ts'
import { faultOfSpans, type HoursRule, isGround } from './hours-rules.ts'
import { lockCalendar } from './store.ts'

type Given = Omit<OfficeHours, 'id' | 'revision' | 'unitName'>
const COLUMNS = `id, unit_id as "unitId", name, from_day as "fromDay", to_day as "toDay", valid_from::text as "validFrom",
  valid_to::text as "validTo", spans, basis, revision`

const check = async ({ sql }: Ctx, { spans, validFrom, validTo, unitId }: Given): Promise<void> => {
  const fault = faultOfSpans(spans)
  if (fault) throw invalid(fault, [{ path: 'spans', message: fault }])
  if (validTo !== null && validTo <= validFrom) throw invalid('停止实行的日期要晚于开始实行的日期。')
  if (unitId === null) return
  const [unit] = await sql('select 1 from directory.unit where id = $1 and valid_to is null', [unitId])
  if (!unit) throw notFound('这个单位')
}

/** Some rule must be left that holds for everybody on every day. */
const checkGround = async ({ sql, now }: Ctx): Promise<void> => {
  const rows = await sql<HoursRule>(`select ${COLUMNS} from calendar.office_hours where unit_id is null`)
  if (!rows.some((rule) => isGround(rule, dayOf(now))))
    throw conflict('至少要留一条适用于所有单位、全年、一直实行的办公时间。')
}
const say = (ctx: Ctx, id: string, { unitId, name }: Given): void => {
  ctx.audit({ type: 'calendar.office-hours', id, label: `办公时间：${name}` })
  ctx.emit(hoursChanged, { unitId })
}
const valuesOf = (given: Given): unknown[] => [
  given.unitId,
  given.name,
  given.fromDay,
  given.toDay,
  given.validFrom,
  given.validTo,
  JSON.stringify(given.spans),
  given.basis,
]

export const hoursHandlers: Handlers<typeof officeHoursApi> = {
  async officeHours({ sql }) {
    const rows = await sql<OfficeHours>(
      `select h.*, u.short_name as "unitName" from (select ${COLUMNS} from calendar.office_hours) h left join directory.unit u on u.id = h."unitId"
       order by h."unitId" is not null, u.pre, h."fromDay", h."validFrom" limit 1000`,
    )
    return { rows }
  },
  async addOfficeHours(ctx, given) {
    await check(ctx, given)
    const id = newId()
    await ctx.sql(
      `insert into calendar.office_hours (unit_id, name, from_day, to_day, valid_from, valid_to, spans, basis, id, changed_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [...valuesOf(given), id, ctx.now],
    )
    say(ctx, id, given)
    return { id }
  },
  async changeOfficeHours(ctx, { id, revision, ...given }) {
    await lockCalendar(ctx.sql)
    await check(ctx, given)
    const before = await take(ctx, id, revision)
    await ctx.sql(
      `update calendar.office_hours set unit_id = $1, name = $2, from_day = $3, to_day = $4, valid_from = $5, valid_to = $6, spans = $7, basis = $8,
         revision = revision + 1, changed_at = $10 where id = $9`,
      [...valuesOf(given), id, ctx.now],
    )
    await checkGround(ctx)
    say(ctx, id, given)
    if (before.unitId !== given.unitId) ctx.emit(hoursChanged, { unitId: before.unitId })
    return { id }
  },
  async removeOfficeHours(ctx, { id, revision }) {
    await lockCalendar(ctx.sql)
    const before = await take(ctx, id, revision)
    await ctx.sql('delete from calendar.office_hours where id = $1', [id])
    await checkGround(ctx)
    say(ctx, id, before)
    return {}
  },
}

/** The one that was seen, not one that somebody changed meanwhile. */
const take = async ({ sql }: Ctx, id: string, revision: number): Promise<OfficeHours> => {
  const [row] = await sql<OfficeHours>(`select ${COLUMNS} from calendar.office_hours where id = $1`, [id])
  if (!row) throw notFound('这条办公时间')
  if (row.revision !== revision) throw stale(row.revision)
  return row
}
