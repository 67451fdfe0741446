import type { ParsedOf } from '#kernel/contract'
import { invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { AccessInput, accessApi, Change, Decision, Outcome } from '../contract.ts'
import { keyOf } from './input.ts'
import { type Naming, naming } from './names.ts'
import { withSet } from './policies.ts'
import { intervalOf, type PolicySet } from './policy.ts'

interface Row {
  input: AccessInput
  outcome: Outcome
  calls: number
}

/** Inputs of most calls first; a set is tried on this many at most. */
const MOST = 20_000
// Cedar takes some 250 µs a decision; others want to be answered in between.
const AT_A_TIME = 40
const SHOWN = 200
const DAY_MINUTES = 1440

const since = (ctx: Ctx, days: number): Date => new Date(ctx.now.getTime() - days * 86_400_000)

/**
 * Calls that the new set cannot tell apart are one. The hour of a call is known though the policies of its day cut the day otherwise: so a
 * new hour is tried to within sixty minutes.
 */
const gather = (rows: readonly (Row & { from: number })[], { boundaries }: PolicySet): Row[] => {
  const gathered = new Map<string, Row>()
  for (const { input, outcome, calls, from } of rows) {
    const minute = intervalOf(boundaries.minute, Math.max(input.minute, from))
    const tried = { ...input, minute }
    const key = `${keyOf(tried)}\u0002${outcome}`
    const known = gathered.get(key)
    if (known) known.calls += calls
    else gathered.set(key, { input: tried, outcome, calls })
  }
  return [...gathered.values()]
}

const tryAll = async (rows: readonly Row[], set: PolicySet, names: Naming): Promise<Change[]> => {
  const changes: Change[] = []
  for (const [position, { input, outcome, calls }] of rows.entries()) {
    if (position % AT_A_TIME === AT_A_TIME - 1) await new Promise((resolve) => setImmediate(resolve))
    const { outcome: after, reason } = set.decide(input)
    const until = set.boundaries.minute.find((bound) => bound > input.minute) ?? DAY_MINUTES
    if (after !== outcome) changes.push({ input, named: names(input), until, before: outcome, after, reason, calls })
  }
  return changes.sort((a, b) => b.calls - a.calls)
}

/** Replays the decisions of the last days under policies that are not in force. */
export const simulate = async (ctx: Ctx, { text, days }: ParsedOf<typeof accessApi.simulate>) =>
  withSet(text, async (set) => {
    const rows = await ctx.sql<Row & { from: number }>(
      `select i.input, h.outcome, h.calls, h.from from (
         select hash, outcome, extract(hour from hour at time zone 'Asia/Shanghai')::int * 60 as from, sum(calls)::int as calls
         from access.hour where hour >= $1 group by hash, outcome, 3 order by 4 desc limit ${MOST}) h
       join access.input i using (hash)`,
      [since(ctx, days)],
    )
    const gathered = gather(rows, set)
    const changes = await tryAll(gathered, set, await naming(ctx))
    const sum = (all: readonly { calls: number }[]) => all.reduce((total, { calls }) => total + calls, 0)
    return {
      calls: sum(gathered),
      inputs: gathered.length,
      changed: sum(changes),
      changes: changes.slice(0, SHOWN),
    }
  })

interface DecisionRow extends Row {
  hash: string
  reason: string | null
  last_at: Date
}

/** Decisions of the last days, the most frequent first. */
export const listDecisions = async (
  ctx: Ctx,
  input: ParsedOf<typeof accessApi.decisions>,
): Promise<{ rows: Decision[]; next: string | null }> => {
  const [calls, hash] = input.cursor?.split('~') ?? []
  if (input.cursor !== undefined && !(Number.isSafeInteger(Number(calls)) && /^[0-9a-f]{64}[a-z-]+$/.test(hash ?? '')))
    throw invalid('翻页标记有误，请从第一页看起。')
  const rows = await ctx.sql<DecisionRow>(
    `select encode(h.hash, 'hex') as hash, i.input, h.outcome, h.reason, h.calls, h.last_at from (
       select hash, outcome, max(reason) as reason, sum(calls)::int as calls, max(hour) as last_at from access.hour
       where hour >= $1 and ($2::text is null or outcome = $2) group by hash, outcome
       having $3::int is null or (sum(calls)::int, encode(hash, 'hex') || outcome) < ($3::int, $4::text)
       order by 4 desc, encode(hash, 'hex') || outcome desc limit $5) h join access.input i using (hash)
     order by h.calls desc, encode(h.hash, 'hex') || h.outcome desc`,
    [since(ctx, input.days), input.outcome ?? null, calls ? Number(calls) : null, hash ?? null, input.limit + 1],
  )
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  const names = await naming(ctx)
  return {
    rows: page.map(({ last_at, ...row }) => ({ ...row, named: names(row.input), lastAt: last_at.toISOString() })),
    next: rows.length > input.limit && last ? `${last.calls}~${last.hash}${last.outcome}` : null,
  }
}
