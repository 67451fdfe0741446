import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Graph } from './contract/graph.ts'
import { graphOf, userStep } from './engine/testing.ts'
import { registerCall } from './index.ts'
import { runCalls } from './server/calls.ts'
import { runHandovers, stepsHandover } from './server/hand-over.ts'
import { runMigrations } from './server/migrate-instances.ts'
import { runReckonings } from './server/reckon.ts'
import { replayed } from './server/replay.ts'
import { codeOf, startOffice } from './testing.ts'

let office: Awaited<ReturnType<typeof startOffice>>
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.server.stop())

const by = (persons: string[], more = {}) => ({
  kind: 'user' as const,
  user: { ...userStep([], more), handlers: [{ by: 'person' as const, persons }] },
})
const line = (steps: Record<string, ReturnType<typeof by>>): Graph => {
  const names = ['start', ...Object.keys(steps), 'end']
  return graphOf(
    { start: { kind: 'start' }, ...steps, end: { kind: 'end' } },
    names.slice(1).map((to, at) => `${names[at]}>${to}`),
  )
}
const begin = (process: string, title = '采购') => office.as('clerk').start({ process, title })
const same = async (id: string): Promise<void> => {
  const [row] = await office.server.sql<{ state: unknown }>('select state from workflow.instance where id = $1', [id])
  expect(await replayed(office.server.kernel, id)).toEqual(row?.state)
}

describe('running instances go to a new version', () => {
  it('with a mapping: tried first, moved by a job, replayed over both versions; blockers are listed', async () => {
    const { chief, head } = office.people
    const from = await office.publish('moving', line({ check: by([chief]), sign: by([head]) }))
    const [atCheck, atSign] = [await begin('moving', '甲件'), await begin('moving', '乙件')]
    await office.complete('chief', atSign)
    const to = await office.publish('moving', line({ review: by([chief]), extra: by([head]), archive: by([chief]) }))
    const mapping = { check: 'review' }
    const trial = await office.as('admin').tryMigration({ from, to, mapping })
    expect(trial).toMatchObject({ looked: 2, ready: 1, next: null })
    expect(trial.blocked).toMatchObject([{ title: '乙件', blockers: [{ node: 'sign' }] }])
    expect(trial.steps.to.map(({ node }) => node).sort()).toEqual(['archive', 'extra', 'review'])
    const begun = await office.as('admin').migrate({ from, to, mapping, reason: '流程优化' })
    expect(begun).toMatchObject({ total: 2, waiting: 2, done: 0 })
    await runMigrations(office.server.kernel)
    await runMigrations(office.server.kernel)
    expect((await office.as('admin').migrations({})).rows).toMatchObject([
      { total: 2, waiting: 0, done: 1, blocked: 1, endedAt: expect.any(String) },
    ])
    expect((await office.as('admin').migrationBlocked({ id: begun.id })).rows).toMatchObject([{ title: '乙件' }])
    const moved = await office.complete('chief', atCheck)
    expect(moved).toMatchObject({ version: 2, steps: [{ node: 'extra' }] })
    expect(moved.history.filter(({ what }) => what === 'migrate')).toHaveLength(1)
    await same(atCheck.id)
    expect((await office.complete('head', atSign)).status).toBe('completed')
    await same(atSign.id)
  })
  it('only those in scope, of the same process, and by administrators', async () => {
    const from = await office.publish('scoped', line({ check: by([office.people.chief]) }))
    const to = await office.publish('scoped', line({ check: by([office.people.head]) }))
    const other = await office.publish('another', line({ check: by([office.people.head]) }))
    expect(await codeOf(office.as('clerk').tryMigration({ from, to }))).toBe('forbidden')
    expect(await codeOf(office.as('admin').tryMigration({ from, to: other }))).toBe('invalid')
    expect(await codeOf(office.as('admin').tryMigration({ from, to, mapping: { nowhere: 'check' } }))).toBe('invalid')
    await office.server.system((ctx) =>
      ctx.sql('update workflow.definition set retired_at = now() where id = $1', [to]),
    )
    await begin('scoped')
    expect((await office.as('waterAdmin').tryMigration({ from, to })).looked).toBe(0)
    expect((await office.as('waterAdmin').migrate({ from, to, reason: '试' })).total).toBe(0)
    const mine = await office.as('admin').migrate({ from, to, reason: '试' })
    expect(mine.total).toBe(1)
    expect(await codeOf(office.as('waterAdmin').migrationBlocked({ id: mine.id }))).toBe('not-found')
  })
})

