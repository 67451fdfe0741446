import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { glob, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
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
    // what runs on both sides
    'platform/{feel,forms/core}/**/*.ts',
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

const build = (into: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const vite = path.join(root, 'node_modules/vite/bin/vite.js')
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn', '--outDir', into, '--emptyOutDir'], {
      cwd: root,
      // Whatever the server runs as, people get React as it is shipped.
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const keep = (text: Buffer): void => {
      output += text.toString()
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
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
  // Beside the place and then into it: a start that is killed, or two at once, never leave half a web to be served.
  const fresh = path.join(root, `dist/.web-${process.pid}`)
  try {
    await build(fresh)
    await writeFile(path.join(fresh, '.stamp'), wanted)
    await rm(folder, { recursive: true, force: true })
    await rename(fresh, folder).catch(async (error: NodeJS.ErrnoException) => {
      // another start was quicker with the same sources
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return folder
}
