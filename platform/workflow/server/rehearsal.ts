import type { Query } from '#kernel/db'
import type { Graph, HandlerRule, Limit, Node, UserStep } from '../contract/graph.ts'
import { passedBetween } from '../definition/index.ts'
import { openOf } from '../engine/open.ts'
import type { Command, Effect, Entry, Env, Handler, Json, Need, Slot, State } from '../engine/state.ts'
import { step } from '../engine/step.ts'
import { envOf } from './env.ts'
import { compile } from './expressions.ts'
import { handlersOf, leaderOver } from './people.ts'
import { extendedBy, limitFrom, workingDue } from './times.ts'

/**
 * A process played through by the engine itself, with the people it would find today and nothing written: what a try of a draft and the
 * expected steps of a case have in common. Services, child processes, messages and waiting are taken as done at once.
 */
export interface Rehearsal {
  state: State
  /** what happened on the way that is no user step, in order; `turn` is the length of the trail when it did */
  asides: Aside[]
  /** slots of each visit of the trail, as they were last */
  slots: Map<number, Slot[]>
  /** for each visit, rule by rule, who was found */
  searches: Map<number, { rule: HandlerRule; people: Handler[] }[]>
  passed: Set<string>
}
export interface Aside {
  turn: number
  node: string
  kind: 'copy' | 'service' | 'child' | 'wait' | 'other'
  people: Handler[]
}

export interface Stage {
  sql: Query
  now: Date
  graph: Graph
  key: string
  rehearsal: Rehearsal | null
  /** rule by rule who is found: a try wants to know, the expectation of a case does not */
  thorough: boolean
}

/** More than any case needs; a definition that turns in circles ends here. */
const MOST_COMMANDS = 200
const ROUNDS = 50

/** Starts, or goes on, until somebody has to decide. */
export const play = async (stage: Stage, command: Command): Promise<Rehearsal> =>
  goOn(stage, await give(stage, command))

/** Everything that needs nobody to decide. */
export const goOn = async (stage: Stage, from: Rehearsal): Promise<Rehearsal> => {
  let rehearsal = from
  for (let turn = 0; turn < MOST_COMMANDS; turn++) {
    const next = automatic({ ...stage, rehearsal })
    if (!next) return rehearsal
    rehearsal = await give({ ...stage, rehearsal }, next)
  }
  return rehearsal
}

/** A case as it stands now, about to be played on. */
export const standingAt = (state: State): Rehearsal => ({
  state,
  asides: [],
  slots: new Map(
    Object.values(state.tokens).flatMap(({ step: round }) => (round ? [[round.visit, round.slots] as const] : [])),
  ),
  searches: new Map(),
  passed: new Set(),
})

const empty = (starter: Handler): State => ({
  status: 'running',
  starter,
  seq: 0,
  values: {},
  choices: {},
  scopes: {},
  tokens: {},
  timers: {},
  trail: [],
})

const give = async (stage: Stage, given: Command): Promise<Rehearsal> => {
  const { graph } = stage
  const before = stage.rehearsal
  const state = before?.state ?? null
  // waiting is over at once: the clock stands where the alarm is due
  const due = given.do === 'alarm' ? (state?.timers[given.timer]?.due ?? 0) : 0
  const env = envOf(graph, Math.max(stage.now.getTime(), due), compile)
  const searches = new Map(before?.searches)
  let command = given
  for (let round = 0; round < ROUNDS; round++) {
    const result = step(graph, state, command, envOf(graph, env.now, compile))
    if ('state' in result) return noted(before, graph, result, command, searches)
    const answers: Record<string, Json> = { ...command.answers }
    for (const need of result.needs) answers[need.key] = await answer(stage, state, env, command, need, searches)
    command = { ...command, answers }
  }
  throw new Error('the people of a process were asked for without end')
}

const noted = (
  before: Rehearsal | null,
  graph: Graph,
  { state, effects, log }: { state: State; effects: Effect[]; log: Entry[] },
  command: Command,
  searches: Rehearsal['searches'],
): Rehearsal => {
  const slots = new Map(before?.slots)
  for (const { step: round } of Object.values(before?.state.tokens ?? {}))
    if (round && command.do === 'complete') markDone(slots, round.visit, round.slots, command)
  for (const { step: round } of Object.values(state.tokens)) if (round) slots.set(round.visit, round.slots)
  const turn = state.trail.length
  const copies = effects.flatMap((effect): Aside[] =>
    effect.do === 'copy' ? [{ turn, node: effect.node, kind: 'copy', people: effect.people }] : [],
  )
  return {
    state,
    slots,
    searches,
    asides: [...(before?.asides ?? []), ...copies, ...asideOf(before, command)],
    passed: new Set([...(before?.passed ?? []), ...passedBy(graph, before, command, log, state)]),
  }
}
/** Whoever answered last, before the step itself went away with its token. */
const markDone = (
  slots: Map<number, Slot[]>,
  visit: number,
  of: Slot[],
  { slot, outcome }: Extract<Command, { do: 'complete' }>,
): void => {
  if (of.some(({ id }) => id === slot))
    slots.set(
      visit,
      of.map((one) => (one.id === slot ? { ...one, state: 'done', outcome } : one)),
    )
}

