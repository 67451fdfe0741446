import type { Flow, Node, NodeKind, ScopeDef } from '../contract/graph.ts'
import { kindOf, readNode } from './elements.ts'
import type { Place } from './events.ts'
import { type Element, expression, many, one, text } from './model.ts'
import { readMulti } from './multi.ts'
import { originOf, type Reading } from './reading.ts'
import type { At } from './values.ts'

/** Elements that only belong to the drawing. */
const DRAWN = ['bpmn:DataObject', 'bpmn:DataObjectReference', 'bpmn:DataStoreReference']
export const MOST_FLOW_ELEMENTS = 2000

type Within = Omit<Reading, 'element'>

/** Reads a process or sub-process and all that lies in it into the graph. */
export function readScope(within: Within, container: Element, kind: ScopeDef['kind'], parent?: string): void {
  const { graph, notes, elements } = within
  const scope: ScopeDef = { id: container.id ?? '', kind, starts: [], handlers: [], ...(parent ? { parent } : {}) }
  graph.scopes[scope.id] = scope
  const flowElements = many(container, 'flowElements')
  for (const element of flowElements) {
    if (DRAWN.includes(element.$type) || !hasId(within, element)) continue
    elements.set(element.id as string, element)
    if (elements.size > MOST_FLOW_ELEMENTS) continue
    if (element.$type !== 'bpmn:SequenceFlow') readElement({ ...within, element }, scope)
  }
  for (const element of flowElements)
    if (element.$type === 'bpmn:SequenceFlow' && elements.has(element.id ?? '')) readFlow({ ...within, element }, scope)
  for (const element of flowElements) attach(within, element, scope.id)
  const first = scope.starts.filter((id) => graph.nodes[id]?.event?.type === 'none')
  scope.starts = [...first, ...scope.starts.filter((id) => !first.includes(id))]
  if (kind === 'process' && elements.size > MOST_FLOW_ELEMENTS)
    notes.refuse(
      'too-many-elements',
      container,
      (called) => `${called}的环节和连线超过 ${MOST_FLOW_ELEMENTS} 个。请拆成几个流程。`,
    )
}

/** Ids become keys of plain objects and of database rows. */
function hasId(within: Within, element: Element): boolean {
  const id = element.id ?? ''
  if (id !== '' && id.length <= 100 && !(id in Object.prototype) && originOf(id) === id) return true
  within.notes.refuse('bad-id', element, (called) => `${called}没有 id，或 id 太长、是保留的名称。请换一个 id。`)
  return false
}

function readElement(at: Reading, scope: ScopeDef): void {
  const { graph, element } = at
  const kind = kindOf(element)
  if (!kind) {
    at.notes.refuse('unsupported', element, (called) => `${called}暂不支持。请换成其他类型的环节。`)
    // it stands in the graph all the same, so that what is said about its neighbours is true
    graph.nodes[element.id as string] = placeholder(element, scope.id)
    return
  }
  refuseMisplaced(at, EXTENSIONS[kind] ?? [])
  for (const definition of many(element, 'eventDefinitions')) refuseMisplaced(at, [], definition)
  const loop = one(element, 'loopCharacteristics')
  if (loop) refuseMisplaced(at, ['qt:Multi'], loop)
  if (kind === 'subprocess' && element.get('triggeredByEvent') === true) {
    scope.handlers.push(element.id as string)
    if (readMulti(at))
      at.notes.refuse('unsupported', element, (called) => `${called}是事件子流程，不能多实例。请去掉多实例。`)
    readScope(at, element, 'event-subprocess', scope.id)
    return
  }
  const node = readNode(at, kind, scope.id, placeOf(kind, scope))
  graph.nodes[node.id] = node
  if (kind === 'start') {
    scope.starts.push(node.id)
    if (scope.kind === 'event-subprocess') node.interrupting = element.get('isInterrupting') !== false
  }
  if (kind === 'subprocess') {
    node.inner = node.id
    const locals = node.multi?.element ? [...at.locals, node.multi.element] : at.locals
    readScope({ ...at, locals }, element, 'subprocess', scope.id)
  }
}

function placeholder(element: Element, scope: string): Node {
  const name = text(element, 'name') ?? ''
  return { id: element.id as string, kind: 'manual', name, scope, in: [], out: [], forks: [] }
}

function placeOf(kind: NodeKind, scope: ScopeDef): Place | 'inner' | undefined {
  if (kind === 'start' && scope.kind !== 'process') return scope.kind === 'subprocess' ? 'inner' : 'handler'
  return kind === 'start' || kind === 'end' || kind === 'catch' || kind === 'throw' || kind === 'boundary'
    ? kind
    : undefined
}

