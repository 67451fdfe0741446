import { format, type LightState } from '#ui'
import type { AccessInput, Outcome, PolicyVersion, ZoneCode } from '../contract.ts'

export const states: Readonly<Record<PolicyVersion['state'], string>> = {
  proposed: '等待批准',
  active: '现行',
  retired: '已被替换',
  refused: '未采用',
}
export const stateLights: Readonly<Record<PolicyVersion['state'], LightState>> = {
  proposed: 'warn',
  active: 'ok',
  retired: 'off',
  refused: 'over',
}
export const outcomes: Readonly<Record<Outcome, string>> = {
  allow: '允许',
  mask: '遮盖后允许',
  'step-up': '再次确认本人',
  deny: '拒绝',
}
export const outcomeLights: Readonly<Record<Outcome, LightState>> = {
  allow: 'ok',
  mask: 'warn',
  'step-up': 'warn',
  deny: 'over',
}
export const zones: Readonly<Record<ZoneCode, string>> = {
  office: '办公网络',
  extranet: '政务外网',
  internet: '互联网',
}
export const platformNames: Readonly<Record<AccessInput['platform'], string>> = {
  windows: 'Windows',
  macos: 'macOS',
  linux: 'Linux',
  kylin: '银河麒麟',
  uos: '统信 UOS',
  harmony: '鸿蒙',
  android: '安卓',
  ios: 'iOS',
  other: '未知系统',
}
const subjects: Readonly<Record<AccessInput['subject'], string>> = {
  'public-servant': '公职人员',
  'natural-person': '自然人',
  'legal-person': '法人',
  application: '应用',
}
const labels: Readonly<Record<AccessInput['label'], string>> = {
  public: '公开内容',
  internal: '内部内容',
  personal: '个人信息',
  sensitive: '敏感个人信息',
  secret: '密钥',
}
const WEEKDAYS = '一二三四五六日'

/** `18:00` */
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** When, as far as the policies tell hours apart; without `until` the end of the interval is not known. */
const hoursOf = (from: number, until?: number): string => {
  if (until === undefined) return from === 0 ? '' : `${clock(from)} 以后`
  return from === 0 && until === 1440 ? '全天' : `${clock(from)}—${clock(until)}`
}

/** Everything a decision depended on, for somebody who guards access and reads no code. */
export const wordsOf = (
  input: AccessInput,
  named: { operation: string; roles: readonly string[] },
  until?: number,
): readonly (readonly [name: string, value: string])[] => [
  ['谁', [subjects[input.subject], ...named.roles].join('，')],
  ['做什么', `${input.action === 'read' ? '查看' : '办理'}：${named.operation}`],
  ['内容', labels[input.label]],
  ['从哪里', zones[input.zone]],
  [
    '设备',
    `${platformNames[input.platform]}，${input.registered ? '已登记' : '未登记'}，${patchWords(input.patchDays)}`,
  ],
  [
    '什么时候',
    [`星期${WEEKDAYS[input.weekday - 1]}（${input.workday ? '工作日' : '非工作日'}）`, hoursOf(input.minute, until)]
      .filter(Boolean)
      .join('，'),
  ],
  [
    '本人',
    [
      input.assurance > 1 ? '登录时核对了两步' : '登录时核对了一步',
      input.fresh ? '10 分钟内再次确认过' : '10 分钟内没有再次确认',
    ].join('，'),
  ],
  ['风险', input.risk === 0 ? '平常' : `${input.risk} 分以上`],
]

const patchWords = (days: number | null): string =>
  days === null ? '补丁情况未知' : days === 0 ? '补丁较新' : `补丁已有 ${days} 天以上`

/** The same in one line, for a list. */
export const lineOf = (
  input: AccessInput,
  named: { operation: string; roles: readonly string[] },
  until?: number,
): string =>
  [
    named.roles.join('、') || subjects[input.subject],
    zones[input.zone],
    hoursOf(input.minute, until),
    input.fresh ? '刚确认过本人' : '',
  ]
    .filter(Boolean)
    .join('，')

export const times = (calls: number): string => `${format.number(calls)} 次`
