import { readFileSync } from 'node:fs'
import path from 'node:path'
import { brotliDecompressSync } from 'node:zlib'

/** One division of the statistical code of 12 digits; level 1 province, 2 city, 3 county, 4 township, 5 village. */
export interface Division {
  code: string
  /** null for the province */
  parent: string | null
  name: string
  level: number
}

const widths = [0, 2, 2, 2, 3, 3]

/** The real divisions of Shandong in order of codes, every parent before its children. See NOTICE.md for their origin. */
export function* divisions(): Generator<Division> {
  const text = brotliDecompressSync(readFileSync(path.join(import.meta.dirname, 'divisions.txt.br'))).toString('utf8')
  // numbers[level] is the last number used on that level, prefixes[level] the digits down to it
  const numbers = [0, 0, 0, 0, 0, 0]
  const prefixes = ['', '', '', '', '', '']
  for (const line of text.split('\n')) {
    const [, indent = '', jump = '', name = ''] = line.match(/^( +)(\d*),?(.+)$/) ?? []
    const level = indent.length
    const number = jump ? Number(jump) : (numbers[level] ?? 0) + 1
    numbers[level] = number
    numbers.fill(0, level + 1)
    const above = prefixes[level - 1] ?? ''
    const digits = above + String(number).padStart(widths[level] ?? 0, '0')
    prefixes[level] = digits
    yield { code: digits.padEnd(12, '0'), parent: level === 1 ? null : above.padEnd(12, '0'), name, level }
  }
}
