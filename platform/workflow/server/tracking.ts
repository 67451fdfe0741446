import type { Query } from '#kernel/db'
import type { Ctx, Handlers } from '#kernel/module'
import type { Diagram, designingApi, Round, TrackedStep, TrackState } from '../contract/designing.ts'
import type { Graph } from '../contract/graph.ts'
import { diagramOf, passedBetween } from '../definition/index.ts'
import type { Slot, State, Visit } from '../engine/state.ts'
import { type HistoryRow, type Named, namesOf, readRow } from './case-file.ts'
import { type Definition, definitionById } from './definitions.ts'
import { goOn, play, type Rehearsal, standingAt } from './rehearsal.ts'
import { agreeing, completeBy } from './simulate.ts'

/** 进度: where a case went, where it is and where it will go, on the drawing of the version it runs on. */
export const tracking: Handlers<typeof designingApi>['tracking'] = async (ctx, { id }) => {
  const row = await readRow(ctx, id)
  const definition = await definitionById(ctx.sql, row.definition_id)
  const { graph } = definition
  const { state } = row
  const history = await ctx.sql<HistoryRow>(
    'select no, at, what, node, person_id, person_name, unit_name, owner_name, outcome, opinion, log from workflow.history where instance_id = $1 order by no',
    [id],
    'workflow.tracking.history',
  )
  const { rehearsal, note } = await ahead(ctx, definition, state)
  const names = await namesOf(ctx.sql, peopleIn(rehearsal?.slots ?? new Map(), state, history))
  const scene: Scene = { graph, state, history, names }
  const done = past(scene)
  const waits = waiting(scene).filter(({ node }) => !done.some((one) => one.node === node))
  const passed = passedIn(graph, history, state)
  const coming = rehearsal
    ? expected(scene, rehearsal).filter(({ node }) => ![...done, ...waits].some((one) => one.node === node))
    : []
  return {
    diagram: await drawingOf(ctx.sql, definition),
    steps: [...done, ...waits, ...coming],
    passed,
    ahead: [...(rehearsal?.passed ?? [])].filter((one) => !passed.includes(one)),
    note,
  }
}

interface Scene {
  graph: Graph
  state: State
  history: HistoryRow[]
  names: Named
}

/** A published version never changes, nor does its drawing. */
const drawings = new Map<string, Diagram>()
const MOST_DRAWINGS = 200
const drawingOf = async (sql: Query, { id, graph }: Definition): Promise<Diagram> => {
  const before = drawings.get(id)
  if (before) return before
  const [row] = await sql<{ xml: string }>('select xml from workflow.definition where id = $1', [id])
  const diagram = await diagramOf(row?.xml ?? '', graph)
  if (drawings.size >= MOST_DRAWINGS) drawings.delete(drawings.keys().next().value as string)
  drawings.set(id, diagram)
  return diagram
}

const MOST_AHEAD = 40

/** Everybody agrees from here on: the steps the engine would open, with the people it would find today. */
const ahead = async (
  { sql, now }: Ctx,
  { graph, key }: Definition,
  state: State,
): Promise<{ rehearsal: Rehearsal | null; note: string | null }> => {
  if (state.status === 'suspended') return { rehearsal: null, note: '已挂起，恢复以后才能推算后面的环节。' }
  if (state.status !== 'running') return { rehearsal: null, note: null }
  const stage = { sql, now, graph, key, rehearsal: null, thorough: false }
  let rehearsal = standingAt(state)
  try {
    rehearsal = await goOn({ ...stage, rehearsal }, rehearsal)
    for (let turn = 0; turn < MOST_AHEAD; turn++) {
      const move = agreeing(graph, rehearsal.state)
      if (!move) break
      rehearsal = await play({ ...stage, rehearsal }, completeBy(graph, rehearsal.state, move))
    }
    return { rehearsal, note: null }
  } catch {
    // what cannot be worked out today (a value nobody gave yet) is no fault of the case
    return { rehearsal, note: '后面的走向要看接下来填报的内容，现在还推算不出。' }
  }
}

