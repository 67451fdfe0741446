import { type Access, type Data, type Filler, type FormDefinition, type Json, ROW } from '../contract.ts'
import { accessTo, isWritable } from '../core/access.ts'
import { type Evaluation, evaluate, rowsOf } from '../core/evaluate.ts'
import { isGiven, plannedForm } from '../core/plan.ts'

/** What a form is while it is open: all a page needs to know to draw one field is found by its path. */
export interface Snapshot {
  data: Record<string, Json>
  evaluation: Evaluation
  /** problems that are told: of fields that were left, or all once somebody tried to hand it in */
  told: Readonly<Record<string, string>>
}
export interface FormStore {
  readonly definition: FormDefinition
  readonly access: Access
  get(): Snapshot
  watch(listener: () => void): () => void
  set(key: string, value: Json): void
  setCell(table: string, row: number, key: string, value: Json): void
  addRow(table: string): void
  removeRow(table: string, row: number): void
  /** the field was left: what is wrong with what stands in it is told from now on */
  leave(path: string): void
  /** tells all; answers what to hand in, or null where something is wrong */
  check(): Record<string, Json> | null
  refuse(problems: readonly { path: string; message: string }[]): void
  replace(data: Data): void
}

/** Keeps what is equal, so that a field that did not change is not drawn again. */
export const keepSame = <T>(old: T, fresh: T): T => {
  if (Object.is(old, fresh) || typeof old !== 'object' || typeof fresh !== 'object' || !old || !fresh) return fresh
  if (Array.isArray(old) !== Array.isArray(fresh)) return fresh
  const [before, after] = [old as Record<string, unknown>, fresh as Record<string, unknown>]
  const keys = Object.keys(after)
  let same = keys.length === Object.keys(before).length
  const kept: Record<string, unknown> = Array.isArray(fresh) ? ([] as unknown as Record<string, unknown>) : {}
  for (const key of keys) {
    kept[key] = Object.hasOwn(before, key) ? keepSame(before[key], after[key]) : after[key]
    same &&= Object.hasOwn(before, key) && Object.is(kept[key], before[key])
  }
  return same ? old : (kept as T)
}

/** A form that takes longer than this to work out is worked out when nobody types. */
const SLOW_MS = 12
const PAUSE_MS = 120

interface Options {
  definition: FormDefinition
  access: Access
  data: Data
  /** as it is kept on the server: options withdrawn since stay chosen */
  before: Data
  person: Filler
  now?: () => Date
}

/** The moving part of an open form: what is typed, what it comes to, and who is told. */
class OpenForm {
  readonly #options: Options
  readonly #listeners = new Set<() => void>()
  readonly #left = new Set<string>()
  readonly #refused = new Map<string, string>()
  #all = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #took = 0
  snapshot: Snapshot

