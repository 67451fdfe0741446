import { readMomentCursor } from '#kernel/cursors'
import type { Query } from '#kernel/db'
import { notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { opinionsKept } from '#platform/tasks'
import type { Opinion } from '#platform/tasks/contract'
import type { Graph, UserStep } from '../contract/graph.ts'
import type { CaseEvent, CaseFile, InstanceRow, OpenStep } from '../contract.ts'
import { executed } from '../engine/back.ts'
import type { Machine } from '../engine/machine.ts'
import type { Entry, Slot, State, Token } from '../engine/state.ts'
import { definitionById } from './definitions.ts'
import { formOf, hiddenFrom } from './form-access.ts'

interface Row {
  id: string
  definition_id: string
  title: string
  status: CaseFile['status']
  rev: number
  state: State
  starter_id: string
  unit_id: string
  started_at: Date
  ended_at: Date | null
  record_id: string | null
  in_scope: boolean
}
export interface HistoryRow {
  no: number
  at: Date
  what: string
  node: string | null
  person_id: string | null
  person_name: string | null
  unit_name: string | null
  owner_name: string | null
  outcome: string | null
  opinion: string | null
  opinion_id: string | null
  log: Entry[]
}
export type Named = Map<string, { name: string; unit: string }>

/** Whoever started it, or stands in its history: as handler, principal, or one to whom it was given to handle or to read. */
export const MAY_READ = `(i.starter_id = $2 or exists (select 1 from workflow.history h where h.instance_id = i.id
  and (h.person_id = $2 or h.owner_id = $2 or position($2::text in h.log::text) > 0)))`

/** 404 for whoever may not read it: a case that is not theirs is not there. */
export const checkReadable = async (ctx: Ctx, id: string): Promise<void> => {
  const [row] = await ctx.sql(`select 1 from workflow.instance i where i.id = $1 and ${MAY_READ}`, [
    id,
    ctx.actor.personId || null,
  ])
  if (!row) throw notFound('这件事')
}

export const readRow = async (ctx: Ctx, id: string): Promise<Row> => {
  const me = ctx.actor.personId || null
  const scope = ctx.scopeText('i.unit_id', 3, 'workflow:administer')
  const [row] = await ctx.sql<Row & { readable: boolean }>(
    `select i.*, ${MAY_READ} as readable, (${scope.text}) as in_scope from workflow.instance i where i.id = $1`,
    [id, me, ...scope.params],
  )
  if (!row?.readable && !row?.in_scope) throw notFound('这件事')
  return row
}

export const namesOf = async (sql: Query, ids: Iterable<string>): Promise<Named> => {
  const rows = await sql<{ id: string; name: string; unit: string | null }>(
    `select p.id, p.name, u.short_name as unit from directory.person p
     left join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
     left join directory.unit u on u.id = m.unit_id where p.id = any($1::uuid[])`,
    [[...new Set(ids)]],
    'workflow.names',
  )
  return new Map(rows.map(({ id, name, unit }) => [id, { name, unit: unit ?? '' }]))
}
const peopleIn = (state: State, history: HistoryRow[]): string[] => [
  state.starter.person,
  ...Object.values(state.tokens).flatMap(({ step }) =>
    (step?.slots ?? []).flatMap(({ person, owner }) => (owner ? [person, owner] : [person])),
  ),
  ...history.flatMap(({ log }) => log.flatMap(({ to = [] }) => to)).filter((id) => id.length === 36),
]

const moment = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString())

const presentSlot = (slot: Slot, names: Named, me: string) => ({
  slot: slot.id,
  personId: slot.person,
  name: names.get(slot.person)?.name ?? '已离开的人员',
  unitName: names.get(slot.person)?.unit ?? '',
  state: slot.state,
  place: slot.place,
  ownerName: slot.owner ? (names.get(slot.owner)?.name ?? null) : null,
  mine: slot.person === me,
})
const presentStep = (graph: Graph, state: State, token: Token, names: Named, me: string): OpenStep => {
  const node = graph.nodes[token.node]
  return {
    token: token.id,
    node: token.node,
    name: node?.name || token.node,
    way: node?.user?.way ?? 'single',
    round: state.trail[token.step?.visit ?? -1]?.round ?? 1,
    parked: token.state === 'parked',
    dueAt: moment(token.step?.due),
    yellowAt: moment(token.step?.yellow),
    clockStopped: Object.values(state.timers).some(({ of, stoppedAt }) => of === token.id && stoppedAt !== undefined),
    fault: token.fault?.message ?? null,
    slots: (token.step?.slots ?? []).map((slot) => presentSlot(slot, names, me)),
  }
}

