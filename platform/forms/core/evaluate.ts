import { type Access, type Data, type Json, type Problem, ROW } from '../contract/data.ts'
import { type Column, type Field, type FormDefinition, MOST } from '../contract/definition.ts'
import { accessTo, isWritable } from './access.ts'
import { isOffered } from './kinds/choices.ts'
import { isEmpty, isObject, type Reading } from './kinds/kind.ts'
import { feelValueOf, fromAnswer, readValue } from './kinds.ts'
import { isGiven, type Plan, type Planned, plannedForm } from './plan.ts'
import type { Rule } from './rules.ts'
import { type Answer, type At, Expressions } from './run.ts'

export interface FieldState {
  visible: boolean
  required: boolean
  readonly: boolean
  /** enum: the values that may be chosen now */
  options?: readonly string[]
  /** what is wrong with it; of a sub-table, with the sub-table as a whole */
  problem?: string
}
export interface Evaluation {
  /** what would be kept: read, computed, filled by defaults; null where nothing is shown */
  values: Record<string, Json>
  fields: Record<string, FieldState>
  /** of each sub-table, row by row */
  rows: Record<string, Record<string, FieldState>[]>
  groups: boolean[]
  /** in the order of the form */
  problems: Problem[]
}

/** Where one value of a form stands while it is worked out: in the form itself, or in a row. */
interface Place {
  given: Record<string, Json>
  before: Data
  values: Record<string, Json>
  visible: Record<string, boolean>
  readings: Record<string, Reading>
  faults: Record<string, string>
}
const placeOf = (given: Record<string, Json>, before: Data): Place => ({
  given,
  before,
  values: {},
  visible: {},
  readings: {},
  faults: {},
})
const placesOf = (rows: Json | undefined, before: Json | undefined): Place[] => {
  const old = new Map(rowsOf(before).map((row) => [row[ROW], row]))
  return rowsOf(rows).map((row) => placeOf(row, old.get(row[ROW] ?? null) ?? {}))
}

const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' })
export const rowsOf = (value: Json | undefined): Record<string, Json>[] =>
  Array.isArray(value) ? value.filter(isObject).slice(0, MOST.rows + 1) : []

/** One evaluation of a form: what is shown, must be filled in, is computed and is wrong. Pure; the same on the server and in the browser. */
class Evaluating {
  readonly #plan: Plan
  readonly #access: Access
  readonly #today: string
  readonly #run: Expressions
  readonly #form: Place
  readonly #rows: ReadonlyMap<string, Place[]>
  readonly #groups: boolean[] = []
  /** rows of sub-tables as expressions see them, until a column changes */
  readonly #lists = new Map<string, unknown[]>()

  constructor(plan: Plan, data: Data, access: Access, at: At) {
    this.#plan = plan
    this.#access = access
    this.#today = day.format(at.now)
    const { before = {} } = at
    this.#form = placeOf({ ...data }, before)
    const tables = [...plan.columns.keys()]
    this.#rows = new Map(tables.map((table) => [table, placesOf(data[table], before[table])]))
    const cells = [...plan.columns].reduce((sum, [key, columns]) => sum + columns.length * this.#places(key).length, 0)
    this.#run = new Expressions(at, plan.fields.length, cells)
  }

  #places(table: string): Place[] {
    return this.#rows.get(table) ?? []
  }

  evaluate(): Evaluation {
    for (const step of this.#plan.order) {
      if (step.do === 'group') {
        const { visible } = this.#plan.groups[step.group] ?? {}
        this.#groups[step.group] = visible ? this.#holds(visible, this.#form, undefined, `g:${step.group}`) : true
      } else {
        const { planned } = step
        const places = planned.table ? this.#places(planned.table.key) : [this.#form]
        for (const place of places)
          if (step.do === 'show') this.#show(planned, place)
          else this.#value(planned, place)
        if (planned.table) this.#lists.delete(planned.table.key)
      }
    }
    return this.#conclude()
  }

