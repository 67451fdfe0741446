import { FeelSyntaxError, type FeelType } from '#platform/feel'
import type { Column, Field, FormDefinition, Rules, Table } from '../contract/definition.ts'
import { orderOf } from './graph.ts'
import { feelTypeOf } from './kinds.ts'
import { answerFault, type Rule, Scope } from './rules.ts'

/** A field with its rules compiled. `path` is its key, for a column `明细.金额`. */
export interface Planned {
  path: string
  field: Field
  group: number
  /** the sub-table a column belongs to */
  table?: Table
  visible?: Rule
  required?: Rule
  default?: Rule
  formula?: Rule
  options?: Rule
  validations: { rule: Rule; message: string }[]
}
export interface PlannedColumn extends Planned {
  field: Column
  table: Table
}

/** Nobody writes it: a formula gives it, or the server when the record is kept. */
export const isGiven = ({ formula, field }: Planned): boolean => formula !== undefined || field.type === 'serial'

/** A form ready to be evaluated. */
export interface Plan {
  definition: FormDefinition
  fields: readonly Planned[]
  columns: ReadonlyMap<string, readonly PlannedColumn[]>
  /** fields and columns */
  byPath: ReadonlyMap<string, Planned>
  groups: readonly { visible?: Rule }[]
  /** what to work out, one after the other: `g:0`, `v:金额`, `金额`, `v:明细.数量`, `明细.数量` */
  order: readonly Step[]
}
export type Step = { do: 'group'; group: number } | { do: 'show' | 'value'; planned: Planned }

/** What is wrong with a definition, and where; `path` is that of a field, `group` where it is a group's. */
export interface Fault {
  path: string
  message: string
}

const NOT_COMPUTED = new Set(['file', 'picture', 'table', 'identityNumber', 'relation', 'serial'])
const RULE_WORDS: Record<string, string> = {
  visible: '显示条件',
  required: '必填条件',
  default: '默认值',
  formula: '公式',
  options: '可选范围',
  validation: '校验',
}

class Planner {
  readonly faults: Fault[] = []
  readonly #fields: readonly Field[]

  constructor(fields: readonly Field[]) {
    this.#fields = fields
  }

  compile(
    called: string,
    path: string,
    what: string,
    scope: Scope,
    text: string | undefined,
    wanted: FeelType,
  ): Rule | undefined {
    if (text === undefined) return undefined
    try {
      const rule = scope.compile(text)
      const wrong = answerFault(rule, wanted)
      if (wrong) this.faults.push({ path, message: `${called}的${RULE_WORDS[what]}${wrong}` })
      return rule
    } catch (error) {
      if (!(error instanceof FeelSyntaxError)) throw error
      const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
      this.faults.push({ path, message: `${called}的${RULE_WORDS[what]}“${shown}”有错：${error.message}` })
      return undefined
    }
  }

