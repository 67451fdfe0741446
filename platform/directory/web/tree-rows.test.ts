import { describe, expect, it } from 'vitest'
import type { UnitNode } from '../contract.ts'
import { actionOf, treeView } from './tree-rows.ts'
import { type BranchState, TOP, type TreeState } from './tree-store.ts'

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
const known = (nodes: UnitNode[], at: number): BranchState => ({ nodes, at, loading: false })
const state: TreeState = {
  ready: true,
  branches: new Map([
    [TOP, known([node('山东省', null, 3)], 50)],
    ['山东省', known([node('滨州市', '山东省', 1), node('济南市', '山东省', 1), node('省直单位', '山东省')], 40)],
    ['滨州市', known([node('博兴县', '滨州市', 1)], 30)],
    ['博兴县', known([node('博兴县水利局', '博兴县')], 20)],
    ['济南市', { loading: false, failed: { error: new Error('lost'), tries: 1 } }],
  ]),
}
const shown = (expanded: string[], filter?: string) =>
  treeView(state, new Set(expanded), filter).rows.map((row) => `${row.level} ${row.key}`)

describe('treeView', () => {
  it('draws what is open; a branch that failed is a line of its own', () => {
    expect(shown(['山东省', '济南市', '省直单位'])).toEqual([
      '1 山东省',
      '2 滨州市',
      '2 济南市',
      '3 济南市:gap',
      '2 省直单位',
    ])
    const rows = treeView(state, new Set(['山东省', '济南市'])).rows
    expect(rows.map(({ kind }) => kind)).toEqual(['unit', 'unit', 'unit', 'failed', 'unit'])
    expect(rows[1]).toMatchObject({ expanded: false, position: 1, siblings: 3 })
    expect(rows[4]).toMatchObject({ expanded: undefined, position: 3 })
  })
  it('asks for the branches in sight only, and is as old as the oldest of them', () => {
    expect(treeView(state, new Set(['山东省', '博兴县']))).toMatchObject({ shown: [TOP, '山东省'], oldest: 40 })
    expect(treeView(state, new Set(['山东省', '滨州市', '博兴县'])).oldest).toBe(20)
  })
  it('narrows to the units that hold all words, under those above them, opened or not', () => {
    expect(shown([], '水利')).toEqual(['1 山东省', '2 滨州市', '3 博兴县', '4 博兴县水利局'])
    expect(shown([], '博兴 水利')).toEqual(['1 山东省', '2 滨州市', '3 博兴县', '4 博兴县水利局'])
    expect(shown(['山东省'], '济南')).toEqual(['1 山东省', '2 济南市'])
    expect(shown([], '教育')).toEqual([])
  })
  it('waits with one line while nothing is known', () => {
    const view = treeView({ ready: false, branches: new Map() }, new Set())
    expect(view.rows).toMatchObject([{ kind: 'waiting' }])
    expect(view.oldest).toBeUndefined()
  })
})

describe('actionOf', () => {
  const { rows } = treeView(state, new Set(['山东省', '济南市']))
  const act = (active: string | undefined, key: string) => {
    const action = actionOf(rows, active, key)
    return action && `${action.type} ${action.row.key}`
  }
  it.each([
    ['滨州市', 'ArrowDown', 'focus 济南市'],
    ['济南市', 'ArrowDown', 'focus 济南市:gap'],
    ['山东省', 'ArrowUp', undefined],
    ['省直单位', 'ArrowDown', undefined],
    ['省直单位', 'Home', 'focus 山东省'],
    ['山东省', 'End', 'focus 省直单位'],
    ['山东省', 'ArrowRight', 'focus 滨州市'],
    ['滨州市', 'ArrowRight', 'expand 滨州市'],
    ['省直单位', 'ArrowRight', undefined],
    ['济南市', 'ArrowLeft', 'collapse 济南市'],
    ['滨州市', 'ArrowLeft', 'focus 山东省'],
    ['济南市:gap', 'ArrowLeft', 'focus 济南市'],
    ['济南市:gap', 'Enter', 'retry 济南市:gap'],
    ['滨州市', 'Enter', 'select 滨州市'],
    ['滨州市', ' ', 'select 滨州市'],
    ['滨州市', '省', 'focus 省直单位'],
    ['滨州市', 'Tab', undefined],
    // what was active is not in the tree any more: from the top
    ['nobody', 'Enter', 'select 山东省'],
  ])('%s %s: %s', (active, key, expected) => {
    expect(act(active, key)).toBe(expected)
  })
  it('does nothing in an empty tree', () => {
    expect(actionOf([], undefined, 'ArrowDown')).toBeUndefined()
  })
})
