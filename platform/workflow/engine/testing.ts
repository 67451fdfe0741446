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
export const graphOf = (parts: Record<string, Part>, flows: string[], scopes: ScopeDef[] = []): Graph => {
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
    reads: [],
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

/** One instance and everything given to it. People are who the definition names; the calendar has no holidays. */
export const instance = (graph: Graph, options: { find?: (node: string, state: State | null) => Handler[] } = {}) => {
  let state: State | null = null
  const given: { command: Command; now: number }[] = []
  const effects: Effect[] = []
  let now = 1_000
  const env = (at = now): Env => ({ now: at, evaluate, decide: (_, input) => input })
  const people = (node: string): Handler[] =>
    options.find?.(node, state) ??
    (graph.nodes[node]?.user?.handlers ?? []).flatMap((rule) => (rule.by === 'person' ? rule.persons.map(who) : []))
  const reply = (need: Need): Json => {
    if (need.ask === 'handlers') return { people: people(need.node) } as unknown as Json
    if (need.ask === 'due') return need.from + 86_400_000
    if (need.ask === 'extend') return need.due + (need.to - need.from)
    return {
      due: need.from + 1_000,
      yellow: need.from + 500,
      overdue: (graph.nodes[need.node]?.user?.limit?.overdue ?? []).map(({ after }) => need.from + 1_000 + after),
    }
  }
  const self = {
    get state(): State {
      return state as State
    },
    get now() {
      return now
    },
    effects,
    given,
    wait(ms: number) {
      now += ms
    },
    give(command: Command): State {
      let answers: Record<string, Json> = {}
      for (;;) {
        const whole = { ...command, answers } as Command
        const result = step(graph, state, whole, env())
        if ('state' in result) {
          given.push({ command: whole, now })
          state = result.state
          effects.push(...result.effects)
          const broken = brokenIn(graph, state)
          if (broken.length > 0) throw new Error(`${command.do}: ${broken.join('; ')}`)
          now += 1
          return state
        }
        answers = { ...answers, ...Object.fromEntries(result.needs.map((need) => [need.key, reply(need)])) }
      }
    },
    start: (values?: Values) => self.give({ do: 'start', by: who('starter'), values }),
    slot(person: string, node?: string): string {
      for (const token of Object.values(self.state.tokens))
        for (const slot of token.step?.slots ?? [])
          if (slot.person === person && slot.state === 'open' && (!node || token.node === node)) return slot.id
      throw new Error(`${person} has nothing open`)
    },
    complete: (person: string, outcome = 'agree', more: Partial<Extract<Command, { do: 'complete' }>> = {}) =>
      self.give({ do: 'complete', slot: self.slot(person), by: who(person), outcome, ...more }),
    sendBack: (person: string, to: string, mode: 'redo' | 'straight' = 'redo') =>
      self.give({ do: 'send-back', slot: self.slot(person), by: who(person), to, mode }),
    /** who has something open, as `node:person`, sorted */
    open: (): string[] =>
      Object.values(self.state.tokens)
        .flatMap(({ node, step: round }) =>
          (round?.slots ?? []).filter(({ state: at }) => at === 'open').map(({ person }) => `${node}:${person}`),
        )
        .sort(),
    token: (node: string): string => {
      const found = Object.values(self.state.tokens).find((token) => token.node === node)
      if (!found) throw new Error(`nothing stands at ${node}`)
      return found.id
    },
    refusal(command: Command): string {
      try {
        self.give(command)
      } catch (error) {
        if (error instanceof Refused) return error.code
        throw error
      }
      return 'accepted'
    },
    /** The history of commands from the beginning gives the same state. */
    replay(): State {
      let again: State | null = null
      for (const { command, now: at } of given) {
        const result = step(graph, again, JSON.parse(JSON.stringify(command)) as Command, env(at))
        if (!('state' in result)) throw new Error('the replay asked for something')
        again = JSON.parse(JSON.stringify(result.state)) as State
      }
      return again as unknown as State
    },
  }
  return self
}
