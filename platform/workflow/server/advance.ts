import { AppError, conflict, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { SystemCtx } from '#kernel/module'
import { closeTask, findTask, openTask, sendReading } from '#platform/tasks'
import type { Limit, Node } from '../contract/graph.ts'
import { effectAsked, instanceAdvanced, instanceEnded } from '../contract.ts'
import { Refused } from '../engine/machine.ts'
import { changeOf, type Open, type OpenTask, openOf } from '../engine/open.ts'
import type { Command, Effect, Entry, Env, Handler, Json, Need, State } from '../engine/state.ts'
import { step } from '../engine/step.ts'
import { type Definition, definitionById } from './definitions.ts'
import { envOf } from './env.ts'
import { compile } from './expressions.ts'
import { handlersOf, leaderOver } from './people.ts'
import { extendedBy, limitFrom, workingDue } from './times.ts'

export type Tx = Pick<SystemCtx, 'sql' | 'now' | 'emit'>
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
}

/** The instance, locked until the transaction ends: its commands follow one another. */
export const lockInstance = async ({ sql }: Pick<Tx, 'sql'>, id: string): Promise<Instance> => {
  const row = await sql<{
    definition_id: string
    title: string
    urgency: Instance['urgency']
    rev: number
    state: State
    parent_id: string | null
    parent_token: string | null
  }>(
    'select definition_id, title, urgency, rev, state, parent_id, parent_token from workflow.instance where id = $1 for update',
    [id],
    'workflow.lock',
  ).then(one('这件事'))
  const { definition_id, title, urgency, rev, state, parent_id, parent_token } = row
  return {
    id,
    definition: await definitionById(sql, definition_id),
    title,
    urgency,
    rev,
    state,
    parentId: parent_id,
    parentToken: parent_token,
  }
}

