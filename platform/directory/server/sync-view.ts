import { createHash } from 'node:crypto'
import type { Ctx, Kernel } from '#kernel/module'
import { syncQueries } from './sync-sql.ts'
import { type Viewer, viewerOf } from './viewer.ts'

/** The directory's versions, and the guards that units carry with the units (`org_no`) that carry them. */
export interface State {
  root: string | null
  ver: number
  visibility: number
  floor: number
  guards: [guard: number, orgs: number[]][]
}

/** What one caller may synchronise. */
export interface SyncView extends Omit<State, 'guards' | 'root'> {
  viewer: Viewer
  /** callers of one view see the same tree */
  view: string
}

/**
 * Two people see the same tree when the same guards of units are closed to them, and their own units make no difference. The root
 * stands for the province: another one behind the same address is another view.
 */
export const viewKey = (state: Pick<State, 'root' | 'guards'>, viewer: Viewer): string => {
  const away = new Set(viewer.hiddenAway)
  const here = new Set(viewer.hiddenHere)
  const closed = state.guards.filter(([guard]) => away.has(guard)).map(([guard]) => guard)
  const own = state.guards
    .filter(([guard, orgs]) => away.has(guard) !== here.has(guard) && orgs.some((org) => viewer.orgs.includes(org)))
    .map(([guard, orgs]) => [guard, orgs.filter((org) => viewer.orgs.includes(org)).sort((a, b) => a - b)])
  return createHash('sha256')
    .update(JSON.stringify([state.root, closed, own]))
    .digest('base64url')
    .slice(0, 16)
}

const syncState = async (kernel: Kernel): Promise<State> => {
  const name = 'directory.sync.carriers'
  return (await kernel.database.query<State>(syncQueries[name], [], name))[0]!
}

export const syncViewOf = async (ctx: Ctx): Promise<SyncView> => {
  const [{ root, guards, ...state }, viewer] = await Promise.all([syncState(ctx.kernel), viewerOf(ctx)])
  return { ...state, viewer, view: viewKey({ root, guards }, viewer) }
}
