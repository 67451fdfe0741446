import {
  type HandlerRule,
  type Limit,
  type Node,
  type Operation,
  type Outcome,
  REST,
  type Timer,
  type UnitRule,
  type UserStep,
  type Way,
} from '../contract/graph.ts'

/** The settings of a process in plain Chinese, for the designer, the comparison of versions and the record of a try. */

export const wayNames: Record<Way, string> = {
  single: '一人办理',
  'all-of': '会签',
  'in-turn': '顺签',
  'any-of': '或签',
  vote: '票签',
  claim: '签收办理',
}
export const operationNames: Record<Operation, string> = {
  'add-signer': '加签',
  'remove-signer': '减签',
  transfer: '转办',
  delegate: '委派',
  assist: '请人协办',
  'send-back': '退回',
  withdraw: '撤回',
  circulate: '传阅',
  urge: '催办',
  terminate: '终止',
}
export const limitUnits: Record<Limit['unit'], string> = {
  'working-days': '个工作日',
  'working-hours': '个工作小时',
  days: '天',
  hours: '小时',
}
export const overdueActs: Record<Limit['overdue'][number]['do'], string> = {
  urge: '催办',
  'copy-leader': '告知办理人的领导',
  'to-leader': '请办理人的领导一起办',
  agree: '视为同意',
}
export const nobodyWords: Record<UserStep['nobody'], string> = {
  administrator: '交给单位管理员',
  superior: '交给上一级领导',
  hold: '停住，等管理员指定',
  skip: '免办，直接往下走',
}
export const starterWords: Record<UserStep['starter'], string> = {
  keep: '照常办理',
  skip: '免办',
  superior: '换成发起人的领导',
}
export const againWords: Record<UserStep['again'], string> = {
  keep: '照常再办',
  'skip-adjacent': '上一步刚办过的免办',
  skip: '前面办过的都免办',
}
export const absentWords: Record<UserStep['absent'], string> = {
  keep: '照常给本人',
  substitute: '给本人指定的代办人，没有的给上级领导',
  superior: '给上级领导',
  wait: '等本人回来，时限从回来起算',
}
export const rejectedWords: Record<NonNullable<UserStep['rejected']>, string> = {
  continue: '照样往下走，由后面的条件决定',
  end: '整件事就此结束',
}
export const accessWords = { hide: '看不到', read: '只看', write: '可填', required: '必填' } as const

/** Names of what a rule only has the ids of. */
export interface Called {
  /** a person or a unit */
  nameOf(id: string): string
  stepOf(id: string): string
}

const unitWords = (unit: UnitRule, { nameOf }: Called): string => {
  if (unit === 'starter') return '发起人的单位'
  if (unit === 'superior') return '发起人的上级单位'
  if (unit === 'line') return '业务主管单位'
  return 'id' in unit ? nameOf(unit.id) || '未选单位' : `表单“${unit.field || '未选字段'}”里的单位`
}

/** 由谁办理: one rule. */
export const ruleWords = (rule: HandlerRule, called: Called): string => {
  switch (rule.by) {
    case 'person':
      return rule.persons.length === 0
        ? '未选人员'
        : rule.persons.map((id) => called.nameOf(id) || '已离开的人员').join('、')
    case 'post':
      return `${unitWords(rule.unit, called)}的${rule.title || '未填职务'}`
    case 'duty':
      return `${unitWords(rule.unit, called)}的${rule.duty || '未选职责'}`
    case 'leader':
      return rule.levels === 1 ? '发起人的直接领导' : `发起人向上第 ${rule.levels} 级领导`
    case 'line':
      return `业务主管单位的${rule.duty || '未选职责'}`
    case 'division':
      return `${unitWords(rule.unit, called)}${rule.division || '未填内设机构'}的${rule.duty || '未选职责'}`
    case 'role':
      return `${unitWords(rule.unit, called)}里有“${rule.role || '未选'}”角色的人`
    case 'field':
      return `表单“${rule.field || '未选字段'}”里的人`
    case 'handler':
      return `“${called.stepOf(rule.step) || '未选环节'}”的办理人`
    case 'starter':
      return '发起人'
    case 'choice':
      return '由前面的人选定'
    case 'expression':
      return `按表达式：${rule.expression}`
  }
}

