import { readIdCursor, readMomentCursor } from '#kernel/cursors'
import { invalid, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Handlers, Job, Kernel, SystemCtx } from '#kernel/module'
import { asSystem } from '#kernel/system'
import type { Graph } from '../contract/graph.ts'
import type { Migration, migrationApi } from '../contract/migration.ts'
import { type Blocker, migrate } from '../engine/migrate.ts'
import { openOf } from '../engine/open.ts'
import type { State } from '../engine/state.ts'
import { record } from './advance.ts'
import { type Instance, lockInstance } from './decide.ts'
import { type Definition, definitionById } from './definitions.ts'
import { envOf } from './env.ts'
import { compile } from './expressions.ts'

const TRIAL = 200
const BATCH = 50

interface Move {
  from: string
  to: string
  mapping: Record<string, string>
}
/** Two versions of one process; each element named must be there. */
const versionsOf = async (ctx: Pick<Ctx, 'sql'>, { from, to, mapping }: Move) => {
  const [old, next] = await Promise.all([definitionById(ctx.sql, from), definitionById(ctx.sql, to)])
  if (old.key !== next.key || old.id === next.id) throw invalid('请选择同一流程的两个不同版本。')
  const faults = Object.entries(mapping).flatMap(([before, after]) => [
    ...(old.graph.nodes[before] ? [] : [{ path: `mapping.${before}`, message: `原来的版本没有「${before}」。` }]),
    ...(next.graph.nodes[after] ? [] : [{ path: `mapping.${before}`, message: `换到的版本没有「${after}」。` }]),
  ])
  if (faults.length > 0) throw invalid('环节的对应关系有误，请核对。', faults)
  return { old, next }
}
const stepsOf = ({ graph }: Definition) =>
  Object.values(graph.nodes)
    .filter(({ kind }) => !['start', 'end', 'boundary'].includes(kind))
    .map(({ id, name }) => ({ node: id, name: name || id }))

interface Item {
  id: string
  title: string
  unit_name: string
  blockers: Blocker[]
}
const presentItem = ({ id, title, unit_name, blockers }: Item) => ({ id, title, unitName: unit_name, blockers })

const trial = async (ctx: Ctx, { after, ...move }: Move & { after?: string }) => {
  const { old, next } = await versionsOf(ctx, move)
  const scope = ctx.scopeText('i.unit_id', 3)
  const rows = await ctx.sql<Item & { state: State }>(
    `select i.id, i.title, u.short_name as unit_name, i.state from workflow.instance i join directory.unit u on u.id = i.unit_id
     where i.definition_id = $1 and i.ended_at is null and ($2::uuid is null or i.id > $2) and ${scope.text} order by i.id limit ${TRIAL}`,
    [move.from, after ?? null, ...scope.params],
  )
  const tried = rows.map((row) => ({ ...row, result: migrate(row.state, old.graph, next.graph, move.mapping) }))
  const blocked = tried.flatMap((row) => ('blockers' in row.result ? [{ ...row, blockers: row.result.blockers }] : []))
  return {
    looked: rows.length,
    ready: rows.length - blocked.length,
    blocked: blocked.map(presentItem),
    next: rows.length === TRIAL ? (rows.at(-1)?.id ?? null) : null,
    steps: { from: stepsOf(old), to: stepsOf(next) },
  }
}