  field(field: Field, group: number, table?: Table): Planned {
    const path = table ? `${table.key}.${field.key}` : field.key
    const scope = new Scope(this.#fields, table)
    const called = table ? `明细「${table.title}」的「${field.title}」` : `「${field.title}」`
    const rules: Rules = field.rules ?? {}
    for (const rule of ['formula', 'default'] as const)
      if (rules[rule] !== undefined && NOT_COMPUTED.has(field.type))
        this.faults.push({ path, message: `${called}不能用${RULE_WORDS[rule]}。` })
    if (rules.options !== undefined && field.type !== 'enum')
      this.faults.push({ path, message: `${called}不是选项字段，不能写可选范围。` })
    const make = (
      what: 'visible' | 'required' | 'default' | 'formula' | 'options',
      wanted: FeelType,
    ): Rule | undefined => this.compile(called, path, what, scope, rules[what], wanted)
    return {
      path,
      field,
      group,
      table,
      visible: make('visible', 'boolean'),
      required: make('required', 'boolean'),
      default: make('default', feelTypeOf(field)),
      formula: make('formula', feelTypeOf(field)),
      options: make('options', { list: 'string' }),
      validations: (rules.validation ?? []).flatMap(({ check, message }) => {
        const rule = this.compile(called, path, 'validation', scope, check, 'boolean')
        return rule ? [{ rule, message }] : []
      }),
    }
  }
}

/** The nodes that an expression of this sub-table (or of the form) needs. */
const needsOf = (rule: Rule | undefined, table: Table | undefined): string[] =>
  (rule?.reads ?? []).flatMap((name) => {
    if (table?.columns.some(({ key }) => key === name)) return [`${table.key}.${name}`]
    const columns = rule?.columns.get(name)
    return columns ? [`v:${name}`, ...columns.map((column) => `${name}.${column}`)] : [name]
  })

const nodesOf = (planned: Planned): [string, string[]][] => {
  const { path, table, group, visible, formula, default: begins, field } = planned
  const above = table ? `v:${table.key}` : `g:${group}`
  const shown: [string, string[]] = [`v:${path}`, [above, ...needsOf(visible, table)]]
  if (field.type === 'table') return [shown]
  return [shown, [path, [`v:${path}`, ...needsOf(formula ?? begins, table)]]]
}

const titleOf = (node: string, titles: ReadonlyMap<string, string>): string =>
  titles.get(node.replace(/^v:/, '')) ?? '分组'

/** Compiles a definition whose shape is sound. The faults are those of its expressions. */
export const planOf = (definition: FormDefinition): { plan: Plan; faults: Fault[] } => {
  const all = definition.groups.flatMap(({ fields }) => fields)
  const planner = new Planner(all)
  const whole = new Scope(all)
  const groups = definition.groups.map(({ title, visible }, at) => ({
    visible: planner.compile(`分组「${title}」`, `groups.${at}`, 'visible', whole, visible, 'boolean'),
  }))
  const fields = definition.groups.flatMap((group, at) => group.fields.map((field) => planner.field(field, at)))
  const columns = new Map(
    fields.flatMap(({ field, group }) =>
      field.type === 'table'
        ? [[field.key, field.columns.map((column) => planner.field(column, group, field) as PlannedColumn)] as const]
        : [],
    ),
  )
  const planned = [...fields, ...[...columns.values()].flat()]
  const needs = new Map<string, string[]>([
    ...groups.map(({ visible }, at): [string, string[]] => [`g:${at}`, needsOf(visible, undefined)]),
    ...planned.flatMap(nodesOf),
  ])
  const { order, cycles } = orderOf(needs)
  const titles = new Map(planned.map(({ path, field }) => [path, field.title]))
  for (const cycle of cycles) {
    const names = [...new Set(cycle.map((node) => titleOf(node, titles)))].reverse()
    const path = cycle.map((node) => node.replace(/^v:/, '')).find((node) => titles.has(node)) ?? ''
    const round =
      names.length === 1
        ? `「${names[0]}」的规则用到了它自己`
        : `${names.map((name) => `「${name}」`).join('')}互相依赖`
    planner.faults.push({ path, message: `${round}，算不出结果。请去掉其中一处。` })
  }
  const byPath = new Map(planned.map((one) => [one.path, one]))
  const steps = order.flatMap((node): Step[] => {
    if (node.startsWith('g:')) return [{ do: 'group', group: Number(node.slice(2)) }]
    const one = byPath.get(node.replace(/^v:/, ''))
    return one ? [{ do: node.startsWith('v:') ? 'show' : 'value', planned: one }] : []
  })
  return { plan: { definition, fields, columns, byPath, groups, order: steps }, faults: planner.faults }
}

const plans = new WeakMap<FormDefinition, Plan>()
/** The plan of a published definition, made once. */
export const plannedForm = (definition: FormDefinition): Plan => {
  const known = plans.get(definition)
  if (known) return known
  const { plan, faults } = planOf(definition)
  if (faults[0]) throw new Error(`form ${definition.key}: ${faults[0].message}`)
  plans.set(definition, plan)
  return plan
}
