import { readNameCursor } from '#kernel/cursors'
import { AppError, invalid, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, SystemCtx } from '#kernel/module'
import { compileExpression } from '#platform/feel'
import type { Graph } from '../contract/graph.ts'
import type { Process } from '../contract.ts'
import { type CheckExpression, readDefinition } from '../definition/index.ts'
import { askedOf } from './asked.ts'
import { faultsOfDecisions } from './decisions.ts'
import { definitionByKey, REACH } from './definitions.ts'
import { OFFERED } from './expressions.ts'
import { isService } from './services.ts'

export const checkExpression: CheckExpression = (text, { names }) => {
  try {
    return { reads: compileExpression(text, { names: [...new Set([...names, ...OFFERED])] }).reads }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** Reads a definition; whatever is wrong with it is said at once, each fault with its element. */
export const readGraph = async (xml: string, names: readonly string[] = []): Promise<Graph> => {
  const reading = await readDefinition(xml, { checkExpression, names })
  if ('graph' in reading) return reading.graph
  const errors = reading.problems.slice(0, 100).map(({ element, message }) => ({ path: element || 'xml', message }))
  throw new AppError(400, 'bad-definition', reading.problems[0]?.message ?? '流程文件有误。', { errors })
}

/** What a process names must be there when it is published, never found missing by a case that runs. */
export const missingIn = async (
  { sql }: Pick<Ctx, 'sql'>,
  graph: Graph,
  unitId: string,
): Promise<{ path: string; message: string }[]> => {
  const errors = faultsOfDecisions(graph)
  for (const { id, name, service, call } of Object.values(graph.nodes)) {
    const say = (message: string) => errors.push({ path: id, message: `「${name || id}」${message}` })
    if (service && !isService(service.handler)) say(`要调用的服务「${service.handler}」不存在。`)
    if (!call || call.process === graph.key) continue
    const found = await definitionByKey(sql, call.process, unitId).catch(() => undefined)
    if (!found) say(`要调用的流程「${call.process}」不存在，或不在本单位的使用范围内。请先发布它。`)
  }
  return errors
}
const refuseMissing = async (ctx: Pick<Ctx, 'sql'>, graph: Graph, unitId: string): Promise<void> => {
  const errors = await missingIn(ctx, graph, unitId)
  if (errors[0]) throw new AppError(400, 'bad-definition', errors[0].message, { errors })
}

/** Reads a file and puts it out: for services that bring their own processes. */
export const publishFile = async (
  ctx: Pick<SystemCtx, 'sql' | 'now'>,
  { xml, unitId }: { xml: string; unitId: string },
): Promise<string> => publishGraph(ctx, { xml, graph: await readGraph(xml), unitId })

interface ProcessRow {
  id: string
  key: string
  version: number
  name: string
  unit_name: string
  published_at: Date
  reads: string[]
  xml: string
}
const present = ({ id, key, version, name, unit_name, published_at, reads }: ProcessRow): Process => ({
  id,
  key,
  version,
  name,
  unitName: unit_name,
  publishedAt: published_at.toISOString(),
  asks: reads.filter((name) => !(OFFERED as readonly string[]).includes(name)),
})

/** A new version of the process with this key; running instances stay on theirs. Its owner alone publishes the next one. */
export const publishGraph = async (
  { sql, now }: Pick<SystemCtx, 'sql' | 'now'>,
  { xml, graph, unitId, by }: { xml: string; graph: Graph; unitId: string; by?: string },
): Promise<string> => {
  await sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`workflow.${graph.key}`])
  const [last] = await sql<{ version: number; owner_unit: string }>(
    'select version, owner_unit from workflow.definition where key = $1 order by version desc limit 1',
    [graph.key],
  )
  if (last && last.owner_unit !== unitId)
    throw invalid(`编号为「${graph.key}」的流程由另一个单位维护。请在流程文件中换一个编号。`, [
      { path: graph.key, message: '编号已被使用。' },
    ])
  const id = newId()
  await sql(
    `insert into workflow.definition (id, key, version, name, owner_unit, xml, graph, reads, published_by, published_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      id,
      graph.key,
      (last?.version ?? 0) + 1,
      graph.name,
      unitId,
      xml,
      JSON.stringify(graph),
      askedOf(graph),
      by ?? null,
      now,
    ],
  )
  return id
}

const columns = 'd.id, d.key, d.version, d.name, u.short_name as unit_name, d.published_at, d.reads'

export const publish = async (ctx: Ctx, { xml, unitId }: { xml: string; unitId: string }): Promise<Process> => {
  const scope = ctx.scopeText('u.id', 2)
  const [unit] = await ctx.sql(
    `select 1 from directory.unit u where u.id = $1 and u.valid_to is null and ${scope.text}`,
    [unitId, ...scope.params],
  )
  if (!unit) throw notFound('这个单位')
  const graph = await readGraph(xml)
  await refuseMissing(ctx, graph, unitId)
  const id = await publishGraph(ctx, { xml, graph, unitId, by: ctx.actor.personId })
  ctx.audit({ type: 'process', id, label: graph.name })
  const row = await ctx
    .sql<ProcessRow>(
      `select ${columns} from workflow.definition d join directory.unit u on u.id = d.owner_unit where d.id = $1`,
      [id],
    )
    .then(one('流程'))
  return present(row)
}

/** Current versions that the units above me, or mine, have put out: reach follows the tree downwards. */
export const processes = async (
  ctx: Ctx,
  { q, cursor, limit }: { q?: string; cursor?: string; limit: number },
): Promise<{ rows: Process[]; next: string | null }> => {
  const [name, id] = readNameCursor(cursor)
  const rows = await ctx.sql<ProcessRow>(
    `${REACH} select ${columns} from workflow.definition d join above a on a.id = d.owner_unit join directory.unit u on u.id = d.owner_unit
     where d.retired_at is null and not exists (select 1 from workflow.definition n where n.key = d.key and n.version > d.version)
       and ($2::text is null or position($2 in d.name) > 0) and ($3::text is null or (d.name, d.id) > ($3, $4::uuid))
     order by d.name, d.id limit $5`,
    [ctx.actor.unitId || null, q ?? null, name, id, limit + 1],
    'workflow.processes',
  )
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { rows: shown.map(present), next: rows.length > limit && last ? `${last.name}\n${last.id}` : null }
}

export const readProcess = async (ctx: Ctx, { id }: { id: string }) => {
  const row = await ctx
    .sql<ProcessRow>(
      `${REACH} select ${columns}, d.xml from workflow.definition d join above a on a.id = d.owner_unit
       join directory.unit u on u.id = d.owner_unit where d.id = $2`,
      [ctx.actor.unitId || null, id],
    )
    .then(one('流程'))
  return { ...present(row), xml: row.xml }
}
