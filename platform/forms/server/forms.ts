import type { Query } from '#kernel/db'
import { AppError, invalid, notFound } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, SystemCtx } from '#kernel/module'
import type { FormDefinition, FormRow } from '../contract.ts'
import { checkForm } from '../core/check.ts'

export interface Form {
  id: string
  key: string
  version: number
  ownerUnit: string
  definition: FormDefinition
  /** who keeps its records in tables of its own */
  keeper: string | null
}

/** A published version never changes: each process reads it once, and so its plan is made once. */
const known = new Map<string, Form>()
const MOST_KNOWN = 500

export const formById = async (sql: Query, id: string): Promise<Form> => {
  const before = known.get(id)
  if (before) return before
  const [row] = await sql<Form>(
    'select id, key, version, owner_unit as "ownerUnit", definition, keeper from forms.form where id = $1',
    [id],
    'forms.form',
  )
  if (!row) throw notFound('表单')
  if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value as string)
  known.set(id, row)
  return row
}

/** Units at and above $1: what they put out for all below reaches it; and what it put out for itself alone. */
const ABOVE = `with recursive above as (
  select id, parent_id from directory.unit where id = $1
  union all select u.id, u.parent_id from directory.unit u join above a on u.id = a.parent_id)`
const REACHES = `(f.owner_unit = $1 or (f.reach = 'subtree' and f.owner_unit in (select id from above)))`

/** The version of a form that this unit fills in now: what is nearest above it wins 统建共用. */
export const currentForm = async (sql: Query, key: string, unitId: string): Promise<Form> => {
  const [row] = await sql<{ id: string }>(
    `${ABOVE} select f.id from forms.form f where f.key = $2 and f.retired_at is null and ${REACHES} order by f.version desc limit 1`,
    [unitId, key],
    'forms.current',
  )
  if (!row) throw notFound('表单')
  return formById(sql, row.id)
}

/** Whether this version may be filled in by people of the unit. */
export const checkReach = async (sql: Query, id: string, unitId: string): Promise<void> => {
  const [row] = await sql(
    `${ABOVE} select 1 from forms.form f where f.id = $2 and f.retired_at is null and ${REACHES}`,
    [unitId, id],
    'forms.reach',
  )
  if (!row) throw notFound('表单')
}

/**
 * Puts out a form: a new version of its key, or the last one again where nothing changed. Its owner alone publishes the next one.
 * Every fault is told at once, with its field.
 */
export const publishForm = async (
  { sql, now }: Pick<SystemCtx, 'sql' | 'now'>,
  given: { definition: unknown; unitId: string; by?: string; keeper?: string },
): Promise<{ id: string; version: number }> => {
  const checked = checkForm(given.definition)
  if (!('definition' in checked))
    throw new AppError(400, 'bad-definition', checked.faults[0].message, { errors: checked.faults })
  const { definition } = checked
  const { key, name, reach } = definition
  const { keeper = null } = given
  if (keeper === null) refuseRelations(definition)
  await sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`forms.${key}`])
  const text = JSON.stringify(definition)
  const [last] = await sql<{ id: string; version: number; owner_unit: string; same: boolean }>(
    `select id, version, owner_unit, definition = $2::jsonb and retired_at is null and keeper is not distinct from $3 as same from forms.form
     where key = $1 order by version desc limit 1`,
    [key, text, keeper],
  )
  if (last && last.owner_unit !== given.unitId)
    throw invalid(`编号为“${key}”的表单由另一个单位维护。请换一个编号。`, [{ path: 'key', message: '编号已被使用。' }])
  if (last?.same) return { id: last.id, version: last.version }
  const fresh = { id: newId(), version: (last?.version ?? 0) + 1 }
  await sql(
    `insert into forms.form (id, key, version, name, owner_unit, reach, definition, published_by, published_at, keeper)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [fresh.id, key, fresh.version, name, given.unitId, reach, text, given.by ?? null, now, keeper],
  )
  return fresh
}

/** Relations lead to records of one application: a form by itself has none. */
const refuseRelations = ({ groups }: FormDefinition): void => {
  const fields = groups.flatMap((group) => group.fields)
  const found = fields
    .flatMap((field) => (field.type === 'table' ? field.columns : [field]))
    .find(({ type }) => type === 'relation')
  if (found)
    throw invalid(`「${found.title}」是关联字段，只能用在应用里。`, [
      { path: found.key, message: '单独的表单不能有关联字段。' },
    ])
}

interface ListedRow extends Omit<FormRow, 'publishedAt'> {
  publishedAt: Date
}
const COLUMNS = 'f.id, f.key, f.version, f.name, u.short_name as "unitName", f.published_at as "publishedAt"'
const present = ({ publishedAt, ...row }: ListedRow): FormRow => ({ ...row, publishedAt: publishedAt.toISOString() })

/** Current versions that reach the caller's unit, or lie in the caller's scope. */
export const listForms = async (
  ctx: Ctx,
  { q, cursor, limit }: { q?: string; cursor?: string; limit: number },
): Promise<{ rows: FormRow[]; next: string | null }> => {
  const [name, id] = cursor?.split('\n') ?? []
  const scope = ctx.scopeText('f.owner_unit', 6)
  const rows = await ctx.sql<ListedRow>(
    `${ABOVE} select ${COLUMNS} from forms.form f join directory.unit u on u.id = f.owner_unit
     where f.retired_at is null and not exists (select 1 from forms.form n where n.key = f.key and n.version > f.version)
       and (${REACHES} or ${scope.text}) and ($2::text is null or position($2 in f.name) > 0)
       and ($3::text is null or (f.name, f.id) > ($3, $4::uuid)) order by f.name, f.id limit $5`,
    [ctx.actor.unitId || null, q ?? null, name ?? null, id ?? null, limit + 1, ...scope.params],
  )
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { rows: shown.map(present), next: rows.length > limit && last ? `${last.name}\n${last.id}` : null }
}

export const readForm = async (ctx: Ctx, id: string): Promise<FormRow & { definition: FormDefinition }> => {
  const scope = ctx.scopeText('f.owner_unit', 3)
  const [row] = await ctx.sql<ListedRow & { definition: FormDefinition }>(
    `${ABOVE} select ${COLUMNS}, f.definition from forms.form f join directory.unit u on u.id = f.owner_unit
     where f.id = $2 and (${REACHES} or ${scope.text})`,
    [ctx.actor.unitId || null, id, ...scope.params],
  )
  if (!row) throw notFound('表单')
  const { definition, ...rest } = row
  return { ...present(rest), definition }
}

export const publish = async (ctx: Ctx, given: { definition: unknown; unitId: string }): Promise<FormRow> => {
  const scope = ctx.scopeText('u.id', 2)
  const [unit] = await ctx.sql(
    `select 1 from directory.unit u where u.id = $1 and u.valid_to is null and ${scope.text}`,
    [given.unitId, ...scope.params],
  )
  if (!unit) throw notFound('这个单位')
  const { id } = await publishForm(ctx, { ...given, by: ctx.actor.personId })
  const { definition: _, ...row } = await readForm(ctx, id)
  ctx.audit({ type: 'form', id, label: row.name })
  return row
}
