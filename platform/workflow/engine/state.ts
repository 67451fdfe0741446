/** The state of one instance, and what changes it. All of it is JSON: it is stored as it is, and the history of commands rebuilds it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Values = Record<string, Json>

/** Somebody in one of their posts. `owner` is the principal when a standing delegation 委托 put the agent here. */
export interface Handler {
  person: string
  unit: string
  owner?: string
  /** vote: default 1 */
  weight?: number
  /** vote: this rejection decides alone */
  veto?: boolean
}

export interface State {
  status: 'running' | 'suspended' | 'completed' | 'terminated'
  starter: Handler
  /** name of the service that began it and follows it, '' when a person did; missing where it began before this was kept */
  subject?: string
  /** the last number given out; ids of scopes, tokens, slots and timers are deterministic */
  seq: number
  /** process variables and the form's values that expressions read */
  values: Values
  /** people the handlers before named for steps to come */
  choices: Record<string, Handler[]>
  scopes: Record<string, Scope>
  tokens: Record<string, Token>
  /** by id */
  timers: Record<string, Alarm>
  /** user steps entered, in order */
  trail: Visit[]
  suspendedAt?: number
  /** key of the last outcome, when it ended */
  outcome?: string
}

/**
 * An activation. `fork` is one activation of a splitting gateway: a join waits on it, never on a count of tokens.
 * `multi` holds the runs of a multi-instance activity, `event` a running event sub-process.
 */
export interface Scope {
  id: string
  kind: 'process' | 'subprocess' | 'event' | 'fork' | 'multi'
  /** ScopeDef, or the node that split or runs several times */
  def: string
  parent?: string
  /** subprocess and multi: the token that stands at the activity meanwhile */
  host?: string
  multi?: { total: number; started: number; done: number; items?: Json[]; results: Json[]; order?: number[] }
}

export interface Token {
  id: string
  scope: string
  node: string
  /** `at` an activity or event, `waiting` at a join, `parked` while somebody before it corrects something */
  state: 'at' | 'waiting' | 'parked'
  /** the flow it came by */
  by?: string
  /** user step */
  step?: Round
  /** multi: the element of this run, and which run it is, from 0 */
  item?: Json
  run?: number
  /** parked: what its slots were before */
  paused?: Record<string, Slot['state'] | 'returner'>
  /** straight send-back: where it goes when this step is done, whatever the graph says */
  returnTo?: string
  /** `结果` of the last user step on this way */
  outcome?: string
  /** service: which attempt is running */
  attempt?: number
  /** stopped: an administrator must look */
  fault?: { code: string; message: string }
}

/** One round of a user step. */
export interface Round {
  /** number of its visit in the trail */
  visit: number
  slots: Slot[]
  /** time limit, in milliseconds since 1970: red from `due`, yellow from `yellow` */
  due?: number
  yellow?: number
  /** when the limit began to run, and when it stood still: what a calendar that changes later is reckoned from */
  since?: number
  pauses?: [number, number][]
}

export interface Slot extends Handler {
  id: string
  /** main: named by the definition; the rest were added on the way */
  place: 'main' | 'before' | 'after' | 'parallel' | 'delegate' | 'assist'
  /** the slot it was added to */
  to?: string
  /** who added it, or who passed it on */
  from?: string
  state: 'waiting' | 'open' | 'paused' | 'done' | 'cancelled'
  outcome?: string
  /** whoever holds it did something with it since it was opened: what came before can no longer be taken back */
  touched?: true
}

export interface Visit {
  node: string
  /** how often this step was entered in this instance */
  round: number
  token: string
  entered: number
  left?: number
  /** who answered */
  by?: string[]
  /** those of them who did not agree */
  against?: string[]
  outcome?: string
  /** left by send-back, withdrawal, jump or another event instead of a decision */
  ended?: 'sent-back' | 'withdrawn' | 'jumped' | 'cancelled' | 'skipped'
  /** it was sent back behind this: what was agreed here has to be agreed again */
  void?: true
  /** how the decision can be taken back, while nothing that cannot be undone came of it */
  undo?: Undo
}

export interface Undo {
  /** who decided it and may take it back */
  slot: string
  token: Token
  timers: Alarm[]
  /** what came of it: steps as `token@visit`, arrivals at a join as `token@:scope:join`; and scopes */
  made: string[]
  scopes: string[]
}

export interface Alarm {
  id: string
  /** boundary, catch, gateway's catch, start of an event sub-process, or the limit of a user step */
  kind: 'boundary' | 'catch' | 'start' | 'limit'
  /** the token that waits, or the scope for `start` */
  of: string
  /** the event's node; for a limit the user step */
  node: string
  /** milliseconds since 1970 */
  due: number
  /** when it began to run: what a calendar that changes later is reckoned from */
  since?: number
  pauses?: [number, number][]
  /** cycle: how often it still repeats; limit: which of the overdue actions */
  index?: number
  working?: boolean
  /** the clock stands still since: special procedure 特别程序 */
  stoppedAt?: number
}