  constructor(options: Options) {
    this.#options = options
    const data = { ...options.data }
    this.snapshot = { data, evaluation: this.#work(data), told: {} }
  }

  watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #work(data: Record<string, Json>): Evaluation {
    const { definition, access, person, before, now = () => new Date() } = this.#options
    const started = performance.now()
    const fresh = evaluate(definition, data, access, { now: now(), person, before })
    this.#took = performance.now() - started
    return fresh
  }
  #told({ problems }: Evaluation, data: Record<string, Json>): Snapshot['told'] {
    const told: Record<string, string> = {}
    for (const { path, message } of problems)
      if (this.#all || (this.#left.has(path) && isFilled(data, path))) told[path] ??= message
    for (const [path, message] of this.#refused) told[path] ??= message
    return told
  }
  #publish(data: Record<string, Json>, evaluation: Evaluation): void {
    const { snapshot } = this
    const kept = keepSame(snapshot.evaluation, evaluation)
    this.snapshot = { data, evaluation: kept, told: keepSame(snapshot.told, this.#told(kept, data)) }
    for (const listener of [...this.#listeners]) listener()
  }
  #evaluateNow(): void {
    clearTimeout(this.#timer)
    this.#publish(this.snapshot.data, this.#work(this.snapshot.data))
  }

  change(data: Record<string, Json>, path: string): void {
    for (const known of [...this.#refused.keys()])
      if (known === path || known.startsWith(`${path}.`)) this.#refused.delete(known)
    if (this.#took <= SLOW_MS) {
      this.#publish(data, this.#work(data))
      return
    }
    this.#publish(data, this.snapshot.evaluation)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#evaluateNow(), PAUSE_MS)
  }
  leave(path: string): void {
    if (this.#left.has(path)) return
    this.#left.add(path)
    this.#publish(this.snapshot.data, this.snapshot.evaluation)
  }
  check(): Record<string, Json> | null {
    this.#all = true
    this.#refused.clear()
    this.#evaluateNow()
    const { evaluation } = this.snapshot
    const { definition, access } = this.#options
    return evaluation.problems.length > 0 ? null : givenOf(definition, access, evaluation)
  }
  refuse(problems: readonly { path: string; message: string }[]): void {
    this.#all = true
    for (const { path, message } of problems) this.#refused.set(pathIn(this.#options.definition, path), message)
    this.#publish(this.snapshot.data, this.snapshot.evaluation)
  }
  replace(data: Data): void {
    this.snapshot = { ...this.snapshot, data: { ...data } }
    this.#left.clear()
    this.#refused.clear()
    this.#all = false
    this.#evaluateNow()
  }
}

export const createFormStore = (options: Options): FormStore => {
  const form = new OpenForm(options)
  const changeRows = (table: string, turn: (rows: Record<string, Json>[]) => Record<string, Json>[]): void =>
    form.change({ ...form.snapshot.data, [table]: turn(rowsOf(form.snapshot.data[table])) }, table)
  return {
    definition: options.definition,
    access: options.access,
    get: () => form.snapshot,
    watch: form.watch,
    set: (key, value) => form.change({ ...form.snapshot.data, [key]: value }, key),
    setCell: (table, row, key, value) =>
      changeRows(table, (rows) => rows.map((old, at) => (at === row ? { ...old, [key]: value } : old))),
    addRow: (table) => changeRows(table, (rows) => [...rows, { [ROW]: freshName(rows) }]),
    removeRow: (table, row) => changeRows(table, (rows) => rows.filter((_, at) => at !== row)),
    leave: (path) => form.leave(path),
    check: () => form.check(),
    refuse: (problems) => form.refuse(problems),
    replace: (data) => form.replace(data),
  }
}

/** A number no row of the table has. */
const freshName = (rows: readonly Record<string, Json>[]): string => {
  const numbers = rows.map((row) => Number(/^r(\d{1,9})$/.exec(String(row[ROW]))?.[1] ?? 0))
  return `r${Math.max(0, ...numbers) + 1}`
}

const isFilled = (data: Record<string, Json>, path: string): boolean => {
  const [key = '', row, column = ''] = path.split('.')
  const value = row === undefined ? data[key] : rowsOf(data[key])[Number(row)]?.[column]
  return value !== undefined && value !== null && value !== ''
}

/** The server's paths begin with what its caller calls the form: `act.values.明细.0.金额` is `明细.0.金额` here. */
const pathIn = (definition: FormDefinition, path: string): string => {
  const { byPath } = plannedForm(definition)
  const parts = path.split('.')
  const at = parts.findIndex((part) => byPath.has(part))
  return at < 0 ? '' : parts.slice(at).join('.')
}

/** Only what may be written goes to the server; the rest it knows better. */
export const givenOf = (
  definition: FormDefinition,
  access: Access,
  { values, fields }: Evaluation,
): Record<string, Json> => {
  const { byPath } = plannedForm(definition)
  const given: Record<string, Json> = {}
  for (const field of definition.groups.flatMap((group) => group.fields)) {
    const { key } = field
    const planned = byPath.get(key)
    if (!fields[key]?.visible || !planned || isGiven(planned)) continue
    if (field.type !== 'table') {
      if (isWritable(accessTo(access, key))) given[key] = values[key] ?? null
      continue
    }
    const columns = field.columns.filter(
      (column) => isWritable(accessTo(access, column.key, field)) && !byPath.get(`${key}.${column.key}`)?.formula,
    )
    if (columns.length > 0)
      given[key] = rowsOf(values[key]).map((row) => ({
        [ROW]: row[ROW] ?? null,
        ...Object.fromEntries(columns.map((column) => [column.key, row[column.key] ?? null])),
      }))
  }
  return given
}

/** What a draft keeps: as it was typed, right or wrong, of what may be written. */
export const draftOf = (definition: FormDefinition, access: Access, data: Data): Record<string, Json> =>
  Object.fromEntries(
    definition.groups
      .flatMap((group) => group.fields)
      .filter((field) =>
        field.type === 'table'
          ? field.columns.some((column) => isWritable(accessTo(access, column.key, field)))
          : isWritable(accessTo(access, field.key)),
      )
      .filter(({ key }) => Object.hasOwn(data, key))
      .map(({ key }) => [key, data[key] ?? null]),
  )
