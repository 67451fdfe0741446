import { describe, expect, it } from 'vitest'
import { type NoticeAction, type NoticeState, noticeActions, noticeStates } from '../contract.ts'
import { allows, gaps, pinFault, unreadSince, wrongState } from './rules.ts'

const states = Object.keys(noticeStates) as NoticeState[]
const nobody = { author: false, publisher: false }
const author = { author: true, publisher: false }
const publisher = { author: false, publisher: true }
const what = (state: NoticeState, standing: typeof nobody): NoticeAction[] =>
  noticeActions.filter((action) => allows(action, state, standing))

describe('who may do what', () => {
  it.each<[NoticeState, NoticeAction[], NoticeAction[]]>([
    ['draft', ['edit', 'remove', 'submit'], []],
    ['pending', [], ['publish', 'sendBack']],
    ['returned', ['edit', 'remove', 'submit'], []],
    ['published', ['readers'], ['withdraw', 'pin', 'readers']],
    ['withdrawn', ['readers'], ['readers']],
  ])('%s: author %j, publisher %j, nobody else anything', (state, forAuthor, forPublisher) => {
    expect(what(state, author)).toEqual(forAuthor)
    expect(what(state, publisher)).toEqual(forPublisher)
    expect(what(state, nobody)).toEqual([])
  })
  it.each(states)('says in which state a refused notice is: %s', (state) => {
    expect(wrongState('publish', state).message).toContain(noticeStates[state])
  })
})

describe('what is missing', () => {
  const whole = { body: '正文', units: 1, expiresOn: '2026-11-20' }
  it.each([
    [whole, []],
    [{ ...whole, expiresOn: null }, []],
    [{ ...whole, body: '' }, ['body']],
    [{ ...whole, units: 0 }, ['audience']],
    [{ ...whole, expiresOn: '2026-11-19' }, ['expiresOn']],
  ])('%j lacks %j', (content, paths) => {
    expect(gaps(content, '2026-11-20').map((fault) => fault.path)).toEqual(paths)
  })
})

describe('days', () => {
  it.each([
    [null, true],
    ['2026-11-19', false],
    ['2026-11-20', true],
    ['2026-12-20', true],
    ['2026-12-21', false],
  ])('pinned until %s is fine: %s', (until, fine) => {
    expect(pinFault(until, '2026-11-20') === undefined).toBe(fine)
  })
  it('asks for 90 days to be read', () => {
    expect(unreadSince(new Date('2026-11-20T09:42:00+08:00'))).toEqual(new Date('2026-08-22T09:42:00+08:00'))
  })
})
