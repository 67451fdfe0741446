import { dayOf } from '#kernel/clock'
import type { Job } from '#kernel/module'
import { imports } from './import.ts'
import { publishDue } from './publish.ts'
import { recountAll } from './tally.ts'

/** What was approved for today is in force from early morning. */
const publish: Job = {
  name: 'matters.publish',
  daily: '00:06',
  async run(ctx) {
    while ((await publishDue(ctx, dayOf(ctx.now))) > 0);
  },
}
const count: Job = { name: 'matters.count', daily: '02:50', run: ({ sql }) => recountAll(sql) }

const prune: Job = { name: 'matters.prune-imports', daily: '03:20', runLong: imports.prune }

export const jobs = [publish, count, prune]
