import type { FeelType } from '#platform/feel'
import type { Json } from '../../contract/data.ts'
import type { EnumOption } from '../../contract/definition.ts'
import { fault, isObject, type Kind, kept, type Reading, textOf } from './kind.ts'

const several = <T extends FeelType>(multiple: boolean | undefined, one: T): FeelType =>
  multiple ? { list: one } : one
const listOf = (value: Json): Json[] => (Array.isArray(value) ? value : [value])
const MOST_CHOSEN = 200

/** May be chosen anew on this day. */
export const isOffered = ({ from, to }: EnumOption, today: string): boolean =>
  (from === undefined || from <= today) && (to === undefined || to >= today)

/** Whether an option was withdrawn matters to whoever chooses now; what was chosen before stays. `evaluate` sees to that. */
export const enumeration: Kind<'enum'> = {
  feel: ({ multiple }) => several(multiple, 'string'),
  read({ multiple, options }, given): Reading {
    const chosen = [...new Set(listOf(given))]
    if (!multiple && chosen.length > 1) return fault('只能选一项。')
    const known = new Set(options.map(({ value }) => value))
    if (!chosen.every((one) => typeof one === 'string' && known.has(one)))
      return fault('所选的项不在选项里，请重新选择。')
    return kept(multiple ? chosen : chosen[0]!)
  },
  say: (value, { options }) =>
    listOf(value)
      .map((one) => options.find((option) => option.value === one)?.label ?? String(one))
      .join('、'),
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const name = (value: Json | undefined): string => textOf(value).slice(0, 200)

/** The ids are checked, and the names written, by the server; here only their shape. */
const references = (
  given: Json,
  multiple: boolean | undefined,
  shape: (one: { [key: string]: Json }) => Json,
  what: string,
): Reading => {
  const list = listOf(given)
  if (list.length > MOST_CHOSEN) return fault(`最多选 ${MOST_CHOSEN} 个。`)
  if (!multiple && list.length > 1) return fault(`只能选一个${what}。`)
  if (!list.every((one) => isObject(one) && UUID.test(textOf(one.id)))) return fault(`请重新选择${what}。`)
  const chosen = new Map((list as { [key: string]: Json }[]).map((one) => [textOf(one.id), shape(one)]))
  return kept(multiple ? [...chosen.values()] : ([...chosen.values()][0] ?? null))
}
const each = (value: Json, turn: (one: { [key: string]: Json }) => Json): Json =>
  Array.isArray(value) ? value.filter(isObject).map(turn) : isObject(value) ? turn(value) : null
const namesOf = (value: Json): string =>
  listOf(value)
    .filter(isObject)
    .map((one) => name(one.name))
    .join('、')
const idsOf = (value: Json): Json => each(value, (one) => textOf(one.id))

export const person: Kind<'person'> = {
  feel: ({ multiple }) => several(multiple, { context: { 标识: 'string', 姓名: 'string', 单位: 'string' } }),
  read: ({ multiple }, given) =>
    references(
      given,
      multiple,
      ({ id = null, name: called, unitName }) => ({ id, name: name(called), unitName: name(unitName) }),
      '人',
    ),
  toFeel: (value) =>
    each(value, (one) => ({ 标识: one.id ?? null, 姓名: one.name ?? null, 单位: one.unitName ?? null })),
  fromFeel: (answer) =>
    each(answer, (one) => ({ id: one.标识 ?? null, name: one.姓名 ?? null, unitName: one.单位 ?? null })),
  say: (value) =>
    listOf(value)
      .filter(isObject)
      .map((one) => (one.unitName ? `${name(one.name)}（${name(one.unitName)}）` : name(one.name)))
      .join('、'),
  plain: idsOf,
}

export const unit: Kind<'unit'> = {
  feel: ({ multiple }) => several(multiple, { context: { 标识: 'string', 名称: 'string' } }),
  read: ({ multiple }, given) =>
    references(given, multiple, ({ id = null, name: called }) => ({ id, name: name(called) }), '单位'),
  toFeel: (value) => each(value, (one) => ({ 标识: one.id ?? null, 名称: one.name ?? null })),
  fromFeel: (answer) => each(answer, (one) => ({ id: one.标识 ?? null, name: one.名称 ?? null })),
  say: namesOf,
  plain: idsOf,
}

const CARRIED = { text: 'string', number: 'number', money: 'number', date: 'date', boolean: 'boolean' } as const
/** What the server copied from the other record stands in `with`; what came in is left out. */
const carriedOf = (one: { [key: string]: Json }): { [key: string]: Json } =>
  isObject(one.with ?? null) ? (one.with as { [key: string]: Json }) : {}
export const relation: Kind<'relation'> = {
  feel: ({ multiple, carries = [] }) =>
    several(multiple, {
      context: {
        标识: 'string',
        名称: 'string',
        ...Object.fromEntries(carries.map(({ key, type }) => [key, CARRIED[type]])),
      },
    }),
  read: ({ multiple, carries = [] }, given) =>
    references(
      given,
      multiple,
      (one) => ({
        id: one.id ?? null,
        name: name(one.name),
        ...(carries.length > 0 && {
          with: Object.fromEntries(carries.map(({ key }) => [key, carriedOf(one)[key] ?? null])),
        }),
      }),
      '记录',
    ),
  toFeel: (value) => each(value, (one) => ({ 标识: one.id ?? null, 名称: one.name ?? null, ...carriedOf(one) })),
  say: namesOf,
  plain: idsOf,
}

/** How deep a 12-digit code goes: 1 province, 2 city, 3 county, 4 township, 5 village. */
export const regionLevel = (code: string): number => {
  const parts = [code.slice(0, 2), code.slice(2, 4), code.slice(4, 6), code.slice(6, 9), code.slice(9)]
  return parts.findLastIndex((part) => /[1-9]/.test(part)) + 1
}
const LEVELS = ['', '省', '市', '县', '乡镇', '村居']
export const region: Kind<'region'> = {
  feel: () => ({ context: { 代码: 'string', 名称: 'string' } }),
  read({ level = 1 }, given) {
    if (!isObject(given) || !/^[1-9]\d{11}$/.test(textOf(given.code))) return fault('请选择行政区划。')
    if (regionLevel(textOf(given.code)) < level) return fault(`请选到${LEVELS[level]}一级。`)
    return kept({ code: textOf(given.code), name: name(given.name) })
  },
  toFeel: (value) => each(value, (one) => ({ 代码: one.code ?? null, 名称: one.name ?? null })),
  fromFeel: (answer) => each(answer, (one) => ({ code: one.代码 ?? null, name: one.名称 ?? null })),
  say: namesOf,
  plain: (value) => (isObject(value) ? (value.code ?? null) : null),
}

export const boolean: Kind<'boolean'> = {
  feel: () => 'boolean',
  read: (_field, given) => (typeof given === 'boolean' ? kept(given) : fault('请选择是或否。')),
  say: (value) => (value === true ? '是' : '否'),
}
