import { describe, expect, it } from 'vitest'
import { parseSearch, stringifySearch } from './search-params.ts'
import { readUrlState, writeUrlState } from './use-url-state.ts'

describe('the address', () => {
  it.each([
    ['', {}],
    ['?q=%E6%B0%B4+1&level=city&level=town&n=123', { q: '水 1', level: ['city', 'town'], n: '123' }],
  ])('%j', (text, search) => {
    expect(parseSearch(text)).toEqual(search)
    expect(parseSearch(stringifySearch(search))).toEqual(search)
  })
  it('drops what is empty', () => {
    expect(stringifySearch({ q: '', a: undefined, b: null, c: [], d: '0' })).toBe('?d=0')
  })
})

describe('state in the address', () => {
  const defaults = { q: '', sort: '-at', level: [] as string[] }
  it('reads values, with lists staying lists and texts staying texts', () => {
    expect(readUrlState(defaults, { level: 'city', q: ['a', 'b'], other: '1' })).toEqual({
      q: 'a',
      sort: '-at',
      level: ['city'],
    })
  })
  it('writes changes, leaves defaults out and other keys alone', () => {
    const search = { q: 'a', other: '1' }
    expect(writeUrlState(defaults, search, { level: ['city'] })).toEqual({ q: 'a', other: '1', level: ['city'] })
    expect(writeUrlState(defaults, search, { q: '', sort: '-at', level: [] })).toEqual({ other: '1' })
  })
})