const nodeOfCommand = (before: Rehearsal | null, command: Command): string | undefined => {
  if (!before) return undefined
  const { tokens, timers } = before.state
  if (command.do === 'complete')
    return Object.values(tokens).find(({ step: round }) => round?.slots.some(({ id }) => id === command.slot))?.node
  if (command.do === 'alarm') return timers[command.timer]?.node
  if (command.do === 'message') return command.node
  return 'token' in command ? tokens[command.token]?.node : undefined
}
const ASIDES: Partial<Record<Command['do'], Aside['kind']>> = {
  answer: 'service',
  'child-done': 'child',
  alarm: 'wait',
  message: 'other',
  signal: 'other',
}
const asideOf = (before: Rehearsal | null, command: Command): Aside[] => {
  const node = nodeOfCommand(before, command)
  const kind = ASIDES[command.do]
  return node && kind ? [{ turn: before?.state.trail.length ?? 0, node, kind, people: [] }] : []
}

const passedBy = (graph: Graph, before: Rehearsal | null, command: Command, log: Entry[], state: State): string[] => {
  const origin = nodeOfCommand(before, command)
  const starts = command.do === 'start' ? (graph.scopes[graph.root]?.starts ?? []) : []
  const entered = log.flatMap(({ what, node }) => (['enter', 'skip', 'automatic'].includes(what) && node ? [node] : []))
  const standing = Object.values(state.tokens)
    .filter(({ id, node }) => before?.state.tokens[id]?.node !== node)
    .map(({ node }) => node)
    .filter((node) => !entered.includes(node))
  return passedBetween(graph, origin ? [origin] : starts, [...entered, ...standing], state.status === 'completed')
}

/** What the outside would answer, taken as done; nothing while a person has to decide, or something stopped. */
const automatic = ({ graph, now, rehearsal }: Stage): Command | undefined => {
  const state = (rehearsal as Rehearsal).state
  if (state.status !== 'running') return undefined
  const running = Object.values(state.tokens)
  const service = running.find((token) => token.attempt !== undefined && !token.fault)
  if (service) return { do: 'answer', token: service.id, attempt: service.attempt as number }
  const open = openOf(graph, state, envOf(graph, now.getTime(), compile))
  const [child] = Object.keys(open.children).filter((token) => !state.tokens[token]?.fault)
  if (child) return { do: 'child-done', token: child }
  if (Object.keys(open.tasks).length > 0) return undefined
  const [wait] = Object.values(state.timers)
    .filter(({ kind }) => kind === 'catch')
    .sort((a, b) => a.due - b.due)
  if (wait) return { do: 'alarm', timer: wait.id }
  const [waits] = Object.values(open.subscriptions).filter(({ node }) => graph.nodes[node]?.kind !== 'boundary')
  if (!waits) return undefined
  return waits.kind === 'message'
    ? { do: 'message', at: waits.of, node: waits.node }
    : { do: 'signal', name: waits.name }
}

/** The engine's questions, answered as for a real case, but only read. */
const answer = async (
  { sql, now, graph, key, thorough }: Stage,
  state: State | null,
  env: Env,
  command: Command,
  need: Need,
  searches: Rehearsal['searches'],
): Promise<Json> => {
  const node = graph.nodes['node' in need ? need.node : ''] as Node
  if (need.ask === 'extend') return extendedBy(sql, need.due, need.from, need.to)
  const scene = { sql, now, state: changedBy(state, command), env }
  const office = { sql, unit: scene.state.starter.unit }
  if (need.ask === 'due') return workingDue(office, need.value, need.from)
  if (need.ask === 'limit') return limitFrom(office, node.user?.limit as Limit, need.from)
  if (need.key.startsWith('leader:')) return { people: await leaderOver(scene, []) } as unknown as Json
  const turn = Number(need.key.split(':').at(-1))
  if (thorough && node.user && !searches.has(turn)) searches.set(turn, await searched(scene, node, key))
  return (await handlersOf(scene, node, key)) as unknown as Json
}
/** What the command brings is what people are found by. */
const changedBy = (state: State | null, command: Command): State => {
  if (command.do === 'start')
    return { ...empty(command.by), values: command.values ?? {}, choices: command.choices ?? {} }
  const was = state as State
  return command.do === 'complete' ? { ...was, values: { ...was.values, ...command.values } } : was
}

/** Each rule by itself, without the policies: why these people, and why nobody. */
const searched = async (scene: Parameters<typeof handlersOf>[0], node: Node, key: string) => {
  const found: { rule: HandlerRule; people: Handler[] }[] = []
  for (const rule of node.user?.handlers ?? []) {
    const user: UserStep = {
      ...(node.user as UserStep),
      handlers: [rule],
      nobody: 'hold',
      starter: 'keep',
    }
    found.push({ rule, people: (await handlersOf(scene, { ...node, user }, key)).people })
  }
  return found
}
