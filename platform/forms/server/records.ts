import type { Query } from '#kernel/db'
import { AppError, notFound, stale } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { SystemCtx } from '#kernel/module'
import type { Access, Data, Filler, FormDefinition, FormView, Json, Problem, RecordView } from '../contract.ts'
import { evaluate, rowsOf } from '../core/evaluate.ts'
import { plainValue } from '../core/kinds.ts'
import { merge } from '../core/merge.ts'
import { plannedForm } from '../core/plan.ts'
import { project, reduce } from '../core/project.ts'
import { discard, keepFiles, resolveFiles } from './files.ts'
import { type Form, formById } from './forms.ts'
import { keeperOf } from './keeper.ts'
import { resolveReferences } from './references.ts'
import { maskFaults, takeNumbers, writeNumbers } from './sealed.ts'
import { withSerials } from './serials.ts'

/** What another service needs to call these in a transaction of its own. */
export type FormsTx = Pick<SystemCtx, 'sql' | 'now' | 'emit' | 'kernel'>
/** Whoever fills in or changes, as the record names them. */
export type By = Filler

interface RecordRow {
  id: string
  formId: string
  source: string
  unitId: string
  revision: number
  data: Record<string, Json>
  fillerId: string
  fillerName: string
  fillerUnitName: string
  updatedAt: Date
}
const COLUMNS = `id, form_id as "formId", source, unit_id as "unitId", revision, data, filler_id as "fillerId", filler_name as "fillerName",
  filler_unit_name as "fillerUnitName", updated_at as "updatedAt"`

export const recordRow = async (sql: Query, id: string, lock = false): Promise<RecordRow> => {
  const [row] = await sql<RecordRow>(
    `select ${COLUMNS} from forms.record where id = $1${lock ? ' for update' : ''}`,
    [id],
    lock ? 'forms.record.lock' : 'forms.record',
  )
  if (!row) throw notFound('这份表单')
  return row
}
/** The record with its form: what a keeper keeps is seen in the version in which its tables are now. */
export const heldRecord = async (sql: Query, id: string, lock = false): Promise<{ row: RecordRow; form: Form }> => {
  const row = await recordRow(sql, id, lock)
  const form = await formById(sql, row.formId)
  const keeper = keeperOf(form)
  if (!keeper) return { row, form }
  const now = await keeper.current(sql, form)
  return { row: { ...row, data: await keeper.load(sql, now, id) }, form: now }
}
const fillerOf = ({ fillerId, fillerName, fillerUnitName }: RecordRow): Filler => ({
  personId: fillerId,
  name: fillerName,
  unitName: fillerUnitName,
})

const refuse = (problems: Problem[]): AppError =>
  new AppError(
    400,
    'invalid',
    problems.length === 1 ? problems[0]!.message : `表单有 ${problems.length} 处需要修改。`,
    {
      errors: problems.slice(0, 200),
    },
  )

interface Given {
  form: Form
  recordId: string
  before: Data
  given: Data
  access: Access
  person: Filler
  by: By
}
/** What will be kept of what is given, or a refusal that names every field: permission, references, files, then the rules of the form. */
const accept = async (tx: FormsTx, { form, recordId, before, given, access, person, by }: Given) => {
  const { definition } = form
  const merged = merge(definition, before, given, access)
  if (merged.refused.length > 0) throw refuse(merged.refused)
  const named = await resolveReferences(tx, form, merged.data, before, by.personId)
  const filed = await resolveFiles(tx, definition, named.data, recordId, by.personId)
  const at = { now: tx.now, person, before }
  const evaluation = evaluate(definition, filed.data, access, at)
  const masks = maskFaults(definition, filed.data, before)
  const problems = [...named.problems, ...filed.problems, ...masks, ...evaluation.problems]
  if (problems.length > 0) throw refuse(problems)
  // A number is taken once all is right, and expressions may read it.
  const numbered = await withSerials(tx, form, evaluation.values, person.unitName)
  const values = numbered
    ? evaluate(definition, { ...filed.data, ...serialsOf(definition, numbered) }, access, at).values
    : evaluation.values
  return takeNumbers(definition, values)
}
const serialsOf = ({ groups }: FormDefinition, values: Data): Data =>
  Object.fromEntries(
    groups
      .flatMap(({ fields }) => fields)
      .filter(({ type }) => type === 'serial')
      .map(({ key }) => [key, values[key] ?? null]),
  )

