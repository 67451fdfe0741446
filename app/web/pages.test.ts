import { describe, expect, it } from 'vitest'
import { safeTarget } from './safe-target.ts'

describe('where the sign-in leads', () => {
  it.each(['/', '/notices?q=1', '/a//b'])('follows %s', (to) => expect(safeTarget(to)).toBe(to))
  it.each([
    undefined,
    '',
    'https://evil',
    '//evil',
    '/\\evil',
    'javascript:1',
    '/sign-in',
    '/sign-in?to=/',
    ['/a'],
    '/\t/evil',
  ])('stays at home for %j', (to) => expect(safeTarget(to)).toBe('/'))
})
