import type { FieldDef, Read } from '#platform/transfer'
import {
  basicFields,
  type ImportKind,
  implementingFields,
  type Limit,
  levelWords,
  lifeStages,
  matterKinds,
  scenes,
  subjectKinds,
} from '../contract.ts'

const MANY = /[\n；;]+/u
const parts = (cell: string): string[] =>
  cell
    .split(MANY)
    .map((part) => part.trim())
    .filter(Boolean)
const words = (cell: string): string[] =>
  cell
    .split(/[\n；;、，,]+/u)
    .map((part) => part.trim())
    .filter(Boolean)

const text =
  (most: number): Read =>
  (cell) =>
    [...cell].length > most ? { fault: `内容超过 ${most} 个字，请缩短。` } : { value: cell }
const lines =
  (most: number, each: number, what: string): Read =>
  (cell) => {
    const found = parts(cell)
    if (found.length > most) return { fault: `${what}最多 ${most} 条。` }
    return found.some((one) => [...one].length > each) ? { fault: `每条${what}最多 ${each} 个字。` } : { value: found }
  }
const oneOf =
  (choices: Readonly<Record<string, string>>): Read =>
  (cell) => {
    const found = Object.entries(choices).find(([key, title]) => title === cell || key === cell)?.[0]
    return found === undefined ? { fault: `只能填：${Object.values(choices).join('、')}。` } : { value: found }
  }
const someOf =
  (choices: Readonly<Record<string, string>>, as: (key: string) => unknown = (key) => key): Read =>
  (cell) => {
    const found = words(cell).map(
      (word) => Object.entries(choices).find(([key, title]) => title === word || key === word)?.[0],
    )
    return found.includes(undefined)
      ? { fault: `只能填：${Object.values(choices).join('、')}，用顿号隔开。` }
      : { value: found.map((key) => as(key as string)) }
  }
/** 15 个工作日, 15工作日, 30 日, 当场办结 */
const limit: Read = (cell) => {
  if (/^(?:当场办结|即办)$/u.test(cell)) return { value: { days: 0, unit: 'working' } satisfies Limit }
  const found = /^(\d{1,4})\s*(个?工作日|日|天|个?自然日)?$/u.exec(cell.normalize('NFKC'))
  const days = Number(found?.[1])
  if (!found || days > 3650) return { fault: '时限请写成“15 个工作日”“30 日”或“当场办结”。' }
  return { value: { days, unit: /工作日/u.test(found[2] ?? '工作日') ? 'working' : 'calendar' } satisfies Limit }
}
const whole: Read = (cell) =>
  /^\d{1,2}$/.test(cell) && Number(cell) <= 20 ? { value: Number(cell) } : { fault: '应为 0 至 20 的整数。' }
/** 《中华人民共和国水法》（2016年修正）第四十八条 */
const basis: Read = (cell) => {
  const found = parts(cell).map((part) => /^《([^》]{2,120})》(?:[（(]([^）)]{1,60})[）)])?(.{0,80})$/u.exec(part))
  return found.includes(null) || found.length > 20
    ? { fault: '依据请写成“《法律名称》（文号）第几条”，一行一条。' }
    : { value: found.map((one) => ({ law: one![1], number: one![2] ?? '', clause: (one![3] ?? '').trim() })) }
}
const code: Read = (cell) =>
  /^\d{12}$/.test(cell) ? { value: cell } : { fault: '基本编码是 12 位数字；新增的行留空。' }

const define = (title: string, read: Read, required = false, synonyms: readonly string[] = []): FieldDef => ({
  title,
  read,
  required,
  synonyms,
})

const basic: Record<keyof typeof basicFields, FieldDef> = {
  code: define(basicFields.code, code, false, ['事项编码', '编码']),
  name: define(basicFields.name, text(120), true, ['名称', '事项']),
  kind: define(basicFields.kind, oneOf(matterKinds), true, ['事项种类']),
  type: define(basicFields.type, text(40), true, ['事项类型']),
  unit: define(basicFields.unit, text(200), false, ['主管单位', '主管部门', '单位']),
  function: define(basicFields.function, text(400), false, ['职责']),
  levels: define(basicFields.levels, someOf(levelWords as unknown as Record<string, string>, Number)),
  basis: define(basicFields.basis, basis, false, ['依据', '法律依据']),
  serves: define(basicFields.serves, someOf(subjectKinds), false, ['办理对象']),
  conditions: define(basicFields.conditions, lines(30, 500, '受理条件'), false, ['条件', '申请条件']),
  materials: define(basicFields.materials, lines(60, 120, '材料'), false, ['材料', '申请材料清单']),
  steps: define(basicFields.steps, lines(30, 40, '环节'), false, ['办理流程', '环节']),
  statutory: define(basicFields.statutory, limit, false, ['法定时限']),
  promised: define(basicFields.promised, limit, false, ['承诺时限']),
  visits: define(basicFields.visits, whole, false, ['到办事现场次数']),
  visitReason: define(basicFields.visitReason, text(200)),
  results: define(basicFields.results, lines(10, 120, '结果'), false, ['结果']),
  consultation: define(basicFields.consultation, text(60)),
  supervision: define(basicFields.supervision, text(60), false, ['投诉电话', '监督投诉电话']),
  life: define(basicFields.life, someOf(lifeStages)),
  scenes: define(basicFields.scenes, someOf(scenes)),
  keywords: define(basicFields.keywords, text(200)),
}
const implementing: Record<keyof typeof implementingFields, FieldDef> = {
  code: define(implementingFields.code, code, true, ['事项编码', '编码']),
  unit: define(implementingFields.unit, text(200), false, ['实施主体', '单位']),
  function: define(implementingFields.function, text(400), false, ['职责']),
  address: define(implementingFields.address, text(200), false, ['地址']),
  hours: define(implementingFields.hours, text(200), false, ['时间']),
  phone: define(implementingFields.phone, text(60), false, ['电话']),
  supervisionPhone: define(implementingFields.supervisionPhone, text(60), false, ['投诉电话', '监督投诉电话']),
  promised: define(implementingFields.promised, limit, false, ['承诺时限']),
  conditions: define(implementingFields.conditions, lines(10, 500, '本地条件')),
}
export const fieldsOf = (kind: ImportKind): Readonly<Record<string, FieldDef>> =>
  kind === 'basic' ? basic : implementing
