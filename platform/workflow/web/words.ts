import type { CaseEvent, OpenStep } from '../contract.ts'

export const ways: Record<OpenStep['way'], string> = {
  single: '',
  'all-of': '会签',
  'in-turn': '顺签',
  'any-of': '或签',
  vote: '票签',
  claim: '签收',
}
export const slotStates = {
  waiting: '未轮到',
  open: '办理中',
  paused: '等他人先办',
  done: '已办理',
  cancelled: '不再办理',
} as const
export const places = {
  main: '',
  before: '前加签',
  after: '后加签',
  parallel: '加签',
  delegate: '受委派',
  assist: '协办',
} as const

const verbs: Record<string, string> = {
  start: '发起',
  claim: '签收',
  'add-signer': '加签',
  'remove-signer': '减签',
  transfer: '转办给',
  delegate: '委派给',
  assist: '请协办',
  'send-back': '退回到',
  withdraw: '撤回',
  jump: '跳转到',
  assign: '指定办理人',
  urge: '催办',
  circulate: '传阅给',
  suspend: '挂起',
  resume: '恢复',
  terminate: '终止',
  'stop-clock': '暂停计时',
  'start-clock': '继续计时',
  alarm: '到时',
  message: '收到消息',
  signal: '收到信号',
  answer: '自动办理完成',
  fault: '自动办理出错',
  retry: '重试',
  'child-done': '子流程办结',
  'child-sent-back': '子流程退回到',
  'return-branch': '退回一支',
  migrate: '换到流程新版',
  reckon: '按新的放假安排或办公时间重算时限',
}
const modes: Record<string, string> = {
  straight: '改好后直接交回',
  redo: '改好后逐级重办',
  before: '先于自己',
  after: '在自己之后',
  parallel: '与自己一起',
}

/** What somebody did, in one phrase. */
export const phraseOf = ({ what, outcome, to, mode }: CaseEvent): string => {
  if (what === 'complete') return outcome ?? '办理'
  const verb = verbs[what] ?? what
  const whom = to.length > 0 ? to.join('、') : ''
  return `${verb}${whom}${mode && modes[mode] ? `（${modes[mode]}）` : ''}`
}

/** What looks like a number is one: conditions compare amounts. */
export const answerOf = (text: string): string | number => (/^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : text)
