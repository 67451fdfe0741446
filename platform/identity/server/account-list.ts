import { PassThrough } from 'node:stream'
import type { FileAnswer, OutputOf, ParsedOf } from '#kernel/contract'
import { invalid } from '#kernel/errors'
import { isId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import { csvWriter, xlsxWriter } from '#kernel/tabular'
import { type AccountRow, type AccountState, accountStates, type accountsApi } from '../contract.ts'
import { isAdministrator } from './activation.ts'
import { MOST_TRIES } from './attempts.ts'
import { unopened } from './open-accounts.ts'

type Api = typeof accountsApi
type Question = Pick<ParsedOf<Api['exportAccounts']>, 'under' | 'state' | 'q' | 'cursor' | 'limit'>

/** Everybody in office, by the main post. */
const PRESENT = `directory.unit u join directory.post m on m.unit_id = u.id and m.kind = 'main' and m.valid_to is null
  join directory.person x on x.id = m.person_id and x.status = 'active'
  left join identity.account a on a.person_id = x.id and a.subject_kind = 'public-servant'`
/** Closed accounts, wherever their people were last. */
const CLOSED = `identity.account a join directory.person x on x.id = a.person_id
  join lateral (select l.* from directory.post l where l.person_id = x.id
    order by l.valid_to is null desc, l.kind = 'main' desc, l.valid_to desc, l.id desc limit 1) m on true
  join directory.unit u on u.id = m.unit_id`

const RESTING = `(select la.id, t.until from identity.attempt t join identity.account la on identity.attempt_key(la.login) = t.key
  where t.failures >= ${MOST_TRIES} and t.until > $1)`
const waits = "coalesce(a.password_hash, '') = ''"
const conditions: Record<AccountState, string> = {
  none: unopened,
  opened: `a.id is not null and not a.disabled and ${waits} and rest.until is null`,
  active: `not a.disabled and not ${waits} and rest.until is null`,
  locked: 'not a.disabled and rest.until is not null',
  closed: `a.disabled and (x.status <> 'active' or a.closed_for is distinct from 'left')`,
}
const STATE = `case when x.status <> 'active' then 'closed' when ${unopened} then 'none' when a.disabled then 'closed'
  when rest.until is not null then 'locked' when ${waits} then 'opened' else 'active' end`

interface Listed {
  personId: string
  name: string
  title: string
  unit: AccountRow['unit']
  org: AccountRow['org']
  state: AccountState
  present: boolean
  login: string | null
  byMobile: boolean | null
  openedAt: Date | null
  openedBy: string | null
  hasPassword: boolean
  endsAt: Date | null
  told: 'sheet' | 'sms' | 'failed' | null
  restsUntil: Date | null
  closedFor: 'left' | 'suspended' | null
  closedAt: Date | null
  closedNote: string | null
  administrator: boolean
  pre: number
  sort: number
  postId: string
}

const readCursor = (cursor: string): [pre: string, sort: string, id: string] => {
  const [pre = '', sort = '', id = '', more] = cursor.split('/')
  if (!/^\d{1,18}$/.test(pre) || !/^-?\d{1,10}$/.test(sort) || !isId(id) || more !== undefined)
    throw invalid('翻页标记有误，请从第一页看起。')
  return [pre, sort, id]
}

const ref = (alias: string): string => `jsonb_build_object('id', ${alias}.id, 'name', ${alias}.name)`

const select = (ctx: Ctx, input: Question): Promise<Listed[]> => {
  const values: unknown[] = [ctx.now]
  const bind = (value: unknown): string => `$${values.push(value)}`
  const scope = ctx.scopeText('u.id', 2)
  values.push(...scope.params)
  const where = [scope.text]
  if (input.under)
    where.push(
      `u.pre between (select pre from directory.unit where id = ${bind(input.under)}) and (select pre_end from directory.unit where id = $${values.length})`,
    )
  if (input.state) where.push(`(${conditions[input.state]})`)
  if (input.q) {
    const q = bind(input.q)
    where.push(`x.id in (select n.id from directory.person n where n.name collate "C" >= ${q} and n.name collate "C" < ${q} || chr(1114111)
      union all select la.person_id from identity.account la where la.login = lower(${q}))`)
  }
  if (input.cursor !== undefined) {
    const [pre, sort, id] = readCursor(input.cursor)
    where.push(`(u.pre, m.sort, m.id) > (${bind(pre)}::bigint, ${bind(sort)}::bigint, ${bind(id)}::uuid)`)
  }
  return ctx.sql<Listed>(
    `select x.id as "personId", x.name, m.title, ${ref('u')} as unit, ${ref('o')} as org, ${STATE} as state, x.status = 'active' as present,
       a.login, a.mobile_login as "byMobile", a.created_at as "openedAt", a.opened_by as "openedBy", not ${waits} as "hasPassword",
       part.expires_at as "endsAt", part.told, rest.until as "restsUntil", a.closed_for as "closedFor", a.closed_at as "closedAt",
       a.closed_note as "closedNote", a.id is not null and ${isAdministrator('a.id', '$1')} as administrator, u.pre, m.sort, m.id as "postId"
     from ${input.state === 'closed' ? CLOSED : PRESENT} join directory.unit o on o.no = m.org_no
     ${input.state === 'locked' ? '' : 'left '}join ${RESTING} rest on rest.id = a.id
     left join identity.recovery part on part.account_id = a.id and part.kind = 'activation' and part.used_at is null and part.refused_by is null
     where ${where.join(' and ')} order by u.pre, m.sort, m.id limit ${bind(input.limit + 1)}`,
    values,
  )
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

const cans = (ctx: Ctx, row: Listed): AccountRow['can'] => {
  const mine = ctx.can('identity:open') && row.personId !== ctx.actor.personId && !row.administrator
  const waiting = mine && (row.state === 'opened' || row.state === 'locked') && !row.hasPassword
  return {
    open: mine && row.state === 'none',
    tell: waiting,
    withdraw: waiting && row.endsAt !== null && row.endsAt > ctx.now,
    suspend: mine && ['opened', 'active', 'locked'].includes(row.state),
    resume: mine && row.state === 'closed' && row.present,
  }
}

const present = (ctx: Ctx, row: Listed): AccountRow => {
  const open = row.state !== 'none'
  return {
    personId: row.personId,
    name: row.name,
    title: row.title,
    unit: row.unit,
    org: row.org,
    state: row.state,
    login: open ? row.login : null,
    byMobile: open && row.byMobile === true,
    openedAt: open ? iso(row.openedAt) : null,
    openedBy: open ? row.openedBy : null,
    part:
      row.endsAt && !row.hasPassword
        ? { expiresAt: row.endsAt.toISOString(), over: row.endsAt <= ctx.now, told: row.told }
        : null,
    restsUntil: row.state === 'locked' ? iso(row.restsUntil) : null,
    closed:
      row.state === 'closed'
        ? { why: row.closedFor ?? 'suspended', at: iso(row.closedAt), note: row.closedNote ?? '' }
        : null,
    administrator: row.administrator,
    can: cans(ctx, row),
  }
}

const pageOf = async (ctx: Ctx, input: Question) => {
  const rows = await select(ctx, input)
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  return {
    rows: page.map((row) => present(ctx, row)),
    next: rows.length > input.limit && last ? `${last.pre}/${last.sort}/${last.postId}` : null,
  }
}

export const accounts = (ctx: Ctx, input: ParsedOf<Api['accounts']>): Promise<OutputOf<Api['accounts']>> =>
  pageOf(ctx, input)

export const accountCounts = async (
  ctx: Ctx,
  { under }: { under: string },
): Promise<OutputOf<Api['accountCounts']>> => {
  const scope = ctx.scopeText('u.id', 2)
  const [row] = await ctx.sql<OutputOf<Api['accountCounts']>>(
    `select count(*) filter (where ${unopened})::int as none,
       count(*) filter (where a.id is not null and not a.disabled and ${waits})::int as opened,
       count(*) filter (where not a.disabled and not ${waits})::int as active,
       count(*) filter (where a.disabled and a.closed_for is distinct from 'left')::int as closed
     from directory.unit top join ${PRESENT} on u.pre between top.pre and top.pre_end where top.id = $1 and ${scope.text}`,
    [under, ...scope.params],
  )
  return row!
}

const COLUMNS = [
  { title: '姓名', width: 12 },
  { title: '单位', width: 32 },
  { title: '内设机构', width: 24 },
  { title: '职务', width: 20 },
  { title: '账号', width: 10 },
  { title: '登录名', width: 20 },
  { title: '开通时间', width: 20 },
]
const MEDIA_TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })
const EXPORT_PAGE = 1000