interface MigrationRow {
  id: string
  name: string
  from_version: number
  to_version: number
  reason: string
  created_at: Date
  ended_at: Date | null
  total: number
  waiting: number
  done: number
  blocked: number
}
const presentMigration = (row: MigrationRow): Migration => ({
  id: row.id,
  processName: row.name,
  fromVersion: row.from_version,
  toVersion: row.to_version,
  reason: row.reason,
  startedAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  total: row.total,
  waiting: row.waiting,
  done: row.done,
  blocked: row.blocked,
})
/** Those of administrators whose process's owner lies in scope, and the caller's own. */
const mayRead = (ctx: Ctx, from: number) => {
  const scope = ctx.scopeText('f.owner_unit', from + 1)
  return { text: `(m.created_by = $${from} or ${scope.text})`, params: [ctx.actor.personId || null, ...scope.params] }
}
const readMigrations = async (ctx: Ctx, where: string, params: unknown[], limit: number): Promise<MigrationRow[]> => {
  const may = mayRead(ctx, params.length + 1)
  return ctx.sql<MigrationRow>(
    `select m.id, t.name, f.version as from_version, t.version as to_version, m.reason, m.created_at, m.ended_at, c.*
     from workflow.migration m join workflow.definition f on f.id = m.from_definition join workflow.definition t on t.id = m.to_definition,
     lateral (select count(*)::int as total, count(*) filter (where state = 'waiting')::int as waiting, count(*) filter (where state = 'done')::int as done,
       count(*) filter (where state = 'blocked')::int as blocked from workflow.migration_item i where i.migration_id = m.id) c
     where ${where} and ${may.text} order by m.created_at desc, m.id desc limit ${limit}`,
    [...params, ...may.params],
  )
}

