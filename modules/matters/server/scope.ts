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