function readFlow(at: Reading, scope: ScopeDef): void {
  const { graph, element } = at
  const from = graph.nodes[one(element, 'sourceRef')?.id ?? '']
  const to = graph.nodes[one(element, 'targetRef')?.id ?? '']
  if (!from || !to || from.scope !== scope.id || to.scope !== scope.id) {
    const inTwo = one(element, 'sourceRef') && one(element, 'targetRef')
    at.notes.refuse(inTwo ? 'crosses-scope' : 'loose-flow', element, (called) =>
      inTwo
        ? `${called}的两端不在同一个流程或子流程内。请改为同层的环节相连。`
        : `${called}的一端没有连接环节。请连好或删去。`,
    )
    return
  }
  refuseMisplaced(at, [])
  const flow: Flow = { id: element.id as string, name: text(element, 'name') ?? '', from: from.id, to: to.id }
  const condition = one(element, 'conditionExpression')
  const written = expression(condition)
  const language = text(condition, 'language')
  if (language && !/feel/i.test(language))
    at.notes.refuse(
      'language',
      element,
      (called) => `${called}的条件用了 ${language.slice(0, 80)}，只支持 FEEL 表达式。请改写。`,
    )
  else if (written) flow.condition = at.expressions.add(element, '条件', written, 'condition', at.locals)
  else if (condition) at.notes.refuse('empty-condition', element, (called) => `${called}的条件是空的。请填写或删去。`)
  graph.flows[flow.id] = flow
  from.out.push(flow.id)
  to.in.push(flow.id)
}

/** Ties default flows to their gateway and boundary events to their activity, when all nodes are there. */
function attach(within: Within, element: Element, scope: string): void {
  const { graph, notes } = within
  const node = graph.nodes[element.id ?? '']
  if (!node || node.scope !== scope) return
  const fallback = one(element, 'default')?.id
  if (fallback && node.out.length > 1) {
    if (node.out.includes(fallback)) node.fallback = fallback
    else notes.refuse('bad-default', element, (called) => `${called}的默认连线不是从它出发的。请重新指定。`)
  }
  if (node.kind !== 'boundary') return
  const host = graph.nodes[one(element, 'attachedToRef')?.id ?? '']
  node.interrupting = element.get('cancelActivity') !== false
  if (!host || host.scope !== scope || !ACTIVITIES.includes(host.kind)) {
    notes.refuse('no-host', element, (called) => `${called}没有附在同层的任务或子流程上。请把它放到一个环节的边上。`)
    return
  }
  node.host = host.id
  host.boundary = [...(host.boundary ?? []), node.id]
  if (node.event?.type === 'error' && !node.interrupting)
    notes.refuse('error-interrupts', element, (called) => `${called}是错误事件，必须中断所附的环节。请改为中断。`)
}

export const ACTIVITIES: readonly NodeKind[] = [
  ...(['user', 'manual', 'service', 'rule', 'send', 'receive', 'call', 'subprocess'] as const),
]

const EXTENSIONS: Partial<Record<NodeKind, string[]>> = {
  start: ['qt:Result'],
  catch: ['qt:Result'],
  boundary: ['qt:Result'],
  receive: ['qt:Result'],
  end: ['qt:Payload'],
  throw: ['qt:Payload'],
  send: ['qt:Payload', 'qt:Copy'],
  user: ['qt:Step'],
  service: ['qt:Service'],
  rule: ['qt:Rule'],
  call: ['qt:Call'],
}

/** A setting of ours on an element that does not know it would be ignored, so it is refused. */
export function refuseMisplaced({ element, notes }: At, known: readonly string[], on: Element = element): void {
  const seen = new Set<string>()
  for (const { $type } of many(one(on, 'extensionElements'), 'values')) {
    if (!$type.startsWith('qt:')) continue
    const tag = `qt:${$type.charAt(3).toLowerCase()}${$type.slice(4)}`
    if (!known.includes($type))
      notes.refuse('misplaced-extension', element, (called) => `${called}不能有设置 ${tag}。请移到它所属的环节或删去。`)
    else if (seen.has($type) && !REPEATED.includes($type))
      notes.refuse('same-extension', element, (called) => `${called}的设置 ${tag} 写了两次。请只留一个。`)
    seen.add($type)
  }
}
const REPEATED = ['qt:Field', 'qt:Decisions', 'qt:Payload', 'qt:Result']
