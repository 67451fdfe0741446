import { newId } from '#kernel/ids'
import type { Prepared } from '#platform/forms'
import { closeTasks, openTasks, sendReading } from '#platform/tasks'
import { effectAsked, instanceAdvanced, instanceEnded } from '../contract.ts'
import { changeOf, type Open, type OpenTask } from '../engine/open.ts'
import type { Command, Effect, Entry, Handler, Json } from '../engine/state.ts'
import { type Advance, decide, type Instance, type Said, type Tx } from './decide.ts'

/**
 * One command on an instance, in the transaction of whoever calls: state, history, to-dos, alarms, subscriptions and events stand or fall together.
 * `instance` comes from `lockInstance`, or is new (state null).
 */
export const advance = async (
  tx: Tx,
  instance: Instance,
  given: Command,
  said: Said = {},
  form?: Prepared,
): Promise<Instance> => {
  const made = await decide(tx, instance, given, said, form)
  await record([made])
  return made.next
}

/** Writes what was decided, each kind of row in one statement for all; at most one command an instance. Nothing waits for another here. */
export const record = async (all: readonly Advance[]): Promise<void> => {
  const [first] = all
  if (!first) return
  for (const one of all) tellOf(one)
  const fresh = all.filter(({ before }) => !before.state)
  // An instance refers to the form it carries.
  await Promise.all(all.map(({ form }) => form?.write()))
  // What refers to an instance follows its row on the same connection.
  const writes = [
    insertInstances(fresh),
    updateInstances(all.filter(({ before }) => before.state)),
    writeHistory(all),
    writeTasks(all),
    writeAlarms(all),
    writeSubscriptions(all),
    ...all.flatMap(({ tx, next, effects, said }) => effects.map((effect) => happen(tx, next, effect, said))),
  ]
  await Promise.all(writes)
}

/** Events and hints of one command. */
const tellOf = ({ tx, before, next, open }: Advance): void => {
  const { id, state, rev, definition, parentId, parentToken } = next
  for (const [token] of changeOf(open.before.children, open.after.children).closed)
    tx.emit(effectAsked, { instanceId: id, effect: { do: 'end-child', token } })
  tx.emit(instanceAdvanced, { instanceId: id, subject: state.subject, rev })
  tx.tell(state.starter.person, 'cases')
  const ended = state.status === 'completed' || state.status === 'terminated' ? state.status : undefined
  if (ended && before.state?.status !== ended)
    tx.emit(instanceEnded, {
      instanceId: id,
      subject: state.subject,
      key: definition.key,
      status: ended,
      outcome: state.outcome ?? null,
      parentId,
      parentToken,
      values: state.values,
    })
}

const endOf = ({ tx, next: { state } }: Advance): Date | null =>
  state.status === 'completed' || state.status === 'terminated' ? tx.now : null
const isFaulty = ({ next: { state } }: Advance): boolean => Object.values(state.tokens).some(({ fault }) => fault)
const sqlOf = (all: readonly Advance[]) => (all[0] as Advance).tx.sql

const insertInstances = async (all: readonly Advance[]): Promise<void> => {
  if (all.length === 0) return
  const column = (read: (next: Advance['next']) => unknown): unknown[] => all.map(({ next }) => read(next))
  await sqlOf(all)(
    `insert into workflow.instance (id, definition_id, title, starter_id, unit_id, urgency, status, faulty, rev, state, parent_id, parent_token, started_at, ended_at, record_id)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::boolean[], $9::int[], $10::jsonb[],
       $11::uuid[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::uuid[])`,
    [
      column(({ id }) => id),
      column(({ definition }) => definition.id),
      column(({ title }) => title),
      column(({ state }) => state.starter.person),
      column(({ state }) => state.starter.unit),
      column(({ urgency }) => urgency),
      column(({ state }) => state.status),
      all.map(isFaulty),
      column(({ rev }) => rev),
      column(({ state }) => JSON.stringify(state)),
      column(({ parentId }) => parentId),
      column(({ parentToken }) => parentToken),
      all.map(({ tx }) => tx.now),
      all.map(endOf),
      column(({ recordId }) => recordId ?? null),
    ],
    'workflow.insert',
  )
}

