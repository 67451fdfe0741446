import { describe, expect, it } from 'vitest'
import { dueWords } from './due.ts'
import { askedOf, neighbourOf, noFilters } from './filters.ts'
import { workAddress } from './work-address.ts'

describe('dueWords', () => {
  // 23:30 on 22 November in Shanghai
  const now = Date.parse('2026-11-22T15:30:00Z')
  it.each([
    ['2026-11-22T15:29:59Z', 'over', '今天已超期'],
    ['2026-11-21T15:59:59Z', 'over', '超期 1 天'],
    ['2026-11-22T15:45:00Z', 'warn', '今天 23:45 到期'],
    ['2026-11-22T16:00:00Z', 'warn', '剩 1 天'],
    ['2026-11-23T15:30:00Z', 'ok', '剩 1 天'],
    ['2026-11-30T01:00:00Z', 'ok', '剩 8 天'],
  ])('%s is %s: %s', (dueAt, state, words) => expect(dueWords(dueAt, now)).toEqual({ state, words }))
})

describe('workAddress', () => {
  it('tells pages of the platform from foreign systems', () => {
    expect(workAddress('/notices?row=1')).toEqual({ own: '/notices?row=1' })
    expect(workAddress('https://oa.example:8443/t/1')).toEqual({
      foreign: 'https://oa.example:8443/t/1',
      host: 'oa.example:8443',
    })
  })
  it.each(['//evil.example/x', '/\\evil.example', 'javascript:alert(1)', 'data:text/html,x', ''])(
    'never takes %s for a page of its own',
    (url) => expect(workAddress(url) ?? {}).not.toHaveProperty('own'),
  )
  it.each(['javascript:alert(1)', 'data:text/html,x', 'oa/1', ''])('leads nowhere for %s', (url) =>
    expect(workAddress(url)).toBeUndefined(),
  )
})

describe('filters', () => {
  it('ask the server only what it knows', () => {
    expect(askedOf({ ...noFilters, kind: 'gone', urgency: 'soon', pressing: 'true', q: '用印' })).toEqual({
      state: 'open',
      matter: undefined,
      q: '用印',
      urgency: undefined,
      pressing: true,
    })
    expect(askedOf({ ...noFilters, kind: 'unread', pressing: 'true' })).not.toHaveProperty('pressing')
  })
  it('know who comes after the one that is done', () => {
    expect(neighbourOf(['a', 'b', 'c'], 'b')).toBe('c')
    expect(neighbourOf(['a', 'b'], 'b')).toBe('a')
    expect(neighbourOf(['a'], 'a')).toBe('')
    expect(neighbourOf(['a'], 'gone')).toBe('a')
    expect(neighbourOf([], 'gone')).toBe('')
  })
})
