import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { slowModule } from './slow-job.ts'

/** A process that works at jobs until it is killed. */
const config = readConfig(process.env)
await createServer({
  config,
  version: 'test',
  modules: [await slowModule()],
  adminUrl: config.APP_DATABASE_URL ?? '',
  migrate: false,
})
console.log('ready')