const peopleIn = (slots: Map<number, Slot[]>, state: State, history: HistoryRow[]): string[] => [
  ...[...slots.values(), ...Object.values(state.tokens).map(({ step }) => step?.slots ?? [])]
    .flat()
    .flatMap(({ person, owner }) => (owner ? [person, owner] : [person])),
  ...history
    .flatMap(({ log }) => log.flatMap(({ to = [], person }) => [...to, person ?? '']))
    .filter((id) => id.length === 36),
]

const moment = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString())
const nameOf = ({ graph }: Scene, node: string): string => graph.nodes[node]?.name || node
const outcomeOf = ({ graph }: Scene, node: string, key: string | undefined | null): string | null =>
  key ? (graph.nodes[node]?.user?.outcomes.find((one) => one.key === key)?.name ?? key) : null

/** The steps entered so far, in the order of their first time. */
const past = (scene: Scene): TrackedStep[] => {
  const steps = new Map<string, TrackedStep>()
  scene.state.trail.forEach((visit, index) => {
    // what was taken back before anybody saw it never was
    if (visit.ended === 'withdrawn') return
    const step = steps.get(visit.node) ?? {
      node: visit.node,
      name: nameOf(scene, visit.node),
      state: 'done' as TrackState,
      rounds: [],
    }
    const round = roundOf(scene, visit, index)
    step.rounds.push(round)
    step.state = round.state
    steps.set(visit.node, step)
  })
  for (const step of steps.values())
    step.state = step.rounds.find(({ state }) => state === 'current' || state === 'stopped')?.state ?? step.state
  return [...steps.values()]
}

const WAITING = ['call', 'service', 'receive', 'catch', 'event-based']
/** Where it stands without anybody of its own people: other processes, services, clocks, messages. */
const waiting = (scene: Scene): TrackedStep[] => {
  const { status, tokens } = scene.state
  if (status !== 'running' && status !== 'suspended') return []
  const nodes = Object.values(tokens).flatMap(({ node, step }) =>
    !step && WAITING.includes(scene.graph.nodes[node]?.kind ?? '') ? [node] : [],
  )
  return [...new Set(nodes)].map((node) => ({ node, name: nameOf(scene, node), state: 'current', rounds: [] }))
}

const ENDED: Record<NonNullable<Visit['ended']>, TrackState> = {
  'sent-back': 'returned',
  withdrawn: 'cancelled',
  jumped: 'cancelled',
  cancelled: 'cancelled',
  skipped: 'skipped',
}
const roundOf = (scene: Scene, visit: Visit, index: number): Round => {
  const token = scene.state.tokens[visit.token]
  const standing = token?.step?.visit === index ? token : undefined
  const state = standing
    ? standing.fault
      ? 'stopped'
      : standing.state === 'parked'
        ? 'returned'
        : 'current'
    : visit.ended
      ? ENDED[visit.ended]
      : visit.left === undefined
        ? 'cancelled'
        : 'done'
  return {
    round: visit.round,
    state,
    entered: moment(visit.entered),
    left: moment(visit.left),
    outcome: outcomeOf(scene, visit.node, visit.outcome),
    fault: standing?.fault?.message ?? null,
    dueAt: moment(standing?.step?.due),
    people: standing?.step ? standing.step.slots.map((slot) => fromSlot(scene, visit, slot)) : whoActed(scene, visit),
  }
}

type Participant = Round['people'][number]
const participant = ({ names }: Scene, person: string, more: Partial<Participant>): Participant => ({
  personId: person,
  name: names.get(person)?.name ?? '已离开的人员',
  unitName: names.get(person)?.unit ?? '',
  ownerName: null,
  state: 'open',
  outcome: null,
  opinion: null,
  at: null,
  ...more,
})