/** A record that was checked and may be written: nothing of it is, until `write`. */
export interface Prepared {
  id: string
  /** the one it will have */
  revision: number
  /** what a process is told of it: the values of these fields, people and units as ids */
  plain(names: readonly string[]): Record<string, Json>
  write(): Promise<void>
}

export interface OpenRecord {
  formId: string
  given: Data
  access: Access
  by: By
  /** the unit by which data scopes are measured */
  unitId: string
  /** the service it belongs to, registered by `registerRecords`: says who may read it */
  source: string
}
/** Checks a new record as a whole. @throws `invalid` with the path of each problem */
export const prepareOpen = async (tx: FormsTx, given: OpenRecord): Promise<Prepared> => {
  const form = await formById(tx.sql, given.formId)
  const keeper = keeperOf(form)
  const id = newId()
  const { by } = given
  const { data, numbers } = await accept(tx, { ...given, form, recordId: id, before: {}, person: by })
  const write = async (): Promise<void> => {
    await tx.sql(
      `insert into forms.record (id, form_id, source, unit_id, data, filler_id, filler_name, filler_unit_name, created_at, updated_by, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $6, $9)`,
      [
        id,
        form.id,
        given.source,
        given.unitId,
        keeper ? '{}' : JSON.stringify(data),
        by.personId,
        by.name,
        by.unitName,
        tx.now,
      ],
      'forms.insert',
    )
    await keeper?.insert(tx, form, { id, unitId: given.unitId, data, by })
    await writeHistory(tx, id, 1, by, {})
    await keepAround(tx, form.definition, id, {}, data, numbers)
  }
  return { id, revision: 1, plain: (names) => plainValues(form.definition, data, names), write }
}
/** A new record, in the caller's transaction. */
export const openRecord = async (tx: FormsTx, given: OpenRecord): Promise<Prepared> => {
  const prepared = await prepareOpen(tx, given)
  await prepared.write()
  return prepared
}

export interface SaveRecord {
  recordId: string
  /** the one its author looked at; without it the last one, which the caller has locked in its own way */
  revision?: number
  given: Data
  access: Access
  by: By
}
/** Lets in only what the access allows, and works the whole out again. @throws `stale`, or `invalid` with the path of each problem */
export const prepareSave = async (tx: FormsTx, { recordId, revision, ...given }: SaveRecord): Promise<Prepared> => {
  const { row, form } = await heldRecord(tx.sql, recordId, true)
  if (revision !== undefined && row.revision !== revision) throw stale(row.revision)
  const keeper = keeperOf(form)
  const before = row.data
  const { data, numbers } = await accept(tx, { ...given, form, recordId, before, person: fillerOf(row) })
  const next = row.revision + 1
  const write = async (): Promise<void> => {
    await tx.sql(
      'update forms.record set data = $2, revision = $3, updated_by = $4, updated_at = $5, form_id = $6 where id = $1',
      [recordId, keeper ? '{}' : JSON.stringify(data), next, given.by.personId, tx.now, form.id],
      'forms.update',
    )
    await keeper?.update(tx, form, { id: recordId, data, by: given.by })
    await writeHistory(tx, recordId, next, given.by, changedIn(before, data, numbers))
    await keepAround(tx, form.definition, recordId, before, data, numbers)
  }
  return { id: recordId, revision: next, plain: (names) => plainValues(form.definition, data, names), write }
}
export const saveRecord = async (tx: FormsTx, given: SaveRecord): Promise<Prepared> => {
  const prepared = await prepareSave(tx, given)
  await prepared.write()
  return prepared
}

