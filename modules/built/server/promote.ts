import { AppError } from '#kernel/errors'
import type { Kernel, SystemCtx } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { publishForm, readValue, sayValue } from '#platform/forms'
import type { Json } from '#platform/forms/contract'
import { publishFile } from '#platform/workflow'
import { type AppDefinition, appPublished } from '../contract.ts'
import { decode, encode } from '../core/codec.ts'
import { formOf } from '../core/derive.ts'
import { columnsOf, type Layout, type Step } from '../core/storage.ts'
import { forgetReached } from './live.ts'

/**
 * Carries a promotion out: one step, or one batch of a copy, a transaction, with the mark how far it is. Whoever is killed leaves a whole step,
 * and whoever comes next goes on from there; two at once wait for each other and find the step done.
 */

interface Promotion {
  version_id: string
  app_id: string
  steps: Step[]
  at: number
  place: string | null
  state: string
}
type Tx = Pick<SystemCtx, 'sql' | 'now' | 'emit' | 'kernel'>

const BATCH = 2000
const names = (columns: readonly { name: string }[]): string[] => columns.map(({ name }) => name)

const define = async ({ sql }: Tx, step: Step): Promise<void> => {
  switch (step.do) {
    case 'table':
      await sql('select built.define_table($1, $2)', [step.entity, step.title])
      return
    case 'columns':
      await sql('select built.define_columns($1, $2::text[], $3::text[], $4::text[])', [
        step.entity,
        names(step.columns),
        step.columns.map(({ type }) => type),
        step.columns.map(({ note }) => note),
      ])
      return
    case 'notes':
      for (const { name, note } of step.columns)
        await sql('select built.define_note($1, $2, $3)', [step.entity, name, note])
      return
    case 'index':
      await sql('set local statement_timeout = 0')
      await sql('select built.define_index($1, $2, $3::text[], $4)', [
        step.entity,
        step.name,
        step.columns,
        step.unique,
      ])
      return
    case 'lift':
      await sql('select built.lift_unique($1, $2)', [step.entity, step.name])
      return
    default:
      throw new Error(`${step.do} is no definition`)
  }
}

type Copy = Extract<Step, { do: 'copy' }>
/** The value as the new type reads it: as it is, else by what it says in words; null where neither fits. */
const converted = ({ from, to }: Copy, value: Json, today: string): Json => {
  if (value === null || to.field.type === 'table' || from.field.type === 'table') return null
  for (const given of [value, from.field.type === 'money' ? Number(value) : sayValue(from.field, value)]) {
    const read = readValue(to.field, given, today)
    if ('value' in read) return read.value
  }
  return null
}

const copyRows = async (
  { sql, now }: Tx,
  step: Copy,
  rows: readonly Record<string, unknown>[],
  prefix = '',
): Promise<{ copied: number; unconverted: number }> => {
  const [old, fresh] = [columnsOf(step.from.field, step.from.no), columnsOf(step.to.field, step.to.no)]
  const today = now.toISOString().slice(0, 10)
  let unconverted = 0
  const ids: unknown[] = []
  const cells: unknown[][] = fresh.map(() => [])
  for (const row of rows) {
    const value = decode(
      step.from.field,
      old.map(({ name }) => row[`${prefix}${name}`] ?? null),
    )
    const next = converted(step, value, today)
    if (value !== null && next === null) unconverted++
    ids.push(row.id)
    for (const [at, cell] of encode(step.to.field, next).entries())
      cells[at]?.push(Array.isArray(cell) ? JSON.stringify(cell) : (cell ?? null))
  }
  // A list travels as JSON: lists of lists of different lengths are no array of PostgreSQL.
  const given = fresh.map(({ type }, at) => `$${at + 2}::${type.endsWith('[]') ? 'text' : type}[]`).join(', ')
  const set = fresh.map(({ name, type }) =>
    type.endsWith('[]')
      ? `${name} = (select array_agg(e)::${type} from jsonb_array_elements_text(n.${name}::jsonb) e)`
      : `${name} = n.${name}`,
  )
  await sql(
    `update built.e_${step.entity} r set ${set.join(', ')} from unnest($1::uuid[], ${given}) as n (id, ${names(fresh).join(', ')}) where r.id = n.id`,
    [ids, ...cells],
  )
  return { copied: rows.length, unconverted }
}
const readable = (step: Copy, prefix = ''): string =>
  columnsOf(step.from.field, step.from.no)
    .map(({ name, type }) =>
      type === 'timestamp(0)' ? `${prefix}${name}::text as ${prefix}${name}` : `${prefix}${name}`,
    )
    .join(', ')