const fromSlot = (scene: Scene, { node }: Visit, slot: Slot): Participant => {
  const row = scene.history.find(({ log }) => log.some((one) => one.what === 'complete' && one.slot === slot.id))
  return participant(scene, slot.person, {
    ownerName: slot.owner ? (scene.names.get(slot.owner)?.name ?? null) : null,
    state: slot.state,
    outcome: outcomeOf(scene, node, slot.outcome),
    opinion: row?.opinion ?? null,
    at: slot.state === 'done' ? (row?.at.toISOString() ?? null) : null,
  })
}

/** A step that is over: whoever answered, and whoever was asked and did not have to any more. */
const whoActed = (scene: Scene, { node, entered, left }: Visit): Participant[] => {
  const during = scene.history.filter(
    ({ at }) => at.getTime() >= entered && (left === undefined || at.getTime() <= left),
  )
  const acted = during
    .filter((row) => row.node === node && row.person_id && ['complete', 'send-back'].includes(row.what))
    .map((row) =>
      participant(scene, row.person_id as string, {
        name: row.person_name ?? '',
        unitName: row.unit_name ?? '',
        ownerName: row.owner_name,
        state: 'done',
        outcome: row.what === 'send-back' ? '退回' : outcomeOf(scene, node, row.outcome),
        opinion: row.opinion,
        at: row.at.toISOString(),
      }),
    )
  const asked = during
    .filter(({ at }) => at.getTime() === entered)
    .flatMap(({ log }) => log.flatMap((one) => (one.what === 'enter' && one.node === node ? (one.to ?? []) : [])))
  const others = [...new Set(asked)].filter((person) => !acted.some(({ personId }) => personId === person))
  return [...acted, ...others.map((person) => participant(scene, person, { state: 'cancelled' }))]
}

const expected = (scene: Scene, { state, slots }: Rehearsal): TrackedStep[] => {
  const steps = new Map<string, TrackedStep>()
  state.trail.forEach((visit, index) => {
    if (index < scene.state.trail.length || steps.has(visit.node)) return
    const people = (slots.get(index) ?? []).map((slot) => ({
      ...participant(scene, slot.person, { state: 'expected' }),
      ownerName: slot.owner ? (scene.names.get(slot.owner)?.name ?? null) : null,
    }))
    const fault =
      state.tokens[visit.token]?.step?.visit === index ? state.tokens[visit.token]?.fault?.message : undefined
    const round: Round = {
      round: visit.round,
      state: visit.ended === 'skipped' ? 'skipped' : 'expected',
      entered: null,
      left: null,
      outcome: null,
      fault: fault ?? null,
      dueAt: null,
      people,
    }
    steps.set(visit.node, { node: visit.node, name: nameOf(scene, visit.node), state: 'expected', rounds: [round] })
  })
  return [...steps.values()]
}

const AGAINST_THE_GRAPH = ['send-back', 'withdraw', 'jump', 'assign', 'retry']

/** What each command went through, taken together; going back and jumping follow no line. */
const passedIn = (graph: Graph, history: HistoryRow[], state: State): string[] => {
  const passed = new Set<string>(graph.scopes[graph.root]?.starts)
  for (const { what, node, log } of history) {
    const entered = log.flatMap((one) =>
      ['enter', 'skip', 'automatic'].includes(one.what) && one.node ? [one.node] : [],
    )
    const ended = log.some((one) => one.what === 'end')
    const origins = what === 'start' ? (graph.scopes[graph.root]?.starts ?? []) : node ? [node] : []
    const decided = what !== 'complete' || log.some((one) => one.what === 'decide') || entered.length > 0 || ended
    if (AGAINST_THE_GRAPH.includes(what)) for (const one of entered) passed.add(one)
    else if (decided)
      for (const one of passedBetween(graph, origins, entered, ended && state.status === 'completed')) passed.add(one)
  }
  for (const { node } of Object.values(state.tokens)) passed.add(node)
  return [...passed]
}
