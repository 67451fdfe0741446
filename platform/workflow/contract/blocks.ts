import type { CallStep, CopyStep, DecisionDef, Multi, RuleStep, ServiceStep, UserStep } from './graph.ts'

/**
 * A process as the simple designer shows it: steps from top to bottom, branches side by side that meet again. Every process that is
 * nested like this can be drawn so; it is stored as BPMN, never as blocks.
 */
export interface BlockProcess {
  format: 1
  key: string
  name: string
  /** fields of the form that expressions may read */
  fields: string[]
  /** decision tables, by the name that rule blocks give */
  decisions?: Record<string, DecisionDef>
  start: { id: string; name: string }
  /** the last one is `stop`, or a choice of which every branch ends so */
  blocks: Block[]
}

export type Block = { id: string; name: string; note?: string } & (
  | { type: 'approve'; user: UserStep }
  /** 传阅/抄送: nobody waits for it */
  | { type: 'copy'; copy: CopyStep }
  /** the first branch whose condition holds, or with `several` all of them; the last branch is taken otherwise and has no condition */
  | { type: 'choice'; several: boolean; branches: Branch[] }
  | { type: 'parallel'; branches: Branch[] }
  /** another process; with `multi` several of them at once, joint handling for one */
  | { type: 'child'; call: CallStep; multi?: Multi }
  | { type: 'wait'; timer: Wait }
  | { type: 'service'; service: ServiceStep }
  | { type: 'rule'; rule: RuleStep }
  /** the end of the process, or of this branch; nothing follows */
  | { type: 'stop' }
)

export interface Branch {
  id: string
  name: string
  /** FEEL; choices only, all branches but the last */
  when?: string
  blocks: Block[]
}

/** `value` is FEEL: a date and time, or a duration. */
export interface Wait {
  kind: 'date' | 'duration'
  value: string
  working?: boolean
}
