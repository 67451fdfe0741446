import { compileExpression, FeelSyntaxError } from '#platform/feel'
import { type Field, FormDefinition, MOST } from '../contract/definition.ts'
import { type Fault, planOf } from './plan.ts'
import { FILLER } from './rules.ts'

export type Checked = { definition: FormDefinition; faults: [] } | { faults: [Fault, ...Fault[]] }

const MOST_TOLD = 100
const MOST_COLUMNS = 600

/** Checks a definition that comes from anywhere: every fault at once, each with the field it is in. */
export const checkForm = (given: unknown): Checked => {
  const size = sizeOf(given)
  if (size === null || size > MOST.definition)
    return { faults: [{ path: '', message: '表单定义太大或无法读取，最多 512 kB。' }] }
  const parsed = FormDefinition.safeParse(given)
  if (!parsed.success) return told(parsed.error.issues.map((issue) => shapeFault(issue, given)))
  const definition = parsed.data
  // What is too much is not looked at further; and expressions over doubtful names would tell of faults that are none.
  for (const look of [countFaults, keyFaults]) {
    const faults = look(definition)
    if (faults.length > 0) return told(faults)
  }
  const { faults: wrong } = planOf(definition)
  return wrong.length > 0 ? told(wrong) : { definition, faults: [] }
}

const told = (faults: Fault[]): Checked => ({ faults: faults.slice(0, MOST_TOLD) as [Fault, ...Fault[]] })

const sizeOf = (given: unknown): number | null => {
  try {
    return JSON.stringify(given)?.length ?? null
  } catch {
    return null
  }
}

interface Issue {
  code: string
  path: readonly PropertyKey[]
  message: string
  keys?: readonly string[]
}
/** The field an issue lies in, as somebody would call it, and its path. */
const shapeFault = ({ path, message, code, keys }: Issue, given: unknown): Fault => {
  let here: unknown = given
  let called = ''
  let key = ''
  for (const part of path) {
    here = typeof here === 'object' && here !== null ? (here as Record<PropertyKey, unknown>)[part] : undefined
    const { key: own, title } = (here ?? {}) as { key?: unknown; title?: unknown }
    if (typeof own === 'string') key = own.slice(0, 60)
    if (typeof title === 'string') called = title.slice(0, 60)
  }
  const where = called || key ? `「${called || key}」` : '表单'
  const last = String(path.at(-1) ?? '')
  if (code === 'unrecognized_keys')
    return { path: key, message: `${where}里有不认识的内容：${(keys ?? []).slice(0, 5).join('、').slice(0, 200)}。` }
  const own = /[\u4e00-\u9fff]/.test(message)
  return { path: key, message: own ? `${where}：${message}` : `${where}的“${last.slice(0, 60)}”填写有误。` }
}

const countFaults = ({ groups }: FormDefinition): Fault[] => {
  const fields = groups.flatMap((group) => group.fields)
  const tables = fields.filter((field) => field.type === 'table')
  const faults: Fault[] = []
  if (fields.length === 0) faults.push({ path: '', message: '表单还没有字段。' })
  if (fields.length > MOST.fields)
    faults.push({ path: '', message: `表单最多 ${MOST.fields} 个字段，现在 ${fields.length} 个。` })
  if (tables.reduce((sum, { columns }) => sum + columns.length, 0) > MOST_COLUMNS)
    faults.push({ path: '', message: `各明细一共最多 ${MOST_COLUMNS} 列。` })
  let rules = 0
  for (const { key, title, columns, minRows = 0, maxRows = MOST.rows } of tables) {
    const numbered = columns.find(({ type }) => type === 'serial')
    if (numbered) faults.push({ path: key, message: `「${title}」的「${numbered.title}」不能在明细里自动编号。` })
    if (minRows > maxRows) faults.push({ path: key, message: `「${title}」最少的行数多于最多的行数。` })
    rules += maxRows * columns.reduce((sum, column) => sum + rulesIn(column), 0)
  }
  if (rules > MOST.rowRules)
    faults.push({
      path: '',
      message: `明细的行数乘以每行的规则数不能超过 ${MOST.rowRules.toLocaleString('en')}，请减少行数或规则。`,
    })
  return faults
}
const rulesIn = ({ rules }: Field): number =>
  rules
    ? Object.values(rules).reduce((sum: number, rule) => sum + (Array.isArray(rule) ? rule.length : rule ? 1 : 0), 0)
    : 0

const keyFaults = ({ groups }: FormDefinition): Fault[] => {
  const fields = groups.flatMap((group) => group.fields)
  const faults = fields.flatMap((field) => [
    ...nameFaults(field),
    ...(field.type === 'table' ? field.columns.flatMap(nameFaults) : []),
    ...optionFaults(field),
  ])
  const known = new Map<string, string>([[FILLER, FILLER]])
  const claim = (taken: Map<string, string>, { key, title }: Field): void => {
    const other = taken.get(key) ?? known.get(key)
    if (other !== undefined)
      faults.push({ path: key, message: `「${title}」的编号“${key}”与「${other}」重复，请换一个。` })
    else taken.set(key, title)
  }
  for (const field of fields) claim(known, field)
  // A column may be called like a column of another sub-table, but not like a field: an expression in the row would mean both.
  for (const field of fields)
    if (field.type === 'table') {
      const own = new Map<string, string>()
      for (const column of field.columns) claim(own, column)
    }
  return faults
}

/** Names that the language itself gives within filters and loops. */
const OF_THE_LANGUAGE = new Set(['item', 'partial'])

/** A key must be a name to FEEL, and nothing else: not a word of the language, a function, or what every object has. */
const nameFaults = ({ key, title }: Field): Fault[] => {
  const refused = [{ path: key, message: `「${title}」的编号“${key}”是表达式或系统保留的词，请换一个。` }]
  if (key in Object.prototype || OF_THE_LANGUAGE.has(key)) return refused
  try {
    if (compileExpression(key, { names: [key] }).reads[0] !== key) return refused
  } catch {
    return refused
  }
  try {
    compileExpression(key, { names: [] })
    return refused
  } catch (error) {
    return error instanceof FeelSyntaxError && error.code === 'unknown-name' ? [] : refused
  }
}

const optionFaults = (field: Field): Fault[] => {
  if (field.type === 'table') return field.columns.flatMap(optionFaults)
  if (field.type !== 'enum') return []
  const values = field.options.map(({ value }) => value)
  const twice = values.find((value, at) => values.indexOf(value) !== at)
  return [
    ...(twice === undefined ? [] : [{ path: field.key, message: `「${field.title}」的选项“${twice}”写了两次。` }]),
    ...field.options
      .filter(({ from, to }) => from !== undefined && to !== undefined && from > to)
      .map(({ label }) => ({ path: field.key, message: `「${field.title}」的选项“${label}”的停用日早于启用日。` })),
  ]
}
