import { type Access, type AccessLevel, type Data, type Json, ROW } from '../contract/data.ts'
import type { Column, Field, FormDefinition, Rules } from '../contract/definition.ts'
import { accessTo } from './access.ts'
import { type Evaluation, rowsOf } from './evaluate.ts'
import { type Planned, plannedForm } from './plan.ts'
import type { Rule } from './rules.ts'

/** What is filled in, without what this access hides. Keys that no field has are left out too. */
export const project = (definition: FormDefinition, data: Data, access: Access): Record<string, Json> => {
  const shown: Record<string, Json> = {}
  for (const field of definition.groups.flatMap(({ fields }) => fields)) {
    if (accessTo(access, field.key) === 'hide' || !Object.hasOwn(data, field.key)) continue
    shown[field.key] =
      field.type === 'table' ? projectRows(field, data[field.key] ?? null, access) : (data[field.key] ?? null)
  }
  return shown
}
const projectRows = (table: Extract<Field, { type: 'table' }>, value: Json, access: Access): Json => {
  if (value === null) return null
  const columns = table.columns.filter(({ key }) => accessTo(access, key, table) !== 'hide')
  return rowsOf(value).map((row) => ({
    [ROW]: row[ROW] ?? null,
    ...Object.fromEntries(
      columns.filter(({ key }) => Object.hasOwn(row, key)).map(({ key }) => [key, row[key] ?? null]),
    ),
  }))
}

/** A form as somebody with this access may know it. */
export interface Reduced {
  definition: FormDefinition
  access: Access
}

/**
 * The definition without the fields that are hidden, so that neither their names nor their rules leave the server. A rule of another field
 * that reads one of them is replaced by what it came to in `evaluation`; the server works it out again when it is saved.
 */
export const reduce = (definition: FormDefinition, access: Access, evaluation: Evaluation): Reduced => {
  const { byPath, groups } = plannedForm(definition)
  const isHidden = (path: string): boolean => {
    const one = byPath.get(path)
    return one !== undefined && accessTo(access, one.field.key, one.table) === 'hide'
  }
  const readsHidden = (rule: Rule | undefined, table?: string): boolean =>
    (rule?.reads ?? []).some((name) => {
      if (byPath.has(`${table}.${name}`)) return isHidden(`${table}.${name}`)
      const columns = rule?.columns.get(name) ?? []
      return isHidden(name) || columns.some((column) => isHidden(`${name}.${column}`))
    })
  const fields: Record<string, AccessLevel> = Object.fromEntries(
    Object.entries(access.fields).filter(([path]) => byPath.has(path) && !isHidden(path)),
  )
  const lessen = <F extends Field | Column>(field: F, planned: Planned): F => {
    const { rules, computed } = lessenRules(field.rules, planned, evaluation, (rule) =>
      readsHidden(rule, planned.table?.key),
    )
    if (computed) fields[planned.path] = 'read'
    return { ...field, rules }
  }
  const shownFields = (group: FormDefinition['groups'][number]): Field[] =>
    group.fields
      .filter(({ key }) => !isHidden(key))
      .map((field) => {
        const less = lessen(field, byPath.get(field.key)!)
        if (less.type !== 'table') return less
        const path = (column: Column): string => `${field.key}.${column.key}`
        const columns = less.columns.filter((column) => !isHidden(path(column)))
        return { ...less, columns: columns.map((column) => lessen(column, byPath.get(path(column))!)) }
      })
      .filter((field) => field.type !== 'table' || field.columns.length > 0)
  const shown = definition.groups.map((group, at) => {
    const visible = readsHidden(groups[at]?.visible) ? String(evaluation.groups[at]) : group.visible
    return { ...group, visible, fields: shownFields(group) }
  })
  return { definition: { ...definition, groups: shown }, access: { rest: access.rest, fields } }
}

/** Rules that read nothing hidden, and constants for those that do; of the rows of a sub-table, what the rows agree on. */
const lessenRules = (
  rules: Rules | undefined,
  { field, table, path, visible, required, default: begins, formula, options, validations }: Planned,
  evaluation: Evaluation,
  readsHidden: (rule: Rule | undefined) => boolean,
): { rules: Rules | undefined; computed: boolean } => {
  if (!rules) return { rules, computed: false }
  const states = table ? (evaluation.rows[table.key] ?? []).map((row) => row[field.key]) : [evaluation.fields[path]]
  const agreed = (what: 'visible' | 'required', otherwise: boolean): string => {
    const [first] = states
    const all = first !== undefined && states.every((state) => state?.[what] === first[what])
    return String(all ? first[what] : otherwise)
  }
  const [only] = states
  const kept: Rules = {
    visible: readsHidden(visible) ? agreed('visible', true) : rules.visible,
    required: readsHidden(required) ? agreed('required', false) : rules.required,
    default: readsHidden(begins) ? undefined : rules.default,
    formula: readsHidden(formula) ? undefined : rules.formula,
    options: readsHidden(options) ? (table ? undefined : JSON.stringify(only?.options ?? [])) : rules.options,
    validation: rules.validation?.filter((_, at) => !readsHidden(validations[at]?.rule)),
  }
  const given = Object.entries(kept).filter(([, rule]) => rule !== undefined && rule.length > 0)
  return { rules: Object.fromEntries(given), computed: formula !== undefined && readsHidden(formula) }
}