describe('离岗交接', () => {
  it('passes every open step to the successor by a command, also what waits for its turn', async () => {
    const { chief, head, other } = office.people
    await office.publish(
      'leaving',
      line({ one: by([other]), turn: by([chief, other], { way: 'in-turn' }), last: by([head]) }),
    )
    const [first, second] = [await begin('leaving', '甲件'), await begin('leaving', '乙件')]
    await office.complete('other', second)
    const token = await office.server.system((ctx) =>
      ctx.sql<{ n: number }>("select count(*)::int as n from tasks.task where person_id = $1 and state = 'open'", [
        other,
      ]),
    )
    expect(token[0]?.n).toBe(1)
    const { list, transfer } = stepsHandover
    expect(await office.server.system((ctx) => list(ctx.sql, other))).toEqual({ count: 1, samples: ['甲件'] })
    await office.server.system((ctx) => transfer(ctx.sql, other, head, '2026-11-20'))
    await runHandovers(office.server.kernel)
    await runHandovers(office.server.kernel)
    const file = await office.as('head').caseFile({ id: first.id })
    expect(file.mine?.step).toBe('one')
    expect(file.history.at(-1)).toMatchObject({ what: 'transfer' })
    await same(first.id)
    expect(await office.server.sql('select moved, ended_at is not null as over from workflow.handover')).toEqual([
      // the second only waited for a turn
      { moved: 2, over: true },
    ])
  })
})
describe('a calendar that is published again', () => {
  it('moves the limits that are open, from when they began, and leaves a line in the case', async () => {
    const limit = {
      amount: 3,
      unit: 'working-days' as const,
      kind: 'promised' as const,
      yellow: 0.5,
      overdue: [{ after: 0, do: 'urge' as const }],
    }
    await office.publish('limited', line({ check: by([office.people.chief], { limit }) }))
    const file = await begin('limited')
    const before = file.steps[0]?.dueAt ?? ''
    await office.server.system(async (ctx) => {
      const day =
        (
          await ctx.sql<{ day: string }>(
            "select to_char($1::timestamptz at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day",
            [before],
          )
        )[0]?.day ?? ''
      await ctx.sql(
        'insert into calendar.day (notice_year, day, working, name) values ($1, $2, false, $3) on conflict (day, notice_year) do update set working = false',
        [Number(day.slice(0, 4)), day, '临时放假'],
      )
      await ctx.sql('insert into workflow.reckoning (id, year, created_at) values (gen_random_uuid(), 2026, now())')
    })
    await runReckonings(office.server.kernel)
    const after = await office.as('chief').caseFile({ id: file.id })
    expect(Date.parse(after.steps[0]?.dueAt ?? '')).toBeGreaterThan(Date.parse(before))
    expect(after.history.at(-1)?.what).toBe('reckon')
    await same(file.id)
    await office.server.system((ctx) =>
      ctx.sql('insert into workflow.reckoning (id, year, created_at) values (gen_random_uuid(), 2026, now())'),
    )
    await runReckonings(office.server.kernel)
    expect((await office.as('chief').caseFile({ id: file.id })).history).toHaveLength(after.history.length)
  })
})

describe('a service step that calls out', () => {
  it('calls with nothing locked, tries again, and answers by a short command', async () => {
    let turns = 0
    let locked = true
    registerCall('test.outside', async (kernel, { instanceId }) => {
      turns += 1
      locked =
        (
          await kernel.database.query('select 1 from workflow.instance where id = $1 for update skip locked', [
            instanceId,
          ])
        ).length === 0
      if (turns === 1) throw new Error('the line is dead')
      return { 编号: 'A-7' }
    })
    const service = {
      kind: 'service' as const,
      service: { handler: 'test.outside', input: [], output: [{ from: '编号', to: '编号' }], retries: 2 },
    }
    await office.publish('calling', {
      ...line({ call: service as never, read: by([office.people.clerk]) }),
      reads: ['编号'],
    })
    const file = await begin('calling')
    await office.server.settled()
    await runCalls(office.server.kernel)
    await office.server.settled()
    await runCalls(office.server.kernel)
    await expect.poll(async () => (await office.as('clerk').caseFile({ id: file.id })).mine?.step).toBe('read')
    expect((await office.as('clerk').caseFile({ id: file.id })).values).toEqual({ 编号: 'A-7' })
    expect({ turns, locked }).toEqual({ turns: 2, locked: false })
    await same(file.id)
  })
})

