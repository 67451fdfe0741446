import type { HandlerRule, Limit, Mapping, Multi, UserStep } from '../../contract/graph.ts'
import { create, type Element } from '../model.ts'

const attribute = (value: string | number | boolean | undefined): string | undefined =>
  value === undefined ? undefined : String(value)

/** The settings of a step as `qt:step`; reading them gives the same step again. */
export function writeStep(user: UserStep): Element {
  const { handlers, outcomes, operations, limit, sendBack, fields, ...plain } = user
  return create('qt:Step', {
    ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, attribute(value)])),
    operations: operations.length > 0 ? operations.join(' ') : undefined,
    handlers: handlers.map(writeHandler),
    outcomes: outcomes.map((outcome) => create('qt:Outcome', { ...outcome })),
    sendBack: sendBack && create('qt:SendBack', { to: [sendBack.to].flat().join(' '), mode: sendBack.mode }),
    limit: limit && writeLimit(limit),
    fields: Object.entries(fields ?? {}).map(([name, access]) => create('qt:Field', { name, access })),
  })
}

export function writeHandler(rule: HandlerRule): Element {
  const { by, ...rest } = rule
  const values: Record<string, string | undefined> = { by }
  for (const [name, value] of Object.entries(rest)) {
    if (name === 'expression') values.text = value as string
    else if (name === 'persons') values.persons = (value as string[]).join(' ')
    else if (name !== 'unit') values[name] = attribute(value as string | number)
  }
  if ('unit' in rule) {
    if (typeof rule.unit === 'string') values.unit = rule.unit
    else if ('id' in rule.unit) values.unitId = rule.unit.id
    else values.unitField = rule.unit.field
  }
  return create('qt:Handler', values)
}

function writeLimit({ overdue, ...limit }: Limit): Element {
  return create('qt:Limit', {
    ...Object.fromEntries(Object.entries(limit).map(([name, value]) => [name, attribute(value)])),
    overdue: overdue.map(({ after, do: act }) => create('qt:Overdue', { after: attribute(after), do: act })),
  })
}

const writeMapping = (type: string, { from, to }: Mapping): Element => create(type, { to, text: from })

/** `qt:service`, `qt:rule` or `qt:call` with its inputs and outputs. */
export function writeSetting(
  type: 'qt:Service' | 'qt:Rule' | 'qt:Call',
  { input, output, ...rest }: { input: Mapping[]; output: Mapping[]; [name: string]: unknown },
): Element {
  return create(type, {
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, attribute(value as string | number)])),
    input: input.map((mapping) => writeMapping('qt:Input', mapping)),
    output: output.map((mapping) => writeMapping('qt:Output', mapping)),
  })
}

export function writeMulti(multi: Multi): Element {
  const { sequential, cardinality, collection, element, until, collect } = multi
  const formula = (body: string | undefined) => body && create('bpmn:FormalExpression', { body })
  const extension =
    (collection ?? element ?? collect) &&
    create('qt:Multi', { collection, element, collect: collect && writeMapping('qt:Collect', collect) })
  return create('bpmn:MultiInstanceLoopCharacteristics', {
    isSequential: sequential || undefined,
    extensionElements: extension ? extended(extension) : undefined,
    loopCardinality: formula(cardinality),
    completionCondition: formula(until),
  })
}

export const extended = (...values: Element[]): Element => create('bpmn:ExtensionElements', { values })