/** One batch; true when there is another. */
const copyBatch = async (tx: Tx, promotion: Promotion, step: Copy): Promise<boolean> => {
  const rows = await tx.sql<{ id: string }>(
    `select id, ${readable(step)} from built.e_${step.entity} where ($1::uuid is null or id > $1) order by id limit ${BATCH} for update`,
    [promotion.place],
  )
  if (rows.length === 0) return false
  const { copied, unconverted } = await copyRows(tx, step, rows)
  await tx.sql(
    'update built.promotion set place = $2, copied = copied + $3, unconverted = unconverted + $4 where version_id = $1',
    [promotion.version_id, rows.at(-1)?.id, copied, unconverted],
  )
  return rows.length === BATCH
}

/** Changed while the copy ran: seen under the lock that the renaming holds, so nothing is missed. */
const catchUp = async (tx: Tx, step: Copy, since: Date): Promise<void> => {
  let last: string | null = null
  for (;;) {
    const rows: { id: string }[] = await tx.sql<{ id: string }>(
      `select id, ${readable(step, 'aside_')} from built.e_${step.entity} where updated_at >= $1 and ($2::uuid is null or id > $2) order by id limit ${BATCH}`,
      [since, last],
    )
    if (rows.length === 0) return
    await copyRows(tx, step, rows, 'aside_')
    last = rows.at(-1)?.id ?? null
  }
}

const SLACK_MS = 600_000
/** The new version takes effect: what it leaves is renamed, its forms and processes are published, and from here on it is the one in force. */
const switchOver = async (
  tx: SystemCtx,
  { version_id, app_id, steps }: Promotion,
  step: Extract<Step, { do: 'switch' }>,
): Promise<void> => {
  const { sql, now } = tx
  await sql('set local statement_timeout = 0')
  const [row] = await sql<{
    definition: AppDefinition
    layout: Layout
    version: number
    owner_unit: string
    decided_by: string | null
    started_at: Date
  }>(
    `select v.definition, v.layout, v.version, a.owner_unit, v.decided_by, p.started_at from built.version v join built.app a on a.id = v.app_id
     join built.promotion p on p.version_id = v.id where v.id = $1 for update of a, v`,
    [version_id],
  )
  if (!row) throw new Error(`version ${version_id} is gone`)
  const { definition, layout, version, owner_unit: unitId } = row
  for (const { entity, columns } of step.aside) await sql('select built.set_aside($1, $2::text[])', [entity, columns])
  const since = new Date(row.started_at.getTime() - SLACK_MS)
  for (const copy of steps) if (copy.do === 'copy') await catchUp(tx, copy, since)
  const forms: Record<string, string> = {}
  for (const entity of definition.entities) {
    const by = row.decided_by ?? undefined
    forms[entity.key] = (
      await publishForm(tx, { definition: formOf(definition, entity), unitId, by, keeper: 'built' })
    ).id
  }
  for (const process of definition.processes ?? []) await publishProcess(tx, process, unitId)
  await sql("update built.version set state = 'superseded' where app_id = $1 and state = 'published'", [app_id])
  await sql("update built.version set state = 'published', layout = $2, published_at = $3 where id = $1", [
    version_id,
    JSON.stringify({ ...layout, forms }),
    now,
  ])
  await sql(
    'update built.app set version = $2, name = $3, sentence = $4, heading = $5, reach = $6, updated_at = $7 where id = $1',
    [app_id, version, definition.name, definition.sentence ?? '', definition.heading ?? '', definition.reach, now],
  )
  await sql("update built.promotion set state = 'done', ended_at = $2 where version_id = $1", [version_id, now])
  tx.emit(appPublished, { appId: app_id, key: definition.key, version })
}