/** What whoever handles this step fills in. */
const fieldsOf = ({ fields = {} }: UserStep, { values }: State) =>
  Object.entries(fields)
    .filter(([, access]) => access === 'write' || access === 'required')
    .map(([name, access]) => ({ name, required: access === 'required', value: values[name] ?? null }))

/** Values without those that a step hides from somebody who handles it or handled it. */
const shownTo = (graph: Graph, state: State, nodes: readonly (string | null)[], me: string): State['values'] => {
  const hidden = hiddenFrom(graph, state, nodes, me)
  return Object.fromEntries(Object.entries(state.values).filter(([name]) => !hidden.has(name)))
}

const mineIn = (graph: Graph, state: State, me: string, hasForm: boolean): CaseFile['mine'] => {
  if (state.status !== 'running') return null
  for (const token of Object.values(state.tokens)) {
    const slot = token.step?.slots.find(({ person, state: at }) => person === me && at === 'open')
    const node = graph.nodes[token.node]
    if (!slot || !node?.user) continue
    const { user } = node
    const back = user.sendBack ?? { to: 'any' as const, mode: 'choose' as const }
    // Only what reads the trail is asked of it here.
    const machine = { graph, state } as Machine
    const targets = Object.values(graph.nodes)
      .filter(({ id, kind }) => kind === 'user' && id !== node.id && executed(machine, id))
      .filter(({ id }) => back.to === 'any' || back.to.includes(id))
    return {
      slot: slot.id,
      step: node.name || node.id,
      outcomes: user.outcomes,
      operations: user.operations.filter((one) => one !== 'send-back' || targets.length > 0),
      sendBackTo: targets.map(({ id, name }) => ({ node: id, name: name || id })),
      sendBackMode: back.mode,
      claim: user.way === 'claim' && !token.step?.slots.some(({ state: at }) => at === 'cancelled'),
      free: user.free ?? false,
      fields: hasForm ? [] : fieldsOf(user, state),
    }
  }
  return null
}

/** What the person gave last and may still take back. */
const withdrawable = (state: State, me: string): string | null => {
  if (state.status !== 'running') return null
  for (const { step, state: at } of Object.values(state.tokens)) {
    const done = step?.slots.find((slot) => slot.person === me && slot.state === 'done')
    if (done && at === 'at') return done.id
  }
  const visit = state.trail.findLast(({ undo }) =>
    undo?.token.step?.slots.some(({ id, person }) => id === undo.slot && person === me),
  )
  return visit?.undo?.slot ?? null
}

const stepsOf = (graph: Graph) =>
  Object.values(graph.nodes)
    .filter(({ kind }) => kind === 'user')
    .map(({ id, name }) => ({ node: id, name: name || id }))
const stepName = (graph: Graph, id: string): string => graph.nodes[id]?.name || id
type Kept = ReadonlyMap<string, Opinion>
/** What was kept with the opinions of this case; asked only when there is some. */
const keptWith = async (ctx: Ctx, id: string, history: readonly HistoryRow[]): Promise<Kept> =>
  history.some(({ opinion_id }) => opinion_id)
    ? new Map((await opinionsKept(ctx, 'workflow', id)).map((one) => [one.id, one]))
    : new Map()

const presentEvent = (graph: Graph, row: HistoryRow, names: Named, kept: Kept): CaseEvent => {
  const first = row.log.find(({ what }) => what === row.what) ?? row.log[0]
  const outcome = graph.nodes[row.node ?? '']?.user?.outcomes.find(({ key }) => key === row.outcome)?.name
  return {
    no: row.no,
    at: row.at.toISOString(),
    what: row.what,
    step: row.node ? stepName(graph, row.node) : null,
    name: row.person_name,
    unitName: row.unit_name,
    ownerName: row.owner_name,
    outcome: outcome ?? row.outcome,
    opinion: row.opinion,
    kept: kept.get(row.opinion_id ?? '') ?? null,
    to: (first?.to ?? []).map((one) => names.get(one)?.name ?? stepName(graph, one)),
    mode: first?.mode ?? null,
  }
}

