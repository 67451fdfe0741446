import { cleanText, nameFault } from '#kernel/text'
import { postKinds, unitKinds } from '../contract/browse.ts'
import {
  creditCodeFault,
  identityNumberFault,
  mobileFault,
  normaliseCreditCode,
  normaliseIdentityNumber,
  normaliseMobile,
  normaliseRegionCode,
  regionCodeFault,
} from '../contract/codes.ts'
import { type ImportKind, type PersonField, personFields, type UnitField, unitFields } from '../contract/transfer.ts'
import { normaliseName } from './tokens.ts'

/** What one cell says: a value, nothing, or a fault with what to do about it. */
export type Reading = { value: string | number | boolean } | { fault: string } | undefined
type Read = (text: string, today: string) => Reading

export interface FieldDef {
  title: string
  required: boolean
  help: string
  /** what other offices call the column */
  synonyms: readonly string[]
  /** long digits that a spreadsheet spoils when it keeps them as a number */
  digits: boolean
  /** masked where faults are shown */
  personal: boolean
  read: Read
}

const value = (one: string | number | boolean): Reading => ({ value: one })
const fault = (text: string): Reading => ({ fault: text })

/** Free text: one line, at most `max` characters, nothing that a spreadsheet would run. */
const text =
  (max: number): Read =>
  (cell) => {
    const line = cleanText(cell.replace(/[\r\n\t]+/gu, ' '))
    if (line === undefined) return fault('内容里有看不见的控制字符，请删去。')
    if ([...line].length > max) return fault(`内容超过 ${max} 个字，请缩短。`)
    if (/^[=@＝＠]/u.test(line)) return fault('内容以 = 或 @ 开头，像是公式。请改为文字。')
    return value(line)
  }

/** Full-width digits and letters to half: only where no text of its own is kept. */
const half = (cell: string): string => cell.normalize('NFKC')

const oneOf =
  (choices: Readonly<Record<string, string>>, also: Readonly<Record<string, string>> = {}): Read =>
  (text) => {
    const cell = half(text)
    const found = Object.entries(choices).find(([key, title]) => title === cell || key === cell)?.[0] ?? also[cell]
    return found === undefined ? fault(`只能填：${Object.values(choices).join('、')}。`) : value(found)
  }

const whole =
  (low: number, high: number): Read =>
  (text) => {
    const cell = half(text)
    const number = Number(cell)
    return /^-?\d{1,9}$/.test(cell) && number >= low && number <= high
      ? value(number)
      : fault(`应为 ${low} 至 ${high} 的整数。`)
  }

const yesNo: Read = (text) => {
  const cell = half(text)
  if (/^(?:是|有|√|✓|1|y|yes|true)$/iu.test(cell)) return value(true)
  if (/^(?:否|无|×|0|n|no|false)$/iu.test(cell)) return value(false)
  return fault('只能填“是”或“否”。')
}