/** What stood in the fields that changed. A number that was given anew changed, even where its mask looks the same. */
const changedIn = (before: Data, data: Data, numbers: ReadonlyMap<string, string>): Record<string, Json> => {
  const anew = new Set([...numbers.keys()].map((place) => place.split('.')[0]))
  return Object.fromEntries(
    Object.keys(data)
      .filter(
        (key) =>
          anew.has(key) || JSON.stringify(sorted(before[key] ?? null)) !== JSON.stringify(sorted(data[key] ?? null)),
      )
      .map((key) => [key, before[key] ?? null]),
  )
}
/** jsonb keeps keys in an order of its own. */
const sorted = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  )
}

const writeHistory = ({ sql, now }: FormsTx, id: string, revision: number, by: By, before: Data): Promise<unknown> =>
  sql(
    'insert into forms.history (record_id, revision, at, person_id, person_name, before) values ($1, $2, $3, $4, $5, $6)',
    [id, revision, now, by.personId, by.name, JSON.stringify(before)],
    'forms.history',
  )

const keepAround = async (
  tx: FormsTx,
  definition: FormDefinition,
  id: string,
  before: Data,
  data: Data,
  numbers: ReadonlyMap<string, string>,
): Promise<void> => {
  await writeNumbers(tx, id, definition, data, numbers)
  await keepFiles(tx, definition, id, before, data)
}

const viewOf = (form: Form, data: Data, access: Access, person: Filler, now: Date): FormView => {
  const evaluation = evaluate(form.definition, data, access, { now, person, before: data })
  const less = reduce(form.definition, access, evaluation)
  return { formId: form.id, version: form.version, ...less, data: project(form.definition, data, access), person }
}

/** A form that nobody has filled in yet, as whoever begins may know it. */
export const blankForm = async (
  tx: Pick<FormsTx, 'sql' | 'now'>,
  { formId, access, by }: { formId: string; access: Access; by: By },
): Promise<FormView> => viewOf(await formById(tx.sql, formId), {}, access, by, tx.now)

/** The record as this access lets one see it; identity numbers are masked. */
export const readRecord = async (
  tx: Pick<FormsTx, 'sql' | 'now'>,
  { id, access }: { id: string; access: Access },
): Promise<RecordView> => {
  const { row, form } = await heldRecord(tx.sql, id)
  const { revision, updatedAt } = row
  return { ...viewOf(form, row.data, access, fillerOf(row), tx.now), id, revision, updatedAt: updatedAt.toISOString() }
}

/** What another service is told. Names that are no fields are left out. */
const plainValues = (definition: FormDefinition, data: Data, names: readonly string[]): Record<string, Json> => {
  const { byPath, columns } = plannedForm(definition)
  const values: Record<string, Json> = {}
  for (const name of names) {
    const field = byPath.get(name)?.field
    if (!field || name.includes('.')) continue
    const value = data[name] ?? null
    if (field.type !== 'table') values[name] = plainValue(field, value)
    else
      values[name] = rowsOf(value).map((row) =>
        Object.fromEntries(
          (columns.get(name) ?? []).map(({ field: column }) => [
            column.key,
            plainValue(column, row[column.key] ?? null),
          ]),
        ),
      )
  }
  return values
}

/** Erases a record with all that belongs to it, when the business it belongs to is erased. */
export const removeRecord = async (tx: Pick<FormsTx, 'sql' | 'emit'>, id: string): Promise<void> => {
  const files = await tx.sql<{ id: string }>('delete from forms.file where record_id = $1 returning id', [id])
  await tx.sql('delete from forms.record where id = $1', [id])
  discard(
    tx,
    files.map((file) => file.id),
  )
}
