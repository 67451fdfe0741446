import { AppError, conflict, notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { Simulation, Tried } from '../contract/designing.ts'
import type { Graph, Node, UserStep } from '../contract/graph.ts'
import { ruleWords } from '../definition/index.ts'
import { Refused } from '../engine/machine.ts'
import type { Command, Handler, Slot, State, Values, Visit } from '../engine/state.ts'
import { type Named, namesOf } from './case-file.ts'
import { checkedGraph } from './draft-content.ts'
import { takeDraft } from './drafts.ts'
import { type Aside, play, type Rehearsal, type Stage } from './rehearsal.ts'

type Move = Simulation['moves'][number]
interface Input {
  id: string
  starterId?: string
  values: Record<string, unknown>
  choices: Record<string, string[]>
  moves: Move[]
  agree: boolean
}

/** 试办: the draft played through from its start by the moves so far; nothing is written, nobody is told. */
export const simulate = async (ctx: Ctx, input: Input): Promise<Simulation> => {
  const draft = await takeDraft(ctx, input.id, { lock: false })
  const graph = await checkedGraph(ctx, draft)
  const by = await starterOf(ctx, input.starterId)
  const stage: Stage = { sql: ctx.sql, now: ctx.now, graph, key: draft.key, rehearsal: null, thorough: true }
  const start: Command = {
    do: 'start',
    by,
    values: input.values as Values,
    choices: await chosen(ctx, input.choices),
  }
  try {
    const { rehearsal, moves } = await playOn(stage, start, input)
    return await present(ctx, graph, rehearsal, moves)
  } catch (error) {
    if (error instanceof Refused) throw new AppError(409, error.code, error.message)
    throw error
  }
}

const MOST_MOVES = 200

const playOn = async (stage: Stage, start: Command, { moves: given, agree }: Input) => {
  let rehearsal = await play(stage, start)
  const moves: Move[] = []
  for (const move of given) {
    rehearsal = await play({ ...stage, rehearsal }, completeBy(stage.graph, rehearsal.state, move))
    moves.push(move)
  }
  while (agree && moves.length < MOST_MOVES) {
    const move = agreeing(stage.graph, rehearsal.state)
    if (!move) break
    rehearsal = await play({ ...stage, rehearsal }, completeBy(stage.graph, rehearsal.state, move))
    moves.push(move)
  }
  return { rehearsal, moves }
}

const openSlots = ({ tokens }: State): { node: string; slot: Slot }[] =>
  Object.values(tokens).flatMap(({ node, step }) =>
    (step?.slots ?? []).filter(({ state }) => state === 'open').map((slot) => ({ node, slot })),
  )

/** What whoever has the next open slot does when they agree; what they must fill in is made up as long as nobody said it. */
export const agreeing = (graph: Graph, state: State): Move | undefined => {
  const [open] = state.status === 'running' ? openSlots(state) : []
  if (!open) return undefined
  const user = graph.nodes[open.node]?.user
  const outcome = user?.outcomes.find(({ counts }) => counts === 'agree') ?? user?.outcomes[0]
  return outcome && { slot: open.slot.id, outcome: outcome.key }
}

export const completeBy = (graph: Graph, state: State, { slot: id, outcome, values }: Move): Command => {
  const open = openSlots(state).find(({ slot }) => slot.id === id)
  const known = graph.nodes[open?.node ?? '']?.user?.outcomes.some(({ key }) => key === outcome)
  if (!open || !known) throw conflict('流程改过了，前面试的步骤对不上。请从头再试。')
  const { person, unit } = open.slot
  return { do: 'complete', slot: id, by: { person, unit }, outcome, ...(values && { values: values as Values }) }
}

/** Oneself, or somebody of the units one designs for: a try says who would handle what, which is not for every name. */
const starterOf = async (ctx: Ctx, starterId?: string): Promise<Handler> => {
  const id = starterId ?? ctx.actor.personId
  const scope = ctx.scopeText('m.unit_id', 3)
  const [row] = await ctx.sql<Handler>(
    `select p.id as person, m.unit_id as unit from directory.person p
     join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
     where p.id = $1 and p.status = 'active' and (p.id = $2 or ${scope.text})`,
    [id || null, ctx.actor.personId || null, ...scope.params],
  )
  if (!row) throw notFound('这名人员')
  return row
}
const chosen = async (ctx: Ctx, choices: Record<string, string[]>): Promise<Record<string, Handler[]>> => {
  const ids = [...new Set(Object.values(choices).flat())]
  if (ids.length === 0) return {}
  const rows = await ctx.sql<Handler>(
    `select p.id as person, m.unit_id as unit from directory.person p
     join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
     where p.id = any($1::uuid[]) and p.status = 'active'`,
    [ids],
  )
  return Object.fromEntries(
    Object.entries(choices).map(([node, people]) => [node, rows.filter(({ person }) => people.includes(person))]),
  )
}

const present = async (ctx: Ctx, graph: Graph, rehearsal: Rehearsal, moves: Move[]): Promise<Simulation> => {
  const { state, passed } = rehearsal
  const names = await namesOf(ctx.sql, peopleIn(rehearsal))
  const units = await unitNames(ctx, graph)
  const open = state.status === 'running' ? openSlots(state) : []
  return {
    status: state.status === 'suspended' ? 'running' : state.status,
    steps: presentSteps(graph, rehearsal, names, units),
    passed: [...passed],
    open: open.map(({ node, slot }) => {
      const user = graph.nodes[node]?.user as UserStep
      return {
        ...who(slot.person, names),
        slot: slot.id,
        node,
        step: graph.nodes[node]?.name || node,
        outcomes: user.outcomes.map(({ key, name, counts }) => ({ key, name, counts })),
        fields: Object.entries(user.fields ?? {})
          .filter(([, access]) => access === 'write' || access === 'required')
          .map(([name, access]) => ({ name, required: access === 'required' })),
      }
    }),
    moves,
    values: state.values,
  }
}

const peopleIn = ({ slots, asides, searches }: Rehearsal): string[] => [
  ...[...slots.values()].flat().flatMap(({ person, owner }) => (owner ? [person, owner] : [person])),
  ...asides.flatMap(({ people }) => people.map(({ person }) => person)),
  ...[...searches.values()]
    .flat()
    .flatMap(({ rule, people }) => [
      ...people.map(({ person }) => person),
      ...(rule.by === 'person' ? rule.persons.filter((id) => id.length === 36) : []),
    ]),
]
const unitNames = async (ctx: Ctx, graph: Graph): Promise<Map<string, string>> => {
  const ids = Object.values(graph.nodes).flatMap(({ user, copy }) =>
    [...(user?.handlers ?? []), ...(copy?.handlers ?? [])].flatMap((rule) =>
      'unit' in rule && typeof rule.unit === 'object' && 'id' in rule.unit && rule.unit.id.length === 36
        ? [rule.unit.id]
        : [],
    ),
  )
  if (ids.length === 0) return new Map()
  const rows = await ctx.sql<{ id: string; name: string }>(
    'select id, short_name as name from directory.unit where id = any($1::uuid[])',
    [ids],
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}

const who = (person: string, names: Named) => ({
  personId: person,
  name: names.get(person)?.name ?? '已离开的人员',
  unitName: names.get(person)?.unit ?? '',
})

/** User steps by their visits, the rest where it happened between them. */
export const presentSteps = (
  graph: Graph,
  rehearsal: Rehearsal,
  names: Named,
  units: Map<string, string>,
  from = 0,
): Tried[] => {
  const { state, asides } = rehearsal
  const steps: Tried[] = []
  const aside = (turn: number) =>
    steps.push(...asides.filter((one) => one.turn === turn).map((one) => presentAside(graph, one, names)))
  state.trail.forEach((visit, index) => {
    if (index < from) return
    aside(index)
    steps.push(presentVisit(graph, rehearsal, visit, index, names, units))
  })
  aside(state.trail.length)
  return [...steps, ...stuck(graph, state)]
}

/** What stopped without having opened: no way on, or nobody there. */
const stuck = (graph: Graph, { tokens }: State): Tried[] =>
  Object.values(tokens).flatMap((token) =>
    token.fault && !token.step
      ? [{ ...blank(graph.nodes[token.node], 'other'), state: 'stopped' as const, note: token.fault.message }]
      : [],
  )
const blank = (node: Node | undefined, kind: Tried['kind']): Tried => ({
  node: node?.id ?? '',
  name: node?.name || node?.id || '',
  round: 1,
  kind,
  state: 'done',
  people: [],
  search: [],
  outcome: null,
  note: null,
})

const ASIDE_NOTES: Record<Aside['kind'], string> = {
  copy: '发给这些人阅知，不等他们。',
  service: '试办时不真的调用，视为办好。',
  child: '试办时不真的发起，视为办结。',
  wait: '试办时不等，直接往下走。',
  other: '试办时视为已经收到。',
}
const presentAside = (graph: Graph, { node, kind, people }: Aside, names: Named): Tried => ({
  ...blank(graph.nodes[node], kind),
  people: people.map(({ person }) => ({ ...who(person, names), slot: null, outcome: null, ownerName: null })),
  note: kind === 'copy' && people.length === 0 ? '没有找到要抄送的人。' : ASIDE_NOTES[kind],
})

const presentVisit = (
  graph: Graph,
  rehearsal: Rehearsal,
  visit: Visit,
  index: number,
  names: Named,
  units: Map<string, string>,
): Tried => {
  const node = graph.nodes[visit.node]
  const outcomes = new Map(node?.user?.outcomes.map(({ key, name }) => [key, name]))
  const slots = rehearsal.slots.get(index) ?? []
  const search = rehearsal.searches.get(index) ?? []
  const token = rehearsal.state.tokens[visit.token]
  const fault = token?.step?.visit === index ? token.fault : undefined
  const called = {
    nameOf: (id: string) => names.get(id)?.name ?? units.get(id) ?? '',
    stepOf: (id: string) => graph.nodes[id]?.name ?? '',
  }
  const state = fault ? 'stopped' : visit.ended === 'skipped' ? 'skipped' : visit.left === undefined ? 'open' : 'done'
  return {
    ...blank(node, 'step'),
    round: visit.round,
    state,
    people: slots.map(({ id, person, owner, outcome }) => ({
      ...who(person, names),
      slot: id,
      outcome: outcome ? (outcomes.get(outcome) ?? outcome) : null,
      ownerName: owner ? (names.get(owner)?.name ?? null) : null,
    })),
    search: search.map(({ rule, people }) => ({
      rule: ruleWords(rule, called),
      people: people.map(({ person }) => who(person, names)),
    })),
    outcome: visit.outcome ? (outcomes.get(visit.outcome) ?? visit.outcome) : null,
    note: fault?.message ?? noteOf(node?.user, visit, slots, search),
  }
}

/** Why it went otherwise than the rules alone say. */
const noteOf = (
  user: UserStep | undefined,
  visit: Visit,
  slots: Slot[],
  search: { people: Handler[] }[],
): string | null => {
  if (!user || search.length === 0) return null
  const found = search.some(({ people }) => people.length > 0)
  if (visit.ended === 'skipped')
    return found ? '办理人就是发起人，或前面已经办过，按设置免办。' : '没有找到办理人，按设置免办。'
  if (found || slots.length === 0) return null
  return user.nobody === 'administrator' ? '按规则没有找到人，交给单位管理员。' : '按规则没有找到人，交给上一级领导。'
}
