import type { EventDef, NodeKind } from '../contract/graph.ts'
import { type Element, many, one, text } from './model.ts'
import { typeName } from './problems.ts'
import type { Reading } from './reading.ts'
import { readTimer } from './timers.ts'

type Type = EventDef['type']
export type Place = Extract<NodeKind, 'start' | 'end' | 'catch' | 'throw' | 'boundary'> | 'handler'

/** Which events may stand where; `handler` is the start of an event sub-process, `inner` that of an embedded one. */
const ALLOWED: Record<Place | 'inner', readonly Type[]> = {
  start: ['none', 'timer', 'message', 'signal'],
  inner: ['none'],
  handler: ['timer', 'message', 'signal', 'error', 'escalation'],
  end: ['none', 'message', 'signal', 'error', 'escalation', 'terminate'],
  catch: ['timer', 'message', 'signal'],
  throw: ['none', 'message', 'signal', 'escalation'],
  boundary: ['timer', 'message', 'signal', 'error', 'escalation'],
}

const TYPES: Record<string, Type> = {
  'bpmn:TimerEventDefinition': 'timer',
  'bpmn:MessageEventDefinition': 'message',
  'bpmn:SignalEventDefinition': 'signal',
  'bpmn:ErrorEventDefinition': 'error',
  'bpmn:EscalationEventDefinition': 'escalation',
  'bpmn:TerminateEventDefinition': 'terminate',
}

const WORDS: Record<Type, string> = {
  none: '无事件',
  timer: '定时',
  message: '消息',
  signal: '信号',
  error: '错误',
  escalation: '升级',
  terminate: '终止',
}

/** The event of an event element; after a problem that of nothing. */
export function readEvent(at: Reading, place: Place | 'inner'): EventDef {
  const definitions = many(at.element, 'eventDefinitions')
  if (definitions.length > 1 || many(at.element, 'eventDefinitionRef').length > 0) {
    at.notes.refuse('unsupported', at.element, (called) => `${called}有不止一种触发方式，暂不支持。请拆成几个事件。`)
    return { type: 'none' }
  }
  const [definition] = definitions
  const type = definition ? TYPES[definition.$type] : 'none'
  if (!type) {
    const what = typeName(definition?.$type ?? '')
    at.notes.refuse('unsupported', at.element, (called) => `${called}是${what}事件，暂不支持。请换一种方式。`)
    return { type: 'none' }
  }
  if (!ALLOWED[place].includes(type)) {
    const words = ALLOWED[place].map((allowed) => WORDS[allowed]).join('、')
    at.notes.refuse(
      'misplaced-event',
      at.element,
      (called) => `${called}在这里不能是“${WORDS[type]}”，可以是：${words}。请改正。`,
    )
    return { type: 'none' }
  }
  return (definition && readDefinitionOf(at, definition, type)) ?? { type: 'none' }
}

function readDefinitionOf(at: Reading, definition: Element, type: Type): EventDef | undefined {
  if (type === 'timer') {
    const timer = readTimer(at, definition)
    return timer && { type, timer }
  }
  if (type === 'message') return readMessage(at, definition)
  if (type === 'signal') {
    const name = text(one(definition, 'signalRef'), 'name')
    if (name) return { type, name }
    at.notes.refuse('no-signal', at.element, (called) => `${called}没有写是哪个信号。请选一个有名称的信号。`)
    return undefined
  }
  if (type === 'error' || type === 'escalation') return readCode(at, definition, type)
  return { type: 'terminate' }
}

function readCode(at: Reading, definition: Element, type: 'error' | 'escalation'): EventDef {
  const code =
    type === 'error'
      ? text(one(definition, 'errorRef'), 'errorCode')
      : text(one(definition, 'escalationRef'), 'escalationCode')
  const throws = at.element.$type === 'bpmn:EndEvent' || at.element.$type === 'bpmn:IntermediateThrowEvent'
  if (throws && !code)
    at.notes.refuse(
      'no-code',
      at.element,
      (called) => `${called}没有写${WORDS[type]}的代码。请选一个有代码的${WORDS[type]}。`,
    )
  return code ? { type, code } : { type }
}

/** The message of an event, a send or a receive task. */
export function readMessage(at: Reading, owner: Element): EventDef | undefined {
  const message = one(owner, 'messageRef')
  const name = text(message, 'name')
  if (!name) {
    at.notes.refuse('no-message', at.element, (called) => `${called}没有写是哪个消息。请选一个有名称的消息。`)
    return undefined
  }
  const written = text(message, 'correlation')
  if (!written) return { type: 'message', name }
  return {
    type: 'message',
    name,
    correlation: at.expressions.add(at.element, '消息的关联值', written, 'value', at.locals),
  }
}
