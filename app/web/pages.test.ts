import { describe, expect, it } from 'vitest'
import { greeting } from './greeting.ts'
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

it.each([
  [0, '夜深了'],
  [5, '早上好'],
  [11, '上午好'],
  [13, '中午好'],
  [17, '下午好'],
  [23, '晚上好'],
])('%i o’clock', (hour, words) => expect(greeting(hour)).toBe(words))
