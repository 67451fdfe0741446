import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graphOf, userStep } from './engine/testing.ts'
import { runHandovers } from './server/hand-over.ts'
import { replayed } from './server/replay.ts'
import { codeOf, startOffice } from './testing.ts'

let office: Awaited<ReturnType<typeof startOffice>>
beforeAll(async () => {
  office = await startOffice()
  await office.publish('plain', one([office.people.other]))
})
afterAll(() => office?.server.stop())

const one = (persons: string[], more = {}) =>
  graphOf({ start: { kind: 'start' }, check: { kind: 'user', user: userStep(persons, more) }, end: { kind: 'end' } }, [
    'start>check',
    'check>end',
  ])
const begin = (process: string, title = '采购') => office.as('clerk').start({ process, title })

describe('what an administrator looks after', () => {
  it('cases by process and state, as a list and as a file, only those in scope', async () => {
    await office.publish('apart', one([office.people.other]))
    await begin('plain', '甲件')
    const { id } = await begin('apart', '乙件')
    const titles = async (who: 'admin' | 'waterAdmin', more = {}) =>
      (await office.as(who).scoped({ process: 'apart', ...more })).rows.map(({ title }) => title)
    expect(await titles('admin')).toEqual(['乙件'])
    expect(await titles('waterAdmin')).toEqual([])
    await office.as('admin').administer({ id, reason: '暂缓', act: { do: 'suspend' } })
    expect(await titles('admin', { status: 'running' })).toEqual([])
    expect(await titles('admin', { status: 'suspended' })).toEqual(['乙件'])
    const file = await office.as('admin').exportScoped({ process: 'apart', format: 'csv' })
    const text = await file.text()
    expect(text).toContain('乙件')
    expect(text).not.toContain('甲件')
    expect(await codeOf(office.as('clerk').exportScoped({ format: 'csv' }))).toBe('forbidden')
  })
  it('the processes its units use, and how many cases run on each version', async () => {
    await office.publish('plain', one([office.people.other]))
    const keys = async (who: 'admin' | 'waterAdmin') =>
      (await office.as(who).administeredProcesses({})).rows.map(({ key }) => key)
    expect(await keys('admin')).toEqual(expect.arrayContaining(['plain', 'apart']))
    expect((await office.as('admin').administeredProcesses({ q: '没有的名字' })).rows).toEqual([])
    const { rows } = await office.as('admin').administeredVersions({ key: 'plain' })
    expect(rows).toMatchObject([
      { version: 2, current: true, running: 0 },
      { version: 1, current: false, running: 1 },
    ])
    expect((await office.as('waterAdmin').administeredVersions({ key: 'plain' })).rows[1]?.running).toBe(0)
    expect(await codeOf(office.as('admin').administeredVersions({ key: 'nothing' }))).toBe('not-found')
    const steps = await office.as('admin').migrationSteps({ from: rows[1]?.id ?? '', to: rows[0]?.id ?? '' })
    expect(steps.to).toEqual([{ node: 'check', name: 'check' }])
  })
})

describe('移交', () => {
  it('all of a person who is still there, with the reason on each case, also where only a turn is waited for', async () => {
    const { chief, head, other } = office.people
    await office.publish('turns', one([chief, other], { way: 'in-turn' }))
    const [open, waits] = [await begin('plain', '在办'), await begin('turns', '未轮到')]
    expect(await office.as('admin').handingSize({ personId: other })).toMatchObject({ count: expect.any(Number) })
    const { id } = await office.as('admin').handOn({ fromId: other, toId: head, reason: '长期病休' })
    expect(await codeOf(office.as('admin').handOn({ fromId: other, toId: chief, reason: '再来' }))).toBe('conflict')
    await runHandovers(office.server.kernel)
    const file = await office.as('head').caseFile({ id: open.id })
    expect(file.mine?.step).toBe('check')
    expect(file.history.at(-1)).toMatchObject({ what: 'transfer', name: '林沐阳', opinion: '长期病休' })
    await office.complete('chief', waits)
    const later = await office.as('head').caseFile({ id: waits.id })
    expect(later.mine?.step).toBe('check')
    for (const one of [open, waits]) {
      const [row] = await office.server.sql<{ state: unknown }>('select state from workflow.instance where id = $1', [
        one.id,
      ])
      expect(await replayed(office.server.kernel, one.id)).toEqual(row?.state)
    }
    const { rows } = await office.as('admin').handings({})
    expect(rows.find((row) => row.id === id)).toMatchObject({
      fromName: '高文博',
      toName: '孙立岩',
      reason: '长期病休',
      byName: '林沐阳',
      endedAt: expect.any(String),
    })
    expect((await office.as('waterAdmin').handings({})).rows).toEqual([])
  })
  it('only between people of the units in scope, by administrators', async () => {
    const { chief, head, stranger } = office.people
    const give = (who: 'clerk' | 'admin' | 'waterAdmin', fromId: string, toId: string) =>
      codeOf(office.as(who).handOn({ fromId, toId, reason: '试' }))
    expect(await give('clerk', chief, head)).toBe('forbidden')
    expect(await give('waterAdmin', chief, head)).toBe('not-found')
    expect(await give('admin', chief, stranger)).toBe('not-found')
    expect(await give('admin', chief, chief)).toBe('invalid')
    expect(await codeOf(office.as('waterAdmin').handingSize({ personId: chief }))).toBe('not-found')
  })
  it('names who left with something open', async () => {
    const { chief } = office.people
    await office.publish('left', one([chief]))
    await begin('left', '没人办')
    expect((await office.as('admin').leftBehind({})).rows).toEqual([])
    await office.server.sql("update directory.person set status = 'left' where id = $1", [chief])
    expect((await office.as('admin').leftBehind({})).rows).toMatchObject([{ personId: chief, name: '毕嘉禾' }])
    expect((await office.as('waterAdmin').leftBehind({})).rows).toEqual([])
  })
})
