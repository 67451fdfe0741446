import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { audit } from './index.ts'
import { startSequencer } from './server/sequencer.ts'

// A server process with the audit log alone, as faults.test.ts starts and kills it. It says `ready`, and `leads` when it does.
const config = readConfig(process.env)
const { kernel } = await createServer({ config, version: 'test', modules: [audit], adminUrl: '', migrate: false })
const sequencer = startSequencer(kernel, { batch: 40, idleMs: 5, checkpointMs: 50 })
process.stdout.write('ready\n')
while (!sequencer.leads()) await new Promise((resolve) => setTimeout(resolve, 5))
process.stdout.write('leads\n')
