/**
 * What runs. A definition is BPMN 2.0 XML (OMG formal/13-12-09) with the `qt:` extension; publishing turns it into this flat, immutable
 * graph, and the engine knows nothing else. Everything here is JSON.
 */
export interface Graph {
  format: 1
  /** id of the BPMN process */
  key: string
  name: string
  /** the process itself, embedded and event sub-processes; `root` names the process */
  root: string
  scopes: Record<string, ScopeDef>
  nodes: Record<string, Node>
  flows: Record<string, Flow>
  /** names that expressions of this graph read: what a command must bring of the form, and the elements of repeated activities */
  reads: string[]
  /** decision tables published with the process, by the name that rule steps give */
  decisions?: Record<string, DecisionDef>
}

/** A decision table of DMN 1.5; cells are FEEL, `-` or nothing is any value. */
export interface DecisionDef {
  hitPolicy: 'unique' | 'any' | 'priority' | 'first' | 'collect' | 'rule order' | 'output order'
  aggregation?: 'sum' | 'min' | 'max' | 'count'
  inputs: { label: string; expression: string; type?: DecisionType; allowed?: string }[]
  outputs: { name: string; type?: DecisionType; allowed?: string; otherwise?: string }[]
  rules: { inputs: string[]; outputs: string[] }[]
}
export type DecisionType = 'string' | 'number' | 'boolean' | 'date' | 'time' | 'date and time'

export interface ScopeDef {
  id: string
  kind: 'process' | 'subprocess' | 'event-subprocess'
  /** the scope it lies in; the root has none */
  parent?: string
  /** none start first: what runs when the scope is entered */
  starts: string[]
  /** event sub-processes armed while this scope is open */
  handlers: string[]
}

export type NodeKind =
  | 'start'
  | 'end'
  | 'user'
  | 'manual'
  | 'service'
  | 'rule'
  | 'send'
  | 'receive'
  | 'call'
  | 'subprocess'
  | 'exclusive'
  | 'parallel'
  | 'inclusive'
  | 'event-based'
  | 'catch'
  | 'throw'
  | 'boundary'

export interface Node {
  id: string
  kind: NodeKind
  name: string
  /** ScopeDef it lies in */
  scope: string
  in: string[]
  out: string[]
  /** the flow taken when no condition holds (exclusive, inclusive, and activities with conditional flows) */
  fallback?: string
  /** start, end, catch, throw, boundary */
  event?: EventDef
  /** boundary: what it is attached to; start of an event sub-process and boundary: does it end the host */
  host?: string
  interrupting?: boolean
  /** boundary events attached to this activity */
  boundary?: string[]
  /** subprocess: its ScopeDef */
  inner?: string
  /** several runs of one activity; people of a user step are its own `decide`, not this */
  multi?: Multi
  /** innermost last: the parallel or inclusive gateways whose branches this node stands in, computed at publish */
  forks: string[]
  user?: UserStep
  service?: ServiceStep
  rule?: RuleStep
  call?: CallStep
  /** send: not a message but readings 传阅 for these people; the process goes on at once */
  copy?: CopyStep
  /** send, throw: what goes with the message */
  payload?: Mapping[]
  /** receive, catch: where what came goes */
  result?: Mapping[]
}

export interface Flow {
  id: string
  name: string
  from: string
  to: string
  /** FEEL; without one the flow is always taken */
  condition?: string
}

/** `to` gets the value of the FEEL expression `from`. */
export interface Mapping {
  from: string
  to: string
}

export type EventDef =
  | { type: 'none' }
  | { type: 'timer'; timer: Timer }
  | { type: 'message'; name: string; correlation?: string }
  | { type: 'signal'; name: string }
  /** an error without a code catches all */
  | { type: 'error'; code?: string }
  | { type: 'escalation'; code?: string }
  | { type: 'terminate' }

/** `value` is FEEL and answers a date and time, a duration, or for `cycle` a duration repeated `times` (without: for ever, at most daily). */
export interface Timer {
  kind: 'date' | 'duration' | 'cycle'
  value: string
  times?: number
  /** count only working time by the calendar */
  working?: boolean
}

export interface Multi {
  sequential: boolean
  /** FEEL: how many, or the list of which each run gets one element */
  cardinality?: string
  collection?: string
  /** the name each run sees its element under */
  element?: string
  /** FEEL over `总数`, `已完成`, `未完成`; true ends the rest */
  until?: string
  /** each run's value of `from` is collected into the list `to` */
  collect?: Mapping
}

