import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { glob, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const folder = path.join(root, 'dist/web')
const stampFile = path.join(folder, '.stamp')

/** What the built web is made of; a release carries no sources and its stamp says so. */
const stampOfSources = async (): Promise<string> => {
  const hash = createHash('sha256')
  const patterns = [
    '{kernel/web,ui,app/web}/**/*',
    '{platform,modules}/*/web/**/*',
    '{platform,modules}/*/contract{.ts,/**/*}',
    'kernel/contract.ts',
    'vite.config.ts',
    'package-lock.json',
  ]
  const files: string[] = []
  for (const pattern of patterns) for await (const file of glob(pattern, { cwd: root })) files.push(file)
  for (const file of files.sort()) {
    const info = await stat(path.join(root, file))
    if (info.isFile()) hash.update(file).update(await readFile(path.join(root, file)))
  }
  return hash.digest('hex')
}

const build = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [path.join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
      {
        cwd: root,
        // Whatever the server runs as, people get React as it is shipped.
        env: { ...process.env, NODE_ENV: 'production' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let output = ''
    child.stdout.on('data', (text: Buffer) => (output += text.toString()))
    child.stderr.on('data', (text: Buffer) => (output += text.toString()))
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`网页没有构建成功：\n${output}`))))
  })

/** Builds the web once for each state of its sources; answers the folder to serve. */
export const ensureWeb = async (onStep: (name: string) => void): Promise<string> => {
  const known = await readFile(stampFile, 'utf8').catch(() => '')
  if (known === 'release') return folder
  const wanted = await stampOfSources()
  if (known === wanted) return folder
  onStep('构建网页')
  await build()
  await writeFile(stampFile, wanted)
  return folder
}