/** Who gives a command; the engine itself for timers and answers of services. */
export type By = Handler | 'system'

export type Command = { answers?: Record<string, Json> } & (
  | { do: 'start'; by: Handler; subject?: string; values?: Values; choices?: Record<string, Handler[]> }
  | {
      do: 'complete'
      slot: string
      by: By
      outcome: string
      values?: Values
      choices?: Record<string, Handler[]>
      next?: Handler[]
    }
  | { do: 'claim'; slot: string; by: Handler }
  | { do: 'add-signer'; slot: string; by: Handler; place: 'before' | 'after' | 'parallel'; people: Handler[] }
  | { do: 'remove-signer'; slot: string; by: Handler; remove: string }
  | { do: 'transfer'; slot: string; by: By; to: Handler }
  | { do: 'delegate'; slot: string; by: Handler; to: Handler }
  | { do: 'assist'; slot: string; by: Handler; people: Handler[] }
  | { do: 'send-back'; slot: string; by: Handler; to: string; mode: 'redo' | 'straight' }
  /** 退回一支: one finished branch of a joint call is handled anew, the others stay as they are */
  | { do: 'return-branch'; slot: string; by: Handler; call: string; run: number }
  /** `opened`: slots whose people looked at them, as the store knows */
  | { do: 'withdraw'; slot: string; by: Handler; opened: string[] }
  | { do: 'jump'; token: string; by: Handler; to: string }
  | { do: 'assign'; token: string; by: Handler; people: Handler[] }
  | { do: 'urge'; by: By; slots?: string[] }
  | { do: 'circulate'; slot: string; by: Handler; people: Handler[] }
  | { do: 'suspend'; by: By }
  | { do: 'resume'; by: By }
  | { do: 'stop-clock'; token: string; by: Handler }
  | { do: 'start-clock'; token: string; by: Handler }
  | { do: 'terminate'; by: By }
  | { do: 'alarm'; timer: string }
  | { do: 'message'; at: string; node: string; values?: Values }
  | { do: 'signal'; name: string; values?: Values }
  | { do: 'answer'; token: string; attempt: number; values?: Values }
  | { do: 'fault'; token: string; attempt: number; code: string; message: string; final: boolean }
  | { do: 'retry'; token: string; by: Handler }
  | { do: 'child-done'; token: string; values?: Values }
  | { do: 'child-sent-back'; token: string; to: string }
  /** the running instance goes on with another version of its process (`engine/migrate.ts`) */
  | { do: 'migrate'; from: string; to: string; mapping: Record<string, string> }
  /** the calendar changed: limits and working timers that are open are reckoned anew */
  | { do: 'reckon' }
)

/** What the engine must be told before it can go on; the answers come with the same command, and are kept with it for the replay. */
export type Need = { key: string } & (
  | { ask: 'handlers'; node: string }
  /** answer: milliseconds */
  | { ask: 'due'; node: string; from: number; value: Json }
  /** answer: `{ due, yellow, overdue: number[] }` in milliseconds */
  | { ask: 'limit'; node: string; from: number }
  /** how far a due time moves because the clock stood still; answer: milliseconds */
  | { ask: 'extend'; due: number; from: number; to: number }
)

/** What happens outside, once, after the commit. What is open (tasks, alarms, subscriptions, children) follows from comparing states. */
export type Effect =
  | { do: 'invoke'; token: string; attempt: number; handler: string; input: Values }
  | { do: 'send'; name: string; key: Json; payload: Values }
  | { do: 'signal'; name: string; payload: Values }
  | { do: 'start-child'; token: string; process: string; input: Values }
  | { do: 'copy'; node: string; people: Handler[]; from: string }
  | { do: 'copy-leader'; slots: string[] }
  | { do: 'urge'; slots: string[]; from?: string }
  | { do: 'incident'; token: string; code: string; message: string }

/** One line of the case file. */
export interface Entry {
  what: Command['do'] | 'enter' | 'decide' | 'skip' | 'cancel' | 'automatic' | 'overdue' | 'end' | 'mention'
  node?: string
  slot?: string
  person?: string
  owner?: string
  to?: string[]
  outcome?: string
  mode?: string
  /** why a decision table decided as it did */
  why?: string
}

export interface Env {
  /** milliseconds since 1970, recorded with the command */
  now: number
  /** FEEL, pure: the same expression over the same names gives the same value */
  evaluate(expression: string, names: Values): Json
  /** a decision table published with the definition */
  decide(decision: string, input: Values): Decided
}
/** What a table decided, with the sentence that says why; or why it could not. */
export type Decided = { values: Values; why: string } | { fault: string }

export type Result = { state: State; effects: Effect[]; log: Entry[] } | { needs: Need[] }
