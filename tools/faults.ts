import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { runCaseFaults } from './faults/cases.ts'
import { faults } from './faults/ground.ts'
import { type FaultResult, runFaults } from './faults/run.ts'

/**
 * `npm run test:faults -- --minutes N`: kills without pause for so long, half of it among imports and half among cases, then compares some
 * thousands of random sequences of operations with the reference; prints the rows for docs/reliability.md.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rows: { type: 'string', default: '8000' },
    sequences: { type: 'string', default: '6000' },
  },
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
  until: Date.now() + minutes * 30_000,
  rows: Number(values.rows),
  writers: 4,
  log: (line) => console.error(line),
})
console.log(row(result))

const cases = await runCaseFaults({
  kills: 10,
  until: Date.now() + minutes * 30_000,
  clerks: 4,
  log: (line) => console.error(line),
})
console.log(
  `| ${new Date().toISOString().slice(0, 10)} | ${cases.kills.server} | ${cases.kills.database} | ${cases.duringCases} | ${cases.cases} | ${cases.commands} (${cases.repeated}) | ${cases.deaths} | ${cases.seconds} s | ${cases.faults.length} |`,
)

// Other seeds each day; the one that fails is printed.
const seed = String(Math.floor(Date.now() / 1000))
const compared = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'platform/workflow/engine/random.test.ts'],
  {
    stdio: 'inherit',
    env: { ...process.env, ENGINE_SEED: seed, ENGINE_SEQUENCES: values.sequences },
  },
)
for (const fault of [...result.faults, ...cases.faults]) console.error(`✗ ${fault}`)
const whole = result.faults.length + result.deaths + cases.faults.length + cases.deaths === 0 && compared.status === 0
process.exitCode = whole ? 0 : 1
