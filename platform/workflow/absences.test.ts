import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { UserStep } from './contract/graph.ts'
import { graphOf, userStep } from './engine/testing.ts'
import { recordAbsence, withdrawAbsence } from './index.ts'
import { runReckonings } from './server/reckon.ts'
import { replayed } from './server/replay.ts'
import { codeOf, startOffice } from './testing.ts'

let office: Awaited<ReturnType<typeof startOffice>>
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.server.stop())
beforeEach(async () => {
  await office.server.sql('delete from workflow.absence')
  await office.server.sql('delete from workflow.delegation')
})

const DAY = 86_400_000
const now = () => office.server.clock.now().getTime()
const at = (days: number) => new Date(now() + days * DAY).toISOString()
const away = (who: keyof typeof office.people, more: { substituteId?: string; from?: string; to?: string } = {}) =>
  office.as(who).enterAbsence({ kind: 'leave', from: at(-1), to: at(5), ...more })
let turn = 0
/** A case whose only step is the chief's, with this policy: who has it now. */
const begin = async (absent: UserStep['absent'], more: Partial<UserStep> = {}) => {
  turn += 1
  const user = { ...userStep([office.people.chief]), absent, ...more }
  await office.publish(
    `away-${turn}`,
    graphOf({ start: { kind: 'start' }, check: { kind: 'user', user }, end: { kind: 'end' } }, [
      'start>check',
      'check>end',
    ]),
  )
  const file = await office.as('clerk').start({ process: `away-${turn}`, title: '采购' })
  return { file, has: file.steps[0]?.slots.map(({ name, ownerName }) => [name, ownerName]) }
}
const same = async (id: string): Promise<void> => {
  const [row] = await office.server.sql<{ state: unknown }>('select state from workflow.instance where id = $1', [id])
  expect(await replayed(office.server.kernel, id)).toEqual(row?.state)
}

describe('whoever is away', () => {
  it('keeps what comes where the step says so, and where nobody is away nothing changes', async () => {
    expect((await begin('substitute')).has).toEqual([['毕嘉禾', null]])
    await away('chief', { substituteId: office.people.other })
    expect((await begin('keep')).has).toEqual([['毕嘉禾', null]])
  })
  it('is stood in for by whom they named, both on the record, who handles it to the end', async () => {
    await away('chief', { substituteId: office.people.other })
    const { file, has } = await begin('substitute')
    expect(has).toEqual([['高文博', '毕嘉禾']])
    expect((await office.complete('other', file)).status).toBe('completed')
    await same(file.id)
  })
  it('without a substitute, or one who is away too, by the leader above', async () => {
    await away('chief')
    expect((await begin('substitute')).has).toEqual([['孙立岩', '毕嘉禾']])
    await away('chief', { substituteId: office.people.other })
    await away('other')
    expect((await begin('substitute')).has).toEqual([['孙立岩', '毕嘉禾']])
  })
  it('by the leader above where the step says so, whomever they named; by nobody when all above are away', async () => {
    await away('chief', { substituteId: office.people.other })
    expect((await begin('superior')).has).toEqual([['孙立岩', '毕嘉禾']])
    await away('head')
    // Late, but never lost: it waits in the hands it was meant for.
    const { file, has } = await begin('superior')
    expect(has).toEqual([['毕嘉禾', null]])
    expect((await office.complete('chief', file)).status).toBe('completed')
  })
  it('never by the starter where the step does not let them decide on their own case', async () => {
    await away('chief', { substituteId: office.people.clerk })
    expect((await begin('substitute')).has).toEqual([['周文清', '毕嘉禾']])
    expect((await begin('substitute', { starter: 'superior' })).has).toEqual([['孙立岩', '毕嘉禾']])
  })
  it('a standing delegation goes first', async () => {
    await away('chief', { substituteId: office.people.head })
    await office
      .as('chief')
      .delegate({ agentId: office.people.other, reason: '休假', from: at(-1), to: at(5), processes: [] })
    expect((await begin('substitute')).has).toEqual([['高文博', '毕嘉禾']])
  })
  it('who stands in for two principals answers once for each', async () => {
    await away('chief', { substituteId: office.people.other })
    await away('head', { substituteId: office.people.other })
    const { chief, head } = office.people
    const { file, has } = await begin('substitute', {
      way: 'all-of',
      handlers: [{ by: 'person', persons: [chief, head] }],
    })
    expect(has).toEqual([
      ['高文博', '毕嘉禾'],
      ['高文博', '孙立岩'],
    ])
    const first = await office.complete('other', file)
    expect(first.status).toBe('running')
    expect((await office.complete('other', file)).status).toBe('completed')
    expect(first.history.at(-1)?.ownerName).not.toBeNull()
    await same(file.id)
  })
  it('an agent with two principals by standing delegations answers once for each too', async () => {
    const { chief, head, other } = office.people
    for (const who of ['chief', 'head'] as const)
      await office.as(who).delegate({ agentId: other, reason: '出差', from: at(-1), to: at(5), processes: [] })
    const { file, has } = await begin('keep', { way: 'all-of', handlers: [{ by: 'person', persons: [chief, head] }] })
    expect(has).toHaveLength(2)
    await office.complete('other', file)
    expect((await office.complete('other', file)).status).toBe('completed')
    expect(
      (await office.as('clerk').caseFile({ id: file.id })).history.filter(({ what }) => what === 'complete'),
    ).toMatchObject([
      { name: '高文博', ownerName: '毕嘉禾' },
      { name: '高文博', ownerName: '孙立岩' },
    ])
  })
  it('is waited for: the limit begins when they are back', async () => {
    const limit: UserStep['limit'] = { amount: 10, unit: 'days', kind: 'promised', yellow: 0.5, overdue: [] }
    await away('chief', { to: at(5) })
    const { file, has } = await begin('wait', { limit })
    expect(has).toEqual([['毕嘉禾', null]])
    expect(Math.round((Date.parse(file.steps[0]?.dueAt ?? '') - now()) / DAY)).toBe(15)
    await same(file.id)
    const there = await begin('wait', {
      limit,
      way: 'any-of',
      handlers: [{ by: 'person', persons: [office.people.chief, office.people.head] }],
    })
    expect(Math.round((Date.parse(there.file.steps[0]?.dueAt ?? '') - now()) / DAY)).toBe(10)
  })
})

