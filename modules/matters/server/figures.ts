import type { SystemCtx } from '#kernel/module'

/** What finished cases of late say about a matter. */
export interface Figures {
  finished: number
  averageHours: number | null
  stars: number | null
}
/** The last so many: an average that follows the times, from one range of an index. */
const LATELY = 200

export const figuresOf = async ({ sql }: Pick<SystemCtx, 'sql'>, matterId: string): Promise<Figures> => {
  const [row] = await sql<{ finished: number; hours: number | null; stars: number | null }>(
    `select count(*)::int as finished, round(avg(extract(epoch from c.ended_at - c.submitted_at) / 3600)::numeric, 1)::float as hours,
       round(avg(c.stars), 1)::float as stars
     from (select ended_at, submitted_at, stars from matters.case_file where matter_id = $1 and ended_at is not null and state in ('done', 'refused')
       order by ended_at desc limit ${LATELY}) c`,
    [matterId],
    'matters.figures',
  )
  return { finished: row?.finished ?? 0, averageHours: row?.hours ?? null, stars: row?.stars ?? null }
}