const updateInstances = async (all: readonly Advance[]): Promise<void> => {
  if (all.length === 0) return
  const written = await sqlOf(all)(
    `update workflow.instance i set state = k.state, rev = k.rev, status = k.status, faulty = k.faulty, ended_at = k.ended_at
     from unnest($1::uuid[], $2::int[], $3::jsonb[], $4::text[], $5::boolean[], $6::timestamptz[]) as k (id, rev, state, status, faulty, ended_at)
     where i.id = k.id and i.rev = k.rev - 1 returning 1`,
    [
      all.map(({ next }) => next.id),
      all.map(({ next }) => next.rev),
      all.map(({ next }) => JSON.stringify(next.state)),
      all.map(({ next }) => next.state.status),
      all.map(isFaulty),
      all.map(endOf),
    ],
    'workflow.update',
  )
  if (written.length !== all.length) throw new Error('an instance changed although it was locked')
}

const mentioned = ({ kept }: Said): Entry[] =>
  kept && kept.mentions.length > 0 ? [{ what: 'mention', to: [...kept.mentions] }] : []

const writeHistory = (all: readonly Advance[]): Promise<unknown> => {
  const firsts = all.map(({ command, log }) => log.find(({ what }) => what === command.do) ?? log[0])
  const said = (read: (said: Said) => string | undefined): (string | null)[] => all.map((one) => read(one.said) || null)
  return sqlOf(all)(
    `insert into workflow.history (instance_id, no, at, person_id, person_name, unit_name, owner_id, owner_name, what, node, outcome, opinion, command, log, opinion_id)
     select * from unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::text[], $10::text[],
       $11::text[], $12::text[], $13::jsonb[], $14::jsonb[], $15::uuid[])`,
    [
      all.map(({ next }) => next.id),
      all.map(({ next }) => next.rev),
      all.map(({ tx }) => tx.now),
      said(({ by }) => by?.personId),
      said(({ by }) => by?.name),
      said(({ by }) => by?.unitName),
      said(({ owner }) => owner?.id),
      said(({ owner }) => owner?.name),
      all.map(({ command }) => command.do),
      firsts.map((first) => first?.node ?? null),
      firsts.map((first) => first?.outcome ?? null),
      said(({ opinion }) => opinion),
      all.map(({ command }) => JSON.stringify(command)),
      all.map(({ log, said }) => JSON.stringify([...log, ...mentioned(said)])),
      said(({ kept }) => kept?.id),
    ],
    'workflow.history',
  )
}

export const SOURCE = { source: 'workflow' } as const
/** The number of a to-do: passed on to somebody else it is another one. */
export const taskNumber = (instance: string, slot: string, person: string): string => `${instance}/${slot}/${person}`

const writeTasks = async (all: readonly Advance[]): Promise<void> => {
  const changes = all.map((one) => {
    const { opened, closed, changed } = changeOf(one.open.before.tasks, one.open.after.tasks)
    // Passed on: the number of the to-do carries who has it now, the slot stays.
    const moved = changed.filter(([slot, task]) => one.open.before.tasks[slot]?.person !== task.person)
    return { one, gone: [...closed, ...moved], come: [...opened, ...moved] }
  })
  await Promise.all([
    closeTasks(
      SOURCE,
      changes.flatMap(({ one, gone }) => gone.map(([slot]) => closingOf(one, slot))),
    ),
    openTasks(
      SOURCE,
      changes.flatMap(({ one, come }) => come.map(([slot, task]) => openingOf(one, slot, task))),
    ),
  ])
}
const openingOf = ({ tx, next, said }: Advance, slot: string, task: OpenTask) => ({
  tx,
  task: {
    personId: task.person,
    unitId: task.unit,
    ownerId: task.owner,
    externalId: taskNumber(next.id, slot, task.person),
    matter: next.definition.name,
    title: next.title,
    summary: next.definition.graph.nodes[task.node]?.name,
    url: `/cases/${next.id}`,
    fromName: said.by?.name,
    urgency: next.urgency,
    ...(task.due !== undefined && { dueAt: new Date(task.due).toISOString() }),
  },
})
const closingOf = ({ tx, next, open, log }: Advance, slot: string) => {
  const done = log.find((entry) => entry.what === 'complete' && entry.slot === slot)
  const { person, node } = open.before.tasks[slot] as OpenTask
  const outcomes = next.definition.graph.nodes[node]?.user?.outcomes ?? []
  return {
    tx,
    externalId: taskNumber(next.id, slot, person),
    closing: {
      state: done ? ('done' as const) : ('cancelled' as const),
      // as its button says it: the list of what one has done is read by people
      outcome: outcomes.find(({ key }) => key === done?.outcome)?.name ?? done?.outcome ?? '已由他人办理',
      by: done?.person,
    },
  }
}

