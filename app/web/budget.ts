import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

/** What a browser must fetch before the first page can be drawn: the entry and all it imports at once. */
interface Chunk {
  file: string
  isEntry?: boolean
  imports?: string[]
}

export const MOST_INITIAL_JS = 350 * 1024

/** The scripts of the entry and their static imports, each once. */
export function initialScripts(manifest: Readonly<Record<string, Chunk>>): string[] {
  const seen = new Set<string>()
  const walk = (key: string) => {
    const chunk = manifest[key]
    if (!chunk || seen.has(chunk.file)) return
    seen.add(chunk.file)
    chunk.imports?.forEach(walk)
  }
  for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) walk(key)
  return [...seen].filter((file) => file.endsWith('.js'))
}

/** Bytes of the initial JavaScript after gzip. @throws when the web has not been built */
export function initialBytes(dist: string): number {
  const manifest = JSON.parse(readFileSync(`${dist}/.vite/manifest.json`, 'utf8')) as Record<string, Chunk>
  return initialScripts(manifest)
    .map((file) => gzipSync(readFileSync(`${dist}/${file}`)).length)
    .reduce((sum, size) => sum + size, 0)
}

if (import.meta.main) {
  const size = initialBytes(`${import.meta.dirname}/../../dist/web`)
  const told = `initial JavaScript: ${Math.round(size / 1024)} of ${MOST_INITIAL_JS / 1024} kB gzip`
  console.log(told)
  if (size > MOST_INITIAL_JS) process.exitCode = 1
}
