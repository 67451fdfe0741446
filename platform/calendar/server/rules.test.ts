import { describe, expect, it } from 'vitest'
import type { NamedDay } from '../contract.ts'
import {
  addWorking,
  betweenWorking,
  changesOf,
  compose,
  daysFrom,
  faultsOf,
  isWorking,
  nextDay,
  workingDaysOf,
} from './rules.ts'

const off = (name: string, first: string, last = first): NamedDay[] =>
  [...daysFrom(first, last)].map((day) => ({ day, working: false, name }))
const worked = (...days: string[]): NamedDay[] => days.map((day) => ({ day, working: true, name: '调休上班' }))
const notice = (year: number, days: NamedDay[]) => ({
  year,
  basis: '通知',
  publishedAt: new Date(0),
  revision: 1,
  days,
})

// 国办发明电〔2025〕7号
const days2026 = [
  ...off('元旦', '2026-01-01', '2026-01-03'),
  ...off('春节', '2026-02-15', '2026-02-23'),
  ...off('清明节', '2026-04-04', '2026-04-06'),
  ...off('劳动节', '2026-05-01', '2026-05-05'),
  ...off('端午节', '2026-06-19', '2026-06-21'),
  ...off('中秋节', '2026-09-25', '2026-09-27'),
  ...off('国庆节', '2026-10-01', '2026-10-07'),
  ...worked('2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'),
]
const calendar = compose([notice(2026, days2026)])

describe('working days', () => {
  it.each([
    ['2026-02-13', true, 'a Friday'],
    ['2026-02-14', true, 'a Saturday worked for the festival'],
    ['2026-02-16', false, 'a Monday of the festival'],
    ['2026-03-01', false, 'a Sunday'],
    ['2027-01-01', true, 'a Friday of a year without notice: weeks only'],
  ])('%s → %s: %s', (day, working) => {
    expect(isWorking(calendar, day)).toBe(working)
  })

  it.each([
    ['2026-02-13', 5, '2026-02-27', false],
    ['2026-02-13', 1, '2026-02-14', false],
    ['2026-02-13', 0, '2026-02-13', false],
    ['2026-02-17', 0, '2026-02-17', false],
    ['2026-02-17', 1, '2026-02-24', false],
    ['2026-02-17', -1, '2026-02-14', false],
    ['2026-10-09', 1, '2026-10-10', false],
    ['2026-12-31', 1, '2027-01-01', true],
    ['2027-01-04', -1, '2027-01-01', true],
    ['2027-01-01', -1, '2026-12-31', false],
    ['2026-12-30', 1, '2026-12-31', false],
    ['2027-03-01', 0, '2027-03-01', true],
  ])('%s and %i working days → %s (provisional %s)', (day, n, expected, provisional) => {
    expect(addWorking(calendar, day, n)).toEqual({ day: expected, provisional })
  })

  it.each([
    ['2026-02-13', '2026-02-27', 5],
    ['2026-02-27', '2026-02-13', -5],
    ['2026-02-13', '2026-02-13', 0],
    ['2026-02-15', '2026-02-23', 0],
    ['2026-02-23', '2026-02-15', 0],
    ['2025-12-31', '2026-12-31', 248],
  ])('from %s to %s: %i', (a, b, days) => {
    expect(betweenWorking(calendar, a, b)).toEqual({ days, provisional: false })
  })

  it('adds and takes away the same way from any day', () => {
    let seed = 20260213
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed % below
    }
    for (let round = 0; round < 400; round++) {
      const from = nextDay('2025-11-01', random(700))
      const n = random(161) - 80
      const { day, provisional } = addWorking(calendar, from, n)
      expect(betweenWorking(calendar, from, day).days).toBe(n)
      if (n !== 0) expect(isWorking(calendar, day)).toBe(true)
      if (isWorking(calendar, from)) expect(addWorking(calendar, day, -n).day).toBe(from)
      expect(provisional).toBe(provisionalByHand(from, n, day))
    }
  })

  const provisionalByHand = (from: string, n: number, to: string): boolean =>
    (n === 0 ? [from] : n > 0 ? [...daysFrom(nextDay(from), to)] : [...daysFrom(to, nextDay(from, -1))]).some(
      (day) => !day.startsWith('2026'),
    )
})

describe('a notice', () => {
  it('accepts the one of 2026: 248 working days', () => {
    expect(faultsOf(2026, days2026, 'days')).toEqual([])
    expect(workingDaysOf(calendar, 2026)).toBe(248)
  })

  it.each([
    ['a day twice', [...days2026, ...off('元旦', '2026-01-01')], 'days.39', '重复'],
    ['a day of another year', [...days2026, ...off('元旦', '2027-01-01')], 'days.39', '不属于 2026 年'],
    ['a day too early', [...days2026, ...off('元旦', '2025-11-30')], 'days.39', '不属于 2026 年'],
    ['a make-up day on a Wednesday', [...days2026, ...worked('2026-03-04')], 'days.39', '本来就上班'],
    ['nothing', [], 'days', '法定节假日'],
    ['everything inverted', days2026.map((day) => ({ ...day, working: !day.working })), 'days.0', '本来就上班'],
    ['no National Day', days2026.filter(({ day }) => day !== '2026-10-01'), 'days', '2026-10-01'],
    ['a month too much', [...days2026, ...off('假', '2026-07-01', '2026-07-31')], 'days', '225 个工作日'],
    [
      'three days only',
      [...off('元旦', '2026-01-01'), ...off('节', '2026-05-01'), ...off('节', '2026-10-01')],
      'days',
      '258 个工作日',
    ],
  ])('refuses %s', (_title, days, path, message) => {
    const [first] = faultsOf(2026, days, 'days')
    expect(first?.path).toBe(path)
    expect(first?.message).toContain(message)
  })

  it('may move the December before, as that of 2019 did; the later notice stands', () => {
    const before = compose([notice(2018, off('元旦', '2018-12-30'))])
    const after = compose([
      notice(2019, [...worked('2018-12-29'), ...off('元旦', '2018-12-30', '2019-01-01')]),
      ...before.notices.values(),
    ])
    expect(isWorking(after, '2018-12-29')).toBe(true)
    expect(isWorking(after, '2018-12-31')).toBe(false)
    expect(changesOf(before, after, 2019)).toEqual([
      { day: '2018-12-29', before: { working: false, name: null }, after: { working: true, name: '调休上班' } },
      { day: '2018-12-31', before: { working: true, name: null }, after: { working: false, name: '元旦' } },
      { day: '2019-01-01', before: { working: true, name: null }, after: { working: false, name: '元旦' } },
    ])
  })
})
