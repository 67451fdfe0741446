import type { Block, BlockProcess, Branch } from '../../contract/blocks.ts'

/**
 * What can be done to a process in blocks, without a page: every change gives a new process and leaves the old one as it was, which is
 * what makes taking it back a matter of keeping the old one.
 */

/** Before which block: `branch` is the id of a branch, or empty for the process itself. */
export interface Place {
  branch: string
  index: number
}
type Branching = Extract<Block, { branches: Branch[] }>
const branchesOf = (block: Block): Branch[] => ('branches' in block ? block.branches : [])

/** All blocks in the order in which they are read. */
export const blocksIn = (blocks: readonly Block[]): Block[] =>
  blocks.flatMap((block) => [block, ...branchesOf(block).flatMap((branch) => blocksIn(branch.blocks))])

const mapLists = (blocks: Block[], branch: string, change: (blocks: Block[], branch: string) => Block[]): Block[] =>
  change(
    blocks.map((block) =>
      'branches' in block
        ? {
            ...block,
            branches: block.branches.map((one) => ({ ...one, blocks: mapLists(one.blocks, one.id, change) })),
          }
        : block,
    ),
    branch,
  )
const changeLists = (process: BlockProcess, change: (blocks: Block[], branch: string) => Block[]): BlockProcess =>
  tidy({ ...process, blocks: mapLists(process.blocks, '', change) })

export const findBlock = (process: BlockProcess, id: string): Block | undefined =>
  blocksIn(process.blocks).find((block) => block.id === id)
export const findBranch = (process: BlockProcess, id: string): { branch: Branch; of: Branching } | undefined => {
  for (const block of blocksIn(process.blocks))
    for (const branch of branchesOf(block)) if (branch.id === id) return { branch, of: block as Branching }
  return undefined
}
export const placeOf = (process: BlockProcess, id: string): Place | undefined => {
  const lists: [string, Block[]][] = [
    ['', process.blocks],
    ...blocksIn(process.blocks).flatMap((block) =>
      branchesOf(block).map((one): [string, Block[]] => [one.id, one.blocks]),
    ),
  ]
  for (const [branch, blocks] of lists) {
    const index = blocks.findIndex((block) => block.id === id)
    if (index >= 0) return { branch, index }
  }
  return undefined
}
const listAt = (process: BlockProcess, branch: string): Block[] =>
  branch === '' ? process.blocks : (findBranch(process, branch)?.branch.blocks ?? [])

/** Does nothing come after this block, whatever way is taken? */
export const ends = (block: Block): boolean =>
  block.type === 'stop' ||
  ('branches' in block && block.branches.every(({ blocks }) => blocks.length > 0 && ends(blocks.at(-1) as Block)))

/** The process ends with its own end, unless every way has ended before. */
const tidy = (given: BlockProcess): BlockProcess => {
  const process = withoutUnused(given)
  const blocks = [...process.blocks]
  const last = blocks.at(-1)
  const end = last?.type === 'stop' ? blocks.pop() : undefined
  const before = blocks.at(-1)
  if (before && ends(before)) return { ...process, blocks }
  return { ...process, blocks: [...blocks, end ?? { id: freshId(), name: '办结', type: 'stop' }] }
}

/** A decision table goes with the last step that asks it: nothing of it could be checked any more. */
const withoutUnused = (process: BlockProcess): BlockProcess => {
  if (!process.decisions) return process
  const used = new Set(blocksIn(process.blocks).flatMap((block) => (block.type === 'rule' ? block.rule.decision : [])))
  const kept = Object.entries(process.decisions).filter(([name]) => used.has(name))
  const { decisions: _, ...rest } = process
  return kept.length > 0 ? { ...rest, decisions: Object.fromEntries(kept) } : rest
}

/** Never the id of a block that was there before: versions are compared, and cases moved over, by them. */
export const freshId = (): string => `b${crypto.randomUUID().replaceAll('-', '').slice(0, 8)}`

const DEEPEST = 5
export const depthOf = (block: Block): number =>
  'branches' in block ? 1 + Math.max(0, ...block.branches.flatMap(({ blocks }) => blocks.map(depthOf))) : 0
const depthAt = (process: BlockProcess, branch: string): number => {
  const found = branch === '' ? undefined : findBranch(process, branch)
  return found ? 1 + depthAt(process, placeOf(process, found.of.id)?.branch ?? '') : 0
}

/** Why this block cannot stand there, in words; undefined when it can. */
export const whyNotAt = (process: BlockProcess, { branch, index }: Place, block: Block): string | undefined => {
  const blocks = listAt(process, branch)
  const before = blocks[index - 1]
  if (before && ends(before)) return '前面已经结束，后面不能再放环节。'
  if (ends(block) && blocks.slice(index).some(({ id }) => id !== block.id) && branch !== '')
    return '“结束流程”只能放在一条分支的最后。'
  if (block.type === 'stop' && branch === '') return '整个流程的最后已经有“办结”。'
  if (depthAt(process, branch) + depthOf(block) > DEEPEST)
    return `分支最多套 ${DEEPEST} 层。可以把里面的部分做成单独的流程来调用。`
  return undefined
}

export const insertAt = (process: BlockProcess, { branch, index }: Place, block: Block): BlockProcess =>
  changeLists(process, (blocks, at) => (at === branch ? blocks.toSpliced(index, 0, block) : blocks))