/** The list as it stands, without any activation part, page after page. */
export const exportAccounts = async (ctx: Ctx, input: ParsedOf<Api['exportAccounts']>): Promise<FileAnswer> => {
  const out = new PassThrough()
  const mark = { by: ctx.actor.name, at: ctx.now }
  const writer =
    input.format === 'csv'
      ? csvWriter(out, { columns: COLUMNS })
      : xlsxWriter(out, { sheetName: '账号', columns: COLUMNS, mark })
  const write = async (): Promise<void> => {
    let cursor: string | undefined
    do {
      const page = await pageOf(ctx, { ...input, cursor, limit: EXPORT_PAGE })
      for (const { name, org, unit, title, state, login, openedAt } of page.rows)
        await writer.write([
          name,
          org.name,
          unit.id === org.id ? null : unit.name,
          title,
          accountStates[state],
          login,
          openedAt && shanghai.format(new Date(openedAt)),
        ])
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    await writer.end()
  }
  ctx.audit({ type: 'unit', id: input.under ?? '', label: '账号清单' })
  write().catch((error: Error) => out.destroy(error))
  const name = `账号清单${input.format === 'csv' ? `-导出人${mark.by}` : ''}.${input.format}`
  return { stream: out, name, mediaType: MEDIA_TYPES[input.format] }
}