  #valueOf(name: string, place: Place, table: string | undefined): unknown {
    const column = table === undefined ? undefined : this.#plan.byPath.get(`${table}.${name}`)
    if (column) return feelValueOf(column.field as Column, place.values[name] ?? null)
    const field = this.#plan.byPath.get(name)?.field
    if (!field) return null
    return field.type === 'table' ? this.#list(name) : feelValueOf(field, this.#form.values[name] ?? null)
  }

  #answer(rule: Rule, place: Place, table: string | undefined): Answer {
    return this.#run.answer(rule, table !== undefined, (name) => this.#valueOf(name, place, table))
  }

  /** A sub-table as a list of its rows, with the columns that are known by now. */
  #list(table: string): unknown[] {
    const known = this.#lists.get(table)
    if (known) return known
    const columns = this.#plan.columns.get(table) ?? []
    const list = this.#form.visible[table]
      ? this.#places(table).map(({ values }) =>
          Object.fromEntries(columns.map(({ field }) => [field.key, feelValueOf(field, values[field.key] ?? null)])),
        )
      : []
    this.#lists.set(table, list)
    return list
  }

  /** Whether a condition is true; one that cannot be worked out is told at `path` and taken for true. */
  #holds(rule: Rule, place: Place, table: string | undefined, path: string): boolean {
    const answer = this.#answer(rule, place, table)
    if ('value' in answer) return answer.value === true
    place.faults[path] = answer.fault
    return true
  }

  #show({ field, group, table, visible }: Planned, place: Place): void {
    const above = table ? this.#form.visible[table.key] : this.#groups[group]
    place.visible[field.key] = above === true && (!visible || this.#holds(visible, place, table?.key, field.key))
  }

  #level({ field, table }: Planned) {
    return accessTo(this.#access, field.key, table)
  }
  #isWritable(planned: Planned): boolean {
    return !isGiven(planned) && isWritable(this.#level(planned))
  }

  #value(planned: Planned, place: Place): void {
    const { field, table, formula, default: begins } = planned
    const { key } = field
    if (!place.visible[key] || field.type === 'table') {
      place.values[key] = null
      return
    }
    const rule = formula ?? (Object.hasOwn(place.given, key) ? undefined : begins)
    const reading = rule ? this.#computed(rule, field, place, table?.key) : this.#read(planned, field, place)
    place.readings[key] = reading
    place.values[key] = 'value' in reading ? reading.value : null
  }

  #computed(rule: Rule, field: Column, place: Place, table: string | undefined): Reading {
    const answer = this.#answer(rule, place, table)
    return 'value' in answer ? fromAnswer(field, answer.value, this.#today) : answer
  }

  /** What nobody may write here is taken as it is kept. */
  #read(planned: Planned, field: Column, { given }: Place): Reading {
    const value = given[field.key] ?? null
    return this.#isWritable(planned) ? readValue(field, value, this.#today) : { value }
  }

  #conclude(): Evaluation {
    const result: Evaluation = { values: {}, fields: {}, rows: {}, groups: [...this.#groups], problems: [] }
    for (const [at] of this.#plan.groups.entries()) {
      const broken = this.#form.faults[`g:${at}`]
      if (broken) result.problems.push({ path: '', message: broken })
    }
    for (const planned of this.#plan.fields) {
      const { path, field } = planned
      result.values[path] = field.type === 'table' ? this.#tableValue(path) : (this.#form.values[path] ?? null)
      const state = this.#state(planned, this.#form, result.values[path])
      result.fields[path] = state
      if (state.problem) result.problems.push({ path, message: state.problem })
      if (field.type === 'table') this.#concludeRows(path, result)
    }
    return result
  }

  #concludeRows(table: string, result: Evaluation): void {
    const columns = this.#plan.columns.get(table) ?? []
    const places = this.#form.visible[table] ? this.#places(table) : []
    result.rows[table] = places.map((place, at) =>
      Object.fromEntries(
        columns.map((column) => {
          const state = this.#state(column, place, place.values[column.field.key] ?? null)
          if (state.problem)
            result.problems.push({ path: `${table}.${at}.${column.field.key}`, message: state.problem })
          return [column.field.key, state]
        }),
      ),
    )
  }

  #tableValue(table: string): Json {
    if (!this.#form.visible[table]) return null
    return this.#places(table).map(({ given, values }) => ({ [ROW]: given[ROW] ?? null, ...values }))
  }

  #state(planned: Planned, place: Place, value: Json): FieldState {
    const { field, table } = planned
    const level = this.#level(planned)
    const visible = place.visible[field.key] === true && level !== 'hide'
    const readonly = !this.#isWritable(planned)
    const rule = planned.required
    const required =
      visible &&
      !readonly &&
      (level === 'required' || (rule !== undefined && this.#holds(rule, place, table?.key, field.key)))
    const options = field.type === 'enum' && visible && !readonly ? this.#options(planned, place) : undefined
    const state: FieldState = { visible, required, readonly, ...(options && { options }) }
    const problem = visible ? this.#problem(planned, place, value, state) : place.faults[field.key]
    return problem ? { ...state, problem } : state
  }

  #options({ field, options, table }: Planned, place: Place): string[] {
    if (field.type !== 'enum') return []
    const kept = [place.before[field.key] ?? []].flat()
    const offered = field.options.filter((option) => isOffered(option, this.#today) || kept.includes(option.value))
    const values = offered.map((option) => option.value)
    if (!options) return values
    const answer = this.#answer(options, place, table?.key)
    if ('fault' in answer) {
      place.faults[field.key] = answer.fault
      return values
    }
    const allowed = new Set([answer.value ?? []].flat())
    return values.filter((one) => allowed.has(one))
  }

  #problem(
    planned: Planned,
    place: Place,
    value: Json,
    { required, readonly, options }: FieldState,
  ): string | undefined {
    const { field } = planned
    const reading = place.readings[field.key]
    const broken = place.faults[field.key]
    if (broken) return broken
    // What nobody can mend here is no fault of whoever is here.
    if (reading && 'fault' in reading && (!readonly || planned.formula)) return reading.fault
    if (field.type === 'table' && !readonly) {
      const wrong = rowsFault(field, place.given[field.key])
      if (wrong) return wrong
    }
    if (isEmpty(value) && required) return emptyWords(field)
    if (options && !isEmpty(value) && ![value].flat().every((one) => options.includes(String(one))))
      return '所选的项现在不能选，请重新选择。'
    return this.#invalid(planned, place)
  }

  #invalid(planned: Planned, place: Place): string | undefined {
    const { field, table } = planned
    for (const { rule, message } of planned.validations) {
      if (!this.#concerns(planned, rule)) continue
      const answer = this.#answer(rule, place, table?.key)
      if ('fault' in answer) return answer.fault
      if (answer.value === false) return message
    }
    return place.faults[field.key]
  }

  /** A check is worth telling only where something it looks at can be changed here. */
  #concerns(planned: Planned, { reads }: Rule): boolean {
    const changes = (one: Planned | undefined): boolean =>
      one !== undefined && (one.formula !== undefined || this.#isWritable(one))
    const { byPath } = this.#plan
    return (
      changes(planned) || reads.some((name) => changes(byPath.get(`${planned.table?.key}.${name}`) ?? byPath.get(name)))
    )
  }
}

