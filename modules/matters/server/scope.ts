import type { Ctx } from '#kernel/module'

/** A scope as a yes or no for a row; no, where the permission is not held at all. */
export const scopeClause = (
  ctx: Ctx,
  column: string,
  from: number,
  permission: string,
): { text: string; params: unknown[] } => {
  if (!ctx.can(permission)) return { text: 'false', params: [] }
  const { text, params } = ctx.scopeText(column, from, permission)
  return { text: `(${text})`, params }
}

/**
 * The units of a scope as rows to begin with: `(select …)` of ids, or null where it reaches everything. As a condition on a unit the planner guesses a
 * ninth of the province, and reads all of it to find a county.
 */
export const unitsInScope = (ctx: Ctx, from: number): { text: string; params: unknown[] } | null => {
  const { text, params } = ctx.scopeText('it', from)
  if (text === 'true') return null
  if (text === 'false') return { text: '(select null::uuid where false)', params: [] }
  if (!text.startsWith('it in (')) throw new Error(`a scope is not a list of units: ${text}`)
  return { text: text.slice('it in '.length), params }
}
