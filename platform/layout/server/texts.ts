import type { Block, Face, PaperDocument } from '../core/tree.ts'

const NUMBERS = '— 0123456789'

const ofBlocks = (blocks: readonly Block[], face: Face): { text: string; face: Face }[] =>
  blocks.flatMap((block) => {
    if (block.kind === 'paragraph') return block.runs.map((run) => ({ text: run.text, face: run.style?.face ?? face }))
    if (block.kind === 'table')
      return block.rows.flatMap(({ cells }) => cells.flatMap((cell) => ofBlocks(cell.blocks, face)))
    return []
  })

/** Every text of the document with its face: what fonts must be opened for. */
export const textsOf = ({ blocks, style, pageNumbers }: PaperDocument): { text: string; face: Face }[] => [
  ...ofBlocks(blocks, style.face),
  ...(pageNumbers ? [{ text: NUMBERS, face: 'song' as const }] : []),
]