/** 2024-03-01, 2024/3/1, 2024.3.1, 20240301, 2024年3月1日, and what a spreadsheet makes of a date with a time. */
const day: Read = (cell, today) => {
  const parts = /^(\d{4})(?:年|[-/.])?(\d{1,2})(?:月|[-/.])?(\d{1,2})日?(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?$/u.exec(
    half(cell),
  )
  if (parts) {
    const iso = `${parts[1]}-${parts[2]!.padStart(2, '0')}-${parts[3]!.padStart(2, '0')}`
    const moment = new Date(`${iso}T00:00:00Z`)
    const real = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(iso)
    if (real && iso > today) return fault('日期不能晚于今天；以后生效的任免请在当天办理。')
    if (real && iso >= '1900-01-01') return value(iso)
  }
  return fault('不是真实的日期。请写成 2024-03-01。')
}

const uuid: Read = (cell) =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(cell)
    ? value(cell.toLowerCase())
    : fault('标识由系统给定，请保留导出时的原样，新增的行留空。')

const name: Read = (cell) => {
  const joined = normaliseName(cell)
  if ([...joined].length > 50) return fault('姓名超过 50 个字，请核对是否填错了列。')
  if (!/^\p{L}[\p{L}\p{M}·.'’ -]*$/u.test(joined)) return fault('姓名里有不该出现的字符，只能有文字和间隔号“·”。')
  const disguised = nameFault(joined)
  return disguised ? fault(disguised) : value(joined)
}

/** A number that an export masked stands for itself: the row says nothing new about it. */
export const isMasked = (cell: string): boolean => cell.includes('*')
const checked =
  (normalise: (text: string) => string, faultOf: (text: string, today: string) => string | null): Read =>
  (cell, today) => {
    if (isMasked(cell)) return value(cell)
    const plain = normalise(cell)
    const wrong = faultOf(plain, today)
    return wrong === null ? value(plain) : fault(wrong)
  }

const email: Read = (cell) =>
  cell.length <= 254 && /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/u.test(cell)
    ? value(cell)
    : fault('电子邮箱的写法不对，请核对。')
const phone: Read = (cell) =>
  cell.length <= 40 && /^[\d+()（）\-—转,，;；/、 ]+$/u.test(cell)
    ? value(cell)
    : fault('电话只能有数字、横线、括号和“转”，不超过 40 个字。')
const code =
  (max: number): Read =>
  (cell) =>
    new RegExp(`^[\\p{L}\\p{N}_./-]{1,${max}}$`, 'u').test(cell)
      ? value(cell)
      : fault(`只能有文字、数字和 _ . / -，不超过 ${max} 个字。`)

const define = (title: string, read: Read, more: Partial<Omit<FieldDef, 'title' | 'read'>> = {}): FieldDef => ({
  title,
  read,
  required: false,
  help: '',
  synonyms: [],
  digits: false,
  personal: false,
  ...more,
})

const people: Record<PersonField, FieldDef> = {
  personId: define(personFields.personId, uuid, {
    help: '导出时带有，用来认人；新增的行留空。',
    synonyms: ['人员ID', '人员编码'],
  }),
  name: define(personFields.name, name, {
    required: true,
    synonyms: ['名字', '人员姓名', '员工姓名', '姓 名', 'name'],
  }),
  gender: define(personFields.gender, oneOf({ 男: '男', 女: '女' }, { 男性: '男', 女性: '女', 1: '男', 2: '女' }), {
    synonyms: ['gender', 'sex'],
    help: '男或女；填了公民身份号码可以不填。',
  }),
  identityNumber: define(personFields.identityNumber, checked(normaliseIdentityNumber, identityNumberFault), {
    synonyms: ['身份证号', '身份证号码', '身份证', '居民身份证号码', '公民身份证号码', '证件号码', '身份号码'],
    digits: true,
    personal: true,
    help: '18 位。同一号码是同一个人：已登记的人会加上这个任职，不会重复建人。',
  }),
  mobile: define(personFields.mobile, checked(normaliseMobile, mobileFault), {
    synonyms: ['手机', '手机号码', '移动电话', '联系电话', '联系方式', 'mobile'],
    personal: true,
  }),
  email: define(personFields.email, email, { synonyms: ['邮箱', '电子邮件', 'email', 'e-mail'], personal: true }),
  rank: define(personFields.rank, text(40), { synonyms: ['职务职级', '职级名称', '职称'] }),
  staffNo: define(personFields.staffNo, code(40), {
    synonyms: ['工号', '人员编号', '职工号', '员工编号', '编号'],
    digits: true,
  }),
  unit: define(personFields.unit, text(400), {
    synonyms: ['单位名称', '所在单位', '工作单位', '所属单位', '任职单位', '机构', '组织', '部门单位'],
    help: '全称、简称、统一社会信用代码，或从上到下用 / 隔开的路径。',
  }),
  division: define(personFields.division, text(200), {
    synonyms: ['部门', '科室', '处室', '所在科室', '所在部门', '内设部门'],
  }),
  postId: define(personFields.postId, uuid, { help: '导出时带有，用来认任职；新增的行留空。', synonyms: ['任职ID'] }),
  postKind: define(personFields.postKind, oneOf(postKinds, { 兼任: 'concurrent', 挂任: 'exchange' }), {
    synonyms: ['任职方式', '任职性质'],
    help: '主职、兼职、挂职、借调；不填为主职。',
  }),
  title: define(personFields.title, text(100), { synonyms: ['职务名称', '职位', '岗位', '职务岗位'] }),
  charge: define(personFields.charge, text(200), { synonyms: ['分管', '工作分工', '分管领域'] }),
  leader: define(personFields.leader, yesNo, { synonyms: ['是否领导', '是否单位领导', '领导'] }),
  sort: define(personFields.sort, whole(-999_999, 999_999), { synonyms: ['排序', '序号', '顺序'] }),
  phone: define(personFields.phone, phone, { synonyms: ['座机', '固定电话', '办公室电话', '电话'] }),
  room: define(personFields.room, text(60), { synonyms: ['房间', '房间号', '办公地点', '办公室号'] }),
  validFrom: define(personFields.validFrom, day, { synonyms: ['任职时间', '任职日期', '任现职时间'] }),
}

const units: Record<UnitField, FieldDef> = {
  unitId: define(unitFields.unitId, uuid, { help: '导出时带有；新增的行留空。', synonyms: ['单位ID'] }),
  parent: define(unitFields.parent, text(400), {
    synonyms: ['上级', '上级机构', '父级单位', '所属单位', '主管单位'],
    help: '全称、简称，或从上到下用 / 隔开的路径；可以是本文件里更靠上的行。',
  }),
  name: define(unitFields.name, text(100), {
    required: true,
    synonyms: ['名称', '单位名称', '单位全称', '机构名称', '单位'],
  }),
  shortName: define(unitFields.shortName, text(60), { synonyms: ['单位简称', '规范化简称'] }),
  kind: define(unitFields.kind, oneOf(unitKinds), { synonyms: ['单位性质', '机构性质', '类型', '单位类型'] }),
  level: define(
    unitFields.level,
    oneOf({ 1: '省级', 2: '市级', 3: '县级', 4: '乡级', 5: '村级' }, { 省: '1', 市: '2', 县: '3', 乡: '4', 村: '5' }),
    {
      synonyms: ['单位层级', '级别'],
      help: '省级、市级、县级、乡级、村级；不填随上级。',
    },
  ),
  creditCode: define(unitFields.creditCode, checked(normaliseCreditCode, creditCodeFault), {
    synonyms: ['信用代码', '社会信用代码', '组织机构代码'],
    digits: true,
  }),
  documentMark: define(unitFields.documentMark, text(30), { synonyms: ['代字', '发文代字'] }),
  regionCode: define(unitFields.regionCode, checked(normaliseRegionCode, regionCodeFault), {
    synonyms: ['区划代码', '行政区划'],
  }),
  line: define(unitFields.line, text(30), { synonyms: ['系统', '业务条线'] }),
  establishment: define(unitFields.establishment, whole(0, 1_000_000), { synonyms: ['编制', '核定编制', '编制人数'] }),
  phone: define(unitFields.phone, phone, { synonyms: ['电话', '联系电话', '单位电话'] }),
  address: define(unitFields.address, text(200), { synonyms: ['地址', '单位地址', '办公地址'] }),
  sort: define(unitFields.sort, whole(-999_999, 999_999), { synonyms: ['排序', '序号', '顺序'] }),
  validFrom: define(unitFields.validFrom, day, { synonyms: ['成立日期', '成立时间', '设立日期'] }),
}

/** The columns of a kind of file, in the order an export writes them. */
export const fieldsOf = (kind: ImportKind): Readonly<Record<string, FieldDef>> => (kind === 'people' ? people : units)

/** Blanks of every kind to one, none at the ends: what a cell says and what the directory holds are compared in this form. */
export const tidy = (cell: string): string => cell.replace(/[\s\u200b\ufeff]+/gu, ' ').trim()
