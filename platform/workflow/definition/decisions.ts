import { SaxesParser } from 'saxes'
import type { DecisionDef, DecisionType } from '../contract/graph.ts'
import { type Element, extensions, text } from './model.ts'
import type { At } from './values.ts'

const POLICIES: Record<string, DecisionDef['hitPolicy']> = {
  UNIQUE: 'unique',
  ANY: 'any',
  PRIORITY: 'priority',
  FIRST: 'first',
  COLLECT: 'collect',
  'RULE ORDER': 'rule order',
  'OUTPUT ORDER': 'output order',
}
const TOTALS: Record<string, NonNullable<DecisionDef['aggregation']>> = {
  SUM: 'sum',
  MIN: 'min',
  MAX: 'max',
  COUNT: 'count',
}
const TYPES: Record<string, DecisionType> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  long: 'number',
  double: 'number',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  dateTime: 'date and time',
  'date and time': 'date and time',
}
/** What a decision may hold beside its table and what says nothing about how it decides. */
const SILENT = [
  'description',
  'question',
  'allowedAnswers',
  'extensionElements',
  'variable',
  'annotation',
  'annotationEntry',
]
const DMN = /^https:\/\/www\.omg\.org\/spec\/DMN\/\d{8}\/MODEL\/$/
const MOST_RULES = 2000

class Refusal extends Error {}
const refuse = (message: string): never => {
  throw new Refusal(message)
}

/** A part of a DMN file: its own attributes, its children, the text in it. */
interface Part {
  name: string
  attributes: Record<string, string>
  parts: Part[]
  text: string
}
const partOf = (xml: string): Part => {
  const top: Part = { name: '', attributes: {}, parts: [], text: '' }
  const open = [top]
  let silent = 0
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', (error) => refuse(`不是有效的 XML：${error.message}`))
  parser.on('doctype', () => refuse('含有文档类型声明（DTD）或实体，已拒绝'))
  parser.on('opentag', ({ local, uri, attributes }) => {
    // Diagrams and the extensions of other tools draw; they decide nothing.
    if (silent > 0 || !DMN.test(uri)) {
      silent += 1
      return
    }
    const own = Object.values(attributes).filter((one) => typeof one !== 'string' && one.uri === '')
    const part: Part = { name: local, attributes: {}, parts: [], text: '' }
    for (const one of own) if (typeof one !== 'string') part.attributes[one.local] = one.value
    if (open.push(part) > 12) refuse('嵌套太深')
    open.at(-2)?.parts.push(part)
  })
  parser.on('text', (written) => {
    const last = open.at(-1)
    if (silent === 0 && last) last.text += written
  })
  parser.on('cdata', (written) => {
    const last = open.at(-1)
    if (silent === 0 && last) last.text += written
  })
  parser.on('closetag', () => {
    if (silent > 0) silent -= 1
    else open.pop()
  })
  parser.write(xml).close()
  return top
}

const all = (part: Part, name: string): Part[] => part.parts.filter((one) => one.name === name)
const written = (part: Part, ...path: string[]): string | undefined => {
  let at: Part | undefined = part
  for (const name of [...path, 'text']) at = at && all(at, name)[0]
  return at?.text.trim() || undefined
}
const known = (part: Part, names: readonly string[]): void => {
  const other = part.parts.find(({ name }) => !names.includes(name) && !SILENT.includes(name))
  if (other) refuse(`用了暂不支持的 ${other.name}。只能用决策表（decisionTable）`)
}
const typeOf = (name: string | undefined): { type?: DecisionType } => {
  const type = TYPES[name?.replace(/^.*:/, '') ?? '']
  if (name && !type) refuse(`用了不认识的类型 ${name}`)
  return type ? { type } : {}
}
const allowedOf = (part: Part, name: string) => {
  const allowed = written(part, name)
  return allowed ? { allowed } : {}
}

const tableOf = (decision: Part): DecisionDef => {
  known(decision, ['decisionTable'])
  const [table, other] = all(decision, 'decisionTable')
  if (!table || other) return refuse('要有一张决策表（decisionTable）')
  known(table, ['input', 'output', 'rule'])
  const { hitPolicy = 'UNIQUE', aggregation } = table.attributes
  const total = aggregation === undefined ? undefined : (TOTALS[aggregation] ?? refuse('汇总方式不认识'))
  const rules = all(table, 'rule')
  if (rules.length > MOST_RULES) refuse(`规则超过 ${MOST_RULES} 条`)
  return {
    hitPolicy: POLICIES[hitPolicy] ?? refuse(`命中策略 ${hitPolicy} 不认识`),
    ...(total && { aggregation: total }),
    inputs: all(table, 'input').map((input) => {
      const expression = written(input, 'inputExpression') ?? refuse('有一个输入没有写表达式')
      const { typeRef } = all(input, 'inputExpression')[0]?.attributes ?? {}
      const label = input.attributes.label || expression
      return { label, expression, ...typeOf(typeRef), ...allowedOf(input, 'inputValues') }
    }),
    outputs: all(table, 'output').map((output) => {
      const otherwise = written(output, 'defaultOutputEntry')
      const name = output.attributes.name || output.attributes.label || decision.attributes.name || ''
      const more = { ...typeOf(output.attributes.typeRef), ...allowedOf(output, 'outputValues') }
      return { name: name || refuse('有一个输出没有名称'), ...more, ...(otherwise && { otherwise }) }
    }),
    rules: rules.map((rule) => ({
      inputs: all(rule, 'inputEntry').map((cell) => written(cell) ?? '-'),
      outputs: all(rule, 'outputEntry').map((cell) => written(cell) ?? 'null'),
    })),
  }
}

const decisionsOf = (xml: string): [string, DecisionDef][] => {
  const [file] = partOf(xml).parts
  if (file?.name !== 'definitions') return refuse('最外层应当是 DMN 的 definitions')
  known(file, ['decision'])
  return all(file, 'decision').map((decision) => {
    const name = decision.attributes.name || decision.attributes.id || refuse('有一个决策没有名称')
    return [name, tableOf(decision)]
  })
}

/** What a DMN file holds beside its tables, and what writing the tables anew would lose; undefined when there is nothing. */
export const beyondTables = (xml: string): string | undefined => {
  const words = (part: Part): string | undefined => {
    if (['description', 'question', 'allowedAnswers'].includes(part.name) && part.text.trim()) return '说明文字'
    if (part.name === 'annotationEntry' && written(part)) return '批注'
    if (part.name === 'extensionElements') return '其他系统的扩展'
    for (const one of part.parts) {
      const found = words(one)
      if (found) return found
    }
    return undefined
  }
  if (/<(?:\w+:)?DMNDI\b/.test(xml)) return '决策的图'
  return words(partOf(xml))
}

/** `qt:decisions` of the process: decision tables as the text of a DMN 1.3–1.5 file, by the name of each decision. */
export function readDecisions({ element, notes }: At): Record<string, DecisionDef> {
  const found: Record<string, DecisionDef> = {}
  for (const part of extensions(element, 'qt:Decisions') as Element[])
    try {
      for (const [name, table] of decisionsOf(text(part, 'text') ?? '')) {
        if (Object.hasOwn(found, name) || name in Object.prototype)
          refuse(`有两张决策表都叫“${name}”，或用了保留的名称`)
        found[name] = table
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      notes.refuse('bad-decision', element, (called) => `${called}的决策表（qt:decisions）${error.message}。请改正。`)
    }
  return found
}
