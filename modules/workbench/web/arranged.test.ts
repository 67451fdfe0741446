import { describe, expect, it } from 'vitest'
import type { CardDef } from '#ui'
import { arranged, kept } from './arranged.ts'
import { greeting } from './greeting.ts'

const card = (key: string, order: number, more: Partial<CardDef> = {}): CardDef => ({
  key,
  title: key,
  order,
  lazy: () => Promise.reject(new Error('not opened here')),
  ...more,
})
const cards = [
  card('notices', 40),
  card('tasks', 10, { place: 'full' }),
  card('load', 15, { permission: 'tasks:oversee' }),
  card('followed', 65, { optional: true }),
]
const shown = (...args: Parameters<typeof arranged<CardDef>>) =>
  arranged(...args).map(({ card: { key }, place }) => `${key} ${place}`)

describe('cards', () => {
  it('stand where their modules put them while nobody has arranged any', () => {
    expect(shown(cards, [], null)).toEqual(['tasks full', 'notices half', 'followed hidden'])
    expect(shown(cards, ['tasks:oversee'], null)).toEqual([
      'tasks full',
      'load half',
      'notices half',
      'followed hidden',
    ])
  })
  it('follow the arrangement, without what is gone or not for the person, with what came later behind', () => {
    const arrangement = [
      { key: 'notices', place: 'side' as const },
      { key: 'gone', place: 'full' as const },
      { key: 'load', place: 'full' as const },
      { key: 'followed', place: 'half' as const },
    ]
    expect(shown(cards, [], arrangement)).toEqual(['notices side', 'followed half', 'tasks full'])
  })
  it('that one may not see keep their place for those who may', () => {
    const before = [
      { key: 'load', place: 'full' as const },
      { key: 'tasks', place: 'half' as const },
    ]
    expect(kept(arranged(cards, [], before), before)).toEqual([
      { key: 'tasks', place: 'half' },
      { key: 'notices', place: 'half' },
      { key: 'followed', place: 'hidden' },
      { key: 'load', place: 'full' },
    ])
  })
})

it.each([
  [0, '夜深了'],
  [5, '早上好'],
  [11, '上午好'],
  [13, '中午好'],
  [17, '下午好'],
  [23, '晚上好'],
])('%i o’clock', (hour, words) => expect(greeting(hour)).toBe(words))
