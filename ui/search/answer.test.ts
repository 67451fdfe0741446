import { expect, it } from 'vitest'
import { groupsOf } from './answer.ts'

const person = {
  title: '吕明远',
  subtitle: '县政府办公室 · 综合科',
  path: '/contacts/people/p',
  kind: '名片',
  reading: 'lv ming yuan',
  person: true,
  aside: { label: '到所在单位', path: '/contacts/units/u' },
}

it('puts hits under their headings and says "n+" only where nobody counted on', () => {
  const items = [
    { ...person, id: 'p', group: '本单位' },
    { ...person, id: 'q', group: '本县' },
    { ...person, id: 'r', group: '本县' },
  ]
  expect(groupsOf({ title: '人员', items, more: true }, 'x').map(({ title, count }) => [title, count])).toEqual([
    ['本单位', '1'],
    ['本县', '3+'],
  ])
  expect(groupsOf({ title: '人员', items, more: false }, 'x').at(-1)?.count).toBe('2')
  expect(groupsOf({ title: '人员', items: [], more: false }, 'x')).toEqual([])
})

it('marks name and reading of a person, shows ü, and opens both doors', () => {
  const [group] = groupsOf({ title: '人员', items: [{ ...person, id: 'p' }], more: false }, 'lmy')
  expect(group).toMatchObject({
    title: '人员',
    items: [
      {
        titleRanges: [[0, 3]],
        sub: 'lü ming yuan',
        avatar: '吕明远',
        enter: { label: '打开名片', to: '/contacts/people/p' },
        right: { label: '到所在单位', to: '/contacts/units/u' },
      },
    ],
  })
})

it('marks words in the title of anything else', () => {
  const hit = { id: 'n', title: '关于防汛的通知', subtitle: '', path: '/notices?row=n', kind: '通知' }
  expect(groupsOf({ title: '通知', items: [hit], more: false }, '防汛')[0]?.items[0]).toMatchObject({
    titleRanges: [[2, 4]],
    sub: undefined,
    avatar: undefined,
    right: undefined,
  })
})
