import { describe, expect, it } from 'vitest'
import { BUDGET, Run } from '../run.ts'
import { clock } from '../testing.ts'
import { compilePattern } from './pattern.ts'

const run = () =>
  new Run(
    () => null,
    clock,
    { ...BUDGET, steps: 10_000_000 },
    () => 0,
  )
const codes = (text: string): number[] => Array.from(text, (one) => one.codePointAt(0)!)

/** The same patterns in every run, of what XPath and JavaScript mean alike. */
const random = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
const piece = (next: (below: number) => number, depth: number): string => {
  const kind = next(depth > 0 ? 9 : 5)
  if (kind < 3) return 'abc'[next(3)]!
  if (kind === 3) return ['[ab]', '[^a]', '.', '[a-c]', '\\d'][next(5)]!
  if (kind === 4) return ['^', '$', ''][next(3)]!
  const inner = Array.from({ length: 1 + next(3) }, () => piece(next, depth - 1)).join('')
  if (kind === 5) return `(?:${inner}|${piece(next, depth - 1)})`
  if (kind === 6) return `(${inner})`
  // something that is not empty is repeated: what a loop of nothing captures is each engine's own affair
  return `(?:${'abc'[next(3)]}${inner})${['*', '+', '?', '*?', '+?', '{2}', '{1,3}', '{0,2}?'][next(8)]}`
}

describe('patterns', () => {
  it('find what backtracking finds, and the same groups', () => {
    const next = random(11)
    for (let turn = 0; turn < 3000; turn++) {
      const source = Array.from({ length: 1 + next(4) }, () => piece(next, 2)).join('')
      const text = Array.from({ length: next(9) }, () => 'abc1'[next(4)]!).join('')
      const found = compilePattern(source, '')!.find(run(), codes(text), 0)
      const expected = new RegExp(source, 'du').exec(text)
      expect(found?.slice(0, 2) ?? null, `${source} in ${text}`).toEqual(expected ? [...expected.indices![0]!] : null)
    }
  })

  it('replace and split like their peers', () => {
    const next = random(12)
    for (let turn = 0; turn < 1000; turn++) {
      const source = `${'abc'[next(3)]}${piece(next, 1)}`
      const text = Array.from({ length: next(12) }, () => 'abc1'[next(4)]!).join('')
      const pattern = compilePattern(source, '')!
      expect(pattern.replace(run(), text, '<$0>'), `${source} in ${text}`).toBe(
        text.replace(new RegExp(source, 'gu'), '<$&>'),
      )
    }
  })

  it('take time by text × pattern', () => {
    const steps = (length: number): number => {
      const measured = run()
      compilePattern('^(a+)+(b|a|ab)*(a?){20}$', '')!.test(measured, `${'a'.repeat(length)}!`)
      return measured.steps
    }
    expect(steps(2000) / steps(1000)).toBeLessThan(2.5)
    expect(steps(8000) / steps(1000)).toBeLessThan(10)
  })
})
