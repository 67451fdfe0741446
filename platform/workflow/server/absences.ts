import { readMomentCursor } from '#kernel/cursors'
import { askTogether, type Query } from '#kernel/db'
import { forbidden, invalid, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Handlers, SystemCtx } from '#kernel/module'
import type { Absence, AbsenceKind, absenceApi, absenceTimes } from '../contract/absences.ts'

/** What another business (an approved leave, an ordered trip) tells of a person; the same reference again changes what it said before. */
interface AbsenceTold {
  /** module of the business, and its own number of what it tells */
  source: string
  reference: string
  personId: string
  kind: AbsenceKind
  from: Date
  /** not counted */
  to: Date
  substituteId?: string
}
type Tx = Pick<SystemCtx, 'sql' | 'now'>

/** The registration point for absences: in the transaction of the business that knows of one. */
export const recordAbsence = async ({ sql, now }: Tx, told: AbsenceTold): Promise<void> => {
  await sql(
    `insert into workflow.absence (id, person_id, substitute_id, kind, valid_from, valid_to, source, reference, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (source, reference) where reference is not null do update set person_id = excluded.person_id, substitute_id = excluded.substitute_id,
       kind = excluded.kind, valid_from = excluded.valid_from, valid_to = excluded.valid_to, ended_at = null`,
    [
      newId(),
      told.personId,
      told.substituteId ?? null,
      told.kind,
      told.from,
      told.to,
      told.source,
      told.reference,
      now,
    ],
  )
}
/** The leave was withdrawn, or ended early: whoever was away is there again. */
export const withdrawAbsence = async ({ sql, now }: Tx, source: string, reference: string): Promise<void> => {
  await sql(
    'update workflow.absence set ended_at = $3 where source = $1 and reference = $2 and ended_at is null',
    [source, reference, now],
    'workflow.absence.withdraw',
  )
}

interface Away {
  /** milliseconds: until when, as far as is known now */
  until: number
  /** who was named to stand in, while that person works here */
  substitute?: { person: string; unit: string }
}
const absencesOf = {
  name: 'workflow.absences.now',
  types: ['uuid', 'timestamptz'],
  text: `select a.valid_to as until, p.id as substitute, m.unit_id as unit from workflow.absence a
    left join directory.person p on p.id = a.substitute_id and p.status = 'active'
    left join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
    where a.person_id = asked.p1 and a.ended_at is null and a.valid_from <= asked.p2 and a.valid_to > asked.p2 order by a.created_at`,
}
interface Current {
  until: Date
  substitute: string | null
  unit: string | null
}
/** Who of these is away now; whoever is not is not named. */
export const awayAt = async (sql: Query, people: readonly string[], now: Date): Promise<Map<string, Away>> => {
  const asked = [...new Set(people)].map(
    async (person) => [person, await askTogether<Current>(sql, absencesOf, [person, now])] as const,
  )
  const away = new Map<string, Away>()
  for (const [person, rows] of await Promise.all(asked)) {
    // The last that was entered says who stands in; the longest, until when.
    const named = rows.findLast(({ substitute, unit }) => substitute && unit)
    const until = Math.max(...rows.map((row) => row.until.getTime()))
    if (rows.length > 0)
      away.set(person, {
        until,
        ...(named && { substitute: { person: named.substitute as string, unit: named.unit as string } }),
      })
  }
  return away
}

// ── what people enter themselves ──

const OWN = 'workflow'
const MOST_DAYS = 366

interface Row {
  id: string
  person_id: string
  person: string
  unit: string
  kind: AbsenceKind
  valid_from: Date
  valid_to: Date
  substitute: string | null
  entered_by: string | null
}
const SELECT = `select a.id, a.person_id, p.name as person, coalesce(u.short_name, '') as unit, a.kind, a.valid_from, a.valid_to, s.name as substitute,
    e.name as entered_by
  from workflow.absence a join directory.person p on p.id = a.person_id
  left join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null left join directory.unit u on u.id = m.unit_id
  left join directory.person s on s.id = a.substitute_id left join directory.person e on e.id = a.entered_by`
const present = (row: Row): Absence => ({
  id: row.id,
  personId: row.person_id,
  personName: row.person,
  unitName: row.unit,
  kind: row.kind,
  from: row.valid_from.toISOString(),
  to: row.valid_to.toISOString(),
  substituteName: row.substitute,
  enteredBy: row.entered_by,
})

