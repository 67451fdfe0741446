import type { Ctx, Handlers } from '#kernel/module'
import type { keysApi } from '../contract.ts'
import { readProgress } from './reseal.ts'
import { busyWith, readKeys, rotate, sealedColumns } from './rotation.ts'

const progressOf = async (ctx: Ctx, keyId: number) =>
  Promise.all(
    sealedColumns(ctx.kernel).map(async (one) => {
      const [progress, [size]] = await Promise.all([
        readProgress(ctx.sql, keyId, one),
        // the planner's estimate: counting a million rows would cost more than it tells
        ctx.sql<{ rows: number }>('select greatest(reltuples, 0)::int as rows from pg_class where oid = $1::regclass', [
          one.table,
        ]),
      ])
      const { done, finished } = progress
      return { table: one.table, column: one.column, done, finished, rows: Math.max(size!.rows, done) }
    }),
  )

export const handlers: Handlers<typeof keysApi> = {
  async keys(ctx) {
    const keys = await readKeys(ctx.sql)
    const active = keys.find(({ state }) => state === 'active')
    return {
      keys: keys.map((key) => ({
        id: key.id,
        state: key.state,
        provider: key.provider,
        createdAt: key.created_at.toISOString(),
        activatedAt: key.activated_at?.toISOString() ?? null,
        resealedAt: key.resealed_at?.toISOString() ?? null,
      })),
      progress: active && !active.resealed_at ? await progressOf(ctx, active.id) : [],
      can: { rotate: ctx.can('keys:rotate') && busyWith(keys) === null },
    }
  },
  rotate: async (ctx) => ({ id: await rotate(ctx) }),
}
