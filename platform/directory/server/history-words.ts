import { personStatuses } from '../contract/admin-people.ts'
import { levelNames, postKinds, unitKinds } from '../contract/browse.ts'
import type { HistoryEntry } from '../contract/history.ts'

/** A stored row of a version, as the database keeps it: column to value. */
export type Snapshot = Record<string, unknown>
export type About = 'unit' | 'person' | 'post'

/** What the columns are called in a history, in the order shown. Columns that are not here are nobody's concern. */
const titles: Record<About, Readonly<Record<string, string>>> = {
  unit: {
    name: '全称',
    short_name: '简称',
    parent_id: '上级单位',
    kind: '性质',
    level: '层级',
    document_mark: '机关代字',
    credit_code: '统一社会信用代码',
    line: '条线',
    superior_id: '业务主管单位',
    region_code: '行政区划',
    establishment: '编制数',
    phone: '办公电话',
    address: '办公地点',
    closed: '不对外公开',
    sort: '次序',
    valid_from: '成立日',
    valid_to: '撤销日',
    merged_into: '并入',
  },
  person: {
    name: '姓名',
    pinyin: '读音',
    gender: '性别',
    identity: '公民身份号码',
    mobile: '手机号',
    email: '电子邮箱',
    rank: '职级',
    staff_no: '人事编号',
    status: '状态',
  },
  post: {
    unit_id: '任职单位',
    kind: '任职类型',
    title: '职务',
    charge: '分管工作',
    leader: '单位领导',
    sort: '次序',
    phone: '办公电话',
    room: '办公室',
    valid_from: '任职日',
    valid_to: '免职日',
  },
}
/** Columns that hold the id of a unit: shown as its name. */
export const unitColumns = ['parent_id', 'superior_id', 'merged_into', 'unit_id']
export const abouts: Record<About, string> = { unit: '单位', person: '人员', post: '任职' }
/** Never told, only that they changed. */
const SECRET = ['identity']

const coded: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'unit.kind': unitKinds,
  'unit.level': levelNames,
  'post.kind': postKinds,
  'person.status': personStatuses,
}

const inWords = (about: About, field: string, value: unknown, names: ReadonlyMap<string, string>): string | null => {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'boolean') return value ? '是' : '否'
  const text = String(value)
  if (unitColumns.includes(field)) return names.get(text) ?? '（不可见的单位）'
  return coded[`${about}.${field}`]?.[text] ?? text
}

/** What differs between two snapshots, in words; masked fields are named without their values. */
export const differences = (
  about: About,
  before: Snapshot,
  after: Snapshot,
  names: ReadonlyMap<string, string>,
  masked: ReadonlySet<string>,
): HistoryEntry['fields'] =>
  Object.entries(titles[about])
    .filter(([field]) => (before[field] ?? null) !== (after[field] ?? null))
    .map(([field, title]) => {
      const hidden = masked.has(field) || SECRET.includes(field)
      return {
        field,
        title,
        before: hidden ? null : inWords(about, field, before[field], names),
        after: hidden ? null : inWords(about, field, after[field], names),
        masked: hidden,
      }
    })
