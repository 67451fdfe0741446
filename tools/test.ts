import { spawn } from 'node:child_process'
import path from 'node:path'

/** `npm test`: behaviour tests, then the browser's day of each role. Extra words go to vitest (`npm test -- kernel`), and then no browser starts. */
const root = path.resolve(import.meta.dirname, '..')
const run = (script: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(root, script), ...args], { cwd: root, stdio: 'inherit' })
    child.once('exit', (code) => resolve(code ?? 1))
  })

const words = process.argv.slice(2)
const unit = await run('node_modules/vitest/vitest.mjs', ['run', ...words])
const browser = words.length > 0 || unit !== 0 ? 0 : await run('node_modules/@playwright/test/cli.js', ['test'])
process.exitCode = unit || browser
