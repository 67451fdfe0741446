import { dayOf } from '#kernel/clock'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { notFound, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { browseApi, UnitDetail, UnitNode } from '../contract/browse.ts'
import { run } from './sql.ts'
import { type Viewer, viewerOf } from './viewer.ts'

type Api = typeof browseApi

/** $1 to $3 of the queries on units. */
export const unitParams = (viewer: Viewer): unknown[] => [viewer.orgs, viewer.hiddenAway, viewer.hiddenHere]

export const root = async (ctx: Ctx): Promise<UnitNode> => {
  const viewer = await viewerOf(ctx)
  return run<UnitNode>(ctx.sql, 'directory.root', unitParams(viewer)).then(one('目录'))
}

/** An empty list and a unit that is not there (or hidden) are different answers. */
export const unitSeen = async (ctx: Ctx, viewer: Viewer, id: string): Promise<void> => {
  const rows = await run(ctx.sql, 'directory.unit-seen', [...unitParams(viewer), id])
  if (rows.length === 0) throw notFound('这个单位')
}

export const children = async (
  ctx: Ctx,
  { id, kinds }: ParsedOf<Api['children']>,
): Promise<OutputOf<Api['children']>> => {
  const viewer = await viewerOf(ctx)
  const rows = await run<UnitNode>(ctx.sql, 'directory.children', [...unitParams(viewer), id, kinds === 'all'])
  if (rows.length === 0) await unitSeen(ctx, viewer, id)
  return { rows }
}

/** True when the unit lies in the actor's scope of administration; asked only of those who have one. */
export const mayManage = async (ctx: Ctx, unitId: string): Promise<boolean> => {
  if (!ctx.can('directory:manage')) return false
  const scope = ctx.scopeText('u.id', 2, 'directory:manage')
  const rows = await ctx.sql(`select 1 from directory.unit u where u.id = $1 and ${scope.text}`, [
    unitId,
    ...scope.params,
  ])
  return rows.length > 0
}

export const unit = async (ctx: Ctx, { id }: ParsedOf<Api['unit']>): Promise<UnitDetail> => {
  const viewer = await viewerOf(ctx)
  const [detail, divisions, manage] = await Promise.all([
    run<Omit<UnitDetail, 'divisions' | 'can'>>(ctx.sql, 'directory.unit', [
      ...unitParams(viewer),
      id,
      dayOf(ctx.now),
    ]).then(one('这个单位')),
    run<UnitNode>(ctx.sql, 'directory.divisions', [...unitParams(viewer), id]),
    mayManage(ctx, id),
  ])
  return { ...detail, divisions, can: { manage } }
}
