import { describe, expect, it } from 'vitest'
import { actionOf, type Branches, ROOT, rowsOf } from './model.ts'

const unit = (id: string, hasChildren = false) => ({ id, name: id, hasChildren })
const branches: Branches = new Map([
  [ROOT, { nodes: [unit('province', true)] }],
  ['province', { nodes: [unit('binzhou', true), unit('jinan', true), unit('office')] }],
  ['binzhou', { nodes: [unit('boxing', true)] }],
  ['jinan', { error: new Error('lost') }],
])
const rows = rowsOf(branches, new Set(['province', 'binzhou', 'boxing', 'jinan', 'office']))

describe('rowsOf', () => {
  it('lists what is open, with a line for what is still loading or failed', () => {
    expect(rows.map((row) => `${row.level} ${row.key}`)).toEqual([
      '1 province',
      '2 binzhou',
      '3 boxing',
      '4 boxing:pending',
      '2 jinan',
      '3 jinan:error',
      '2 office',
    ])
  })
  it('tells place, siblings and state, and no state for a leaf', () => {
    const [, binzhou] = rows
    expect(binzhou).toMatchObject({ position: 1, siblings: 3, expanded: true, parent: 'province' })
    expect(rows.at(-1)).toMatchObject({ position: 3, expanded: undefined })
  })
  it('hides what is under a closed unit', () => {
    expect(rowsOf(branches, new Set(['province'])).map((row) => row.key)).toEqual([
      'province',
      'binzhou',
      'jinan',
      'office',
    ])
  })
})

describe('actionOf', () => {
  const closed = rowsOf(branches, new Set(['province']))
  it.each([
    ['ArrowDown', 'boxing', { type: 'focus', key: 'jinan' }],
    ['ArrowUp', 'jinan', { type: 'focus', key: 'boxing' }],
    ['ArrowDown', 'office', undefined],
    ['Home', 'office', { type: 'focus', key: 'province' }],
    ['End', 'province', { type: 'focus', key: 'office' }],
    ['ArrowRight', 'province', { type: 'focus', key: 'binzhou' }],
    ['ArrowRight', 'office', undefined],
    ['ArrowLeft', 'binzhou', { type: 'collapse', key: 'binzhou' }],
    ['ArrowLeft', 'office', { type: 'focus', key: 'province' }],
    ['ArrowLeft', 'province', { type: 'collapse', key: 'province' }],
    ['Enter', 'office', { type: 'select', key: 'office' }],
    [' ', 'office', { type: 'select', key: 'office' }],
    ['j', 'jinan', { type: 'focus', key: 'jinan' }],
    ['B', 'boxing', { type: 'focus', key: 'binzhou' }],
    ['Tab', 'office', undefined],
  ])('%s on %s', (key, focused, action) => {
    expect(actionOf(rows, focused, key)).toEqual(action)
  })
  it('opens a closed unit with →, and all closed siblings with *', () => {
    expect(actionOf(closed, 'jinan', 'ArrowRight')).toEqual({ type: 'expand', key: 'jinan' })
    expect(actionOf(closed, 'office', '*')).toEqual({ type: 'expandAll', keys: ['binzhou', 'jinan'] })
  })
  it('does nothing in an empty tree', () => {
    expect(actionOf([], undefined, 'ArrowDown')).toBeUndefined()
  })
})
