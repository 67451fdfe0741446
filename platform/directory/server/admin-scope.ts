import { notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { type Author, type Change, changeDirectory } from './write.ts'

export const MANAGE = 'directory:manage'

/** Who changes, for the history. */
export const authorOf = (ctx: Ctx, reason?: string): Author => ({
  id: ctx.actor.personId || null,
  name: ctx.actor.name,
  ...(reason ? { reason } : {}),
})

/** A change of the directory by the caller; scopes are to be asked inside, where nobody else can move a unit any more. */
export const act = <T>(ctx: Ctx, reason: string | undefined, work: (change: Change) => Promise<T>): Promise<T> =>
  changeDirectory(ctx, authorOf(ctx, reason), work)

/** Which of the units lie in the caller's scope of administration. */
export const unitsInScope = async (ctx: Ctx, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const scope = ctx.scopeText('u.id', 2, MANAGE)
  const rows = await ctx.sql<{ id: string }>(
    `select u.id from directory.unit u where u.id = any($1::uuid[]) and ${scope.text}`,
    [ids, ...scope.params],
  )
  return new Set(rows.map((row) => row.id))
}

/** 404 when one of the units is outside the scope: what is not ours is not there. Absent ids are not asked about. */
export const requireUnits = async (ctx: Ctx, ...ids: (string | null | undefined)[]): Promise<void> => {
  const asked = ids.filter((id) => typeof id === 'string')
  const found = await unitsInScope(ctx, asked)
  if (asked.some((id) => !found.has(id))) throw notFound('这个单位')
}

/** The unit of the main post, or of the last one held: it decides who may change the person. */
const HOME = `select p.unit_id from directory.post p where p.person_id = $1
  order by p.valid_to is null desc, p.kind = 'main' desc, p.valid_to desc, p.id desc limit 1`

/** 404 unless the person's own unit lies in the scope. */
export const requirePerson = async (ctx: Ctx, personId: string): Promise<void> => {
  const scope = ctx.scopeText('h.unit_id', 2, MANAGE)
  const rows = await ctx.sql(`select 1 from (${HOME}) h where ${scope.text}`, [personId, ...scope.params])
  if (rows.length === 0) throw notFound('此人')
}

/** 404 unless the post's unit lies in the scope; answers whose it is. */
export const requirePost = async (ctx: Ctx, postId: string): Promise<{ personId: string; unitId: string }> => {
  const scope = ctx.scopeText('p.unit_id', 2, MANAGE)
  const [row] = await ctx.sql<{ personId: string; unitId: string }>(
    `select p.person_id as "personId", p.unit_id as "unitId" from directory.post p where p.id = $1 and ${scope.text}`,
    [postId, ...scope.params],
  )
  if (!row) throw notFound('这个任职')
  return row
}
