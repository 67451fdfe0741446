import type { Query } from '#kernel/db'
import { AppError, conflict, notFound } from '#kernel/errors'
import type { SystemCtx } from '#kernel/module'
import type { Prepared } from '#platform/forms'
import type { Limit, Node } from '../contract/graph.ts'
import { Refused } from '../engine/machine.ts'
import { type Open, openOf } from '../engine/open.ts'
import type { Command, Effect, Entry, Env, Handler, Json, Need, State } from '../engine/state.ts'
import { step } from '../engine/step.ts'
import { type Definition, definitionById } from './definitions.ts'
import { envOf } from './env.ts'
import { compile } from './expressions.ts'
import { handlersOf, leaderOver } from './people.ts'
import { extendedBy, limitFrom, workingDue } from './times.ts'

export type Tx = Pick<SystemCtx, 'sql' | 'now' | 'emit' | 'tell'>
/** Whoever gives the command, as the record names them; nobody for timers and services. */
export interface By {
  personId: string
  name: string
  unitName: string
}
export interface Instance {
  id: string
  definition: Definition
  title: string
  urgency: 'normal' | 'urgent' | 'most-urgent'
  rev: number
  state: State | null
  parentId: string | null
  parentToken: string | null
  /** the form it carries */
  recordId?: string
}

interface InstanceRow {
  id: string
  definition_id: string
  title: string
  urgency: Instance['urgency']
  rev: number
  state: State
  parent_id: string | null
  parent_token: string | null
  record_id: string | null
}

/** Instances, locked in one order until the transaction ends: commands of the same one follow one another. What is not there is missing. */
export const lockInstances = async (sql: Query, ids: readonly string[]): Promise<Map<string, Instance>> => {
  const rows = await sql<InstanceRow>(
    `select id, definition_id, title, urgency, rev, state, parent_id, parent_token, record_id from workflow.instance
     where id = any($1::uuid[]) order by id for update`,
    [ids],
    'workflow.lock',
  )
  const found = rows.map(
    async ({ id, definition_id, parent_id, parent_token, record_id, ...row }): Promise<[string, Instance]> => [
      id,
      {
        id,
        definition: await definitionById(sql, definition_id),
        ...row,
        parentId: parent_id,
        parentToken: parent_token,
        ...(record_id && { recordId: record_id }),
      },
    ],
  )
  return new Map(await Promise.all(found))
}
export const lockInstance = async ({ sql }: Pick<Tx, 'sql'>, id: string): Promise<Instance> => {
  const instance = (await lockInstances(sql, [id])).get(id)
  if (!instance) throw notFound('这件事')
  return instance
}

/** Answers what the engine asks for, from the directory and the calendar. */
const answer = async (tx: Tx, instance: Instance, env: Env, command: Command, need: Need): Promise<Json> => {
  const node = instance.definition.graph.nodes['node' in need ? need.node : ''] as Node
  if (need.ask === 'extend') return extendedBy(tx.sql, need.due, need.from, need.to)
  const state = instance.state ?? startingState(command)
  const office = { sql: tx.sql, unit: state.starter.unit }
  if (need.ask === 'due') return workingDue(office, need.value, need.from)
  if (need.ask === 'limit') return limitFrom(office, node.user?.limit as Limit, need.from)
  const scene = { sql: tx.sql, now: tx.now, state, env }
  const overdue = need.key.startsWith('leader:')
  const found = overdue
    ? { people: await leaderOver(scene, openAt(state, node.id)) }
    : await handlersOf(scene, node, instance.definition.key)
  return found as unknown as Json
}
const openAt = (state: State, node: string): Handler[] =>
  Object.values(state.tokens)
    .filter((token) => token.node === node)
    .flatMap((token) => token.step?.slots ?? [])
    .filter((slot) => slot.state === 'open')
/** Before the first command there is only what it brings. */
const startingState = (command: Command): State => {
  const start = command as Extract<Command, { do: 'start' }>
  return {
    status: 'running',
    starter: start.by,
    seq: 0,
    values: start.values ?? {},
    choices: start.choices ?? {},
    scopes: {},
    tokens: {},
    timers: {},
    trail: [],
  }
}

const ROUNDS = 50

/** Gives the command until nothing more is asked; the answers stay with it for the replay. */
const run = async (tx: Tx, instance: Instance, given: Command, env: Env) => {
  let command = given
  for (let round = 0; round < ROUNDS; round++) {
    const result = tryStep(instance, command, env.now)
    if ('state' in result) return { command, ...result }
    // What the command itself changed (values, choices) is what the people are found by.
    const scene = withGiven(instance, command)
    const found = await Promise.all(
      result.needs.map(async (need) => [need.key, await answer(tx, scene, env, command, need)] as const),
    )
    command = { ...command, answers: { ...command.answers, ...Object.fromEntries(found) } }
  }
  throw conflict('流程一直在找办理人，没有停下来。请联系流程管理员。')
}
/** In each round with a budget of its own, as a replay, which knows all answers, has it in its only one. */
const tryStep = ({ definition: { graph }, state }: Instance, command: Command, now: number) => {
  try {
    return step(graph, state, command, envOf(graph, now, compile))
  } catch (error) {
    if (error instanceof Refused) throw new AppError(409, error.code, error.message)
    throw error
  }
}
const withGiven = (instance: Instance, command: Command): Instance => {
  if (!instance.state || command.do !== 'complete') return instance
  const { values, choices } = command
  const state = {
    ...instance.state,
    values: { ...instance.state.values, ...values },
    choices: { ...instance.state.choices, ...choices },
  }
  return { ...instance, state }
}

/** What is said of a command beside it: who gave it, in whose stead, with which opinion. */
export interface Said {
  by?: By
  owner?: { id: string; name: string }
  opinion?: string
  /** what was kept with the opinion, and whom it mentions: they may read the case */
  kept?: { id: string; mentions: readonly string[] }
}
/** A command that the rules allow, with all that follows from it; nothing of it is written yet. */
export interface Advance {
  tx: Tx
  before: Instance
  next: Instance & { state: State }
  command: Command
  log: Entry[]
  effects: Effect[]
  open: { before: Open; after: Open }
  said: Said
  /** what the command makes of the form: written with the rest */
  form?: Prepared
}

/** Reads and reckons, writes nothing. `instance` comes from `lockInstance`, or is new (state null). */
export const decide = async (
  tx: Tx,
  instance: Instance,
  given: Command,
  said: Said = {},
  form?: Prepared | null,
): Promise<Advance> => {
  const { graph } = instance.definition
  const env = envOf(graph, tx.now.getTime(), compile)
  const { command, state, effects, log } = await run(tx, instance, given, env)
  return {
    tx,
    before: instance,
    next: { ...instance, state, rev: instance.rev + 1 },
    command,
    log,
    effects,
    open: { before: openOf(graph, instance.state, env), after: openOf(graph, state, env) },
    said,
    ...(form && { form }),
  }
}
