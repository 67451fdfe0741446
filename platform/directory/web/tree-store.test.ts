import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '#kernel/web'
import type { UnitNode } from '../contract.ts'
import { type Branch, createTreeStore, pathOf, retryDelay, TOP, type TreeCache, type TreeSource } from './tree-store.ts'

const node = (id: string, parentId: string | null, children = 0): UnitNode => ({
  id,
  no: 1,
  parentId,
  kind: 'region',
  level: 1,
  name: id,
  shortName: id,
  children,
  peopleTotal: 0,
})
const province = node('province', null, 2)
const binzhou = node('binzhou', 'province', 1)
const jinan = node('jinan', 'province', 1)
const offline = new ApiError({ status: 0, code: 'offline', detail: '网络连接不上，请检查网络后重试。' })
const gone = new ApiError({ status: 404, code: 'not-found', detail: '没有这个单位。' })

/** A cache in memory; what is kept can be looked at. */
function keep(branches: Branch[] = []) {
  const kept = new Map(branches.map((branch) => [branch.parentId, branch]))
  const cache: TreeCache = {
    read: async () => [...kept.values()],
    write: async (branch) => void kept.set(branch.parentId, branch),
    drop: async (ids) => {
      for (const id of ids) kept.delete(id)
    },
  }
  return { cache, kept }
}

/** A source whose answers can be changed while it is used. */
function answering(answers: Record<string, readonly UnitNode[] | Error>) {
  const asked: string[] = []
  const give = async (id: string) => {
    asked.push(id)
    const answer = answers[id] ?? []
    if (answer instanceof Error) throw answer
    return answer
  }
  const source: TreeSource = { root: async () => (await give(TOP))[0] as UnitNode, children: give }
  return { source, asked, answers }
}

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000_000 }))
afterEach(() => void vi.useRealTimers())
const settle = () => vi.advanceTimersByTimeAsync(0)
const names = (nodes: readonly UnitNode[] | undefined) => nodes?.map(({ id }) => id)

describe('tree store', () => {
  it('shows what was kept at once with its age, then reads it again', async () => {
    const old = Date.now() - 3_600_000
    const { source, asked } = answering({ [TOP]: [province], province: [binzhou, jinan] })
    const { cache, kept } = keep([
      { parentId: TOP, nodes: [province], at: old },
      { parentId: 'province', nodes: [binzhou], at: old },
    ])
    const store = createTreeStore({ source, cache })
    store.need('province')
    expect(asked).toEqual([])
    await settle()
    expect(store.state().branches.get('province')).toMatchObject({ at: old, nodes: [binzhou] })
    store.need('province')
    expect(names(store.state().branches.get('province')?.nodes)).toEqual(['binzhou'])
    await settle()
    expect(names(store.state().branches.get('province')?.nodes)).toEqual(['binzhou', 'jinan'])
    expect(kept.get('province')?.at).toBe(Date.now())
    store.need('province')
    await settle()
    expect(asked).toEqual(['province'])
  })

  it('keeps old children when they cannot be read again, and says that it failed', async () => {
    const { source } = answering({ province: offline })
    const { cache } = keep([{ parentId: 'province', nodes: [binzhou], at: 0 }])
    const store = createTreeStore({ source, cache })
    await settle()
    store.need('province')
    await settle()
    expect(store.state().branches.get('province')).toMatchObject({ nodes: [binzhou], failed: { tries: 1 } })
    store.stop()
  })

  it('lets one subtree fail alone and repairs it by itself', async () => {
    const { source, answers, asked } = answering({ binzhou: offline, jinan: [node('lixia', 'jinan')] })
    const store = createTreeStore({ source, cache: keep().cache, random: () => 1 })
    await settle()
    store.need('binzhou')
    store.need('jinan')
    await settle()
    expect(names(store.state().branches.get('jinan')?.nodes)).toEqual(['lixia'])
    expect(store.state().branches.get('binzhou')?.failed?.tries).toBe(1)
    // what failed waits its turn, however often it is drawn
    store.need('binzhou')
    await vi.advanceTimersByTimeAsync(1999)
    expect(asked.filter((id) => id === 'binzhou')).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(store.state().branches.get('binzhou')?.failed?.tries).toBe(2)
    answers.binzhou = [node('boxing', 'binzhou')]
    await vi.advanceTimersByTimeAsync(4000)
    expect(names(store.state().branches.get('binzhou')?.nodes)).toEqual(['boxing'])
    expect(store.state().branches.get('binzhou')?.failed).toBeUndefined()
  })

  it('tries at once when the reader says so or the network is back', async () => {
    const { source, answers } = answering({ binzhou: offline, jinan: offline })
    const store = createTreeStore({ source, cache: keep().cache })
    await settle()
    store.need('binzhou')
    store.need('jinan')
    await settle()
    answers.binzhou = [node('boxing', 'binzhou')]
    answers.jinan = []
    store.retry('binzhou')
    await settle()
    expect(names(store.state().branches.get('binzhou')?.nodes)).toEqual(['boxing'])
    store.wake()
    await settle()
    expect(store.state().branches.get('jinan')?.nodes).toEqual([])
  })

  it('does not repeat what was refused; a unit that is gone leaves the tree, with all below it', async () => {
    const { source, answers, asked } = answering({ [TOP]: [province], province: [binzhou, jinan], binzhou: gone })
    const { cache, kept } = keep([
      { parentId: TOP, nodes: [province], at: Date.now() },
      { parentId: 'province', nodes: [binzhou, jinan], at: Date.now() },
      { parentId: 'binzhou', nodes: [node('boxing', 'binzhou', 1)], at: 0 },
      { parentId: 'boxing', nodes: [node('jinqiu', 'boxing')], at: 0 },
    ])
    const store = createTreeStore({ source, cache })
    await settle()
    expect(pathOf(store.state().branches, 'jinqiu')).toEqual(['province', 'binzhou', 'boxing'])
    answers.province = [jinan]
    store.need('binzhou')
    await settle()
    expect(asked).toEqual(['binzhou', 'province'])
    expect([...store.state().branches.keys()]).toEqual([TOP, 'province'])
    expect([...kept.keys()]).toEqual([TOP, 'province'])
    await vi.advanceTimersByTimeAsync(120_000)
    expect(asked).toHaveLength(2)
  })

  it('keeps the age its source tells, when the answer came from what is held here', async () => {
    const { source } = answering({ province: [binzhou] })
    const store = createTreeStore({ source: { ...source, knownAt: () => 77 }, cache: keep().cache })
    await settle()
    store.need('province')
    await settle()
    expect(store.state().branches.get('province')?.at).toBe(77)
  })

  it('says nothing any more after it was stopped', async () => {
    const { source } = answering({ province: [binzhou] })
    const { cache, kept } = keep()
    const store = createTreeStore({ source, cache })
    await settle()
    store.need('province')
    store.stop()
    await settle()
    expect(kept.size).toBe(0)
  })
})

describe('pathOf', () => {
  it('is unknown until every unit above is known', () => {
    const branches = new Map([['binzhou', { nodes: [node('boxing', 'binzhou')], loading: false }]])
    expect(pathOf(branches, 'boxing')).toBeUndefined()
    expect(pathOf(new Map([[TOP, { nodes: [province], loading: false }]]), 'province')).toEqual([])
  })
})

it.each([
  [1, 1, 2000],
  [1, 0, 1000],
  [3, 1, 8000],
  [30, 1, 60_000],
])('after %i failures, random %d: %i ms', (tries, random, expected) => {
  expect(retryDelay(tries, random)).toBe(expected)
})
