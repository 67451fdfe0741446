import type { PointGroup } from 'signature_pad'
import { describe, expect, it } from 'vitest'
import type { Choice } from '../contract.ts'
import { commonOf } from './batch.ts'
import { dueWords } from './due.ts'
import { askedOf, neighbourOf, noFilters } from './filters.ts'
import { extrasOf, isWritten, noOpinion, withPhrase } from './opinion/draft.ts'
import { boxOf, groupsOf, strokesOf } from './opinion/ink.ts'
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
    const asked = {
      ...noFilters,
      kind: 'gone',
      urgency: 'soon',
      due: 'never',
      arrived: '9',
      pressing: 'true',
      q: '用印',
    }
    expect(JSON.parse(JSON.stringify(askedOf(asked)))).toEqual({
      state: 'open',
      q: '用印',
      pressing: true,
      order: 'due',
    })
    // 23:30 on 22 November in Shanghai: three days back from today, today included
    const now = Date.parse('2026-11-22T15:30:00Z')
    expect(askedOf({ ...noFilters, arrived: '3' }, now)).toMatchObject({ since: '2026-11-20' })
    // 22 November 2026 is a Sunday: its week began on the 16th
    expect(askedOf({ ...noFilters, kind: 'closed', arrived: 'week' }, now)).toMatchObject({ since: '2026-11-16' })
    expect(askedOf({ ...noFilters, kind: 'closed', due: 'over' })).toMatchObject({ due: undefined, order: undefined })
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

describe('a batch', () => {
  const choice = (name: string, key = name, opinion: Choice['opinion'] = 'optional'): Choice => ({
    key,
    name,
    kind: 'other',
    opinion,
  })
  it('is offered what all of them offer, by name, with the strictest wish for an opinion', () => {
    const rows = [
      { id: 'a', choices: [choice('同意'), choice('退回', 'back', 'required')] },
      { id: 'b', choices: [choice('退回'), choice('同意', 'agree')] },
    ]
    const common = commonOf(['a', 'b'], rows)
    expect(common.map(({ name, opinion }) => [name, opinion])).toEqual([
      ['同意', 'optional'],
      ['退回', 'required'],
    ])
    expect([...common[0]!.keys]).toEqual([
      ['a', '同意'],
      ['b', 'agree'],
    ])
    expect(commonOf(['a', 'gone'], rows)).toEqual([])
    expect(commonOf([], rows)).toEqual([])
  })
})

describe('an opinion', () => {
  const file = { id: 'f', name: 'a.txt', mediaType: 'text/plain', size: 1 }
  it('says what goes with its text, and nothing when the text is all there is', () => {
    expect(extrasOf({ ...noOpinion, text: '同意。', draftId: 'd' })).toBeUndefined()
    expect(extrasOf({ ...noOpinion, draftId: 'd', files: [file] })).toEqual({ draftId: 'd' })
    expect(extrasOf({ ...noOpinion, draftId: 'd', mentions: [{ id: 'p', name: '高文博' }] })).toEqual({
      mentions: ['p'],
    })
    expect([isWritten(noOpinion), isWritten({ ...noOpinion, handwritten: true })]).toEqual([false, true])
    expect([withPhrase(' ', '同意。'), withPhrase('同意。', '同意。'), withPhrase('请核。', '同意。')]).toEqual([
      '同意。',
      '同意。',
      '请核。同意。',
    ])
  })
  it('keeps strokes as numbers and gives them back, fitted but never stretched', () => {
    const group = (points: [number, number][]): PointGroup => ({
      dotSize: 0,
      minWidth: 0.8,
      maxWidth: 3.2,
      penColor: '#000',
      velocityFilterWeight: 0.7,
      compositeOperation: 'source-over',
      points: points.map(([x, y], at) => ({ x, y, pressure: 0.456, time: 1000 + at * 16 })),
    })
    const kept = strokesOf(
      [
        group([
          [10.04, 20],
          [100, 60.28],
        ]),
        group([]),
      ],
      640,
      240,
    )
    expect(kept.strokes).toEqual([
      {
        min: 0.8,
        max: 3.2,
        points: [
          [10, 20, 0.46, 0],
          [100, 60.3, 0.46, 16],
        ],
      },
    ])
    expect(boxOf(kept)).toEqual({ x: 2, y: 12, width: 106, height: 56.3 })
    const [small] = groupsOf(kept, { width: 320, height: 240 })
    expect(small!.points.map(({ x, y }) => [x, y])).toEqual([
      [5, 10],
      [50, 30.15],
    ])
    expect(groupsOf(kept, { width: 9999, height: 9999 })[0]!.points[0]).toMatchObject({ x: 10, y: 20 })
  })
})
