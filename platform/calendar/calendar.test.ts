import { findWorkday, isWorkday } from 'chinese-days'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defineModule, on } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { calendarApi, type NamedDay, yearPublished } from './contract.ts'
import { addWorkingDays, calendar, isWorkingDay, workingDaysBetween } from './index.ts'

let server: TestServer
const as = (token?: string) => server.client(calendarApi, token)
const refusal = (code: string) => expect.objectContaining({ code })
let clerk: ReturnType<typeof as>
let unitAdmin: ReturnType<typeof as>
let admin: ReturnType<typeof as>

const heard: { year: number; basis: string }[] = []
const listener = defineModule({
  name: 'listener',
  title: '听',
  dependsOn: [],
  folder: import.meta.dirname.replace('calendar', 'listener'),
  on: [on(yearPublished, 'listener.hear', async (_ctx, payload) => void heard.push(payload))],
})

beforeAll(async () => {
  server = await startTestServer([directory, identity, search, calendar, listener])
  const [wang, sun, zhao] = await server.system(async (ctx) => {
    const office = (await unit(ctx, { name: '历城区政府办公室' })).id
    return [
      await person(ctx, { name: '王小青', unit: office }),
      await person(ctx, { name: '孙管理', unit: office }),
      await person(ctx, { name: '赵系统', unit: office }),
    ] as const
  })
  clerk = as(await signInAs(server, wang.id))
  unitAdmin = as(await signInAs(server, sun.id, [{ role: 'unit-admin', scope: 'all' }]))
  admin = as(await signInAs(server, zhao.id, [{ role: 'system-admin', scope: 'all' }]))
})
afterAll(() => server?.stop())

const everyDay = (year: number): string[] => {
  const days: string[] = []
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10))
  return days
}
const off = (name: string, ...days: string[]): NamedDay[] => days.map((day) => ({ day, working: false, name }))
const days2027: NamedDay[] = [
  ...off('元旦', '2027-01-01', '2027-01-02', '2027-01-03'),
  ...off('春节', '2027-02-05', '2027-02-08', '2027-02-09', '2027-02-10', '2027-02-11', '2027-02-12'),
  ...off('清明节', '2027-04-05'),
  ...off('劳动节', '2027-05-01', '2027-05-03', '2027-05-04'),
  ...off('端午节', '2027-06-09'),
  ...off('中秋节', '2027-09-15'),
  ...off('国庆节', '2027-10-01', '2027-10-04', '2027-10-05', '2027-10-06', '2027-10-07'),
  { day: '2027-02-20', working: true, name: '春节' },
  { day: '2027-10-09', working: true, name: '国庆节' },
]
const plain = { year: 2027, revision: 0, basis: '国办发明电〔2026〕1号', days: days2027 }

describe('the three published years', () => {
  it.each([2024, 2025, 2026])('%i agrees with another source on every day', async (year) => {
    const wrong = await server.system(async ({ sql }) => {
      const checked = everyDay(year).map(async (day) =>
        (await isWorkingDay(sql, day)) === isWorkday(day) ? [] : [day],
      )
      return (await Promise.all(checked)).flat()
    })
    expect(wrong).toEqual([])
  })

  it('2026 has the make-up days of the notice and 248 working days', async () => {
    const year = await clerk.year({ year: 2026 })
    expect(year).toMatchObject({
      published: true,
      caution: null,
      basis: '国办发明电〔2025〕7号',
      revision: 1,
      workingDays: 248,
    })
    const madeUp = year.days.filter(({ working }) => working).map(({ day }) => day.slice(5))
    expect(madeUp).toEqual(['01-04', '02-14', '02-28', '05-09', '09-20', '10-10'])
  })

  it('counts on as another source does', async () => {
    await server.system(async ({ sql }) => {
      expect(await addWorkingDays(sql, '2026-02-13', 5)).toEqual({ day: '2026-02-27', provisional: false })
      for (const [n, day] of [
        [5, '2026-02-13'],
        [7, '2025-09-26'],
        [15, '2026-09-18'],
        [30, '2024-01-25'],
      ] as const)
        expect((await addWorkingDays(sql, day, n)).day).toBe(findWorkday(n, day))
      expect(await workingDaysBetween(sql, '2026-02-13', '2026-02-27')).toEqual({ days: 5, provisional: false })
    })
  })

  it('takes a moment by its day in Shanghai', async () => {
    await server.system(async ({ sql }) => {
      // Friday 24:00 in Shanghai is a worked Saturday
      expect(await addWorkingDays(sql, new Date('2026-02-13T16:00:00Z'), 0)).toMatchObject({ day: '2026-02-14' })
      expect(await isWorkingDay(sql, new Date('2026-02-14T15:59:59Z'))).toBe(true)
      expect(await isWorkingDay(sql, new Date('2026-02-14T16:00:00Z'))).toBe(false)
    })
  })

  it.each(['2026-02-30', '2026-2-3', 'tomorrow', ''])('refuses %j as a day', async (day) => {
    await expect(server.system(({ sql }) => isWorkingDay(sql, day))).rejects.toThrow(RangeError)
  })
  it.each([1.5, Number.NaN, 1e6])('refuses %d working days', async (n) => {
    await expect(server.system(({ sql }) => addWorkingDays(sql, '2026-01-05', n))).rejects.toThrow(RangeError)
  })
})

