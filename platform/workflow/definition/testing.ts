import { compileExpression } from '#platform/feel'
import type { Graph } from '../contract/graph.ts'
import { type CheckExpression, type DefinitionReading, readDefinition } from './index.ts'

/** FEEL over the names a form may have. */
const FIELDS = ['金额', '部门', '事项', '通过', '单位', '审批人', '截止时间', '次数', '材料', '编号']

export const checkExpression: CheckExpression = (text, { names }) => {
  try {
    return { reads: compileExpression(text, { names }).reads }
  } catch (error) {
    return { problem: (error as Error).message }
  }
}

export const read = (xml: string): Promise<DefinitionReading> => readDefinition(xml, { checkExpression, names: FIELDS })

/** The graph, or an error with all that is wrong. */
export async function graphOf(xml: string): Promise<Graph> {
  const reading = await read(xml)
  if ('graph' in reading) return reading.graph
  throw new Error(reading.problems.map(({ code, message }) => `${code}: ${message}`).join('\n'))
}

/** Codes with the element each names, `no-step review`. */
export async function problemsOf(xml: string): Promise<string[]> {
  const reading = await read(xml)
  return 'problems' in reading ? reading.problems.map(({ code, element }) => `${code} ${element}`.trim()) : []
}

const NAMESPACES = [
  'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"',
  'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"',
  'xmlns:qt="https://qitong.dev/schema/bpmn/qt/1"',
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
].join(' ')

/** A file around root elements. */
export const definitions = (inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<definitions ${NAMESPACES} id="file" targetNamespace="https://qitong.dev/tests">${inside}</definitions>`
export const processOf = (inside: string, roots = ''): string =>
  definitions(`${roots}<process id="p" name="测试流程" isExecutable="true">${inside}</process>`)

export const STEP =
  '<extensionElements><qt:step><qt:handler by="starter"/><qt:outcome key="done" name="办理" counts="agree"/></qt:step></extensionElements>'
export const user = (id: string, name = id): string => `<userTask id="${id}" name="${name}">${STEP}</userTask>`

/**
 * Flows in short: `a > b`, with a condition `a > b ? 金额 > 5`. The default of a gateway is written on the gateway.
 * Ids are `a-b`.
 */
export const flows = (...lines: string[]): string =>
  lines
    .map((line) => {
      const [way = '', condition] = line.split(' ? ')
      const [from, to] = way.split(' > ')
      const inside = condition
        ? `<conditionExpression xsi:type="tFormalExpression"><![CDATA[${condition}]]></conditionExpression>`
        : ''
      return `<sequenceFlow id="${from}-${to}" sourceRef="${from}" targetRef="${to}">${inside}</sequenceFlow>`
    })
    .join('')
