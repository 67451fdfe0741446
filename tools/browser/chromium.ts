import { execFile } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { access, chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createBrotliDecompress } from 'node:zlib'
import { sfntOfWoff } from '#kernel/woff'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '../..')
const PACKAGE = resolve(fileURLToPath(import.meta.resolve('@sparticuz/chromium')), '../..')
const CHINESE_FONTS = resolve(fileURLToPath(import.meta.resolve('@fontsource/noto-sans-sc/400.css')), '../files')

/** A browser to start: its program, the variables it needs beside the caller's own, its arguments. */
export type Browser = { executablePath: string; env: Record<string, string>; args: string[] }

/**
 * The browser of the tests: the one named by CHROMIUM, otherwise the Chromium of @sparticuz/chromium unpacked once into
 * `.cache/chromium-<version>`. Safe to call from several processes at once.
 */
export async function chromiumPath(): Promise<Browser> {
  const named = process.env.CHROMIUM
  if (named) {
    await access(named).catch(() => {
      throw new Error(`CHROMIUM 指向的浏览器不存在：${named}。请改正该变量，或取消它以使用自带的 Chromium。`)
    })
    return { executablePath: named, env: {}, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] }
  }
  const folder = await unpacked()
  return {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: libraryPath(folder), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
    // The packaged headless shell brings no sandbox helper, and it only ever opens pages of our own tests.
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  }
}

function libraryPath(folder: string): string {
  return [join(folder, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
}

async function unpacked(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as { version: string }
  const cache = join(ROOT, '.cache')
  const folder = join(cache, `chromium-${version}`)
  if (await exists(join(folder, 'chromium'))) return folder
  await mkdir(cache, { recursive: true })
  const fresh = await mkdtemp(join(cache, 'chromium-unpacking-'))
  try {
    await Promise.all([
      unpackProgram(join(fresh, 'chromium')),
      ...['swiftshader', 'al2023', 'fonts'].map((name) => unpackTar(name, fresh)),
    ])
    await unpackChineseFonts(join(fresh, 'fonts'))
    await writeFile(join(fresh, 'fonts.conf'), fontsConf(folder))
    await rename(fresh, folder)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    // another process finished first: its folder is complete, because a rename is whole or not at all
    if (!(await exists(join(folder, 'chromium')))) throw error
  }
  return folder
}

async function unpackProgram(target: string): Promise<void> {
  await pipeline(
    createReadStream(join(PACKAGE, 'bin/chromium.br')),
    createBrotliDecompress(),
    createWriteStream(target),
  )
  await chmod(target, 0o755)
}

async function unpackTar(name: string, folder: string): Promise<void> {
  const archive = join(folder, `${name}.tar`)
  await pipeline(
    createReadStream(join(PACKAGE, `bin/${name}.tar.br`)),
    createBrotliDecompress(),
    createWriteStream(archive),
  )
  await run('tar', ['-xf', archive, '-C', folder, '--no-same-owner'])
  await rm(archive)
}

/** Machines without Chinese fonts would draw boxes wherever the page's own web font has not arrived yet. */
async function unpackChineseFonts(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const weight of [400, 700]) {
    const name = `noto-sans-sc-chinese-simplified-${weight}-normal`
    const font = sfntOfWoff(await readFile(join(CHINESE_FONTS, `${name}.woff`)))
    await writeFile(join(folder, `${name}.ttf`), font)
  }
}

/** Only the fonts brought along, so that a page looks the same on every machine. */
const fontsConf = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
`

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