export const limitWords = ({ amount, unit, kind }: Pick<Limit, 'amount' | 'unit' | 'kind'>): string =>
  `${amount} ${limitUnits[unit]}${kind === 'statutory' ? '（法定）' : ''}`

const DURATION = /^duration\("P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?"\)$/
export const timerWords = ({ kind, value, working }: Pick<Timer, 'kind' | 'value' | 'working'>): string => {
  if (kind === 'date') return `等到 ${value}`
  const [found, days, hours, minutes] = DURATION.exec(value) ?? []
  if (!found) return `等待 ${value}`
  const parts = [
    days && `${days} ${working ? '个工作日' : '天'}`,
    hours && `${hours} ${working ? '个工作小时' : '小时'}`,
  ]
  return `等待 ${[...parts, minutes && `${minutes} 分钟`].filter(Boolean).join(' ')}`
}

const outcomeWords = ({ name, counts, opinion }: Outcome): string =>
  `${name}${counts === 'reject' ? '（算不同意）' : ''}${opinion === 'required' ? '（须写意见）' : ''}`

const sendBackWords = (sendBack: UserStep['sendBack'], called: Called): string => {
  if (!sendBack) return '不能退回'
  const to =
    sendBack.to === 'any' ? '办过的任一环节' : sendBack.to.map((id) => `“${called.stepOf(id) || id}”`).join('、')
  const modes = { redo: '逐级重办', straight: '改好直接交回', choose: '怎样交回由退回人选' }
  return `可退回到${to}，${modes[sendBack.mode]}`
}

const waysOf = ({ way, ratio, veto, rejectAtOnce, until, handlers }: UserStep): string =>
  [
    wayNames[way],
    ratio !== undefined && `${Math.round(ratio * 100)}% 同意算通过`,
    handlers.some(({ weight }) => weight !== undefined) &&
      `票数依次为 ${handlers.map(({ weight = 1 }) => weight).join('、')}`,
    veto && `${veto}可一票否决`,
    rejectAtOnce && '有一人不同意就不再等',
    until && `${until} 时提前结束`,
  ]
    .filter(Boolean)
    .join('，')

/** What a step is set to, by aspect: two versions are compared by these, and a card shows some of them. */
export const aspectsOf = (node: Node, called: Called): Record<string, string> => {
  const { user, copy, service, rule, call, event, multi } = node
  const several: Record<string, string> = multi
    ? {
        办几次: `${multi.collection ?? multi.cardinality ?? ''}${multi.sequential ? '，一个接一个' : ''}${multi.until ? `，${multi.until} 时结束` : ''}`,
      }
    : {}
  if (user)
    return {
      名称: node.name,
      由谁办理: user.handlers.map((rule) => ruleWords(rule, called)).join('；'),
      办理方式: waysOf(user),
      办理结果: user.outcomes.map(outcomeWords).join('、'),
      可做的操作: user.operations.map((one) => operationNames[one]).join('、') || '无',
      退回: sendBackWords(user.sendBack, called),
      不同意时: rejectedWords[user.rejected ?? 'continue'],
      找不到人时: nobodyWords[user.nobody],
      办理人就是发起人时: starterWords[user.starter],
      办理人前面办过时: againWords[user.again],
      办理人不在岗时: absentWords[user.absent],
      时限: user.limit ? limitWords(user.limit) : '无',
      超期后:
        user.limit?.overdue
          .map(({ after, do: act }) => `${after ? `再过 ${after} ` : ''}${overdueActs[act]}`)
          .join('、') || '无',
      字段权限:
        Object.entries(user.fields ?? {})
          .map(([name, access]) => `${name === REST ? '其余' : name}${accessWords[access]}`)
          .join('、') || '都只看',
    }
  if (copy) return { 名称: node.name, 抄送给: copy.handlers.map((rule) => ruleWords(rule, called)).join('；') }
  if (service) return { 名称: node.name, 服务: service.handler, 失败重试: `${service.retries} 次` }
  if (rule) return { 名称: node.name, 决策表: rule.decision, 结果放到: rule.output.map(({ to }) => to).join('、') }
  if (call) return { 名称: node.name, 调用的流程: call.process, ...several }
  if (event?.type === 'timer') return { 名称: node.name, 等待: timerWords(event.timer) }
  return { 名称: node.name }
}