describe('a word where a unit is meant', () => {
  it('finds nobody, and the case goes to the administrator instead of standing still', async () => {
    const user: UserStep = {
      ...userStep([]),
      handlers: [{ by: 'duty', duty: '文秘', unit: { field: '单位' } }],
      nobody: 'administrator',
    }
    await office.publish(
      'word',
      graphOf(
        { start: { kind: 'start' }, check: { kind: 'user', user }, end: { kind: 'end' } },
        ['start>check', 'check>end'],
        [],
        ['单位'],
      ),
    )
    const file = await office.as('clerk').start({ process: 'word', title: '采购', values: { 单位: '住建局' } })
    expect(file.steps[0]?.slots.map(({ name }) => name)).toEqual(['林沐阳'])
  })
})

describe('an absence is entered', () => {
  it('by oneself and by the administrator of the unit, by nobody else', async () => {
    const { clerk, chief } = office.people
    const period = { kind: 'trip', from: at(1), to: at(2) } as const
    expect(await codeOf(office.as('clerk').enterAbsence({ ...period, personId: chief }))).toBe('forbidden')
    expect(await codeOf(office.as('waterAdmin').enterAbsence({ ...period, personId: chief }))).toBe('not-found')
    const { id } = await office.as('admin').enterAbsence({ ...period, personId: clerk })
    expect((await office.as('clerk').absences()).rows).toMatchObject([{ id, kind: 'trip', enteredBy: '林沐阳' }])
    expect((await office.as('chief').absences()).rows).toEqual([])
    expect(await codeOf(office.as('chief').endAbsence({ id }))).toBe('not-found')
    expect(await codeOf(office.as('waterAdmin').endAbsence({ id }))).toBe('not-found')
    await office.as('clerk').endAbsence({ id })
    expect(await codeOf(office.as('clerk').endAbsence({ id }))).toBe('not-found')
  })
  it('for a time to come, by a substitute who is somebody else', async () => {
    expect(await codeOf(away('chief', { from: at(2), to: at(1) }))).toBe('invalid')
    expect(await codeOf(away('chief', { from: at(-9), to: at(-8) }))).toBe('invalid')
    expect(await codeOf(away('chief', { substituteId: office.people.chief }))).toBe('invalid')
  })
  it('is listed for the units in scope', async () => {
    await away('chief')
    const seen = async (who: 'admin' | 'waterAdmin', when: 'current' | 'coming' | 'past') =>
      (await office.as(who).scopedAbsences({ when })).rows.map(({ personName }) => personName)
    expect(await seen('admin', 'current')).toEqual(['毕嘉禾'])
    expect(await seen('admin', 'coming')).toEqual([])
    expect(await seen('waterAdmin', 'current')).toEqual([])
    expect(await codeOf(office.as('clerk').scopedAbsences({}))).toBe('forbidden')
  })
  it('by a business that knows of one: told again it changes, and only that business takes it back', async () => {
    const told = {
      source: 'leave',
      reference: 'QJ-7',
      personId: office.people.chief,
      kind: 'leave',
      from: new Date(at(-1)),
      to: new Date(at(1)),
    } as const
    await office.server.system((ctx) => recordAbsence(ctx, told))
    await office.server.system((ctx) => recordAbsence(ctx, { ...told, substituteId: office.people.other }))
    const { rows } = await office.as('chief').absences()
    expect(rows).toMatchObject([{ substituteName: '高文博', enteredBy: null }])
    expect((await begin('substitute')).has).toEqual([['高文博', '毕嘉禾']])
    expect(await codeOf(office.as('chief').endAbsence({ id: rows[0]?.id ?? '' }))).toBe('forbidden')
    await office.server.system((ctx) => withdrawAbsence(ctx, 'leave', 'QJ-7'))
    expect((await begin('substitute')).has).toEqual([['毕嘉禾', null]])
  })
})