describe('联办', () => {
  it('runs each branch in its unit, answers one line a branch to whoever may read the whole, and merges what came', async () => {
    const child = line({
      handle: {
        kind: 'user',
        user: { ...userStep([], { fields: { 意见: 'write' } }), handlers: [{ by: 'leader', levels: 1 }] },
      } as never,
    })
    await office.publish('branch', { ...child, reads: ['意见', '办理单位'] })
    const parent = graphOf(
      {
        start: { kind: 'start' },
        fan: {
          kind: 'call',
          name: '各单位办理',
          multi: {
            sequential: false,
            collection: '单位',
            element: '单位号',
            collect: { from: '答复', to: '答复汇总' },
          },
          call: {
            process: 'branch',
            input: [{ from: '单位号', to: '办理单位' }],
            output: [{ from: '意见', to: '答复' }],
          },
        },
        sum: by([office.people.clerk]),
        end: { kind: 'end' },
      },
      ['start>fan', 'fan>sum', 'sum>end'],
      [],
      ['单位', '单位号', '答复', '答复汇总', '意见'],
    )
    await office.publish('joint', parent)
    const { papers, water: bureau } = office.units
    const file = await office
      .as('clerk')
      .start({ process: 'joint', title: '开办一件事', values: { 单位: [papers, bureau] } })
    await office.server.settled()
    const { rows } = await office.as('clerk').branches({ id: file.id })
    expect(rows.map(({ unitName, steps, status }) => [unitName, steps, status]).sort()).toEqual([
      ['县水利局', ['handle'], 'running'],
      ['文电科', ['handle'], 'running'],
    ])
    expect(await codeOf(office.as('other').branches({ id: file.id }))).toBe('not-found')
    const answer = async (name: 'chief' | 'stranger', unitName: string, 意见: string) => {
      const id = rows.find((row) => row.unitName === unitName)?.id ?? ''
      const { mine } = await office.as(name).caseFile({ id })
      await office
        .as(name)
        .act({ id, act: { do: 'complete', slot: mine?.slot ?? '', outcome: 'agree', values: { 意见 } } })
      await office.server.settled()
    }
    await answer('stranger', '县水利局', '水利同意')
    expect(
      (await office.as('clerk').branches({ id: file.id })).rows.filter(({ status }) => status === 'completed'),
    ).toHaveLength(1)
    await answer('chief', '文电科', '文电同意')
    const whole = await office.as('clerk').caseFile({ id: file.id })
    expect(whole.mine?.step).toBe('sum')
    expect((whole.values.答复汇总 as string[]).toSorted()).toEqual(['文电同意', '水利同意'])
    expect(whole.joint).toBe(true)
    const returnable = async (who: 'clerk' | 'admin') =>
      (await office.as(who).branches({ id: file.id })).rows.map((row) => row.returnable)
    expect(await returnable('clerk')).toEqual([true, true])
    // The administrator of the unit follows them too; whoever does not handle the step returns none.
    expect(await returnable('admin')).toEqual([false, false])
    // 退回一支: the bureau answers anew, the division's answer stays, then the one who sent it back goes on.
    const water = (await office.as('clerk').branches({ id: file.id })).rows.find((row) => row.unitName === '县水利局')
    const back = {
      do: 'return-branch' as const,
      slot: whole.mine?.slot ?? '',
      call: water?.call ?? '',
      run: water?.run ?? 0,
    }
    expect(await codeOf(office.as('clerk').act({ id: file.id, act: { ...back, run: 7 } }))).toBe('not-executed')
    await office.as('clerk').act({ id: file.id, act: back, opinion: '请补充依据。' })
    await office.server.settled()
    const again = (await office.as('clerk').branches({ id: file.id })).rows
    expect(again.map(({ unitName, status }) => `${unitName} ${status}`).sort()).toEqual([
      '县水利局 running',
      '文电科 completed',
    ])
    rows.splice(0, rows.length, ...again)
    await answer('stranger', '县水利局', '水利补充后同意')
    const over = await office.as('clerk').caseFile({ id: file.id })
    expect((over.values.答复汇总 as string[]).toSorted()).toEqual(['文电同意', '水利补充后同意'])
    await same(file.id)
    expect((await office.complete('clerk', over)).status).toBe('completed')
  })
})
