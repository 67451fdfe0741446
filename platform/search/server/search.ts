import { z } from 'zod'
import { transaction } from '#kernel/db'
import { AppError } from '#kernel/errors'
import type { Ctx, Handlers } from '#kernel/module'
import { type SearchGroup, SearchItem, type searchApi } from '../contract.ts'
import { providersFor, type SearchProvider } from './providers.ts'

/** Nobody reads on past these; the box says "20+". */
const SHOWN = 20
const BUDGET_MS = 800

const Hits = z.object({ items: z.array(SearchItem).max(SHOWN), more: z.boolean() })

interface Asked {
  q: string
  recent: readonly string[]
}

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

/** What the person opened lately comes first, in the provider's order otherwise. */
const recentFirst = (items: readonly SearchItem[], recent: ReadonlySet<string>): SearchItem[] => [
  ...items.filter(({ id }) => recent.has(id)),
  ...items.filter(({ id }) => !recent.has(id)),
]

const groupOf = async (ctx: Ctx, provider: SearchProvider, { q, recent }: Asked): Promise<SearchGroup> => {
  const { id, title, hint, budgetMs = BUDGET_MS } = provider
  const over = AbortSignal.timeout(budgetMs)
  const late = new Promise<never>((_, reject) => over.addEventListener('abort', () => reject(over.reason)))
  try {
    const hits = provider.search(contextFor(ctx, provider, budgetMs, over), q, SHOWN, recent)
    const { items, more } = Hits.parse(await Promise.race([hits, late]))
    return { id, title, hint, items: recentFirst(items, new Set(recent)), more, unavailable: false }
  } catch (error) {
    const detail = error instanceof AppError ? error.message : undefined
    if (!detail) ctx.kernel.log.warn({ err: error, provider: id }, '一类搜索没有结果')
    return { id, title, hint, items: [], more: false, unavailable: true, detail }
  }
}

export const handlers: Handlers<typeof searchApi> = {
  async search(ctx, { kinds, ...asked }) {
    return { groups: await Promise.all(providersFor(ctx, kinds).map((provider) => groupOf(ctx, provider, asked))) }
  },
}