describe('票签 by those who are found', () => {
  it('a rule gives its people their weight, and the holder of a duty vetoes alone', async () => {
    const { chief, head, other } = office.people
    await office.server.system((ctx) =>
      ctx.sql(
        `insert into directory.duty (unit_id, duty, person_id, sort, valid_from) values ($1, '主要负责人', $2, 0, '2020-01-01') on conflict do nothing`,
        [office.units.office, head],
      ),
    )
    const vote = {
      way: 'vote',
      ratio: 0.6,
      veto: '主要负责人',
      handlers: [
        { by: 'person', persons: [chief], weight: 3 },
        { by: 'person', persons: [head, other] },
      ],
    } as Partial<UserStep>
    const { file } = await begin('keep', vote)
    // Three of five are the chief's alone.
    expect((await office.complete('chief', file)).status).toBe('completed')
    const refuse = async (who: 'head' | 'other') => {
      const { file: asked } = await begin('keep', { ...vote, rejected: 'end' })
      const { mine } = await office.as(who).caseFile({ id: asked.id })
      const act = { do: 'complete', slot: mine?.slot ?? '', outcome: 'reject' } as const
      return office.as(who).act({ id: asked.id, act, opinion: '不妥' })
    }
    expect((await refuse('head')).status).toBe('completed')
    expect((await refuse('other')).status).toBe('running')
  })
})

describe('office hours that change', () => {
  it('move the limits that run in working hours, for the unit they are made for', async () => {
    const limit: UserStep['limit'] = { amount: 2, unit: 'working-hours', kind: 'promised', yellow: 0.5, overdue: [] }
    const { file } = await begin('keep', { limit })
    const before = Date.parse(file.steps[0]?.dueAt ?? '')
    const hours = (unitId: string, from: string, to: string) =>
      office.server.system((ctx) =>
        ctx.sql(
          `insert into calendar.office_hours (id, unit_id, name, from_day, to_day, valid_from, spans, basis)
           values (gen_random_uuid(), $1, '试行', '01-01', '12-31', '2020-01-01', $2, '通知')`,
          [unitId, JSON.stringify([{ from, to }])],
        ),
      )
    const reckon = async (): Promise<number> => {
      await office.server.system((ctx) =>
        ctx.sql('insert into workflow.reckoning (id, year, created_at) values (gen_random_uuid(), 2026, now())'),
      )
      await runReckonings(office.server.kernel)
      return Date.parse((await office.as('chief').caseFile({ id: file.id })).steps[0]?.dueAt ?? '')
    }
    await hours(office.units.water, '03:00', '03:30')
    expect(await reckon()).toBe(before)
    // Above the unit of whoever started it.
    await hours(office.units.root, '20:00', '20:30')
    const after = await reckon()
    expect(after).not.toBe(before)
    expect((after + 8 * 3_600_000) % DAY).toBe(20.5 * 3_600_000)
    await same(file.id)
  })
})
