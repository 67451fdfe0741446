import type { Block } from '../../contract/blocks.ts'

/** The upper left corner and the size of what is drawn. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

const TASK = { width: 160, height: 72 }
const GATEWAY = { width: 50, height: 50 }
const EVENT = { width: 36, height: 36 }
const GAP = 44
const BETWEEN = 48
const EMPTY = 120

type Size = { width: number; height: number }

export function sizeOf(type: Block['type'] | 'start' | 'gateway'): Size {
  if (type === 'start' || type === 'stop' || type === 'wait') return EVENT
  return type === 'gateway' || type === 'choice' || type === 'parallel' ? GATEWAY : TASK
}

/** How much room a row of blocks takes, branches side by side. */
function roomOf(blocks: readonly Block[]): Size {
  const sizes = blocks.map(roomOfBlock)
  return {
    width: Math.max(EMPTY, ...sizes.map(({ width }) => width)),
    height: sizes.reduce((sum, { height }) => sum + height + GAP, 0),
  }
}

function roomOfBlock(block: Block): Size {
  if (!('branches' in block))
    return { width: Math.max(EMPTY, sizeOf(block.type).width), height: sizeOf(block.type).height }
  const rooms = block.branches.map(({ blocks }) => roomOf(blocks))
  return {
    width: rooms.reduce((sum, { width }) => sum + width, 0) + BETWEEN * (rooms.length - 1),
    height: 2 * GATEWAY.height + GAP + Math.max(0, ...rooms.map(({ height }) => height)),
  }
}

export const joinOf = (id: string): string => `${id}_join`

/** Where everything stands, by id: top to bottom around a middle line, joins included. */
export function layout(start: string, blocks: readonly Block[]): Map<string, Box> {
  const boxes = new Map<string, Box>()
  const middle = roomOf(blocks).width / 2 + 80
  const stand = (id: string, size: Size, centre: number, y: number) =>
    boxes.set(id, { x: Math.round(centre - size.width / 2), y, ...size })
  const row = (inRow: readonly Block[], centre: number, top: number): void => {
    let y = top
    for (const block of inRow) {
      stand(block.id, sizeOf(block.type), centre, y)
      const { height } = roomOfBlock(block)
      if ('branches' in block) {
        branches(block, centre, y + GATEWAY.height + GAP)
        stand(joinOf(block.id), GATEWAY, centre, y + height - GATEWAY.height)
      }
      y += height + GAP
    }
  }
  const branches = (block: Block & { branches: { blocks: Block[] }[] }, centre: number, top: number): void => {
    let left = centre - roomOfBlock(block).width / 2
    for (const branch of block.branches) {
      const { width } = roomOf(branch.blocks)
      row(branch.blocks, left + width / 2, top)
      left += width + BETWEEN
    }
  }
  stand(start, EVENT, middle, 80)
  row(blocks, middle, 80 + EVENT.height + GAP)
  return boxes
}

/** The middle line of each branch of a split, for branches without blocks. */
export function branchCentres(block: Block & { branches: { blocks: Block[] }[] }, centre: number): number[] {
  let left = centre - roomOfBlock(block).width / 2
  return block.branches.map(({ blocks }) => {
    const { width } = roomOf(blocks)
    left += width + BETWEEN
    return left - BETWEEN - width / 2
  })
}

/** An orthogonal line down from one box to another, on the way along the line `by` when given. */
export function route(from: Box, to: Box, by?: number): { x: number; y: number }[] {
  const start = { x: from.x + from.width / 2, y: from.y + from.height }
  const goal = { x: to.x + to.width / 2, y: to.y }
  const way = Math.round(by ?? (start.x === goal.x ? start.x : Number.NaN))
  if (start.x === goal.x && (by === undefined || way === start.x)) return [start, goal]
  const high = start.y + GAP / 2
  const low = goal.y - GAP / 2
  if (by !== undefined && way !== start.x && way !== goal.x)
    return [start, { x: start.x, y: high }, { x: way, y: high }, { x: way, y: low }, { x: goal.x, y: low }, goal]
  // towards a branch the line turns at once, back to the middle it turns at the end
  const turn = by === undefined ? low : high
  return [start, { x: start.x, y: turn }, { x: goal.x, y: turn }, goal]
}
