import { AppError } from '#kernel/errors'
import type { Job, Kernel } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { advance } from './advance.ts'
import { lockInstance } from './decide.ts'

const BATCH = 200
const LEASE_SECONDS = 120
/** Alarms that are refused are gone already; one that fails is tried again when its lease is over. */
const OVER = ['gone', 'not-due', 'ended', 'suspended']

interface Due {
  instance_id: string
  alarm: string
}

/** Takes what is due for a while: whoever dies over it gives it back by the end of the lease. */
const lease = (kernel: Kernel): Promise<Due[]> =>
  kernel.database.query<Due>(
    `update workflow.alarm a set leased_until = $1::timestamptz + make_interval(secs => ${LEASE_SECONDS})
     from (select instance_id, alarm from workflow.alarm where due_at <= $1 and (leased_until is null or leased_until < $1)
           order by due_at limit ${BATCH} for update skip locked) due
     where a.instance_id = due.instance_id and a.alarm = due.alarm returning a.instance_id, a.alarm`,
    [kernel.clock.now()],
    'workflow.alarms',
  )

const ring = (kernel: Kernel, { instance_id, alarm }: Due): Promise<unknown> =>
  asSystem(kernel, async (ctx) =>
    advance(ctx, await lockInstance(ctx, instance_id), { do: 'alarm', timer: alarm }),
  ).catch(async (error) => {
    if (error instanceof AppError && OVER.includes(error.code)) return
    kernel.log.error({ error, instanceId: instance_id, alarm }, 'an alarm failed')
  })

/** Lets everything ring that is due; the state of each instance decides whether it still means anything. */
export const ringAlarms = async (kernel: Kernel): Promise<void> => {
  for (;;) {
    const due = await lease(kernel)
    for (const one of due) await ring(kernel, one)
    if (due.length < BATCH) return
  }
}

export const jobs: readonly Job[] = [
  { name: 'workflow.alarms', everyMinutes: 1, runLong: (kernel) => ringAlarms(kernel) },
]