export const migrationHandlers: Handlers<typeof migrationApi> = {
  async migrationSteps(ctx, { from, to }) {
    const { old, next } = await versionsOf(ctx, { from, to, mapping: {} })
    return { from: stepsOf(old), to: stepsOf(next) }
  },
  tryMigration: trial,
  async migrate(ctx, { reason, ...move }) {
    const { old, next } = await versionsOf(ctx, move)
    const id = newId()
    await ctx.sql(
      `insert into workflow.migration (id, from_definition, to_definition, mapping, reason, created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
      [id, old.id, next.id, JSON.stringify(move.mapping), reason, ctx.actor.personId, ctx.now],
    )
    const scope = ctx.scopeText('i.unit_id', 3)
    await ctx.sql(
      `insert into workflow.migration_item (migration_id, instance_id)
       select $1, i.id from workflow.instance i where i.definition_id = $2 and i.ended_at is null and ${scope.text}`,
      [id, old.id, ...scope.params],
    )
    ctx.audit({
      type: 'process',
      id: next.id,
      label: next.name,
      detail: { reason, from: old.version, to: next.version },
    })
    const [row] = await readMigrations(ctx, 'm.id = $1', [id], 1)
    return presentMigration(row as MigrationRow)
  },
  async migration(ctx, { id }) {
    return presentMigration(await readMigrations(ctx, 'm.id = $1', [id], 1).then(one('这次换版')))
  },
  async migrations(ctx, { cursor, limit }) {
    const [at, id] = readMomentCursor(cursor)
    const rows = await readMigrations(
      ctx,
      '($1::timestamptz is null or (m.created_at, m.id) < ($1, $2::uuid))',
      [at, id],
      limit + 1,
    )
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    return {
      rows: shown.map(presentMigration),
      next: rows.length > limit && last ? `${last.created_at.toISOString()}|${last.id}` : null,
    }
  },
  async migrationBlocked(ctx, { id, cursor, limit }) {
    await readMigrations(ctx, 'm.id = $1', [id], 1).then(one('这次换版'))
    const scope = ctx.scopeText('i.unit_id', 4)
    const rows = await ctx.sql<Item>(
      `select i.id, i.title, u.short_name as unit_name, k.blockers from workflow.migration_item k join workflow.instance i on i.id = k.instance_id
       join directory.unit u on u.id = i.unit_id
       where k.migration_id = $1 and k.state = 'blocked' and ($2::uuid is null or k.instance_id > $2) and ${scope.text} order by k.instance_id limit $3`,
      [id, readIdCursor(cursor), limit + 1, ...scope.params],
    )
    const shown = rows.slice(0, limit)
    return { rows: shown.map(presentItem), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
  },
}

// ── the job ──

interface Waiting {
  migration_id: string
  instance_id: string
  from_definition: string
  to_definition: string
  mapping: Record<string, string>
  created_by: string
  name: string
  unit_name: string
  reason: string
}
const nextWaiting = (kernel: Kernel, id: string): Promise<Waiting[]> =>
  kernel.database.query<Waiting>(
    `select k.migration_id, k.instance_id, m.from_definition, m.to_definition, m.mapping, m.created_by, m.reason, p.name, coalesce(u.short_name, '') as unit_name
     from workflow.migration_item k join workflow.migration m on m.id = k.migration_id join directory.person p on p.id = m.created_by
     left join directory.post o on o.person_id = p.id and o.kind = 'main' and o.valid_to is null left join directory.unit u on u.id = o.unit_id
     where k.migration_id = $1 and k.state = 'waiting' order by k.instance_id limit ${BATCH}`,
    [id],
    'workflow.migration.next',
  )

const write = async (ctx: SystemCtx, before: Instance, state: State, old: Definition, to: Definition, row: Waiting) => {
  const open = (graph: Graph, of: State) => openOf(graph, of, envOf(graph, ctx.now.getTime(), compile))
  const next = { ...before, definition: to, state, rev: before.rev + 1 }
  await ctx.sql('update workflow.instance set definition_id = $2 where id = $1', [before.id, to.id])
  await record([
    {
      tx: ctx,
      before,
      next,
      command: { do: 'migrate', from: old.id, to: to.id, mapping: row.mapping },
      log: [{ what: 'migrate', mode: `${old.version}>${to.version}` }],
      effects: [],
      open: { before: open(old.graph, before.state as State), after: open(to.graph, state) },
      said: { by: { personId: row.created_by, name: row.name, unitName: row.unit_name }, opinion: row.reason },
    },
  ])
}

/** One instance in a transaction of its own: whoever runs this twice, or dies over it, moves it once. */
const moveOne = (kernel: Kernel, row: Waiting): Promise<void> =>
  asSystem(kernel, async (ctx) => {
    const instance = await lockInstance(ctx, row.instance_id)
    const [still] = await ctx.sql(
      "select 1 from workflow.migration_item where migration_id = $1 and instance_id = $2 and state = 'waiting'",
      [row.migration_id, row.instance_id],
    )
    if (!still) return
    const say = (state: string, blockers: Blocker[] | null = null): Promise<unknown> =>
      ctx.sql(
        'update workflow.migration_item set state = $3, blockers = $4 where migration_id = $1 and instance_id = $2',
        [row.migration_id, row.instance_id, state, blockers && JSON.stringify(blockers)],
      )
    const { state, definition } = instance
    if (
      !state ||
      state.status === 'completed' ||
      state.status === 'terminated' ||
      definition.id !== row.from_definition
    ) {
      await say('over')
      return
    }
    const to = await definitionById(ctx.sql, row.to_definition)
    const result = migrate(state, definition.graph, to.graph, row.mapping)
    if ('blockers' in result) {
      await say('blocked', result.blockers)
      return
    }
    await write(ctx, instance, result.state, definition, to, row)
    await say('done')
  })

export const runMigrations = async (kernel: Kernel): Promise<void> => {
  const open = await kernel.database.query<{ id: string }>(
    'select id from workflow.migration where ended_at is null order by id',
  )
  for (const { id } of open) {
    for (let rows = await nextWaiting(kernel, id); rows.length > 0; rows = await nextWaiting(kernel, id))
      for (const row of rows) await moveOne(kernel, row)
    await kernel.database.query(
      `update workflow.migration set ended_at = $2 where id = $1 and not exists
       (select 1 from workflow.migration_item where migration_id = $1 and state = 'waiting')`,
      [id, kernel.clock.now()],
    )
  }
}
export const migrationJobs: readonly Job[] = [{ name: 'workflow.migrate', everyMinutes: 1, runLong: runMigrations }]