export const removeBlock = (process: BlockProcess, id: string): BlockProcess =>
  changeLists(process, (blocks) => blocks.filter((block) => block.id !== id))

/** The block in another place; the same process when it cannot stand there. */
export const moveBlock = (process: BlockProcess, id: string, to: Place): BlockProcess => {
  const block = findBlock(process, id)
  const from = placeOf(process, id)
  if (!block || !from) return process
  const own = new Set(blocksIn([block]).flatMap((one) => branchesOf(one).map((branch) => branch.id)))
  if (own.has(to.branch)) return process
  const index = from.branch === to.branch && from.index < to.index ? to.index - 1 : to.index
  if (from.branch === to.branch && from.index === index) return process
  const without = removeBlock(process, id)
  if (whyNotAt(without, { ...to, index }, block)) return process
  return insertAt(without, { ...to, index }, block)
}
/** One place up or down among its neighbours. */
export const shiftBlock = (process: BlockProcess, id: string, by: 1 | -1): BlockProcess => {
  const from = placeOf(process, id)
  if (!from) return process
  const index = from.index + by
  const blocks = listAt(process, from.branch)
  if (index < 0 || index >= blocks.length || blocks[index]?.type === 'stop') return process
  return moveBlock(process, id, { branch: from.branch, index: by > 0 ? index + 1 : index })
}

export const changeBlock = (process: BlockProcess, id: string, change: (block: Block) => Block): BlockProcess =>
  changeLists(process, (blocks) => blocks.map((block) => (block.id === id ? change(block) : block)))

const changeBranches = (process: BlockProcess, id: string, change: (branches: Branch[]) => Branch[]): BlockProcess =>
  changeBlock(process, id, (block) => ('branches' in block ? { ...block, branches: change(block.branches) } : block))

export const changeBranch = (process: BlockProcess, id: string, change: Partial<Branch>): BlockProcess => {
  const found = findBranch(process, id)
  if (!found) return process
  return changeBranches(process, found.of.id, (branches) =>
    branches.map((branch) => (branch.id === id ? { ...branch, ...change } : branch)),
  )
}

/** Another branch; in a choice before the one that is taken otherwise. */
export const addBranch = (process: BlockProcess, id: string): BlockProcess => {
  const block = findBlock(process, id)
  if (!block || !('branches' in block)) return process
  const index = block.type === 'choice' ? block.branches.length - 1 : block.branches.length
  const branch: Branch = { id: freshId(), name: '', ...(block.type === 'choice' && { when: '' }), blocks: [] }
  return changeBranches(process, id, (branches) => branches.toSpliced(index, 0, branch))
}
/** Fewer than two branches are none: the last two go with their block. */
export const whyNotRemoveBranch = (process: BlockProcess, id: string): string | undefined => {
  const found = findBranch(process, id)
  if (!found) return '这条分支已经不在了。'
  if (found.of.branches.length < 3) return '至少要有两条分支。不要分支时，删去整个分支块。'
  if (found.of.type === 'choice' && found.of.branches.at(-1)?.id === id)
    return '“其他情况”不能删，别的条件都不成立时走这里。'
  return undefined
}
export const removeBranch = (process: BlockProcess, id: string): BlockProcess => {
  const found = findBranch(process, id)
  if (!found || whyNotRemoveBranch(process, id)) return process
  return changeBranches(process, found.of.id, (branches) => branches.filter((branch) => branch.id !== id))
}
/** Conditions are tried from left to right, so their order matters; the one taken otherwise stays last. */
export const shiftBranch = (process: BlockProcess, id: string, by: 1 | -1): BlockProcess => {
  const found = findBranch(process, id)
  if (!found) return process
  const from = found.of.branches.findIndex((branch) => branch.id === id)
  const last = found.of.branches.length - (found.of.type === 'choice' ? 2 : 1)
  const to = from + by
  if (from > last || to < 0 || to > last) return process
  return changeBranches(process, found.of.id, (branches) => branches.toSpliced(from, 1).toSpliced(to, 0, found.branch))
}

/** The same block once more, under new ids throughout. */
export const copyOf = (block: Block): Block => {
  const again = { ...structuredClone(block), id: freshId() }
  if (!('branches' in again)) return again
  return {
    ...again,
    branches: again.branches.map((branch) => ({ ...branch, id: freshId(), blocks: branch.blocks.map(copyOf) })),
  }
}

/** What was and what was taken back; typing in one field is one step. */
export interface Undoable {
  past: BlockProcess[]
  present: BlockProcess
  future: BlockProcess[]
  /** what the last change was about, when it goes on */
  tag?: string
}
const MOST_STEPS = 200

export const commit = (history: Undoable, next: BlockProcess, tag?: string): Undoable => {
  if (next === history.present) return history
  if (tag !== undefined && tag === history.tag) return { ...history, present: next, future: [] }
  return { past: [...history.past, history.present].slice(-MOST_STEPS), present: next, future: [], tag }
}
export const undo = ({ past, present, future }: Undoable): Undoable => {
  const before = past.at(-1)
  return before ? { past: past.slice(0, -1), present: before, future: [present, ...future] } : { past, present, future }
}
export const redo = ({ past, present, future }: Undoable): Undoable => {
  const [next, ...rest] = future
  return next ? { past: [...past, present], present: next, future: rest } : { past, present, future }
}