/** Rows of one kind that were closed, and those that were opened or changed, with the instance each belongs to. */
const rowsOf = <T>(all: readonly Advance[], read: (open: Open) => Record<string, T>) => {
  const gone: { id: string; key: string }[] = []
  const set: { id: string; key: string; value: T }[] = []
  for (const { next, open } of all) {
    const { opened, closed, changed } = changeOf(read(open.before), read(open.after))
    gone.push(...closed.map(([key]) => ({ id: next.id, key })))
    set.push(...[...opened, ...changed].map(([key, value]) => ({ id: next.id, key, value })))
  }
  return { gone, set }
}

const writeAlarms = async (all: readonly Advance[]): Promise<void> => {
  const { gone, set } = rowsOf(all, ({ alarms }) => alarms)
  const sql = sqlOf(all)
  const writes: Promise<unknown>[] = []
  if (gone.length > 0)
    writes.push(
      sql(
        `delete from workflow.alarm a using unnest($1::uuid[], $2::text[]) as k (id, alarm) where a.instance_id = k.id and a.alarm = k.alarm`,
        [gone.map(({ id }) => id), gone.map(({ key }) => key)],
        'workflow.alarms.gone',
      ),
    )
  if (set.length > 0)
    writes.push(
      sql(
        `insert into workflow.alarm (instance_id, alarm, due_at) select * from unnest($1::uuid[], $2::text[], $3::timestamptz[])
         on conflict (instance_id, alarm) do update set due_at = excluded.due_at, leased_until = null`,
        [set.map(({ id }) => id), set.map(({ key }) => key), set.map(({ value }) => new Date(value.due))],
        'workflow.alarms.set',
      ),
    )
  await Promise.all(writes)
}
const writeSubscriptions = async (all: readonly Advance[]): Promise<void> => {
  const { gone, set } = rowsOf(all, ({ subscriptions }) => subscriptions)
  const sql = sqlOf(all)
  const writes: Promise<unknown>[] = []
  if (gone.length > 0)
    writes.push(
      sql(
        `delete from workflow.subscription s using unnest($1::uuid[], $2::text[]) as k (id, waiter) where s.instance_id = k.id and s.waiter = k.waiter`,
        [gone.map(({ id }) => id), gone.map(({ key }) => key)],
        'workflow.subscriptions.gone',
      ),
    )
  if (set.length > 0)
    writes.push(
      sql(
        `insert into workflow.subscription (instance_id, waiter, kind, name, key)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
         on conflict (instance_id, waiter) do update set name = excluded.name, key = excluded.key`,
        [
          set.map(({ id }) => id),
          set.map(({ key }) => key),
          set.map(({ value }) => value.kind),
          set.map(({ value }) => value.name),
          set.map(({ value }) => keyOf(value.key)),
        ],
        'workflow.subscriptions.set',
      ),
    )
  await Promise.all(writes)
}
/** A correlation value as text that compares; null when any message of that name will do. */
export const keyOf = (key: Json): string | null =>
  key === null ? null : typeof key === 'string' ? key : JSON.stringify(key)

const happen = async (tx: Tx, { id, definition, title }: Instance, effect: Effect, { by }: Said): Promise<void> => {
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
