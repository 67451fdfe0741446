import { parseArgs } from 'node:util'
import { faults } from './faults/ground.ts'
import { type FaultResult, runFaults } from './faults/run.ts'

/** `npm run test:faults -- --minutes N`: kills without pause for so long and prints a row for docs/reliability.md. */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, rows: { type: 'string', default: '8000' } },
})
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new Error('--minutes takes a number above zero')

const row = (result: FaultResult): string =>
  [
    `| ${new Date().toISOString().slice(0, 10)}`,
    result.kills.server,
    result.kills.database,
    result.duringImport,
    `${result.commands} (${result.repeated})`,
    `${result.imports} (${result.importedRows})`,
    result.deaths,
    `${result.seconds} s`,
    `${result.faults.length} |`,
  ].join(' | ')

const result = await runFaults({
  faults,
  kills: 10,
  until: Date.now() + minutes * 60_000,
  rows: Number(values.rows),
  writers: 4,
  log: (line) => console.error(line),
})
console.log(row(result))
for (const fault of result.faults) console.error(`✗ ${fault}`)
process.exitCode = result.faults.length === 0 && result.deaths === 0 ? 0 : 1
