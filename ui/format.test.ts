import { describe, expect, it } from 'vitest'
import { lastTwo } from './Avatar.tsx'
import { shorten } from './ConfirmButton.tsx'
import { bytes, day, dayAndWeekday, hour, moment, time, today } from './format.ts'
import { currentKey } from './shell/Rail.tsx'

const now = '2026-11-22T04:00:00Z'

describe('dates stand in Asia/Shanghai', () => {
  it.each([
    [moment('2026-11-20T01:42:00Z', now), '11月20日 09:42'],
    [moment('2026-11-20T16:05:00Z', now), '11月21日 00:05'],
    [moment('2025-12-31T15:59:00Z', now), '2025年12月31日 23:59'],
    [moment('2025-12-31T16:00:00Z', now), '1月1日 00:00'],
    [day('2026-03-05', now), '3月5日'],
    [day('2024-03-05', now), '2024年3月5日'],
    [dayAndWeekday('2026-11-20', now), '11月20日 星期五'],
    [today('2026-11-20T15:59:00Z'), '2026-11-20'],
    [today('2026-11-20T16:00:00Z'), '2026-11-21'],
    [time('2026-11-20T16:05:00Z'), '00:05'],
    [hour('2026-11-20T16:05:00Z'), 0],
  ])('%s', (said, expected) => expect(said).toBe(expected))
})

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KB'],
  [100 * 1024 * 1024, '100 MB'],
  [5 * 1024 ** 4, '5120 GB'],
])('%i bytes', (size, words) => expect(bytes(size)).toBe(words))

it.each([
  ['周文清', '文清'],
  ['王', '王'],
  ['欧阳𠮷', '阳𠮷'],
  [' 买买提·艾力 ', '艾力'],
])('%s', (name, mark) => expect(lastTwo(name)).toBe(mark))

it('shortens a name by characters to fit a button', () => {
  expect(shorten('四季度档案移交安排')).toBe('四季度档案移交安排')
  expect(shorten('关于做好今冬明春农村供水保障工作的通知')).toBe('关于做好今冬明春农村供…')
})

it('finds the entry of the menu that a page lies under', () => {
  const menu = [
    { key: 'home', path: '/' },
    { key: 'notice', path: '/notices' },
    { key: 'draft', path: '/notices/drafts' },
  ]
  const keys = ['/', '/notices', '/notices/1', '/notices/drafts/2', '/noticesx', '/x'].map((path) =>
    currentKey(menu, path),
  )
  expect(keys).toEqual(['home', 'notice', 'notice', 'draft', undefined, undefined])
})
