import type { Block, BlockProcess } from '../../../contract/blocks.ts'
import type { Multi, UserStep } from '../../../contract/graph.ts'
import { decisionsOf, elementOf } from '../../../definition/blocks/write.ts'
import { readDecisions } from '../../../definition/decisions.ts'
import { inputs, outputs } from '../../../definition/expressions.ts'
import { create, type Element, expression, extensions, many, one, text } from '../../../definition/model.ts'
import { Notes } from '../../../definition/problems.ts'
import { compact, readHandler, readStep } from '../../../definition/steps.ts'
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
      const multi = multiOf(element)
      const process = text(element, 'calledElement') ?? ''
      return { ...common, type: 'child', call: { process, ...mappings }, ...(multi && { multi }) }
    }
    case 'bpmn:BusinessRuleTask': {
      const [rule] = extensions(element, 'qt:Rule')
      const mappings = rule ? { input: mapped(inputs(rule)), output: mapped(outputs(rule)) } : { input: [], output: [] }
      return { ...common, type: 'rule', rule: { decision: text(rule, 'decision') ?? '', ...mappings } }
    }
    case 'bpmn:IntermediateCatchEvent':
      return waitOf(element, common)
    default:
      return undefined
  }
}
/** How often a call runs, half-finished or not: what is wrong with it the server says. */
const multiOf = (element: Element): Multi | undefined => {
  const loop = one(element, 'loopCharacteristics')
  if (loop?.$type !== 'bpmn:MultiInstanceLoopCharacteristics') return undefined
  const [extension] = extensions(loop, 'qt:Multi')
  const collect = one(extension, 'collect')
  const found: Multi = {
    sequential: loop.get('isSequential') === true,
    cardinality: expression(one(loop, 'loopCardinality')),
    collection: text(extension, 'collection'),
    element: text(extension, 'element') || undefined,
    until: expression(one(loop, 'completionCondition')),
    collect: collect && mapped([collect])[0],
  }
  return compact(found)
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
    ...(block.type === 'child' && {
      calledElement: block.call.process,
      loopCharacteristics: one(made, 'loopCharacteristics'),
    }),
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
        ['bpmn:UserTask', 'bpmn:BusinessRuleTask', 'bpmn:CallActivity', 'bpmn:ServiceTask'].includes(
          businessObject.$type,
        )
          ? (blockOf(businessObject) ?? [])
          : [],
      ),
    ...(process && { decisions: readDecisions({ element: process, notes: new Notes() }) }),
  }
}

/** Name, fields and decision tables of the process, and what steps ask of the tables, as far as they changed. */
export const writeProcess = (modeler: Modeler, next: BlockProcess): void => {
  const process = processOf(modeler)
  if (!process) return
  const { name, fields, decisions = {} } = next
  const registry = modeler.service('elementRegistry')
  for (const block of next.blocks) {
    const drawn = block.type === 'rule' ? registry.get(block.id) : undefined
    if (drawn && JSON.stringify(blockOf(drawn.businessObject)) !== JSON.stringify(block))
      writeBlock(modeler, drawn, block)
  }
  const before = readDecisions({ element: process, notes: new Notes() })
  // a file with notes of its own stays as it was written while its tables are the same
  const same = JSON.stringify(before) === JSON.stringify(decisions)
  const ours = same ? ['qt:Field'] : ['qt:Field', 'qt:Decisions']
  const others = many(one(process, 'extensionElements'), 'values').filter(({ $type }) => !ours.includes($type))
  const written = same ? [] : decisionsOf(next)
  const values = [...others, ...fields.map((field) => create('qt:Field', { name: field })), ...written]
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
