import { type HandlerRule, type Node, type NodeKind, REST } from '../contract/graph.ts'
import { type Place, readEvent, readMessage } from './events.ts'
import { COUNTERS, inputs, outputs, payloads, readMappings, results, VOTES } from './expressions.ts'
import { type Element, extensions, many, one, text } from './model.ts'
import { readMulti } from './multi.ts'
import type { Reading } from './reading.ts'
import { compact, readHandler, readStep } from './steps.ts'
import { needed, number } from './values.ts'

const KINDS: Record<string, NodeKind> = {
  'bpmn:StartEvent': 'start',
  'bpmn:EndEvent': 'end',
  'bpmn:IntermediateCatchEvent': 'catch',
  'bpmn:IntermediateThrowEvent': 'throw',
  'bpmn:BoundaryEvent': 'boundary',
  'bpmn:UserTask': 'user',
  'bpmn:ManualTask': 'manual',
  'bpmn:ServiceTask': 'service',
  'bpmn:BusinessRuleTask': 'rule',
  'bpmn:SendTask': 'send',
  'bpmn:ReceiveTask': 'receive',
  'bpmn:CallActivity': 'call',
  'bpmn:SubProcess': 'subprocess',
  'bpmn:ExclusiveGateway': 'exclusive',
  'bpmn:ParallelGateway': 'parallel',
  'bpmn:InclusiveGateway': 'inclusive',
  'bpmn:EventBasedGateway': 'event-based',
}

export const kindOf = (element: Element): NodeKind | undefined => KINDS[element.$type]

/** The node of a supported flow element, without its flows. `place` says which events it may be. */
export function readNode(at: Reading, kind: NodeKind, scope: string, place?: Place | 'inner'): Node {
  const { element } = at
  refuseUnsupported(at, kind)
  const multi = readMulti(at)
  const inside = multi?.element ? { ...at, locals: [...at.locals, multi.element] } : at
  const node: Node = {
    id: element.id ?? '',
    kind,
    name: text(element, 'name') ?? '',
    scope,
    in: [],
    out: [],
    forks: [],
    ...(multi ? { multi } : {}),
    ...(place ? { event: readEvent(inside, place) } : {}),
    ...READERS[kind]?.(inside),
  }
  const payload = readMappings(inside, payloads(element), '消息内容', 'elsewhere')
  const result = readMappings(inside, results(element), '收到的内容', 'variables')
  if (payload.length > 0) node.payload = payload
  if (result.length > 0) node.result = result
  return node
}

const READERS: Partial<Record<NodeKind, (at: Reading) => Partial<Node>>> = {
  user: (at) => {
    const user = readStep(at)
    for (const field of Object.keys(user?.fields ?? {})) if (field !== REST) at.expressions.declare(field)
    if (user?.until)
      at.expressions.add(at.element, '提前结束的条件', user.until, 'condition', [...at.locals, ...COUNTERS, ...VOTES])
    return user ? { user: { ...user, handlers: compiled(at, user.handlers) } } : {}
  },
  service: (at) => {
    const service = extension(at, 'qt:Service', '处理程序')
    const handler = service && needed(at, service, 'handler', '处理程序')
    if (!service || !handler) return {}
    const retries = number(at, service, 'retries', { least: 0, most: 20, whole: true }) ?? 3
    return { service: { handler, ...mappings(at, service), retries } }
  },
  rule: (at) => {
    const rule = extension(at, 'qt:Rule', '决策表')
    const decision = rule && needed(at, rule, 'decision', '决策表')
    if (!rule || !decision) return {}
    const table = at.graph.decisions?.[decision]
    // What the table answers is there for the outputs of its step.
    const answered = [decision, ...(table?.outputs ?? []).map(({ name }) => name)]
    return { rule: { decision, ...mappings(at, rule, answered) } }
  },
  call: (at) => {
    const process = text(at.element, 'calledElement')
    if (!process)
      at.notes.refuse(
        'no-process',
        at.element,
        (called) => `${called}没有写调用哪个流程（calledElement）。请选一个流程。`,
      )
    return process ? { call: { process, ...mappings(at, extensions(at.element, 'qt:Call')[0]) } } : {}
  },
  send: (at) => {
    const [copy] = extensions(at.element, 'qt:Copy')
    if (!copy) return message(at)
    const handlers = many(copy, 'handlers').flatMap((handler) => readHandler(at, handler) ?? [])
    if (many(copy, 'handlers').length === 0)
      at.notes.refuse('no-handler', at.element, (called) => `${called}没有写抄送给谁。请至少设置一条人员规则。`)
    return { copy: { handlers: compiled(at, handlers) } }
  },
  receive: (at) => message(at),
}

function compiled(at: Reading, rules: HandlerRule[]): HandlerRule[] {
  for (const rule of rules) {
    if (rule.by === 'expression') at.expressions.add(at.element, '办理人表达式', rule.expression, 'persons', at.locals)
    if (rule.by === 'field') at.expressions.declare(rule.field)
    if ('unit' in rule && typeof rule.unit === 'object' && 'field' in rule.unit) at.expressions.declare(rule.unit.field)
  }
  return rules
}

function message(at: Reading): Partial<Node> {
  const event = readMessage(at, at.element)
  return event ? { event } : {}
}

function extension(at: Reading, type: string, what: string): Element | undefined {
  const [found] = extensions(at.element, type)
  const tag = `qt:${type.slice(3).toLowerCase()}`
  if (!found) at.notes.refuse('no-extension', at.element, (called) => `${called}没有设置${what}（${tag}）。请补上。`)
  return found
}

const mappings = (at: Reading, owner: Element | undefined, answered: readonly string[] = []) =>
  compact({
    input: owner ? readMappings(at, inputs(owner), '输入', 'elsewhere') : [],
    output: owner
      ? readMappings({ ...at, locals: [...at.locals, ...answered] }, outputs(owner), '输出', 'variables')
      : [],
  })

/** What would change how it runs, and we do not do, is refused; it is never left out in silence. */
function refuseUnsupported(at: Reading, kind: NodeKind): void {
  const { element } = at
  const refuse = (what: string, instead: string) =>
    at.notes.refuse('unsupported', element, (called) => `${called}用了${what}，暂不支持。${instead}`)
  if (element.get('isForCompensation') === true) refuse('补偿', '请去掉补偿标记。')
  if (Number(element.get('startQuantity') ?? 1) !== 1 || Number(element.get('completionQuantity') ?? 1) !== 1)
    refuse('令牌数量', '请把 startQuantity 和 completionQuantity 改为 1。')
  if (element.get('instantiate') === true) refuse('“收到即启动流程”（instantiate）', '请改用消息开始事件。')
  if (element.get('parallelMultiple') === true) refuse('并行多重事件', '请拆成几个事件。')
  if (many(element, 'resources').length > 0)
    refuse('BPMN 的资源分配（potentialOwner 等）', '请在 qt:step 中写办理人规则。')
  if (kind === 'event-based' && text(element, 'eventGatewayType') === 'Parallel')
    refuse('并行的事件网关', '请改为排他。')
  if (
    one(element, 'ioSpecification') ||
    many(element, 'dataInputAssociations').length + many(element, 'dataOutputAssociations').length > 0
  )
    at.notes.warn('drawing-only', element, (called) => `${called}的数据输入输出只作图示，不参与运行。`)
}
