import type { z } from 'zod'
import type { ParsedOf } from '#kernel/contract'
import { invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { AccessInput, accessApi, Change, Outcome } from '../contract.ts'
import { withSet } from './policies.ts'

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

const since = (ctx: Ctx, days: number): Date => new Date(ctx.now.getTime() - days * 86_400_000)

/** Replays the decisions of the last days under policies that are not in force. */
export const simulate = async (ctx: Ctx, { text, days }: ParsedOf<typeof accessApi.simulate>) =>
  withSet(text, async (set) => {
    const rows = await ctx.sql<Row>(
      `select i.input, h.outcome, h.calls from (
         select hash, outcome, sum(calls)::int as calls from access.hour where hour >= $1 group by hash, outcome order by 3 desc limit ${MOST}) h
       join access.input i using (hash) order by h.calls desc`,
      [since(ctx, days)],
    )
    const changes: z.infer<typeof Change>[] = []
    for (const [position, { input, outcome, calls }] of rows.entries()) {
      if (position % AT_A_TIME === AT_A_TIME - 1) await new Promise((resolve) => setImmediate(resolve))
      const after = set.decide(input)
      if (after.outcome !== outcome)
        changes.push({ input, before: outcome, after: after.outcome, reason: after.reason, calls })
    }
    return {
      calls: rows.reduce((sum, row) => sum + row.calls, 0),
      inputs: rows.length,
      changed: changes.reduce((sum, change) => sum + change.calls, 0),
      changes: changes.slice(0, SHOWN),
    }
  })

interface DecisionRow extends Row {
  hash: string
  reason: string | null
  last_at: Date
}

/** Decisions of the last days, the most frequent first. */
export const listDecisions = async (ctx: Ctx, input: ParsedOf<typeof accessApi.decisions>) => {
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
  return {
    rows: page.map(({ last_at, ...row }) => ({ ...row, lastAt: last_at.toISOString() })),
    next: rows.length > input.limit && last ? `${last.calls}~${last.hash}${last.outcome}` : null,
  }
}