describe('a year without notice', () => {
  it('follows its weeks and says so', async () => {
    expect(await clerk.year({ year: 2027 })).toMatchObject({
      published: false,
      caution: '未公布，按周末推算',
      basis: null,
      revision: 0,
      workingDays: 261,
      days: [],
    })
    await server.system(async ({ sql }) => {
      expect(await addWorkingDays(sql, '2026-12-31', 1)).toEqual({ day: '2027-01-01', provisional: true })
      expect(await workingDaysBetween(sql, '2026-12-30', '2027-01-04')).toEqual({ days: 3, provisional: true })
    })
  })

  it('is previewed without being written', async () => {
    const preview = await admin.preview(plain)
    expect(preview).toMatchObject({ revision: 0, changed: true, workingDays: { before: 261, after: 246 } })
    expect(preview.changes).toContainEqual({
      day: '2027-02-20',
      before: { working: false, name: null },
      after: { working: true, name: '春节' },
    })
    expect(preview.changes).toHaveLength(days2027.length)
    expect((await clerk.year({ year: 2027 })).published).toBe(false)
  })
})

describe('importing a notice', () => {
  const heardNow = async () => {
    await server.settled()
    return heard.splice(0)
  }

  it('publishes the year, once, and again when the notice changes', async () => {
    const first = await admin.importNotice(plain)
    expect(first).toMatchObject({
      changed: true,
      calendar: { published: true, caution: null, revision: 1, workingDays: 246 },
    })
    await server.system(async ({ sql }) => {
      expect(await addWorkingDays(sql, '2026-12-31', 1)).toEqual({ day: '2027-01-04', provisional: false })
    })
    expect(await heardNow()).toEqual([{ year: 2027, basis: plain.basis }])
    expect(await admin.importNotice(plain)).toMatchObject({ changed: false, calendar: { revision: 1 } })
    expect(await heardNow()).toEqual([])
    const amended = { ...plain, days: [...days2027, ...off('国庆节', '2027-10-08')] }
    await expect(admin.importNotice(amended)).rejects.toEqual(refusal('stale'))
    expect(await admin.importNotice({ ...amended, revision: 1 })).toMatchObject({
      changed: true,
      calendar: { revision: 2, workingDays: 245 },
    })
    expect(await heardNow()).toEqual([{ year: 2027, basis: plain.basis }])
  })

  it('reads a holiday-cn file as it is, December before the year included', async () => {
    const file = {
      $schema: 'https://example.org/schema.json',
      year: 2028,
      papers: ['https://www.gov.cn/zhengce/2028.htm'],
      days: [
        { name: '元旦', date: '2027-12-31', isOffDay: true },
        ...days2027
          .filter(({ working }) => !working)
          .map(({ name, day }) => ({ name, date: day.replace('2027', '2028'), isOffDay: true })),
        { name: '元旦', date: '2027-12-25', isOffDay: false },
      ],
    }
    const { calendar: year } = await admin.importNotice({ year: 2028, revision: 0, holidayCn: file })
    expect(year).toMatchObject({ published: true, basis: 'https://www.gov.cn/zhengce/2028.htm' })
    expect((await heardNow()).map((event) => event.year).toSorted()).toEqual([2027, 2028])
    expect(year.days.every(({ day }) => day.startsWith('2028-'))).toBe(true)
    expect((await clerk.year({ year: 2027 })).days.slice(-2).map(({ day }) => day)).toEqual([
      '2027-12-25',
      '2027-12-31',
    ])
    expect(await server.system(({ sql }) => isWorkingDay(sql, '2027-12-25'))).toBe(true)
  })

  it.each([
    ['a file of another year', { year: 2029, revision: 0, holidayCn: { year: 2030, papers: ['x'], days: [] } }],
    [
      'a file without days, as it stands before the notice',
      { year: 2029, revision: 0, holidayCn: { year: 2029, papers: [], days: [] } },
    ],
    ['both forms', { ...plain, holidayCn: { year: 2027, papers: [], days: [] } }],
    ['neither form', { year: 2029, revision: 0, basis: '通知' }],
    ['no basis', { year: 2027, revision: 2, days: days2027 }],
    ['a day twice', { ...plain, revision: 2, days: [...days2027, days2027[0]!] }],
    ['a day that does not exist', { ...plain, revision: 2, days: off('节', '2027-02-30') }],
    ['a year out of reach', { ...plain, year: 1999 }],
  ])('refuses %s', async (_title, input) => {
    await expect(admin.importNotice(input)).rejects.toEqual(refusal('invalid'))
    await expect(admin.preview(input)).rejects.toEqual(refusal('invalid'))
  })

  it('two at the same moment: one stands, the other is told to look again', async () => {
    const variant = (extra: string) => ({
      ...plain,
      year: 2029,
      days: days2027
        .map((day) => ({ ...day, day: day.day.replace('2027', '2029') }))
        .filter(({ working }) => !working)
        .concat(off('节', extra)),
    })
    const outcomes = await Promise.allSettled([
      admin.importNotice(variant('2029-06-18')),
      admin.importNotice(variant('2029-06-19')),
    ])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await clerk.year({ year: 2029 })).revision).toBe(1)
  })
})

describe('who may', () => {
  it('a stranger may nothing', async () => {
    for (const call of [() => as().year({ year: 2026 }), () => as().preview(plain), () => as().importNotice(plain)])
      await expect(call()).rejects.toEqual(refusal('unauthenticated'))
  })
  it('neither a clerk nor a unit administrator publishes a year', async () => {
    for (const person of [clerk, unitAdmin])
      for (const call of [() => person.preview(plain), () => person.importNotice(plain)])
        await expect(call()).rejects.toEqual(refusal('forbidden'))
  })
})
