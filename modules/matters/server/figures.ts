import type { SystemCtx } from '#kernel/module'

/** What finished cases of late say about a matter. */
export interface Figures {
  finished: number
  averageHours: number | null
  stars: number | null
}

export const figuresOf = async (_ctx: Pick<SystemCtx, 'sql'>, _matterId: string): Promise<Figures> => ({
  finished: 0,
  averageHours: null,
  stars: null,
})
