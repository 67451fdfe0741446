import type { Block, BlockProcess } from '../../../contract/blocks.ts'
import type { UserStep } from '../../../contract/graph.ts'
import { elementOf } from '../../../definition/blocks/write.ts'
import { inputs, outputs } from '../../../definition/expressions.ts'
import { create, type Element, expression, extensions, many, one, text } from '../../../definition/model.ts'
import { Notes } from '../../../definition/problems.ts'
import { readHandler, readStep } from '../../../definition/steps.ts'
import { kindOf } from '../palette.ts'
import type { Drawn, Modeler } from './modeler.ts'

/** An element of the drawing as the block whose form it shares, and back: both designers set the same things by the same forms. */

const mapped = (elements: Element[]) =>
  elements.map((element) => ({ from: expression(element) ?? '', to: String(element.get('to') ?? '') }))

const usual = (): UserStep => {
  const block = kindOf('one')?.make()
  if (block?.type !== 'approve') throw new Error('the palette has no step')
  return block.user
}

/** Undefined for what has no settings of ours: gateways, events, plain lines. */
export const blockOf = (element: Element): Block | undefined => {
  const note = text(many(element, 'documentation')[0], 'text')
  const common = { id: element.id ?? '', name: element.name ?? '', ...(note && { note }) }
  const at = { element, notes: new Notes() }
  switch (element.$type) {
    case 'bpmn:UserTask':
      return { ...common, type: 'approve', user: readStep(at) ?? usual() }
    case 'bpmn:SendTask': {
      const [copy] = extensions(element, 'qt:Copy')
      return {
        ...common,
        type: 'copy',
        copy: { handlers: many(copy, 'handlers').flatMap((one) => readHandler(at, one) ?? []) },
      }
    }
    case 'bpmn:ServiceTask': {
      const [service] = extensions(element, 'qt:Service')
      const retries = Number(text(service, 'retries') ?? 3)
      const mappings = service
        ? { input: mapped(inputs(service)), output: mapped(outputs(service)) }
        : { input: [], output: [] }
      return { ...common, type: 'service', service: { handler: text(service, 'handler') ?? '', ...mappings, retries } }
    }
    case 'bpmn:CallActivity': {
      const [call] = extensions(element, 'qt:Call')
      const mappings = call ? { input: mapped(inputs(call)), output: mapped(outputs(call)) } : { input: [], output: [] }
      return { ...common, type: 'child', call: { process: text(element, 'calledElement') ?? '', ...mappings } }
    }
    case 'bpmn:IntermediateCatchEvent':
      return waitOf(element, common)
    default:
      return undefined
  }
}
const waitOf = (element: Element, common: { id: string; name: string }): Block | undefined => {
  const timer = many(element, 'eventDefinitions').find(({ $type }) => $type === 'bpmn:TimerEventDefinition')
  if (!timer) return undefined
  const date = expression(one(timer, 'timeDate'))
  const value = date ?? expression(one(timer, 'timeDuration')) ?? ''
  const iso = /^P/.test(value) ? `duration("${value}")` : value
  const working = timer.get('qt:working') === 'true' ? { working: true } : {}
  return { ...common, type: 'wait', timer: { kind: date === undefined ? 'duration' : 'date', value: iso, ...working } }
}

/** The settings of the block put into the element, in one step of the tool's own undoing; extensions of others stay. */
export const writeBlock = (modeler: Modeler, drawn: Drawn, block: Block): void => {
  const made = elementOf(block)
  const element = drawn.businessObject
  const ours = many(one(made, 'extensionElements'), 'values')
  const others = many(one(element, 'extensionElements'), 'values').filter(
    ({ $type }) => !ours.some((one) => one.$type === $type),
  )
  const extension = create('bpmn:ExtensionElements', { values: [...others, ...ours] })
  modeler.service('modeling').updateProperties(drawn, {
    name: block.name || undefined,
    documentation: many(made, 'documentation'),
    ...(ours.length > 0 && { extensionElements: extension }),
    ...(block.type === 'child' && { calledElement: block.call.process }),
    ...(block.type === 'wait' && { eventDefinitions: many(made, 'eventDefinitions') }),
  })
}

const processOf = (modeler: Modeler): Element | undefined => {
  const root = modeler.service('canvas').getRootElement().businessObject
  return root.$type === 'bpmn:Process' ? root : undefined
}

/** All the forms need to know of the process around them: its name, its fields, its steps. */
export const surroundings = (modeler: Modeler, fallback: { key: string; name: string }): BlockProcess => {
  const process = processOf(modeler)
  return {
    format: 1,
    key: process?.id ?? fallback.key,
    name: process?.name ?? fallback.name,
    fields: process ? extensions(process, 'qt:Field').map((field) => text(field, 'name') ?? '') : [],
    start: { id: 'start', name: '' },
    blocks: modeler
      .service('elementRegistry')
      .getAll()
      .flatMap(({ businessObject }) =>
        businessObject.$type === 'bpmn:UserTask' ? (blockOf(businessObject) ?? []) : [],
      ),
  }
}

export const writeProcess = (modeler: Modeler, { name, fields }: BlockProcess): void => {
  const process = processOf(modeler)
  if (!process) return
  const others = many(one(process, 'extensionElements'), 'values').filter(({ $type }) => $type !== 'qt:Field')
  const values = [...others, ...fields.map((field) => create('qt:Field', { name: field }))]
  modeler.service('modeling').updateProperties(modeler.service('canvas').getRootElement(), {
    name,
    extensionElements: create('bpmn:ExtensionElements', { values }),
  })
}

export const conditionOf = (element: Element): string => expression(one(element, 'conditionExpression')) ?? ''
export const writeCondition = (modeler: Modeler, drawn: Drawn, when: string): void =>
  modeler.service('modeling').updateProperties(drawn, {
    conditionExpression: when ? create('bpmn:FormalExpression', { body: when }) : undefined,
  })
