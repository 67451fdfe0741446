/** What is wrong with a definition, for whoever drew it: `message` names the element and says what to do. */
export interface Problem {
  code: string
  /** id of the element, empty when it is the file */
  element: string
  /** what is written on it */
  name: string
  message: string
}

/** Whatever has an id and a name: a model element or a node of the graph. */
export interface Named {
  $type?: string
  kind?: string
  id?: string
  name?: string
}

/** nobody reads more, and a file can be made of nothing but faults */
const MOST = 500

/** Collects everything that is wrong, so that all of it is said at once. `warnings` do not stop the publication. */
export class Notes {
  readonly problems: Problem[] = []
  readonly warnings: Problem[] = []

  /** `say` gets the element in words: “处室审批”（用户任务 review）. */
  refuse(code: string, element: Named | undefined, say: (called: string) => string): void {
    if (this.problems.length < MOST) this.problems.push(problem(code, element, say))
  }

  warn(code: string, element: Named | undefined, say: (called: string) => string): void {
    if (this.warnings.length < MOST) this.warnings.push(problem(code, element, say))
  }
}

function problem(code: string, element: Named | undefined, say: (called: string) => string): Problem {
  return { code, element: element?.id ?? '', name: element?.name ?? '', message: say(element ? called(element) : '') }
}

/** The element as a person recognises it: its name, its type in Chinese, its id. */
export function called(element: Named): string {
  const type = TYPES[element.$type ?? ''] ?? TYPES[element.kind ?? ''] ?? element.$type ?? '元素'
  const id = element.id ? ` ${element.id}` : ''
  return element.name ? `“${element.name}”（${type}${id}）` : `${type}${element.id ? `（${element.id}）` : ''}`
}

const TYPES: Record<string, string> = {
  'bpmn:Definitions': '文件',
  'bpmn:Process': '流程',
  'bpmn:Participant': '泳池',
  'bpmn:SequenceFlow': '连线',
  'bpmn:TextAnnotation': '注释',
  'bpmn:Group': '分组',
  'bpmn:DataObject': '数据对象',
  'bpmn:DataObjectReference': '数据对象',
  'bpmn:DataStoreReference': '数据存储',
  'bpmn:StartEvent': '开始事件',
  'bpmn:EndEvent': '结束事件',
  'bpmn:IntermediateCatchEvent': '中间捕获事件',
  'bpmn:IntermediateThrowEvent': '中间抛出事件',
  'bpmn:BoundaryEvent': '边界事件',
  'bpmn:Task': '未指明类型的任务',
  'bpmn:UserTask': '用户任务',
  'bpmn:ManualTask': '手工任务',
  'bpmn:ServiceTask': '服务任务',
  'bpmn:ScriptTask': '脚本任务',
  'bpmn:BusinessRuleTask': '规则任务',
  'bpmn:SendTask': '发送任务',
  'bpmn:ReceiveTask': '接收任务',
  'bpmn:CallActivity': '调用活动',
  'bpmn:SubProcess': '子流程',
  'bpmn:Transaction': '事务子流程',
  'bpmn:AdHocSubProcess': '自由子流程',
  'bpmn:ExclusiveGateway': '排他网关',
  'bpmn:ParallelGateway': '并行网关',
  'bpmn:InclusiveGateway': '包容网关',
  'bpmn:ComplexGateway': '复杂网关',
  'bpmn:EventBasedGateway': '事件网关',
  'bpmn:TimerEventDefinition': '定时',
  'bpmn:MessageEventDefinition': '消息',
  'bpmn:SignalEventDefinition': '信号',
  'bpmn:ErrorEventDefinition': '错误',
  'bpmn:EscalationEventDefinition': '升级',
  'bpmn:TerminateEventDefinition': '终止',
  'bpmn:CompensateEventDefinition': '补偿',
  'bpmn:LinkEventDefinition': '链接',
  'bpmn:ConditionalEventDefinition': '条件',
  'bpmn:CancelEventDefinition': '取消',
  start: '开始事件',
  end: '结束事件',
  catch: '中间捕获事件',
  throw: '中间抛出事件',
  boundary: '边界事件',
  user: '用户任务',
  manual: '手工任务',
  service: '服务任务',
  rule: '规则任务',
  send: '发送任务',
  receive: '接收任务',
  call: '调用活动',
  subprocess: '子流程',
  exclusive: '排他网关',
  parallel: '并行网关',
  inclusive: '包容网关',
  'event-based': '事件网关',
}

/** The Chinese word for a BPMN type, or the type itself. */
export function typeName(type: string): string {
  return TYPES[type] ?? type
}
