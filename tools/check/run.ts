import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One check: its name and what Node runs for it, relative to the root. */
export type Check = { name: string; args: string[] }
/** How it went. */
export type Outcome = { name: string; passed: boolean; seconds: number; output: string }

const ROOT = resolve(import.meta.dirname, '../..')
const AT_ONCE = 2

/** The slow ones first, so that two cores are busy to the end. */
const CHECKS: Check[] = [
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  { name: 'reports', args: ['tools/reports.ts', '--check'] },
  { name: 'dead code', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'layers', args: ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', '.', '--config'] },
  { name: 'caps', args: ['tools/check/caps.ts'] },
  { name: 'format and lint', args: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '.'] },
]

/** Runs all checks, two at a time, to their end: one failure does not hide another. */
export async function runAll(checks: Check[], cwd: string): Promise<Outcome[]> {
  const waiting = checks.entries()
  const outcomes: Outcome[] = []
  const worker = async () => {
    for (const [index, check] of waiting) outcomes[index] = await runOne(check, cwd)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return outcomes
}

function runOne({ name, args }: Check, cwd: string): Promise<Outcome> {
  const start = performance.now()
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', (code) => {
      const seconds = (performance.now() - start) / 1000
      done({ name, passed: code === 0, seconds, output: Buffer.concat(chunks).toString('utf8').trim() })
    })
  })
}

/** The text of all failures, then one line a check. */
export function summary(outcomes: Outcome[]): string {
  const failures = outcomes
    .filter((outcome) => !outcome.passed)
    .map(({ name, output }) => `── ${name} ──\n${output || '(no output)'}\n`)
  const table = outcomes.map(
    ({ name, passed, seconds }) =>
      `${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(16)} ${seconds.toFixed(1).padStart(6)} s`,
  )
  return [...failures, ...table].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outcomes = await runAll(CHECKS, join(ROOT))
  console.log(summary(outcomes))
  process.exitCode = outcomes.every((outcome) => outcome.passed) ? 0 : 1
}