/** Answers what the engine asks for, from the directory and the calendar. */
const answer = async (tx: Tx, instance: Instance, env: Env, command: Command, need: Need): Promise<Json> => {
  const node = instance.definition.graph.nodes['node' in need ? need.node : ''] as Node
  if (need.ask === 'extend') return extendedBy(tx.sql, need.due, need.from, need.to)
  if (need.ask === 'due') return workingDue(tx.sql, need.value, need.from)
  if (need.ask === 'limit') return limitFrom(tx.sql, node.user?.limit as Limit, need.from)
  const state = instance.state ?? startingState(command)
  const scene = { sql: tx.sql, now: tx.now, state, env }
  const overdue = need.key.startsWith('leader:')
  const people = overdue
    ? await leaderOver(scene, openAt(state, node.id))
    : await handlersOf(scene, node, instance.definition.key)
  return { people } as unknown as Json
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
    const result = tryStep(instance, command, env)
    if ('state' in result) return { command, ...result }
    const answers: Record<string, Json> = { ...command.answers }
    // What the command itself changed (values, choices) is what the people are found by.
    for (const need of result.needs)
      answers[need.key] = await answer(tx, withGiven(instance, command), env, command, need)
    command = { ...command, answers }
  }
  throw conflict('流程一直在找办理人，没有停下来。请联系流程管理员。')
}
const tryStep = (instance: Instance, command: Command, env: Env) => {
  try {
    return step(instance.definition.graph, instance.state, command, env)
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

/**
 * One command on an instance, in the transaction of whoever calls: state, history, to-dos, alarms, subscriptions and events stand or fall together.
 * `instance` comes from `lockInstance`, or is new (state null).
 */
export const advance = async (
  tx: Tx,
  instance: Instance,
  given: Command,
  said: { by?: By; owner?: { id: string; name: string }; opinion?: string } = {},
): Promise<Instance> => {
  const { graph } = instance.definition
  const env = envOf(graph, tx.now.getTime(), compile)
  const before = openOf(graph, instance.state, env)
  const { command, state, effects, log } = await run(tx, instance, given, env)
  const after = openOf(graph, state, env)
  const next = { ...instance, state, rev: instance.rev + 1 }
  await writeInstance(tx, instance, next)
  await writeHistory(tx, next, command, log, said)
  await writeOpen(tx, next, before, after, log, said.by)
  await Promise.all(effects.map((effect) => happen(tx, next, effect, said.by)))
  tx.emit(instanceAdvanced, { instanceId: instance.id, rev: next.rev })
  if (state.status === 'completed' || state.status === 'terminated')
    tx.emit(instanceEnded, {
      instanceId: instance.id,
      key: instance.definition.key,
      status: state.status,
      outcome: state.outcome ?? null,
      parentId: instance.parentId,
      parentToken: instance.parentToken,
      values: state.values,
    })
  return next
}

const writeInstance = async (
  { sql, now }: Tx,
  before: Instance,
  { id, state, rev, definition, ...rest }: Instance,
): Promise<void> => {
  const { status, starter, tokens } = state as State
  const ended = status === 'completed' || status === 'terminated' ? now : null
  const faulty = Object.values(tokens).some(({ fault }) => fault)
  const text = JSON.stringify(state)
  if (!before.state) {
    await sql(
      `insert into workflow.instance (id, definition_id, title, starter_id, unit_id, urgency, status, faulty, rev, state, parent_id, parent_token, started_at, ended_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        id,
        definition.id,
        rest.title,
        starter.person,
        starter.unit,
        rest.urgency,
        status,
        faulty,
        rev,
        text,
        rest.parentId,
        rest.parentToken,
        now,
        ended,
      ],
      'workflow.insert',
    )
    return
  }
  await sql(
    'update workflow.instance set state = $3, rev = $4, status = $5, faulty = $6, ended_at = $7 where id = $1 and rev = $2 returning 1',
    [id, before.rev, text, rev, status, faulty, ended],
    'workflow.update',
  ).then(one('这件事'))
}

const writeHistory = (
  { sql, now }: Tx,
  { id, rev }: Instance,
  command: Command,
  log: Entry[],
  { by, owner, opinion }: Parameters<typeof advance>[3] & {},
): Promise<unknown> => {
  const first = log.find(({ what }) => what === command.do) ?? log[0]
  return sql(
    `insert into workflow.history (instance_id, no, at, person_id, person_name, unit_name, owner_id, owner_name, what, node, outcome, opinion, command, log)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      id,
      rev,
      now,
      by?.personId ?? null,
      by?.name ?? null,
      by?.unitName ?? null,
      owner?.id ?? null,
      owner?.name ?? null,
      command.do,
      first?.node ?? null,
      first?.outcome ?? null,
      opinion || null,
      JSON.stringify(command),
      JSON.stringify(log),
    ],
    'workflow.history',
  )
}

export const SOURCE = { source: 'workflow' } as const
/** The number of a to-do: passed on to somebody else it is another one. */
export const taskNumber = (instance: string, slot: string, person: string): string => `${instance}/${slot}/${person}`

const writeOpen = async (
  tx: Tx,
  instance: Instance,
  before: Open,
  after: Open,
  log: Entry[],
  by?: By,
): Promise<void> => {
  const tasks = changeOf(before.tasks, after.tasks)
  const moved = tasks.changed.filter(([slot, task]) => before.tasks[slot]?.person !== task.person)
  const gone = [...tasks.closed, ...moved]
  await Promise.all(gone.map(([slot]) => shut(tx, instance, slot, (before.tasks[slot] as OpenTask).person, log)))
  // Passed on: the number of the to-do carries who has it now, the slot stays.
  const come = [...tasks.opened, ...moved]
  await Promise.all(come.map(([slot, task]) => hand(tx, instance, slot, task, by)))
  await writeAlarms(tx, instance.id, changeOf(before.alarms, after.alarms))
  await writeSubscriptions(tx, instance.id, changeOf(before.subscriptions, after.subscriptions))
  for (const [token] of changeOf(before.children, after.children).closed)
    tx.emit(effectAsked, { instanceId: instance.id, effect: { do: 'end-child', token } })
}

const hand = async (
  tx: Tx,
  { id, definition, title, urgency }: Instance,
  slot: string,
  task: OpenTask,
  by?: By,
): Promise<void> => {
  await openTask(tx, SOURCE, {
    personId: task.person,
    externalId: taskNumber(id, slot, task.person),
    matter: definition.name,
    title,
    summary: definition.graph.nodes[task.node]?.name,
    url: `/cases/${id}`,
    fromName: by?.name,
    urgency,
    ...(task.due !== undefined && { dueAt: new Date(task.due).toISOString() }),
  })
}
const shut = async (tx: Tx, { id }: Instance, slot: string, person: string, log: Entry[]): Promise<void> => {
  const done = log.find((entry) => entry.what === 'complete' && entry.slot === slot)
  const row = await findTask(tx, SOURCE, taskNumber(id, slot, person))
  if (row)
    await closeTask(tx, row, {
      state: done ? 'done' : 'cancelled',
      outcome: done?.outcome ?? '已由他人办理',
      by: done?.person,
    })
}

const writeAlarms = async (
  { sql }: Tx,
  id: string,
  change: ReturnType<typeof changeOf<Open['alarms'][string]>>,
): Promise<void> => {
  if (change.closed.length > 0)
    await sql('delete from workflow.alarm where instance_id = $1 and alarm = any($2)', [
      id,
      change.closed.map(([key]) => key),
    ])
  const set = [...change.opened, ...change.changed]
  if (set.length > 0)
    await sql(
      `insert into workflow.alarm (instance_id, alarm, due_at) select $1, * from unnest($2::text[], $3::timestamptz[])
       on conflict (instance_id, alarm) do update set due_at = excluded.due_at, leased_until = null`,
      [id, set.map(([key]) => key), set.map(([, { due }]) => new Date(due))],
    )
}
const writeSubscriptions = async (
  { sql }: Tx,
  id: string,
  change: ReturnType<typeof changeOf<Open['subscriptions'][string]>>,
): Promise<void> => {
  if (change.closed.length > 0)
    await sql('delete from workflow.subscription where instance_id = $1 and waiter = any($2)', [
      id,
      change.closed.map(([key]) => key),
    ])
  const set = [...change.opened, ...change.changed]
  if (set.length > 0)
    await sql(
      `insert into workflow.subscription (instance_id, waiter, kind, name, key) select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[])
       on conflict (instance_id, waiter) do update set name = excluded.name, key = excluded.key`,
      [
        id,
        set.map(([key]) => key),
        set.map(([, { kind }]) => kind),
        set.map(([, { name }]) => name),
        set.map(([, { key }]) => keyOf(key)),
      ],
    )
}
/** A correlation value as text that compares; null when any message of that name will do. */
export const keyOf = (key: Json): string | null =>
  key === null ? null : typeof key === 'string' ? key : JSON.stringify(key)

const happen = async (tx: Tx, { id, definition, title }: Instance, effect: Effect, by?: By): Promise<void> => {
  if (effect.do !== 'copy') {
    tx.emit(effectAsked, { instanceId: id, effect: effect as unknown as Json })
    return
  }
  const send = ({ person }: Handler): Promise<unknown> =>
    sendReading(tx, SOURCE, {
      personId: person,
      externalId: `${id}/${newId()}`,
      matter: definition.name,
      title,
      url: `/cases/${id}`,
      fromName: by?.name,
    })
  await Promise.all(effect.people.map(send))
}
