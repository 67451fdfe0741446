import { describe, expect, it } from 'vitest'
import { askedOf, type SavedView, stateOf, viewOf, withView } from './model.ts'

const defaults = { q: '', sort: '', row: '', state: [] as string[], from: '' }
const late: SavedView = { name: '超期', asked: { state: ['late'], sort: '-at' }, columns: ['at', 'unit'] }
const all: SavedView = { name: '全部', asked: {} }

describe('a saved view', () => {
  it('keeps what was chosen, never the open row', () => {
    expect(askedOf({ ...defaults, q: '水', sort: 'at', row: 'r1' })).toEqual({ q: '水', sort: 'at' })
  })
  it('asks for nothing it does not name, and for nothing the table has lost', () => {
    const old: SavedView = { name: '旧', asked: { gone: 'x', state: 'late', from: ['2026-01-01'] } }
    expect(stateOf(defaults, old)).toEqual({ ...defaults, state: ['late'], from: '2026-01-01' })
    expect(stateOf(defaults, all)).toEqual(defaults)
  })
  it('takes the place of one with its name', () => {
    const views = withView(withView([], late), all)
    expect(views.map(({ name }) => name)).toEqual(['超期', '全部'])
    expect(withView(views, { ...late, asked: {} })).toEqual([{ ...late, asked: {} }, all])
  })
  it.each([
    [{ ...defaults, state: ['late'], sort: '-at', row: 'r1' }, ['unit', 'at'], '超期'],
    [{ ...defaults, state: ['late'], sort: '-at' }, undefined, undefined],
    [{ ...defaults, state: ['late'] }, ['at', 'unit'], undefined],
    [defaults, undefined, '全部'],
  ])('is recognised in %j with columns %j: %s', (state, columns, name) => {
    expect(viewOf([late, all], state, columns)?.name).toBe(name)
  })
})