const rowsFault = (
  { minRows = 0, maxRows = MOST.rows, rowTitle = '' }: Extract<Field, { type: 'table' }>,
  given: Json | undefined,
) => {
  const count = Array.isArray(given) ? given.length : 0
  const what = rowTitle ? `行${rowTitle}` : '行'
  if (given !== undefined && given !== null && rowsOf(given).length < Math.min(count, MOST.rows))
    return '明细的格式有误，请重新填写。'
  if (count > maxRows) return `最多 ${maxRows} ${what}，现在 ${count} 行。`
  return count < minRows ? `至少填写 ${minRows} ${what}。` : undefined
}

const CHOSEN = new Set([
  'enum',
  'person',
  'unit',
  'region',
  'boolean',
  'date',
  'time',
  'dateTime',
  'period',
  'relation',
])
const emptyWords = ({ type, title }: Field): string => {
  if (type === 'table') return `请至少填写一行${title}。`
  if (type === 'file' || type === 'picture') return `请上传${title}。`
  return CHOSEN.has(type) ? `请选择${title}。` : `请填写${title}。`
}

/** Works a form out for what is filled in, the access of a step, a moment and a person. */
export const evaluate = (definition: FormDefinition, data: Data, access: Access, at: At): Evaluation =>
  new Evaluating(plannedForm(definition), data, access, at).evaluate()
