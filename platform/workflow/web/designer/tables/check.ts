import {
  type CompiledTable,
  compileDecisionTable,
  compileExpression,
  compileUnaryTests,
  FeelBudgetError,
  FeelSyntaxError,
  FeelTableError,
  fromFeel,
} from '#platform/feel/web'
import type { DecisionDef } from '../../../contract/graph.ts'

/** The cells of a table by their address, `rule.column`, `head.column`; the whole under ''. */
export type CellFaults = ReadonlyMap<string, string>

const EMPTY = ['', '-']
const faultOf = (compile: () => { reads: readonly string[] }, read: (names: readonly string[]) => void) => {
  try {
    read(compile().reads)
    return undefined
  } catch (error) {
    if (error instanceof FeelSyntaxError) return error.message
    throw error
  }
}

export interface Checked {
  faults: CellFaults
  /** names that its cells read, those that are right at least */
  reads: readonly string[]
  /** undefined while something is wrong */
  compiled?: CompiledTable
}

/** Every cell by itself, then the table as a whole; what it reads is what it will be given. */
export const checkTable = (table: DecisionDef, names: readonly string[]): Checked => {
  const known = checked.get(table)
  const key = names.join('\n')
  if (known?.key === key) return known.answer
  const answer = check(table, names)
  checked.set(table, { key, answer })
  return answer
}
/** Every letter that is typed asks more than once. */
const checked = new WeakMap<DecisionDef, { key: string; answer: Checked }>()

const check = (table: DecisionDef, names: readonly string[]): Checked => {
  const faults = new Map<string, string>()
  const say = (address: string, fault: string | undefined) => {
    if (fault && !faults.has(address)) faults.set(address, fault)
  }
  const read = new Set<string>()
  const note = (found: readonly string[]) => {
    for (const name of found) read.add(name)
  }
  const value = (text: string) => faultOf(() => compileExpression(text, { names }), note)
  const tests = (text: string, type: DecisionDef['inputs'][number]['type']) =>
    faultOf(() => compileUnaryTests(text, { names, ...(type && { type }) }), note)
  for (const [at, { expression, allowed = '', type }] of table.inputs.entries()) {
    say(`head.i${at}`, expression.trim() === '' ? '还没有选看什么。' : value(expression))
    if (!EMPTY.includes(allowed.trim())) say(`head.i${at}`, tests(allowed, type))
  }
  const seen = new Set<string>()
  for (const [at, { name, allowed = '', otherwise = '' }] of table.outputs.entries()) {
    if (name.trim() === '') say(`head.o${at}`, '还没有写结果叫什么。')
    else if (seen.has(name)) say(`head.o${at}`, `有两个结果都叫“${name}”。`)
    seen.add(name)
    if (!EMPTY.includes(allowed.trim())) say(`head.o${at}`, tests(allowed, undefined))
    if (otherwise.trim() !== '') say(`head.o${at}`, value(otherwise))
  }
  for (const [nth, rule] of table.rules.entries()) {
    for (const [at, text] of rule.inputs.entries())
      if (!EMPTY.includes(text.trim())) say(`${nth}.i${at}`, tests(text, table.inputs[at]?.type))
    for (const [at, text] of rule.outputs.entries())
      if (text.trim() === '') say(`${nth}.o${at}`, '还没有填结果。')
      else if (!EMPTY.includes(text.trim())) say(`${nth}.o${at}`, value(text))
  }
  if (table.rules.length === 0) say('', '还没有规则。')
  const reads = names.filter((name) => read.has(name))
  if (faults.size > 0) return { faults, reads }
  try {
    return { faults, reads, compiled: compileDecisionTable(table, { names }) }
  } catch (error) {
    if (!(error instanceof FeelSyntaxError)) throw error
    return { faults: new Map([['', error.message]]), reads }
  }
}

export interface Sample {
  value: string
  rules: readonly number[]
  sentence: string
  fault?: string
}
const typed = (text: string): unknown => {
  if (text.trim() === '') return null
  if (/^-?\d{1,15}(\.\d{1,6})?$/.test(text.trim())) return Number(text)
  return text === 'true' || text === 'false' ? text === 'true' : text
}
const words = (value: unknown): string => {
  if (value === null || value === undefined) return '没有结果'
  if (Array.isArray(value)) return value.length === 0 ? '没有结果' : value.map(words).join('；')
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, part]) => `${name}：${words(part)}`)
      .join('，')
  return String(value)
}

/** 试算: what the table makes of these values, and which rules did. */
export const tryTable = (compiled: CompiledTable, given: Readonly<Record<string, string>>): Sample => {
  const values = Object.fromEntries(compiled.reads.map((name) => [name, typed(given[name] ?? '')]))
  try {
    const { value, rules, sentence } = compiled.decide(values, { clock: { now: () => new Date() } })
    return { value: words(fromFeel(value)), rules, sentence }
  } catch (error) {
    if (error instanceof FeelTableError) return { value: '', rules: error.rules, sentence: '', fault: error.message }
    if (error instanceof FeelBudgetError) return { value: '', rules: [], sentence: '', fault: error.message }
    throw error
  }
}
