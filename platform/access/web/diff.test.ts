import { describe, expect, it } from 'vitest'
import { diffLines } from './diff.ts'

const brief = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text}`)

describe('lines of two texts', () => {
  it.each([
    ['a\nb\nc', 'a\nb\nc', [' a', ' b', ' c']],
    ['a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
    ['a\nc', 'a\nb\nc', [' a', '+b', ' c']],
    ['a\nb\nc', 'a\nc', [' a', '-b', ' c']],
    ['', 'a', ['-', '+a']],
    ['a\na', 'a', [' a', '-a']],
    ['a\nb\nc\nd', 'b\nd\ne', ['-a', ' b', '-c', ' d', '+e']],
  ])('%j to %j', (before, after, expected) => expect(brief(before, after)).toEqual(expected))

  it('give both texts back, with their line numbers', () => {
    const [before, after] = ['1\n2\n3\n4\n5\n6', '0\n2\n3\nx\n5\n6\n7']
    const lines = diffLines(before, after)
    const side = (name: 'before' | 'after') =>
      lines.filter((line) => line[name] !== null).map((line) => [line[name], line.text])
    const numbered = (text: string) => text.split('\n').map((line, at) => [at + 1, line])
    expect(side('before')).toEqual(numbered(before))
    expect(side('after')).toEqual(numbered(after))
  })

  it('are shown one after the other when they are long and differ all over', () => {
    const text = (mark: string) => Array.from({ length: 3000 }, (_, at) => mark + at).join('\n')
    const lines = diffLines(text('a'), text('b'))
    expect([lines[0]?.kind, lines[2999]?.kind, lines[3000]?.kind, lines.length]).toEqual([
      'removed',
      'removed',
      'added',
      6000,
    ])
  })

  it('cost no table for what is the same in a long text', () => {
    const long = Array.from({ length: 100_000 }, (_, at) => String(at)).join('\n')
    expect(diffLines(long, `${long}\nx`).filter(({ kind }) => kind !== 'same')).toHaveLength(1)
  })
})
