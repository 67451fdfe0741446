import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { directory } from '#platform/directory'
import { search } from '#platform/search'
import { identity } from './index.ts'

// A server process that opens accounts, as opening-faults.test.ts starts and kills it. It says `ready`.
await createServer({
  config: readConfig(process.env),
  version: 'test',
  modules: [directory, identity, search],
  adminUrl: '',
  migrate: false,
})
process.stdout.write('ready\n')