/** The case as whoever asks may see it, with what they may do now. */
export const caseFile = async (ctx: Ctx, id: string): Promise<CaseFile> => {
  const row = await readRow(ctx, id)
  const [definition, history] = await Promise.all([
    definitionById(ctx.sql, row.definition_id),
    ctx.sql<HistoryRow>(
      'select no, at, what, node, person_id, person_name, unit_name, owner_name, outcome, opinion, opinion_id, log from workflow.history where instance_id = $1 order by no',
      [id],
      'workflow.history.read',
    ),
  ])
  const { graph } = definition
  const { state } = row
  const me = ctx.actor.personId
  const handled = history.filter((event) => event.person_id === me).map(({ node }) => node)
  const [names, kept, form] = await Promise.all([
    namesOf(ctx.sql, peopleIn(state, history)),
    keptWith(ctx, id, history),
    formOf(ctx, row.record_id, graph, state, handled),
  ])
  const standing = Object.values(state.tokens).filter(({ step, fault }) => step || fault)
  return {
    id,
    title: row.title,
    processName: definition.name,
    version: definition.version,
    status: row.status,
    rev: row.rev,
    starter: {
      personId: state.starter.person,
      name: names.get(state.starter.person)?.name ?? '',
      unitName: names.get(state.starter.person)?.unit ?? '',
    },
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    // What the process was told of a form stands in the form.
    values: form ? {} : shownTo(graph, state, handled, me),
    form,
    steps: standing.map((token) => presentStep(graph, state, token, names, me)),
    joint: Object.values(graph.nodes).some(({ kind }) => kind === 'call'),
    mine: mineIn(graph, state, me, form !== null),
    withdraw: withdrawable(state, me),
    can: {
      urge: row.starter_id === me && row.status === 'running',
      administer: row.in_scope,
      jumpTo: row.in_scope ? stepsOf(graph) : [],
    },
    history: history.map((event) => presentEvent(graph, event, names, kept)),
  }
}

interface ListRow {
  id: string
  definition_id: string
  title: string
  status: CaseFile['status']
  faulty: boolean
  tokens: State['tokens']
  starter: string
  unit: string
  started_at: Date
  ended_at: Date | null
}
export interface ListInput {
  q?: string
  cursor?: string
  limit: number
  status?: string
  faulty?: boolean
  /** key of a process, all its versions */
  process?: string
}

/** Newest first; `where` is whose, with parameters from $1. */
export const listInstances = async (
  { sql }: Pick<Ctx, 'sql'>,
  where: { text: string; params: unknown[] },
  { q, cursor, limit, status, faulty, process }: ListInput,
): Promise<{ rows: InstanceRow[]; next: string | null }> => {
  const params = [...where.params]
  const param = (value: unknown): string => `$${params.push(value)}`
  const conditions = [where.text]
  if (status) conditions.push(`i.status = ${param(status)}`)
  if (faulty) conditions.push('i.faulty')
  if (process) conditions.push(`i.definition_id in (select id from workflow.definition where key = ${param(process)})`)
  if (status === 'running' || status === 'suspended') conditions.push('i.ended_at is null')
  if (q) conditions.push(`position(${param(q)} in i.title) > 0`)
  const [at, id] = readMomentCursor(cursor)
  if (at && id) conditions.push(`(i.started_at, i.id) < (${param(at)}, ${param(id)})`)
  const rows = await sql<ListRow>(
    `select i.id, i.definition_id, i.title, i.status, i.faulty, i.state -> 'tokens' as tokens, p.name as starter, u.short_name as unit, i.started_at, i.ended_at
     from workflow.instance i join directory.person p on p.id = i.starter_id join directory.unit u on u.id = i.unit_id
     where ${conditions.join(' and ')} order by i.started_at desc, i.id desc limit ${param(limit + 1)}`,
    params,
  )
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    rows: await Promise.all(shown.map((row) => presentRow(sql, row))),
    next: rows.length > limit && last ? `${last.started_at.toISOString()}|${last.id}` : null,
  }
}
const presentRow = async (sql: Query, row: ListRow): Promise<InstanceRow> => {
  const { graph, name } = await definitionById(sql, row.definition_id)
  const open = Object.values(row.tokens).filter(({ step, fault }) => step || fault)
  return {
    id: row.id,
    title: row.title,
    processName: name,
    status: row.status,
    steps: [...new Set(open.map(({ node }) => stepName(graph, node)))],
    starterName: row.starter,
    unitName: row.unit,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    faulty: row.faulty,
  }
}
