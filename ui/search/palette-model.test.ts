import { describe, expect, it } from 'vitest'
import { countOf, matchCommands, pieces, withRecent } from './palette-model.ts'

const cut = (text: string, ranges: [number, number][]) =>
  pieces(text, ranges).map(({ text: part, hit }) => (hit ? `[${part}]` : part))

describe('pieces', () => {
  it.each<[string, [number, number][], string[]]>([
    ['李明远', [], ['李明远']],
    [
      '李明远',
      [
        [0, 1],
        [2, 3],
      ],
      ['[李]', '明', '[远]'],
    ],
    [
      '李明远',
      [
        [2, 3],
        [0, 1],
      ],
      ['[李]', '明', '[远]'],
    ],
    [
      '李明远',
      [
        [0, 2],
        [1, 3],
      ],
      ['[李明]', '远'],
    ],
    [
      '李明远',
      [
        [1, 9],
        [7, 8],
        [2, 2],
      ],
      ['李', '[明远]'],
    ],
    ['', [[0, 1]], []],
  ])('%s %j', (text, ranges, expected) => {
    expect(cut(text, ranges)).toEqual(expected)
  })
})

describe('commands', () => {
  const action = { label: '打开', to: '/x' }
  const commands = [
    { id: 'a', title: '写通知', keywords: ['xtz', 'xietongzhi'], action },
    { id: 'b', title: '通讯录', keywords: ['txl'], action },
  ]
  it.each([
    ['', ['a', 'b']],
    ['通', ['a', 'b']],
    ['XTZ', ['a']],
    ['通 xie', ['a']],
    ['没有', []],
  ])('%s', (q, ids) => {
    expect(matchCommands(commands, q).map(({ id }) => id)).toEqual(ids)
  })
})

it('never counts past what a provider counts', () => {
  const item = (id: string) => ({ id, title: id, enter: { label: '打开', to: '/' } })
  expect(
    countOf([
      { title: 'a', count: '3', items: [item('1')] },
      { title: 'b', items: [item('2')] },
    ]),
  ).toBe('4')
  expect(
    countOf([
      { title: 'a', count: '3', items: [] },
      { title: 'b', count: '20+', items: [] },
    ]),
  ).toBe('20+')
})

it('remembers the last eight with an address, each once', () => {
  const open = (old: Parameters<typeof withRecent>[0], id: string) =>
    withRecent(old, { id, title: id, enter: { label: '', to: '' } }, { label: '打开', to: `/${id}` })
  const ten = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '1'].reduce(open, [])
  expect(ten.map(({ to }) => to)).toEqual(['/1', '/9', '/8', '/7', '/6', '/5', '/4', '/3'])
  expect(withRecent(ten, { id: 'x', title: 'x', enter: { label: '', to: '' } }, { label: '', run: () => {} })).toEqual(
    ten,
  )
})
