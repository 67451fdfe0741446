import type { Permission } from '#kernel/contract'
import type { Ctx, Kernel } from '#kernel/module'
import type { SearchItem } from '../contract.ts'

export interface SearchHits {
  items: SearchItem[]
  /** nobody counts them */
  more: boolean
}

export interface SearchProvider {
  /** also the kind that a caller may ask for */
  id: string
  /** 人员, 公文 */
  title: string
  /** one phrase in the foot of the box: 支持汉字、全拼、首字母 */
  hint?: string
  /** small first */
  order: number
  permission: Exclude<Permission, 'public'>
  /** whole milliseconds that the box waits for this provider, and PostgreSQL for each of its statements; 800 when absent */
  budgetMs?: number
  /**
   * At most `limit` hits, best first, and whether there are further ones. `ctx.sql` reads only, and no statement outlives the
   * budget; `ctx.scope` and `ctx.scopeText` mean the provider's permission unless another is named. `recent`: ids of hits the
   * person opened lately; those found are put first by the box, a provider only uses them to look there first.
   */
  search(ctx: Ctx, q: string, limit: number, recent: readonly string[]): Promise<SearchHits>
}

const registered = new WeakMap<Kernel, Map<string, SearchProvider>>()

/** Called from a module's `start`: adds a kind to the global search box. */
export const registerSearch = (kernel: Kernel, provider: SearchProvider): void => {
  const known = registered.get(kernel) ?? new Map<string, SearchProvider>()
  if (known.has(provider.id)) throw new Error(`two search providers named ${provider.id}`)
  registered.set(kernel, known.set(provider.id, provider))
}

/** Those the actor may ask, in their order. */
export const providersFor = (ctx: Ctx, kinds?: readonly string[]): SearchProvider[] =>
  [...(registered.get(ctx.kernel)?.values() ?? [])]
    .filter(
      ({ id, permission }) => (permission === 'signed-in' || ctx.can(permission)) && (kinds?.includes(id) ?? true),
    )
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
