import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { caseModules } from './cases-modules.ts'

/** A server process to be killed: everything from the environment, nothing to tidy up. Ends with whoever started it. */
const adminUrl = process.env.DATABASE_URL
if (!adminUrl) throw new Error('DATABASE_URL is missing')
process.stdin.resume().on('end', () => process.exit(0))
const server = await createServer({
  config: readConfig(process.env),
  version: 'faults',
  modules: process.env.FAULTS === 'cases' ? caseModules : [directory, identity, search],
  adminUrl,
  migrate: false,
})
console.log(await server.listen())
