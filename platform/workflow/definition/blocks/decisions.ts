import type { DecisionDef } from '../../contract/graph.ts'

/** Decision tables as the text of a DMN 1.5 file: reading it gives the same tables again (`../decisions.ts`). */

const NAMESPACE = 'https://www.omg.org/spec/DMN/20230324/MODEL/'
const TYPES: Record<string, string> = { 'date and time': 'dateTime' }

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign)
const attribute = (name: string, value: string | undefined): string =>
  value === undefined ? '' : ` ${name}="${escaped(value)}"`
const typeRef = (type: string | undefined): string => attribute('typeRef', type && (TYPES[type] ?? type))
const written = (element: string, text: string | undefined, attributes = ''): string =>
  text === undefined || text.trim() === '' ? '' : `<${element}${attributes}><text>${escaped(text)}</text></${element}>`
const cell = (element: string, text: string): string => `<${element}><text>${escaped(text)}</text></${element}>`

const decisionOf = (name: string, table: DecisionDef, nth: number): string => {
  const inputs = table.inputs.map(
    ({ label, expression, type, allowed }) =>
      `<input${attribute('label', label === expression ? undefined : label)}>${written('inputExpression', expression, typeRef(type))}${written('inputValues', allowed)}</input>`,
  )
  const outputs = table.outputs.map(
    (output) =>
      `<output${attribute('name', output.name)}${typeRef(output.type)}>${written('outputValues', output.allowed)}${written('defaultOutputEntry', output.otherwise)}</output>`,
  )
  const rules = table.rules.map(
    (rule) =>
      `<rule>${rule.inputs.map((one) => cell('inputEntry', one.trim() || '-')).join('')}${rule.outputs.map((one) => cell('outputEntry', one.trim() || 'null')).join('')}</rule>`,
  )
  const policy = `${attribute('hitPolicy', table.hitPolicy.toUpperCase())}${attribute('aggregation', table.aggregation?.toUpperCase())}`
  return `<decision id="decision_${nth + 1}"${attribute('name', name)}><decisionTable${policy}>${[...inputs, ...outputs, ...rules].join('\n')}</decisionTable></decision>`
}

export const decisionsToDmn = (key: string, decisions: Record<string, DecisionDef>): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="${NAMESPACE}" id="${escaped(key)}_decisions" name="${escaped(key)}" namespace="https://qitong.dev/process">
${Object.entries(decisions)
  .map(([name, table], nth) => decisionOf(name, table, nth))
  .join('\n')}
</definitions>`
