import { createContext, useContext } from 'react'
import type { Block, BlockProcess } from '../../contract/blocks.ts'
import type { Fault } from '../../contract/designing.ts'
import type { Called } from '../../definition/words.ts'
import type { designs } from '../client.ts'
import type { Place } from './model.ts'

export type Kit = Awaited<ReturnType<typeof designs.designKit>>
/** What is selected: a block, a branch, or the process itself (empty). */
export type Selected = { block: string } | { branch: string } | undefined

/** What every part of the designer needs: the process, how to change it, and how things are called. */
export interface Design {
  process: BlockProcess
  /** a further change with the same tag belongs to the one before: typing */
  change: (next: BlockProcess, tag?: string) => void
  changeBlock: (id: string, change: (block: Block) => Block, tag?: string) => void
  select: (selected: Selected) => void
  selected: Selected
  insert: (at: Place, block: Block) => void
  called: Called
  /** a name that was just picked */
  learn: (id: string, name: string) => void
  kit: Kit
  faults: ReadonlyMap<string, readonly Fault[]>
}

export const DesignContext = createContext<Design | undefined>(undefined)

export const useDesign = (): Design => {
  const design = useContext(DesignContext)
  if (!design) throw new Error('a part of the designer stands outside of it')
  return design
}
