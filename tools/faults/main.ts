import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { registerService, workflow } from '#platform/workflow'

/** A server process to be killed: everything from the environment, nothing to tidy up. Ends with whoever started it. */
const adminUrl = process.env.DATABASE_URL
if (!adminUrl) throw new Error('DATABASE_URL is missing')
process.stdin.resume().on('end', () => process.exit(0))
// A service step that leaves a mark each time its transaction stands: once for each case, or an effect was lost or doubled.
registerService('faults.mark', async (ctx, { instanceId }) => {
  await ctx.sql('insert into faults.mark (instance_id) values ($1)', [instanceId])
  return {}
})
const server = await createServer({
  config: readConfig(process.env),
  version: 'faults',
  modules:
    process.env.FAULTS === 'cases'
      ? [calendar, search, directory, identity, tasks, workflow]
      : [directory, identity, search],
  adminUrl,
  migrate: false,
})
console.log(await server.listen())
