import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defineModule, on } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { calendarApi, hoursChanged } from './contract.ts'
import { calendar, officeDays } from './index.ts'
import { faultOfSpans, type HoursRule, hoursOn } from './server/hours-rules.ts'

const span = (from: string, to: string) => ({ from, to })
const rule = (more: Partial<HoursRule>): HoursRule => ({
  id: 'x',
  unitId: null,
  fromDay: '01-01',
  toDay: '12-31',
  validFrom: '2020-01-01',
  validTo: null,
  spans: [span('09:00', '17:00')],
  ...more,
})
const summer = rule({ fromDay: '05-01', toDay: '09-30', spans: [span('08:30', '12:00')] })
const winter = rule({ fromDay: '10-01', toDay: '04-30', validFrom: '2026-10-01', spans: [span('10:00', '16:00')] })
const ofCity = rule({ unitId: 'city', fromDay: '06-01', toDay: '08-31', spans: [span('07:00', '13:00')] })
const later = rule({ validFrom: '2027-01-01', spans: [span('09:30', '18:00')] })

describe('which hours hold on a day', () => {
  const all = [rule({}), summer, winter, ofCity, later]
  it.each([
    ['the season is preferred to the year', '2026-05-01', [], '08:30'],
    ['its last day counts', '2026-09-30', [], '08:30'],
    ['a season over the new year', '2027-02-01', [], '10:00'],
    ['not before it was introduced', '2026-03-01', [], '09:00'],
    ['the nearest unit that says something', '2026-07-01', ['office', 'city', 'province'], '07:00'],
    ['else what holds for all', '2026-05-05', ['office', 'city'], '08:30'],
  ])('%s', (_what, day, units, from) => {
    expect(hoursOn(all, day, units)[0]?.from).toBe(from)
  })
  it('of two for the same days the later one', () => {
    expect(hoursOn([rule({}), later], '2027-07-01', [])[0]?.from).toBe('09:30')
    expect(hoursOn([rule({}), later], '2026-07-01', [])[0]?.from).toBe('09:00')
  })
  it('spans that overlap or run backwards are refused', () => {
    expect(faultOfSpans([span('09:00', '12:00'), span('13:30', '17:30')])).toBeUndefined()
    expect(faultOfSpans([span('09:00', '09:00')])).toContain('第 1 段')
    expect(faultOfSpans([span('09:00', '12:00'), span('11:00', '17:30')])).toContain('重叠')
  })
})

describe('kept by the system administrator', () => {
  let server: TestServer
  let office = ''
  let admin: ReturnType<typeof clientOf>
  let clerk: ReturnType<typeof clientOf>
  const clientOf = (token: string) => server.client(calendarApi, token)
  const heard: (string | null)[] = []
  const listener = defineModule({
    name: 'listener',
    title: '听',
    dependsOn: [],
    folder: import.meta.dirname.replace('calendar', 'listener'),
    on: [on(hoursChanged, 'listener.hours', async (_ctx, { unitId }) => void heard.push(unitId))],
  })
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    )
  beforeAll(async () => {
    server = await startTestServer([directory, identity, search, calendar, listener])
    const people = await server.system(async (ctx) => {
      office = (await unit(ctx, { name: '历城区政府办公室' })).id
      return [
        await person(ctx, { name: '赵系统', unit: office }),
        await person(ctx, { name: '王小青', unit: office }),
      ] as const
    })
    admin = clientOf(await signInAs(server, people[0].id, [{ role: 'system-admin', scope: 'all' }]))
    clerk = clientOf(await signInAs(server, people[1].id))
  })
  afterAll(() => server?.stop())
  const given = () => ({
    unitId: office,
    name: '夏季',
    fromDay: '05-01',
    toDay: '09-30',
    validFrom: '2026-01-01',
    validTo: null,
    spans: [span('08:30', '12:00'), span('14:00', '18:00')],
    basis: '区政府通知',
  })
  it('everybody may read them; nobody else may change them', async () => {
    expect((await clerk.officeHours()).rows).toMatchObject([{ unitId: null, name: '全年' }])
    expect(await codeOf(clerk.addOfficeHours(given()))).toBe('forbidden')
  })
  it('what changes is told, and holds at once for the unit it was made for', async () => {
    const { id } = await admin.addOfficeHours(given())
    expect(await codeOf(admin.addOfficeHours({ ...given(), unitId: '00000000-0000-7000-8000-00000000abcd' }))).toBe(
      'not-found',
    )
    const daysOf = (unitId: string) => server.system((ctx) => officeDays(ctx.sql, async () => [unitId]))
    const days = await daysOf(office)
    expect(days.hours('2026-07-01')[0]).toEqual({ from: 8.5 * 3_600_000, to: 12 * 3_600_000 })
    const elsewhere = await daysOf('00000000-0000-7000-8000-00000000abcd')
    expect(elsewhere.hours('2026-07-01')[0]?.from).toBe(9 * 3_600_000)
    expect(await codeOf(admin.changeOfficeHours({ ...given(), id, revision: 9 }))).toBe('stale')
    await admin.changeOfficeHours({ ...given(), id, revision: 1, unitId: null })
    await admin.removeOfficeHours({ id, revision: 2 })
    await server.settled()
    expect(heard.toSorted()).toEqual([office, office, null, null].toSorted())
  })
  it('the last that holds for everybody all the year stays', async () => {
    const [ground] = (await admin.officeHours()).rows
    expect(await codeOf(admin.removeOfficeHours({ id: ground?.id ?? '', revision: 1 }))).toBe('conflict')
  })
})