/** Several people decide one step: 单人, 会签, 顺签, 或签, 票签. `claim`: whoever takes it first handles it 签收. */
export type Way = 'single' | 'all-of' | 'in-turn' | 'any-of' | 'vote' | 'claim'

export interface Outcome {
  key: string
  name: string
  /** how it counts where several decide */
  counts: 'agree' | 'reject' | 'neutral'
  opinion: 'required' | 'optional' | 'none'
}

export type Operation =
  | 'add-signer'
  | 'remove-signer'
  | 'transfer'
  | 'delegate'
  | 'assist'
  | 'send-back'
  | 'withdraw'
  | 'circulate'
  | 'urge'
  | 'terminate'

export interface UserStep {
  handlers: HandlerRule[]
  way: Way
  /** vote: agreed when at least this share of the weight agrees, 0 < ratio ≤ 1 */
  ratio?: number
  /** vote: whose rejection decides alone; a duty code */
  veto?: string
  /** all-of: the first rejection ends the step at once */
  rejectAtOnce?: boolean
  /** all-of, in-turn: FEEL over 总数, 已完成, 未完成, 同意数, 不同意数; true ends it before everybody has answered */
  until?: string
  outcomes: Outcome[]
  operations: Operation[]
  /** nobody was found: leave the step out, give it to the unit's administrator, to the superior's leader, or hold it for an administrator */
  nobody: 'skip' | 'administrator' | 'superior' | 'hold'
  /** the handler is the starter */
  starter: 'keep' | 'skip' | 'superior'
  /** the handler already agreed in this instance */
  again: 'keep' | 'skip-adjacent' | 'skip'
  /** the handler is away 不在岗: it comes to them all the same, to whom they named (or a leader), to their leader, or waits for them */
  absent: 'keep' | 'substitute' | 'superior' | 'wait'
  limit?: Limit
  /** to which executed steps it may be sent back, and what happens then: redo each step, or straight back to the returner */
  sendBack?: { to: 'any' | string[]; mode: 'redo' | 'straight' | 'choose' }
  /** what a rejection does: goes on (conditions may ask for `结果`), or ends the whole instance */
  rejected?: 'continue' | 'end'
  /** may the previous handler take it back until it is opened, or until it is done */
  withdraw: 'until-opened' | 'until-done' | 'never'
  /** 自由流: the handler names who is next, or ends it */
  free?: boolean
  /** form field → what may be done with it here; what is not named is read, or as `REST` says */
  fields?: Record<string, 'hide' | 'read' | 'write' | 'required'>
}

export interface CopyStep {
  handlers: HandlerRule[]
}

/**
 * Who handles a step; resolved by the service when the step opens. `expression` is FEEL and answers persons. `weight` counts where they vote,
 * 1 when left out.
 */
export type HandlerRule = { weight?: number } & (
  | { by: 'person'; persons: string[] }
  | { by: 'post'; title: string; unit: UnitRule }
  | { by: 'duty'; duty: string; unit: UnitRule }
  | { by: 'leader'; levels: number }
  | { by: 'line'; duty: string }
  | { by: 'division'; division: string; duty: string; unit: UnitRule }
  | { by: 'role'; role: string; unit: UnitRule }
  | { by: 'field'; field: string }
  | { by: 'handler'; step: string }
  | { by: 'starter' }
  | { by: 'choice' }
  | { by: 'expression'; expression: string }
)

/** `starter` is the unit of whoever started, `superior` the unit above it, `line` its business superior, or a unit by id, or a field. */
export type UnitRule = 'starter' | 'superior' | 'line' | { id: string } | { field: string }

export interface Limit {
  amount: number
  unit: 'working-days' | 'working-hours' | 'days' | 'hours'
  kind: 'statutory' | 'promised'
  /** share of the time after which the light turns yellow */
  yellow: number
  /** what happens when it is over, in order; `after` is a further amount of the same unit */
  overdue: { after: number; do: 'urge' | 'copy-leader' | 'to-leader' | 'agree' }[]
}

export interface ServiceStep {
  /** a handler registered on the server, or a call through the outbound gateway */
  handler: string
  input: Mapping[]
  output: Mapping[]
  retries: number
}
export interface RuleStep {
  /** name of a decision table published with the definition */
  decision: string
  input: Mapping[]
  output: Mapping[]
}
export interface CallStep {
  /** key of the called process; several for joint handling are a `multi` */
  process: string
  input: Mapping[]
  output: Mapping[]
}

/** The name under which a step speaks of all fields that it does not name: a process that many forms go through knows none of theirs. */
export const REST = '*'
