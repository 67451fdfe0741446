import { readValue } from '#platform/forms'
import type { Json } from '#platform/forms/contract'
import { recordStates } from '../contract.ts'
import { isFiltered } from './derive.ts'
import type { Field } from './storage.ts'

/** Filters as they stand in an address: a field, a comparison, a value. Values become parameters; the text itself never becomes SQL. */

type Compare = '=' | '!=' | '>=' | '<=' | '~' | '?'
export interface Condition {
  /** `@state` and the like are the record's own */
  key: string
  field?: Field
  compare: Compare
  /** read as the field reads them; none for `?` */
  values: Json[]
}
const SHAPE = /^(@?[\p{L}_][\p{L}\p{N}_]{0,39})(>=|<=|!=|=|~|\?)(.*)$/su
const OWN: Readonly<Record<string, readonly Compare[]>> = {
  '@state': ['=', '!='],
  '@created': ['>=', '<='],
  '@updated': ['>=', '<='],
}
const ORDERED: readonly Compare[] = ['=', '!=', '>=', '<=', '?']
const WORDS: readonly Compare[] = ['=', '!=', '~', '?']
const CHOSEN: readonly Compare[] = ['=', '!=', '?']

const comparisonsOf = (field: Field): readonly Compare[] => {
  switch (field.type) {
    case 'number':
    case 'money':
    case 'date':
    case 'time':
    case 'dateTime':
      return ORDERED
    case 'text':
    case 'longText':
    case 'phone':
    case 'email':
    case 'creditCode':
    case 'serial':
      return WORDS
    case 'period':
      return ['>=', '<=', '?']
    default:
      return CHOSEN
  }
}
const DAY = /^\d{4}-\d{2}-\d{2}$/
const safeDay = (text: string): boolean =>
  DAY.test(text) && !Number.isNaN(Date.parse(text)) && new Date(`${text}T00:00:00Z`).toISOString().slice(0, 10) === text
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What a filter looks for, in the form in which the field is kept; bounds and decimals of the form do not bind who looks. */
const soughtOf = (field: Field, compare: Compare, text: string, today: string): { value: Json } | { fault: string } => {
  if (compare === '~') return text.trim() === '' ? { fault: '请写要找的文字。' } : { value: text.trim() }
  switch (field.type) {
    case 'boolean':
      return text === 'true' || text === 'false' ? { value: text === 'true' } : { fault: '请选择是或否。' }
    case 'number':
      return readValue({ ...field, min: undefined, max: undefined, decimals: 6 }, text, today)
    case 'money':
    case 'date':
      return readValue({ ...field, min: undefined, max: undefined }, text, today)
    case 'period':
      return safeDay(text) ? { value: text } : { fault: '请填写日期。' }
    case 'enum':
      return field.options.some((option) => option.value === text) ? { value: text } : { fault: '没有这个选项。' }
    case 'tags':
      return { value: text }
    case 'person':
    case 'unit':
    case 'relation':
      return UUID.test(text) ? { value: text } : { fault: '请重新选择。' }
    case 'region':
      return /^[1-9]\d{11}$/.test(text) ? { value: text } : { fault: '请重新选择行政区划。' }
    case 'time':
    case 'dateTime':
      return readValue(field, text, today)
    default:
      return text.length <= 200 ? { value: text } : { fault: '太长了。' }
  }
}

/** `fieldOf` answers only fields the caller may filter by: a hidden one is refused like one that does not exist. */
export const readWhere = (
  text: string,
  fieldOf: (key: string) => Field | undefined,
  today: string,
): { condition: Condition } | { fault: string } => {
  const [, key = '', sign = '', rest = ''] = SHAPE.exec(text) ?? []
  if (key === '') return { fault: '筛选条件的写法有误。' }
  const compare = sign as Compare
  const parts = compare === '=' || compare === '!=' ? rest.split('|').slice(0, 100) : [rest]
  if (key.startsWith('@')) {
    if (!OWN[key]?.includes(compare)) return { fault: '不能这样筛选。' }
    const fits = key === '@state' ? parts.every((part) => Object.hasOwn(recordStates, part)) : parts.every(safeDay)
    return fits ? { condition: { key, compare, values: parts } } : { fault: '筛选的值有误。' }
  }
  const field = fieldOf(key)
  if (!field || !isFiltered(field)) return { fault: `没有“${key}”这个字段。` }
  if (!comparisonsOf(field).includes(compare)) return { fault: `「${field.title}」不能这样筛选。` }
  if (compare === '?')
    return rest === '' ? { condition: { key, field, compare, values: [] } } : { fault: '筛选条件的写法有误。' }
  const values: Json[] = []
  for (const part of parts) {
    const read = soughtOf(field, compare, part, today)
    if ('fault' in read) return { fault: `「${field.title}」：${read.fault}` }
    if (read.value === null) return { fault: `「${field.title}」的筛选值是空的。` }
    values.push(read.value)
  }
  return { condition: { key, field, compare, values } }
}
