import type { EventDef, Flow, Graph, Node, NodeKind, ScopeDef, UserStep } from '../contract/graph.ts'
import { brokenIn } from './invariants.ts'
import { Refused } from './machine.ts'
import type { Command, Effect, Env, Handler, Json, Need, State, Values } from './state.ts'
import { step } from './step.ts'

export const who = (person: string): Handler => ({ person, unit: `unit-${person}` })

const OUTCOMES: UserStep['outcomes'] = [
  { key: 'agree', name: '同意', counts: 'agree', opinion: 'optional' },
  { key: 'reject', name: '不同意', counts: 'reject', opinion: 'required' },
  { key: 'abstain', name: '弃权', counts: 'neutral', opinion: 'optional' },
]
export const userStep = (people: string[], more: Partial<UserStep> = {}): UserStep => ({
  handlers: [{ by: 'person', persons: people }],
  way: 'single',
  outcomes: OUTCOMES,
  operations: [
    'add-signer',
    'remove-signer',
    'transfer',
    'delegate',
    'assist',
    'send-back',
    'withdraw',
    'circulate',
    'urge',
  ],
  nobody: 'hold',
  starter: 'keep',
  again: 'keep',
  absent: 'keep',
  withdraw: 'until-opened',
  ...more,
})

type Part = Partial<Omit<Node, 'id' | 'in' | 'out' | 'event'>> & { kind: NodeKind; event?: EventDef }
/** Nodes by id and flows as `a>b`, `a>b:condition`, `a>b!` for the default. `inner` of a sub-process names its scope. */
export const graphOf = (
  parts: Record<string, Part>,
  flows: string[],
  scopes: ScopeDef[] = [],
  reads: string[] = [],
): Graph => {
  const nodes: Record<string, Node> = {}
  for (const [id, part] of Object.entries(parts))
    nodes[id] = { id, name: id, scope: 'root', in: [], out: [], forks: [], ...part }
  const all: Record<string, Flow> = {}
  for (const text of flows) {
    const [, from = '', to = '', mark = ''] = /^(\w+)>(\w+)(.*)$/.exec(text) ?? []
    const id = `${from}-${to}`
    all[id] = { id, name: '', from, to, ...(mark.startsWith(':') && { condition: mark.slice(1) }) }
    nodes[from]?.out.push(id)
    nodes[to]?.in.push(id)
    if (mark === '!' && nodes[from]) nodes[from].fallback = id
  }
  for (const node of Object.values(nodes))
    if (node.kind === 'boundary' && node.host) {
      const host = nodes[node.host] as Node
      host.boundary = [...(host.boundary ?? []), node.id]
    }
  const root: ScopeDef = { id: 'root', kind: 'process', starts: ['start'], handlers: [] }
  for (const scope of scopes)
    if (scope.kind === 'event-subprocess' && scope.parent === 'root') root.handlers.push(scope.id)
  return {
    format: 1,
    key: 'root',
    name: '测试',
    root: 'root',
    nodes,
    flows: all,
    reads,
    scopes: Object.fromEntries([root, ...scopes].map((scope) => [scope.id, scope])),
  }
}

/** Conditions of the tests: `name = value`, a name, a JSON literal. */
export const evaluate = (text: string, names: Values): Json => {
  const [, left = '', right] = /^(\S+?)\s*=\s*(.+)$/.exec(text) ?? []
  if (right !== undefined) return JSON.stringify(names[left] ?? null) === right
  try {
    return JSON.parse(text) as Json
  } catch {
    return names[text] ?? null
  }
}

type Find = (node: string, state: State | null) => Handler[]
const envAt = (now: number): Env => ({ now, evaluate, decide: (_, input) => ({ values: input, why: '' }) })

