import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { createDemoAccounts } from '../app/demo.ts'
import { modules } from '../app/modules.ts'

// The platform as it runs, without the web build: its own process, told by the environment; prints its address as JSON.
const server = await createServer({
  config: readConfig(process.env),
  version: 'bench',
  modules,
  adminUrl: process.env.DATABASE_URL!,
})
await createDemoAccounts(server.kernel)
console.log(JSON.stringify({ url: await server.listen() }))
process.once('SIGTERM', async () => {
  await server.stop()
  process.exit(0)
})
