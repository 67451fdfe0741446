import type { Graph } from '../contract/graph.ts'
import { correlationOf, waiting } from './events.ts'
import type { Machine } from './machine.ts'
import type { Alarm, Env, Handler, Json, State } from './state.ts'

/** What an instance has open towards the outside. The store keeps exactly this as rows; it follows from the state alone. */
export interface Open {
  tasks: Record<string, OpenTask>
  alarms: Record<string, Alarm>
  /** by `<who waits>:<node>` */
  subscriptions: Record<string, { of: string; node: string; kind: 'message' | 'signal'; name: string; key: Json }>
  /** tokens that wait for a child process */
  children: Record<string, { node: string }>
}
export interface OpenTask extends Handler {
  node: string
  token: string
  round: number
  due?: number
  yellow?: number
  /** added on the way, by whom */
  place: string
  from?: string
}

export const openOf = (graph: Graph, state: State | null, env: Env): Open => {
  const none: Open = { tasks: {}, alarms: {}, subscriptions: {}, children: {} }
  if (!state) return none
  if (state.status !== 'running' && state.status !== 'suspended') return none
  const suspended = state.status === 'suspended'
  return {
    tasks: openTasks(state),
    alarms: suspended
      ? {}
      : Object.fromEntries(Object.entries(state.timers).filter(([, { stoppedAt }]) => stoppedAt === undefined)),
    subscriptions: suspended ? {} : subscriptionsOf(graph, state, env),
    children: Object.fromEntries(
      Object.values(state.tokens)
        .filter(({ node }) => graph.nodes[node]?.kind === 'call')
        .filter(({ id }) => !Object.values(state.scopes).some(({ host }) => host === id))
        .map(({ id, node }) => [id, { node }]),
    ),
  }
}

const openTasks = (state: State): Record<string, OpenTask> => {
  const found: Record<string, OpenTask> = {}
  for (const { id, node, step } of Object.values(state.tokens))
    for (const slot of step?.slots ?? []) {
      if (slot.state !== 'open') continue
      const { person, unit, owner, place, from } = slot
      const round = state.trail[step?.visit ?? -1]?.round ?? 1
      found[slot.id] = {
        node,
        token: id,
        round,
        person,
        unit,
        place,
        ...(owner && { owner }),
        ...(from && { from }),
        ...(step?.due !== undefined && { due: step.due }),
        ...(step?.yellow !== undefined && { yellow: step.yellow }),
      }
    }
  return found
}

const subscriptionsOf = (graph: Graph, state: State, env: Env): Open['subscriptions'] => {
  // Only what reads the state is asked of it here.
  const m = { graph, state, env } as Machine
  const found: Open['subscriptions'] = {}
  for (const wait of waiting(m)) {
    const { of, node, event } = wait
    if (event.type !== 'message' && event.type !== 'signal') continue
    found[`${of}:${node}`] = { of, node, kind: event.type, name: event.name, key: correlationOf(m, wait) }
  }
  return found
}

export interface Change<T> {
  opened: [string, T][]
  closed: [string, T][]
  changed: [string, T][]
}
/** What two records differ in, by key. */
export const changeOf = <T>(before: Record<string, T>, after: Record<string, T>): Change<T> => ({
  opened: Object.entries(after).filter(([key]) => !Object.hasOwn(before, key)),
  closed: Object.entries(before).filter(([key]) => !Object.hasOwn(after, key)),
  changed: Object.entries(after).filter(
    ([key, value]) => Object.hasOwn(before, key) && JSON.stringify(before[key]) !== JSON.stringify(value),
  ),
})

/** Who waits, and where it goes on, from the key of a subscription. */
export const waiterOf = (key: string): { at: string; node: string } => {
  const cut = key.indexOf(':')
  return { at: key.slice(0, cut), node: key.slice(cut + 1) }
}