/** What the service would answer: people by `find` or as the definition names them, and a calendar without holidays. */
const replyTo = (graph: Graph, need: Need, state: State | null, find?: Find): Json => {
  if (need.ask === 'due') return need.from + 86_400_000
  if (need.ask === 'extend') return need.due + (need.to - need.from)
  const user = graph.nodes[need.node]?.user
  if (need.ask === 'limit')
    return {
      due: need.from + 1_000,
      yellow: need.from + 500,
      overdue: (user?.limit?.overdue ?? []).map(({ after }) => need.from + 1_000 + after),
    }
  const named = (user?.handlers ?? []).flatMap((rule) => (rule.by === 'person' ? rule.persons.map(who) : []))
  return { people: find?.(need.node, state) ?? named } as unknown as Json
}

interface Given {
  command: Command
  now: number
}
/** The history of commands from the beginning. */
const replayOf = (graph: Graph, given: readonly Given[]): State => {
  let again: State | null = null
  for (const { command, now } of given) {
    const result = step(graph, again, JSON.parse(JSON.stringify(command)) as Command, envAt(now))
    if (!('state' in result)) throw new Error('the replay asked for something')
    again = JSON.parse(JSON.stringify(result.state)) as State
  }
  return again as unknown as State
}

/** Gives a command until nothing more is asked. */
const settle = (graph: Graph, state: State | null, command: Command, now: number, find?: Find) => {
  let answers: Record<string, Json> = {}
  for (;;) {
    const whole = { ...command, answers } as Command
    const result = step(graph, state, whole, envAt(now))
    if ('state' in result) return { whole, ...result }
    const replies = result.needs.map((need) => [need.key, replyTo(graph, need, state, find)])
    answers = { ...answers, ...Object.fromEntries(replies) }
  }
}

const openIn = (state: State) =>
  Object.values(state.tokens).flatMap(({ node, step: round }) =>
    (round?.slots ?? []).filter(({ state: at }) => at === 'open').map((slot) => ({ node, slot })),
  )

/** One instance and everything given to it; what must always hold is looked at after each command. */
export const instance = (graph: Graph, options: { find?: Find } = {}) => {
  let state: State | null = null
  let now = 1_000
  const given: Given[] = []
  const effects: Effect[] = []
  const give = (command: Command): State => {
    const result = settle(graph, state, command, now, options.find)
    given.push({ command: result.whole, now })
    state = result.state
    effects.push(...result.effects)
    const broken = brokenIn(graph, state)
    if (broken.length > 0) throw new Error(`${command.do}: ${broken.join('; ')}`)
    now += 1
    return state
  }
  const slotOf = (person: string): string => {
    const found = openIn(state as State).find(({ slot }) => slot.person === person)
    if (!found) throw new Error(`${person} has nothing open`)
    return found.slot.id
  }
  return {
    get state(): State {
      return state as State
    },
    effects,
    give,
    wait(ms: number) {
      now += ms
    },
    start: (values?: Values) => give({ do: 'start', by: who('starter'), values }),
    slot: slotOf,
    complete: (person: string, outcome = 'agree', more: Partial<Extract<Command, { do: 'complete' }>> = {}) =>
      give({ do: 'complete', slot: slotOf(person), by: who(person), outcome, ...more }),
    sendBack: (person: string, to: string, mode: 'redo' | 'straight' = 'redo') =>
      give({ do: 'send-back', slot: slotOf(person), by: who(person), to, mode }),
    /** who has something open, as `node:person`, sorted */
    open: (): string[] =>
      openIn(state as State)
        .map(({ node, slot }) => `${node}:${slot.person}`)
        .sort(),
    token(node: string): string {
      const found = Object.values((state as State).tokens).find((token) => token.node === node)
      if (!found) throw new Error(`nothing stands at ${node}`)
      return found.id
    },
    refusal(command: Command): string {
      try {
        give(command)
      } catch (error) {
        if (error instanceof Refused) return error.code
        throw error
      }
      return 'accepted'
    },
    replay: () => replayOf(graph, given),
  }
}
