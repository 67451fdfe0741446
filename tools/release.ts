import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { version } from '../app/version.ts'
import { ensureWeb } from '../app/web-build.ts'

/**
 * `npm run release`: one archive with Node, PostgreSQL, the built web, production packages and an SBOM (CycloneDX). It starts on a machine
 * without a network, without npm, without a Node of its own: unpack, `./start.sh`.
 */

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '..')
const name = `qitong-${version}-linux-x64`
const target = path.join(root, 'release', name)

interface Locked {
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
}

/** The packages that a running server needs, as the lock file says: not development's, not other systems'. */
const productionPackages = async (): Promise<string[]> => {
  const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  const wanted: string[] = []
  for (const [folder, entry] of Object.entries(lock.packages)) {
    const foreign = (entry.os && !entry.os.includes('linux')) || (entry.cpu && !entry.cpu.includes('x64'))
    if (folder === '' || entry.dev || foreign) continue
    if (
      await stat(path.join(root, folder)).then(
        () => true,
        () => false,
      )
    )
      wanted.push(folder)
  }
  return wanted
}

const isNested = (folder: string, all: readonly string[]): boolean =>
  all.some((other) => folder.startsWith(`${other}/node_modules/`))

const copyPackages = async (): Promise<void> => {
  const packages = await productionPackages()
  // A nested package travels with the one that holds it, unless that one is left out.
  for (const folder of packages.filter((each) => !isNested(each, packages)))
    await cp(path.join(root, folder), path.join(target, folder), { recursive: true, verbatimSymlinks: true })
}

const SOURCES = [
  'kernel',
  'platform',
  'modules',
  'packs',
  'packs',
  'app',
  'tools/province.ts',
  'tools/backup',
  'tools/admins.ts',
  'tools/keys.ts',
  'dist/web',
  'docs',
  'package.json',
  'LICENSE',
  'README.md',
  'README.zh-CN.md',
  'CHANGELOG.md',
]
const isShipped = (file: string): boolean =>
  !/\.test\.tsx?$|\/testing(\.ts$|\/|$)|(^|\/)web\/.*\.(tsx|css)$/.test(path.relative(root, file))

const startScript = `#!/bin/sh
# 启动齐通：不需要网络，也不需要另装 Node 或数据库。设置见 docs/operate/config.md。
cd "$(dirname "$0")" || exit 1
exec ./node_modules/node/bin/node --max-semi-space-size=16 app/start.ts
`

const digestOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

await rm(target, { recursive: true, force: true })
await mkdir(target, { recursive: true })
const web = await ensureWeb((step) => console.log(`… ${step}`))
console.log('… 复制程序')
for (const source of SOURCES)
  if (
    await stat(path.join(root, source)).then(
      () => true,
      () => false,
    )
  )
    await cp(path.join(root, source), path.join(target, source), { recursive: true, filter: isShipped })
await writeFile(path.join(target, path.relative(root, web), '.stamp'), 'release')
await writeFile(path.join(target, 'start.sh'), startScript, { mode: 0o755 })
console.log('… 复制依赖')
await copyPackages()
console.log('… 软件物料清单')
const sbom = await run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], {
  cwd: root,
  maxBuffer: 64 * 1024 * 1024,
})
await writeFile(path.join(target, 'sbom.cdx.json'), sbom.stdout)
console.log('… 打包')
const archive = `${target}.tar.gz`
await run('tar', ['-czf', archive, '-C', path.dirname(target), name])
await writeFile(`${archive}.sha256`, `${await digestOf(archive)}  ${path.basename(archive)}\n`)
console.log(`${archive}（${Math.round((await stat(archive)).size / 1024 / 1024)} MB）`)
