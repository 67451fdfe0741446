import { describe, expect, it } from 'vitest'
import type { Block, BlockProcess } from '../../contract/blocks.ts'
import { Random } from '../../definition/arbitrary-blocks.ts'
import {
  addBranch,
  blocksIn,
  changeBlock,
  commit,
  copyOf,
  ends,
  findBranch,
  insertAt,
  moveBlock,
  type Place,
  placeOf,
  redo,
  removeBlock,
  removeBranch,
  shiftBlock,
  shiftBranch,
  type Undoable,
  undo,
  whyNotAt,
  whyNotRemoveBranch,
} from './model.ts'
import { kindOf, kinds } from './palette.ts'

const wait = (id: string): Block => ({
  id,
  name: id,
  type: 'wait',
  timer: { kind: 'duration', value: 'duration("P1D")' },
})
const stop = (id: string): Block => ({ id, name: id, type: 'stop' })
const choice = (id: string, ...branches: Block[][]): Block => ({
  id,
  name: id,
  type: 'choice',
  several: false,
  branches: branches.map((blocks, index) => ({
    id: `${id}${index}`,
    name: '',
    ...(index < branches.length - 1 && { when: '金额 > 1' }),
    blocks,
  })),
})
const process = (...blocks: Block[]): BlockProcess => ({
  format: 1,
  key: 'p',
  name: '测试',
  fields: [],
  start: { id: 'start', name: '' },
  blocks: [...blocks, stop('end')],
})
/** The shape in one line: a, c[b | d], end. */
const told = (blocks: readonly Block[]): string =>
  blocks
    .map((block) =>
      'branches' in block ? `${block.id}[${block.branches.map((one) => told(one.blocks)).join(' | ')}]` : block.id,
    )
    .join(' ')
const shape = ({ blocks }: BlockProcess): string => told(blocks)

describe('changing a process', () => {
  const base = process(wait('a'), choice('c', [wait('b')], []), wait('d'))
  it('puts in, takes out and changes without touching what was', () => {
    const before = structuredClone(base)
    expect(shape(insertAt(base, { branch: '', index: 1 }, wait('x')))).toBe('a x c[b | ] d end')
    expect(shape(insertAt(base, { branch: 'c1', index: 0 }, wait('x')))).toBe('a c[b | x] d end')
    expect(shape(removeBlock(base, 'b'))).toBe('a c[ | ] d end')
    expect(shape(removeBlock(base, 'c'))).toBe('a d end')
    const named = changeBlock(base, 'b', (block) => ({ ...block, name: '公示' }))
    expect(findBranch(named, 'c0')?.branch.blocks[0]?.name).toBe('公示')
    expect(base).toEqual(before)
  })
  it('moves within a row, into branches and out of them, and never into itself', () => {
    expect(shape(moveBlock(base, 'd', { branch: '', index: 0 }))).toBe('d a c[b | ] end')
    expect(shape(moveBlock(base, 'a', { branch: '', index: 2 }))).toBe('c[b | ] a d end')
    expect(shape(moveBlock(base, 'a', { branch: 'c0', index: 1 }))).toBe('c[b a | ] d end')
    expect(shape(moveBlock(base, 'b', { branch: '', index: 0 }))).toBe('b a c[ | ] d end')
    expect(moveBlock(base, 'c', { branch: 'c1', index: 0 })).toBe(base)
    expect(moveBlock(base, 'a', { branch: '', index: 1 })).toBe(base)
    expect(shape(shiftBlock(base, 'a', 1))).toBe('c[b | ] a d end')
    expect(shape(shiftBlock(base, 'd', -1))).toBe('a d c[b | ] end')
    expect(shiftBlock(base, 'a', -1)).toBe(base)
    expect(shiftBlock(base, 'd', 1)).toBe(base)
  })
  it('keeps one end, and none where every way has ended before', () => {
    const ended = insertAt(base, { branch: 'c0', index: 1 }, stop('s'))
    expect(shape(ended)).toBe('a c[b s | ] d end')
    const both = insertAt(removeBlock(ended, 'd'), { branch: 'c1', index: 0 }, stop('t'))
    expect(shape(both)).toBe('a c[b s | t]')
    expect(ends(both.blocks.at(-1) as Block)).toBe(true)
    const again = removeBlock(both, 't')
    expect(again.blocks.at(-1)).toMatchObject({ type: 'stop', name: '办结' })
  })
  it('says why something cannot stand somewhere', () => {
    const ended = insertAt(base, { branch: 'c0', index: 1 }, stop('s'))
    expect(whyNotAt(ended, { branch: 'c0', index: 2 }, wait('x'))).toMatch(/前面已经结束/)
    expect(whyNotAt(base, { branch: 'c0', index: 0 }, stop('x'))).toMatch(/最后/)
    expect(whyNotAt(base, { branch: '', index: 0 }, stop('x'))).toMatch(/已经有/)
    expect(whyNotAt(base, { branch: 'c0', index: 1 }, stop('x'))).toBeUndefined()
    let deep = process(choice('n0', [], []))
    for (let level = 1; level < 5; level++)
      deep = insertAt(deep, { branch: `n${level - 1}0`, index: 0 }, choice(`n${level}`, [], []))
    expect(whyNotAt(deep, { branch: 'n40', index: 0 }, choice('x', [], []))).toMatch(/最多套 5 层/)
    expect(whyNotAt(deep, { branch: 'n40', index: 0 }, wait('x'))).toBeUndefined()
  })
  it('adds branches before the one taken otherwise, orders them, and keeps two', () => {
    const three = addBranch(base, 'c')
    const ids = (one: BlockProcess) =>
      (one.blocks[1] as Extract<Block, { type: 'choice' }>).branches.map(({ id }) => id)
    const added = ids(three)[1] as string
    expect(ids(three)).toEqual(['c0', added, 'c1'])
    expect(findBranch(three, added)?.branch.when).toBe('')
    expect(ids(shiftBranch(three, added, -1))).toEqual([added, 'c0', 'c1'])
    expect(shiftBranch(three, added, 1)).toBe(three)
    expect(shiftBranch(three, 'c1', -1)).toBe(three)
    expect(ids(removeBranch(three, added))).toEqual(['c0', 'c1'])
    expect(whyNotRemoveBranch(base, 'c0')).toMatch(/至少要有两条/)
    expect(whyNotRemoveBranch(three, 'c1')).toMatch(/其他情况/)
    expect(removeBranch(base, 'c0')).toBe(base)
  })
  it('copies under new ids throughout', () => {
    const copy = copyOf(base.blocks[1] as Block)
    const old = new Set(['c', 'c0', 'c1', 'b'])
    const ids = blocksIn([copy]).flatMap((block) => [
      block.id,
      ...('branches' in block ? block.branches.map(({ id }) => id) : []),
    ])
    expect(ids).toHaveLength(4)
    expect(ids.some((id) => old.has(id))).toBe(false)
  })
  it('stays whole through random changes, each of which can be taken back', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed)
      let history: Undoable = { past: [], present: process(), future: [] }
      const seen = [history.present]
      for (let turn = 0; turn < 40; turn++) {
        const next = changed(random, history.present)
        if (next === history.present) continue
        history = commit(history, next)
        seen.push(next)
        const ids = blocksIn(next.blocks).map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        expect(ends(next.blocks.at(-1) as Block)).toBe(true)
        expect(next.blocks.slice(0, -1).some(({ type }) => type === 'stop')).toBe(false)
      }
      for (const one of seen.toReversed().slice(1)) {
        history = undo(history)
        expect(history.present).toBe(one)
      }
      for (const one of seen.slice(1)) {
        history = redo(history)
        expect(history.present).toBe(one)
      }
    }
  })
})

