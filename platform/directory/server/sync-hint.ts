import type { Job, Kernel } from '#kernel/module'

/** Changes within this time make one hint: a bulk change of a thousand units is not a thousand calls of everybody. */
const COALESCE_MS = 2000

/** Tells every connected client that the tree may have changed; what changed they read as a delta. */
export const startSyncHints = (kernel: Kernel): (() => void) => {
  let timer: NodeJS.Timeout | undefined
  const stop = kernel.bus.subscribe('event.directory.*', () => {
    timer ??= setTimeout(() => {
      timer = undefined
      kernel.realtime.toAll('directory')
    }, COALESCE_MS).unref()
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}

/** The log of changes ends thirty days back; a client that is older begins anew. */
const pruneChanges: Job = {
  name: 'directory.prune-changes',
  daily: '03:20',
  run: async ({ sql, now }) => {
    await sql(
      `with gone as (delete from directory.change where at < $1::timestamptz - interval '30 days' returning ver)
       update directory.version set floor = greatest(floor, (select max(ver) from gone))`,
      [now],
    )
  },
}
export const syncJobs = [pruneChanges]
