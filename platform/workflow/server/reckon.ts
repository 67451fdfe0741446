import { AppError } from '#kernel/errors'
import { newId } from '#kernel/ids'
import { type Job, type Kernel, on } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { hoursChanged, yearPublished } from '#platform/calendar/contract'
import { advance } from './advance.ts'
import { lockInstance } from './decide.ts'

const BATCH = 200
/** What has no limit, or none that moves, or has ended meanwhile, is left as it is. */
const NOTHING = ['unchanged', 'ended']

/** 放假安排 was published or changed: open limits are reckoned anew, by a job that can be broken off. */
export const onCalendar = on(yearPublished, 'workflow.reckon', async (ctx, { year }) => {
  await ctx.sql('insert into workflow.reckoning (id, year, created_at) values ($1, $2, $3)', [newId(), year, ctx.now])
})

/** 办公时间 changed, summer to winter hours or those of one unit: what runs in working hours ends at another time. */
export const onHours = on(hoursChanged, 'workflow.reckon-hours', async (ctx) => {
  await ctx.sql(
    `insert into workflow.reckoning (id, year, created_at) select $1, extract(year from $2::timestamptz at time zone 'Asia/Shanghai'), $2
     where not exists (select 1 from workflow.reckoning where ended_at is null and cursor is null)`,
    [newId(), ctx.now],
  )
})

const reckonOne = (kernel: Kernel, id: string): Promise<boolean> =>
  asSystem(kernel, async (ctx) => {
    await advance(ctx, await lockInstance(ctx, id), { do: 'reckon' })
    return true
  }).catch((error) => {
    if (error instanceof AppError && NOTHING.includes(error.code)) return false
    throw error
  })

const nextOpen = async (kernel: Kernel, after: string | null): Promise<{ id: string; limited: boolean }[]> =>
  kernel.database.query(
    `select id, state -> 'timers' <> '{}' or jsonb_path_exists(state, '$.tokens.*.step.due') as limited from workflow.instance
     where ended_at is null and ($1::uuid is null or id > $1) order by id limit ${BATCH}`,
    [after],
    'workflow.reckon.next',
  )

export const runReckonings = async (kernel: Kernel): Promise<void> => {
  const open = await kernel.database.query<{ id: string; cursor: string | null }>(
    'select id, cursor from workflow.reckoning where ended_at is null order by created_at, id',
  )
  for (const { id, cursor } of open) {
    let after = cursor
    for (let rows = await nextOpen(kernel, after); rows.length > 0; rows = await nextOpen(kernel, after)) {
      let changed = 0
      for (const row of rows) if (row.limited && (await reckonOne(kernel, row.id))) changed += 1
      after = rows.at(-1)?.id ?? null
      await kernel.database.query('update workflow.reckoning set cursor = $2, reckoned = reckoned + $3 where id = $1', [
        id,
        after,
        changed,
      ])
    }
    await kernel.database.query('update workflow.reckoning set ended_at = $2 where id = $1', [id, kernel.clock.now()])
  }
}
export const reckonJobs: readonly Job[] = [{ name: 'workflow.reckon', everyMinutes: 1, runLong: runReckonings }]