const places = ({ blocks }: BlockProcess): Place[] => {
  const row = (inRow: readonly Block[], branch: string): Place[] => [
    ...Array.from({ length: inRow.length + 1 }, (_, index) => ({ branch, index })),
    ...inRow.flatMap((block) => ('branches' in block ? block.branches.flatMap((one) => row(one.blocks, one.id)) : [])),
  ]
  return row(blocks, '')
}
const changed = (random: Random, present: BlockProcess): BlockProcess => {
  const at = random.of(places(present))
  const some = blocksIn(present.blocks)
  const one = random.of(some)
  const isEnd = placeOf(present, one.id)?.branch === '' && one.type === 'stop'
  const kind = random.below(6)
  if (kind < 3) {
    const block = random.of(kinds).make()
    return whyNotAt(present, at, block) === undefined ? insertAt(present, at, block) : present
  }
  if (kind === 3) return isEnd ? present : moveBlock(present, one.id, at)
  if (kind === 4) return isEnd ? present : removeBlock(present, one.id)
  return addBranch(present, one.id)
}

describe('taking back', () => {
  it('takes typing in one field as one step, and forgets what was taken back after a new change', () => {
    const first = process(wait('a'))
    const name = (text: string) => changeBlock(first, 'a', (block) => ({ ...block, name: text }))
    let history: Undoable = { past: [], present: first, future: [] }
    for (const text of ['公', '公示', '公示三天']) history = commit(history, name(text), 'a.name')
    expect(history.past).toHaveLength(1)
    history = undo(history)
    expect(history.present).toBe(first)
    expect(redo(history).present).toEqual(name('公示三天'))
    history = commit(history, name('另起'))
    expect(redo(history)).toMatchObject({ present: name('另起'), future: [] })
    expect(undo({ past: [], present: first, future: [] }).present).toBe(first)
  })
})

describe('the palette', () => {
  it('gives each block ids of its own', () => {
    for (const { key } of kinds) expect(kindOf(key)?.make().id).not.toBe(kindOf(key)?.make().id)
  })
})
