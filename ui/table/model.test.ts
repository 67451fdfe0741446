import { describe, expect, it } from 'vitest'
import { ariaSort, countText, moveRow, narrowed, nextSort, questionOf, shownColumns, urlDefaults } from './model.ts'
import type { Filter } from './types.ts'

const filters: Filter[] = [
  { name: 'state', label: '状态', kind: 'select', multiple: true, options: [] },
  { name: 'from', label: '起', kind: 'day' },
]

describe('the question', () => {
  it('starts empty, lists for multiple choices', () => {
    expect(urlDefaults(filters)).toEqual({ q: '', sort: '', row: '', state: [], from: '' })
  })
  it('holds what was chosen and what is fixed, never the open row', () => {
    const state = { ...urlDefaults(filters), q: '水', state: ['ok'], row: 'n1' }
    expect(questionOf(state, { unitId: 'u' })).toEqual({ q: '水', state: ['ok'], unitId: 'u' })
    expect(narrowed(state)).toBe(2)
    expect(narrowed({ ...urlDefaults(filters), sort: 'at', row: 'n1' })).toBe(0)
  })
  it('lets what is fixed win over the address', () => {
    expect(questionOf({ unitId: 'other' }, { unitId: 'own' })).toEqual({ unitId: 'own' })
  })
})

it('sorts up, down and not at all', () => {
  expect(['', 'at', '-at', 'title'].map((now) => nextSort(now, 'at'))).toEqual(['at', '-at', '', 'at'])
  expect([ariaSort('at', 'at'), ariaSort('-at', 'at'), ariaSort('', 'at'), ariaSort('at', undefined)]).toEqual([
    'ascending',
    'descending',
    undefined,
    undefined,
  ])
})

it('shows the first column always and optional ones by choice', () => {
  const column = (key: string, optional = false) => ({ key, title: key, render: () => null, optional })
  const columns = [column('a'), column('b'), column('c', true)]
  const keys = (chosen?: string[]) => shownColumns(columns, chosen).map(({ key }) => key)
  expect(keys()).toEqual(['a', 'b'])
  expect(keys(['c'])).toEqual(['a', 'c'])
  expect(keys([])).toEqual(['a'])
})

it.each([
  [undefined, 1, 'a'],
  [undefined, -1, 'c'],
  ['a', 1, 'b'],
  ['c', 1, 'c'],
  ['a', -1, 'a'],
  ['gone', 1, 'a'],
] as const)('moves from %s by %i to %s', (now, step, next) => {
  expect(moveRow(['a', 'b', 'c'], now, step)).toBe(next)
})
it('moves nowhere in an empty list', () => expect(moveRow([], 'a', 1)).toBeUndefined())

it('says how many there are, without claiming what it does not know', () => {
  expect(countText(50, 1300, true, '件')).toBe('共 1,300 件')
  expect(countText(50, undefined, true, '件')).toBe('已显示 50 件，还有更多')
  expect(countText(12, undefined, false, '件')).toBe('共 12 件')
})
