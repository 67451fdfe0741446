import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { clearRecent, keepRecent, readRecent } from './recent.ts'

beforeEach(() => {
  // as a browser has it: the kept texts are its own properties, the methods are not
  const kept: Record<string, string> = Object.create({
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, text: string) => {
      kept[key] = text
    },
    removeItem: (key: string) => {
      delete kept[key]
    },
  })
  vi.stubGlobal('localStorage', kept)
})
afterEach(() => vi.unstubAllGlobals())

const item = { id: 'i', title: '李明远', enter: { label: '打开', to: '/contacts/people/i' } }

it('keeps what each account opened apart, and nothing after a sign-out', () => {
  localStorage.setItem('qt.recent', '[{"id":"old"}]')
  keepRecent('zhou', item, item.enter)
  expect(readRecent('zhou')).toEqual([{ id: 'i', title: '李明远', to: '/contacts/people/i' }])
  expect(readRecent('sun')).toEqual([])
  clearRecent()
  expect(Object.keys(localStorage)).toEqual([])
})

it('reads nothing out of what is no list', () => {
  localStorage.setItem('qt.recent.zhou', '{"id":1}')
  expect(readRecent('zhou')).toEqual([])
})
