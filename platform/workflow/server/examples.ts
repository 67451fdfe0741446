import path from 'node:path'

export const EXAMPLES = path.resolve(import.meta.dirname, '../definition/examples')

/** Processes to begin with, as they are named when somebody looks for one. */
export const examples = [
  { key: 'three-steps', name: '三步审批', note: '申请人填报，处室负责人、分管领导依次审批。' },
  { key: 'countersign', name: '会签审批', note: '几家单位会签以后，由领导审定。' },
  { key: 'limited', name: '限时办理', note: '受理、补正、按工作日限时办理，超期逐级督办。' },
  { key: 'joint-branch', name: '分办单位办理', note: '牵头单位分来的事，在本单位里办。' },
  { key: 'joint-handling', name: '跨单位并联办理', note: '一件事分给几家单位同时办，再合起来。' },
] as const
