import { newId } from '#kernel/ids'
import type { Seed, SystemCtx } from '#kernel/module'
import { demoReadings, demoTasks } from './demo-tasks.ts'
import { closeTask, openTask, type Source, sendReading } from './open-tasks.ts'

const HOUR_MS = 3_600_000
const before = (now: Date, hours: number) => new Date(now.getTime() - hours * HOUR_MS)

/** What waits for the people of the demo accounts, as services and connected systems would have pushed it. */
export const seed = ({ run }: Seed): Promise<void> =>
  run(async (ctx) => {
    const systems = new Map<string, string>()
    const sourceOf = (name: string | undefined): Source => {
      if (name === undefined) return { source: 'directory' }
      const sourceId = systems.get(name) ?? newId()
      systems.set(name, sourceId)
      return { source: 'application', sourceId, sourceName: name }
    }
    for (const { to, from, hoursAgo, dueInHours, urgency = 'normal', closed, ...item } of demoTasks) {
      const personId = await personOf(ctx, to)
      const at = { ...ctx, now: before(ctx.now, hoursAgo) }
      const dueAt = dueInHours === undefined ? {} : { dueAt: before(ctx.now, -dueInHours).toISOString() }
      const task = { ...item, ...dueAt, personId, urgency, externalId: newId() }
      const row = await openTask(at, sourceOf(from), task)
      if (!closed) continue
      const { hoursAgo: closedAgo, ...closing } = closed
      await closeTask({ ...ctx, now: before(ctx.now, closedAgo) }, row, { state: 'done', ...closing })
      await ctx.sql('update tasks.task set opened_at = closed_at where id = $1', [row.id])
    }
    for (const { to, from, hoursAgo, readHoursAgo, ...item } of demoReadings) {
      const personId = await personOf(ctx, to)
      const externalId = newId()
      await sendReading({ ...ctx, now: before(ctx.now, hoursAgo) }, sourceOf(from), { ...item, personId, externalId })
      if (readHoursAgo !== undefined)
        await ctx.sql('update tasks.reading set read_at = $2 where external_id = $1', [
          externalId,
          before(ctx.now, readHoursAgo),
        ])
    }
  })

const personOf = async ({ sql }: SystemCtx, key: string): Promise<string> => {
  const [row] = await sql<{ id: string }>('select id from directory.person where external_id = $1', [`demo:${key}`])
  if (!row) throw new Error(`demo person ${key} is not in the directory`)
  return row.id
}
