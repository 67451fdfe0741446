import type { Query } from '#kernel/db'
import { notFound } from '#kernel/errors'
import type { Ctx, Kernel } from '#kernel/module'
import { type Form, formById } from '#platform/forms'
import type { AppDefinition, Entity } from '../contract.ts'
import { fieldsOf } from '../core/derive.ts'
import { type ColumnDef, columnsOf, type Field, type Layout } from '../core/storage.ts'

/** Versions in force. A published version never changes, so each is read once by each process; which one is in force is asked anew. */

export interface LiveField {
  field: Field
  no: number
  columns: ColumnDef[]
}
export interface LiveEntity {
  app: LiveApp
  entity: Entity
  no: number
  /** schema and table: made of a number, never of what somebody typed */
  table: string
  form: Form
  fields: ReadonlyMap<string, LiveField>
}
export interface LiveApp {
  versionId: string
  appId: string
  version: number
  unitName: string
  definition: AppDefinition
  entities: ReadonlyMap<string, LiveEntity>
}
export interface LiveLayout extends Layout {
  /** the published form of each entity */
  forms: Record<string, string>
}

const known = new Map<string, LiveApp>()
const MOST_KNOWN = 300

const entityAt = (app: LiveApp, entity: Entity, layout: LiveLayout, form: Form): LiveEntity => {
  const { no, fields } = layout.entities[entity.key]!
  if (!Number.isSafeInteger(no)) throw new Error(`layout of ${app.versionId} is broken`)
  return {
    app,
    entity,
    no,
    table: `built.e_${no}`,
    form,
    fields: new Map(
      fieldsOf(entity).map((field) => {
        const number = fields[field.key]!
        if (!Number.isSafeInteger(number)) throw new Error(`layout of ${app.versionId} is broken`)
        return [field.key, { field, no: number, columns: columnsOf(field, number) }]
      }),
    ),
  }
}

export const versionById = async (kernel: Kernel | undefined, sql: Query, id: string): Promise<LiveApp> => {
  const before = known.get(id)
  if (before) return before
  const [row] = await sql<{
    appId: string
    version: number
    unitName: string
    definition: AppDefinition
    layout: LiveLayout
  }>(
    `select v.app_id as "appId", v.version, u.short_name as "unitName", v.definition, v.layout from built.version v
     join built.app a on a.id = v.app_id join directory.unit u on u.id = a.owner_unit where v.id = $1 and v.layout is not null`,
    [id],
    'built.version',
  )
  if (!row) throw notFound('这个应用')
  const { definition, layout, appId, version, unitName } = row
  const entities = new Map<string, LiveEntity>()
  const app: LiveApp = { versionId: id, appId, version, unitName, definition, entities }
  for (const entity of definition.entities) {
    const live = entityAt(app, entity, layout, await formById(sql, layout.forms[entity.key]!))
    entities.set(entity.key, live)
  }
  if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value as string)
  known.set(id, app)
  if (kernel) learnClasses(kernel, app)
  return app
}

/** What somebody else typed into a sensitive field shows up in no log: names of fields are learnt like names of columns. */
const learnClasses = ({ redactor }: Kernel, app: LiveApp): void => {
  for (const { fields, no } of app.entities.values())
    for (const { field, columns } of fields.values())
      for (const { note, type } of columns.slice(0, 1)) {
        const dataClass = note.endsWith('[sensitive]') ? ('sensitive' as const) : undefined
        if (dataClass)
          redactor.learn([
            {
              schema: 'built',
              table: `e_${no}`,
              column: field.key,
              type,
              nullable: true,
              title: field.title,
              dataClass,
              purpose: '',
              retention: '',
            },
          ])
      }
}

/** Units at and above the caller's: what they put out for all below reaches it; and what it put out for itself alone. */
export const ABOVE = `with recursive above as (
  select id, parent_id from directory.unit where id = $1
  union all select u.id, u.parent_id from directory.unit u join above on u.id = above.parent_id)`
export const REACHES = `(a.owner_unit = $1 or (a.reach = 'subtree' and a.owner_unit in (select id from above)))`

interface Remembered {
  at: number
  versionId: string | null
}
/** Which version a unit uses is looked up twice a second at most by each process: a list is one statement then. */
const reached = new WeakMap<Kernel, Map<string, Remembered>>()
const FRESH_MS = 500
const MOST_REACHED = 20_000

export const forgetReached = (kernel: Kernel): void => void reached.delete(kernel)

export const liveApp = async (ctx: Ctx, key: string): Promise<LiveApp> => {
  const memory = reached.get(ctx.kernel) ?? new Map<string, Remembered>()
  reached.set(ctx.kernel, memory)
  const name = `${ctx.actor.unitId}/${key}`
  const before = memory.get(name)
  const now = performance.now()
  let versionId = before && now - before.at < FRESH_MS ? before.versionId : undefined
  if (versionId === undefined) {
    const [row] = await ctx.sql<{ id: string }>(
      `${ABOVE} select v.id from built.app a join built.version v on v.app_id = a.id and v.version = a.version where a.key = $2 and ${REACHES}`,
      [ctx.actor.unitId || null, key],
      'built.reached',
    )
    versionId = row?.id ?? null
    if (memory.size >= MOST_REACHED) memory.clear()
    memory.set(name, { at: now, versionId })
  }
  if (versionId === null) throw notFound('这个应用')
  return versionById(ctx.kernel, ctx.sql, versionId)
}
export const liveEntity = async (ctx: Ctx, { app, entity }: { app: string; entity: string }): Promise<LiveEntity> => {
  const found = (await liveApp(ctx, app)).entities.get(entity)
  if (!found) throw notFound('这个应用里的对象')
  return found
}

/** The entity whose records have this form, as it is now: by the form's key, whatever version the record was made in. */
export const entityOfForm = async (sql: Query, form: Pick<Form, 'key'>): Promise<LiveEntity> => {
  const [, app = '', entity = ''] = /^b-(.+?)--(.+)$/.exec(form.key) ?? []
  const [row] = await sql<{ id: string }>(
    'select v.id from built.app a join built.version v on v.app_id = a.id and v.version = a.version where a.key = $1',
    [app],
    'built.in-force',
  )
  if (!row) throw notFound('这个应用')
  const found = (await versionById(undefined, sql, row.id)).entities.get(entity)
  if (!found) throw notFound('这个应用里的对象')
  return found
}
