import { z } from 'zod'
import type { ParsedOf } from '#kernel/contract'
import { invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { type auditApi, routineActions } from '../contract.ts'
import { SHOWN_COLUMNS, type ShownRow } from './rows.ts'
import { pairsOf, TERM_LENGTH } from './terms.ts'

type Input = ParsedOf<typeof auditApi.audit>

/** Names looked for at once; the nearest (shortest) ones when more contain the text. */
const NAMES = 100

const Cursor = z.tuple([z.iso.datetime(), z.coerce.number().int().nonnegative()])
const positionOf = (cursor: string) => {
  const read = Cursor.safeParse(cursor.split('~'))
  if (!read.success) throw invalid('翻页标记有误，请从第一页看起。')
  return read.data
}
const DAY = 86_400_000
const startOf = (day: string): Date => new Date(`${day}T00:00:00+08:00`)
const endOf = (day: string): Date => new Date(startOf(day).getTime() + DAY)
/** The moments between which the days lie, the last one excluded; days are those of Shanghai. */
export const boundsOf = (since: string, until: string): [Date, Date] => {
  if (since > until) throw invalid('起始日期不能晚于截止日期。')
  return [startOf(since), endOf(until)]
}

/** Each filter as one condition that an index of the log begins with; parameters are numbered as they come. */
const conditions = (input: Input) => {
  const params: unknown[] = []
  const texts: string[] = []
  const add = (value: unknown, text: (parameter: string) => string): void => {
    if (value === undefined || value === '') return
    texts.push(text(`$${params.push(value)}`))
  }
  add(input.kind, (p) => `kind = ${p}`)
  add(input.actor, (p) => `left(actor_name, ${TERM_LENGTH}) = ${p}`)
  add(input.accountId, (p) => `account_id = ${p}`)
  add(input.personId, (p) => `person_id = ${p}`)
  add(input.targetId, (p) => `left(target_id, ${TERM_LENGTH}) = ${p}`)
  add(input.action, (p) => `action = ${p}`)
  add(input.requestId, (p) => `request_id = ${p}`)
  add(input.routine === 'hidden' ? routineActions : undefined, (p) => `action <> all(${p}::text[])`)
  add(input.since && startOf(input.since), (p) => `at >= ${p}`)
  add(input.until && endOf(input.until), (p) => `at < ${p}`)
  if (input.cursor) {
    const [at, seq] = positionOf(input.cursor)
    texts.push(`(at, seq) < ($${params.push(at)}::timestamptz, $${params.push(seq)}::bigint)`)
  }
  return { texts, params }
}

const pageOf = (where: readonly string[], limit: number): string =>
  `select ${SHOWN_COLUMNS} from kernel.audit_log l where ${where.length > 0 ? where.join(' and ') : 'true'} order by l.at desc, seq desc limit ${limit}`

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&')

/** Two characters and more are found anywhere in a name, a single one at its beginning. */
const namesLike = async (ctx: Ctx, q: string): Promise<string[]> => {
  const pairs = pairsOf(q)
  const rows = await ctx.sql<{ text: string }>(
    `select text from kernel.audit_term where ${pairs.length > 0 ? 'pairs @> $1::text[] and text ilike $2' : 'text like $2 and $1::text[] is not null'}
     order by length(text), text limit ${NAMES + 1}`,
    [pairs, `${pairs.length > 0 ? '%' : ''}${escaped(q)}%`],
  )
  return rows.map(({ text }) => text)
}

/** For each name the newest of its records by index; and what is named by its number exactly. */
const byText = (where: readonly string[], params: unknown[], q: string, names: readonly string[], limit: number) => {
  const [name, exact] = [`$${params.push(names)}::text[]`, `$${params.push(q)}`]
  const named = (column: string): string =>
    `select found.* from unnest(${name}) as n(name) cross join lateral (${pageOf([...where, `left(${column}, ${TERM_LENGTH}) = n.name`], limit)}) found`
  const exactly = (column: string): string =>
    `select * from (${pageOf([...where, `${column} = ${exact}`], limit)}) found`
  return `select * from (${[
    named('actor_name'),
    named('target_label'),
    exactly(`left(target_id, ${TERM_LENGTH})`),
    exactly('request_id'),
  ].join(' union ')}) all_found order by at desc, seq desc limit ${limit}`
}

/** Newest first, by keyset: the log only grows, pages never shift. */
export const listAudit = async (ctx: Ctx, input: Input) => {
  const { texts, params } = conditions(input)
  const limit = input.limit + 1
  const names = input.q ? await namesLike(ctx, input.q) : []
  const text = input.q ? byText(texts, params, input.q, names.slice(0, NAMES), limit) : pageOf(texts, limit)
  const rows = await ctx.sql<ShownRow>(text, params)
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  return {
    rows: page,
    next: rows.length > input.limit && last ? `${last.at}~${last.seq}` : null,
    ...(names.length > NAMES ? { partial: true } : {}),
  }
}