/** A process that says the same as before is no new version. */
const publishProcess = async (
  tx: SystemCtx,
  { key, bpmn }: { key: string; bpmn: string },
  unitId: string,
): Promise<void> => {
  const [last] = await tx.sql<{ same: boolean }>(
    'select xml = $2 as same from workflow.definition where key = $1 order by version desc limit 1',
    [key, bpmn],
  )
  if (!last?.same) await publishFile(tx, { xml: bpmn, unitId })
}

type Progress = 'again' | 'done'
/** The next step or batch, in one transaction. */
const advance = (kernel: Kernel, versionId: string): Promise<Progress> =>
  asSystem(kernel, async (tx) => {
    const [promotion] = await tx.sql<Promotion>(
      'select version_id, app_id, steps, at, place, state from built.promotion where version_id = $1 for update',
      [versionId],
    )
    if (promotion?.state !== 'running') return 'done'
    const step = promotion.steps[promotion.at]
    if (!step) throw new Error(`promotion ${versionId} has no step ${promotion.at}`)
    if (step.do === 'switch') {
      await switchOver(tx, promotion, step)
      return 'done'
    }
    if (step.do === 'copy' && (await copyBatch(tx, promotion, step))) return 'again'
    if (step.do !== 'copy') await define(tx, step)
    await tx.sql('update built.promotion set at = at + 1, place = null where version_id = $1', [versionId])
    return 'again'
  })

const LOCK_TIMEOUT = '55P03'
const RETRIES = 100
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
/** What will not go by trying again: rows that are not unique, a process with a fault. */
const isFinal = (error: unknown): boolean => {
  const { code = '' } = error as { code?: string }
  return error instanceof AppError || code.startsWith('23') || code.startsWith('22')
}
const fail = (kernel: Kernel, versionId: string, error: unknown): Promise<void> =>
  asSystem(kernel, async ({ sql, now }) => {
    const { code } = error as { code?: string }
    const fault =
      error instanceof AppError
        ? error.message
        : code === '23505'
          ? '已有的记录里有重复，加不上唯一约束。请先处理重复的记录。'
          : '已有的数据放不进新的结构。'
    const [row] = await sql<{ app_id: string }>(
      "update built.promotion set state = 'failed', fault = $2, ended_at = $3 where version_id = $1 and state = 'running' returning app_id",
      [versionId, fault, now],
    )
    // The version in force runs on; the new one goes back to whoever wrote it. Columns that were added stay, empty and unused.
    if (row)
      await sql(
        "update built.version set state = 'draft', note = $2, layout = null, decided_by = null, submitted_by = null where id = $1",
        [versionId, fault],
      )
  })

/** Does all that is left of one promotion. A lock that is not to be had is waited for a little, without holding anybody up. */
export const promote = async (
  kernel: Kernel,
  versionId: string,
  stopping: () => boolean = () => false,
): Promise<void> => {
  let misses = 0
  while (!stopping()) {
    try {
      if ((await advance(kernel, versionId)) === 'done') break
      misses = 0
    } catch (error) {
      if (isFinal(error)) {
        kernel.log.warn({ err: error }, '应用没有发布成')
        return fail(kernel, versionId, error)
      }
      if ((error as { code?: string }).code !== LOCK_TIMEOUT || ++misses > RETRIES) throw error
      await pause(100 + 20 * misses)
    }
  }
  forgetReached(kernel)
}

/** The promotions of this process, one after the other; what another process left is taken up within a minute. */
export const startPromotions = (kernel: Kernel) => {
  let stopped = false
  let last: Promise<void> = Promise.resolve()
  const look = (): void => {
    last = last
      .then(async () => {
        const rows = stopped
          ? []
          : await kernel.database.query<{ id: string }>(
              "select version_id as id from built.promotion where state = 'running' order by started_at",
            )
        for (const { id } of rows) await promote(kernel, id, () => stopped)
      })
      .catch((error: Error) => kernel.log.error({ err: error }, '发布应用时出错，稍后再试'))
  }
  wake.set(kernel, look)
  if (kernel.config.JOBS) look()
  return async (): Promise<void> => {
    stopped = true
    await last
  }
}
const wake = new WeakMap<Kernel, () => void>()
export const wakePromotions = (kernel: Kernel): void => wake.get(kernel)?.()