/** Somebody of the units one administers; for whoever else this person is not there. */
const checkAdministered = async (ctx: Ctx, personId: string): Promise<void> => {
  if (!ctx.can('workflow:administer')) throw forbidden('只能登记自己。替他人登记请找其单位的管理员。')
  const scope = ctx.scopeText('m.unit_id', 2, 'workflow:administer')
  const [mine] = await ctx.sql(
    `select 1 from directory.post m where m.person_id = $1 and m.kind = 'main' and m.valid_to is null and ${scope.text}`,
    [personId, ...scope.params],
  )
  if (!mine) throw notFound('这名人员')
}
const checkPeriod = (ctx: Ctx, from: string, to: string): void => {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000
  if (!(days > 0) || days > MOST_DAYS)
    throw invalid('结束时间要晚于开始时间，最长一年。', [{ path: 'to', message: '结束时间要晚于开始时间，最长一年。' }])
  if (Date.parse(to) <= ctx.now.getTime())
    throw invalid('这段时间已经过去，不用登记。', [{ path: 'to', message: '这段时间已经过去。' }])
}
const checkSubstitute = async ({ sql }: Ctx, personId: string, substituteId: string | undefined): Promise<void> => {
  if (substituteId === undefined) return
  const fault = (message: string) => invalid(message, [{ path: 'substituteId', message }])
  if (substituteId === personId) throw fault('代办人不能是本人。')
  const [found] = await sql("select 1 from directory.person where id = $1 and status = 'active'", [substituteId])
  if (!found) throw fault('代办人已经离岗，请换一个。')
}

const TIMES: Record<keyof typeof absenceTimes, string> = {
  current: 'a.valid_from <= $1 and a.valid_to > $1 and a.ended_at is null',
  coming: 'a.valid_from > $1 and a.ended_at is null',
  past: '(a.valid_to <= $1 or a.ended_at is not null)',
}

export const absenceHandlers: Handlers<typeof absenceApi> = {
  async absences(ctx) {
    const rows = await ctx.sql<Row>(
      `${SELECT} where a.person_id = $1 and a.ended_at is null and a.valid_to > $2 order by a.valid_from, a.id limit 100`,
      [ctx.actor.personId || null, ctx.now],
    )
    return { rows: rows.map(present) }
  },
  async enterAbsence(ctx, { personId = ctx.actor.personId, kind, from, to, substituteId }) {
    if (!personId) throw forbidden('您的账号不是公务人员的账号，不能登记。')
    if (personId !== ctx.actor.personId) await checkAdministered(ctx, personId)
    checkPeriod(ctx, from, to)
    await checkSubstitute(ctx, personId, substituteId)
    const id = newId()
    await ctx.sql(
      `insert into workflow.absence (id, person_id, substitute_id, kind, valid_from, valid_to, source, entered_by, created_at)
       values ($1, $2, $3, $4, $5, $6, '${OWN}', $7, $8)`,
      [id, personId, substituteId ?? null, kind, from, to, ctx.actor.personId || null, ctx.now],
    )
    ctx.audit({ type: 'person', id: personId, detail: { kind, from, to } })
    return { id }
  },
  async endAbsence(ctx, { id }) {
    const [row] = await ctx.sql<{ person_id: string; source: string }>(
      'select person_id, source from workflow.absence where id = $1 and ended_at is null',
      [id],
    )
    if (!row) throw notFound('这项登记')
    if (row.person_id !== ctx.actor.personId) {
      if (!ctx.can('workflow:administer')) throw notFound('这项登记')
      await checkAdministered(ctx, row.person_id)
    }
    if (row.source !== OWN) throw forbidden('这项登记由请休假等业务写入，请在那里销假。')
    await ctx
      .sql('update workflow.absence set ended_at = $2 where id = $1 and ended_at is null returning 1', [id, ctx.now])
      .then(one('这项登记'))
    ctx.audit({ type: 'person', id: row.person_id })
    return {}
  },
  async scopedAbsences(ctx, { q, cursor, limit, when = 'current' }) {
    const [at, id] = readMomentCursor(cursor)
    const scope = ctx.scopeText('m.unit_id', 6)
    const rows = await ctx.sql<Row>(
      `${SELECT} where ${TIMES[when]} and ($2::timestamptz is null or (a.valid_from, a.id) < ($2, $3::uuid)) and ($4::text is null or position($4 in p.name) > 0)
         and ${scope.text} order by a.valid_from desc, a.id desc limit $5`,
      [ctx.now, at, id, q || null, limit + 1, ...scope.params],
    )
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    return {
      rows: shown.map(present),
      next: rows.length > limit && last ? `${last.valid_from.toISOString()}|${last.id}` : null,
    }
  },
}
