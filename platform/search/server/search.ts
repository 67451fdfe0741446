import { z } from 'zod'
import { transaction } from '#kernel/db'
import type { Ctx, Handlers } from '#kernel/module'
import { type SearchGroup, SearchItem, type searchApi } from '../contract.ts'
import { providersFor, type SearchProvider } from './providers.ts'

/** Nobody reads on past these; the box says "20+". */
const SHOWN = 20
const BUDGET_MS = 800

const Items = z.array(SearchItem)

/**
 * The context of one provider. Each statement is a short transaction of its own, so that PostgreSQL ends what runs too long
 * and a provider that never answers keeps no connection.
 */
const contextFor = (ctx: Ctx, { permission: own }: SearchProvider, budget: number, over: AbortSignal): Ctx => {
  const setup = `set transaction read only; set local statement_timeout = ${budget}`
  return {
    ...ctx,
    sql: (text, params, name) => {
      over.throwIfAborted()
      return transaction(ctx.kernel.database.pool, ({ query }) => query(text, params, name), { setup })
    },
    scope: (unitId, permission = own) => ctx.scope(unitId, permission),
    scopeText: (column, from, permission = own) => ctx.scopeText(column, from, permission),
  }
}

const groupOf = async (ctx: Ctx, provider: SearchProvider, q: string): Promise<SearchGroup> => {
  const { id, title, budgetMs = BUDGET_MS } = provider
  const over = AbortSignal.timeout(budgetMs)
  const late = new Promise<never>((_, reject) => over.addEventListener('abort', () => reject(over.reason)))
  try {
    const hits = provider.search(contextFor(ctx, provider, budgetMs, over), q, SHOWN + 1)
    const items = Items.parse(await Promise.race([hits, late]))
    return { id, title, items: items.slice(0, SHOWN), more: items.length > SHOWN, unavailable: false }
  } catch (error) {
    ctx.kernel.log.warn({ err: error, provider: id }, '一类搜索没有结果')
    return { id, title, items: [], more: false, unavailable: true }
  }
}

export const handlers: Handlers<typeof searchApi> = {
  async search(ctx, { q, kinds }) {
    return { groups: await Promise.all(providersFor(ctx, kinds).map((provider) => groupOf(ctx, provider, q))) }
  },
}
