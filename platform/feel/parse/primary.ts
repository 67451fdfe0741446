import { parseTemporal } from '../values/literals.ts'
import { parseNumber } from '../values/number.ts'
import { propertyNames, propertyType } from '../values/types.ts'
import type { FeelType, FeelValue } from '../values/value.ts'
import { kindOf } from '../values/value.ts'
import type { CompareOperator, Local, Node, NodeOf } from './ast.ts'
import { isDigit, isNameStart } from './characters.ts'
import type { Cursor } from './cursor.ts'
import { closeNames } from './names.ts'
import { keyOf } from './scope.ts'
import { readString } from './string.ts'

type Read = (cursor: Cursor) => Node

const KEYWORDS = new Set(
  'if then else for some every satisfies return and or in between instance of function null true false'.split(' '),
)
const TEXTUAL = new Set(['if', 'for', 'some', 'every', 'function'])
const CONSTANTS: Record<string, FeelValue> = { null: null, true: true, false: false }

const literal = (value: FeelValue, at: number, end: number): Node => {
  const kind = kindOf(value)
  const type = kind === 'null' ? 'Null' : (kind as FeelType)
  return { kind: 'literal', value, type, at, end }
}

const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y
const readNumber = (cursor: Cursor): Node => {
  const at = cursor.at
  NUMBER.lastIndex = at
  const digits = NUMBER.exec(cursor.text)?.[0] ?? ''
  const value = parseNumber(digits)
  cursor.at += Math.max(1, digits.length)
  if (value === null) cursor.fail('number', `数字“${digits}”太大或写法不对。`, at)
  if (isNameStart(cursor.text[cursor.at] ?? ' '))
    cursor.fail('number', '数字后面不能直接跟文字。', at, digits.length + 1)
  const end = cursor.at
  cursor.skip()
  return literal(value, at, end)
}

const readAt = (cursor: Cursor): Node => {
  const at = cursor.at
  cursor.at++
  if (!cursor.looks('"')) cursor.fail('temporal', '“@”之后应为引号里的日期、时间或时长。', at)
  const text = readString(cursor)
  const end = cursor.at
  const value = parseTemporal(text)
  if (value === null)
    cursor.fail('temporal', `“${text}”不是日期、时间或时长。写法如 2026-01-31、09:30:00、P3D、P1Y。`, at, end - at)
  cursor.skip()
  return literal(value, at, end)
}

const readName = (cursor: Cursor): Node => {
  const at = cursor.at
  const word = cursor.word()
  const found = cursor.names.find(cursor.scope, cursor.text, at)
  if (found && !(found.name === word && KEYWORDS.has(word))) {
    cursor.at = found.end
    const end = cursor.at
    cursor.skip()
    // a data item named `date` does not hide the function date()
    const builtin =
      found.binding.from === 'input' && cursor.looks('(') && cursor.names.builtins.get(found.name) !== undefined
    const binding = builtin ? ({ from: 'builtin' } as const) : found.binding
    const key = keyOf(found.filters, found.name)
    if (binding.from === 'item' && !key.possible) cursor.unknownName(found.name, at, found.filters)
    return {
      kind: 'name',
      name: found.name,
      binding,
      filters: found.filters,
      type: builtin ? undefined : key.possible ? key.type : found.type,
      at,
      end,
    }
  }
  if (Object.hasOwn(CONSTANTS, word)) {
    cursor.keyword(word)
    return literal(CONSTANTS[word]!, at, at + word.length)
  }
  if (TEXTUAL.has(word)) return cursor.expression()
  if (KEYWORDS.has(word)) cursor.unexpected('这里应为一个值')
  const filters: Local[] = []
  for (let scope = cursor.scope; scope; scope = scope.up) if (scope.item) filters.push(scope.item)
  const key = keyOf(filters, word)
  if (!key.possible) cursor.unknownName(word, at, filters)
  cursor.keyword(word)
  return { kind: 'name', name: word, binding: { from: 'item' }, filters, type: key.type, at, end: at + word.length }
}

const readList = (cursor: Cursor, arithmetic: Read): Node => {
  const at = cursor.at
  cursor.take('[')
  const items: Node[] = []
  if (!cursor.looks(']')) {
    items.push(cursor.expression())
    if (cursor.take('..')) return readEndpoint(cursor, arithmetic, items[0]!, true, at)
    while (cursor.take(',')) items.push(cursor.expression())
  }
  const end = cursor.at + 1
  cursor.need(']', '列表')
  const first = items[0]?.type
  const type = typeof first === 'string' && items.every((item) => item.type === first) ? first : 'Any'
  return { kind: 'list', items, type: { list: type }, at, end }
}

/** `[` closes a range when nothing that can follow it would begin a filter. */
const closesRange = (cursor: Cursor): boolean => {
  const start = cursor.at
  cursor.take('[')
  const word = cursor.word()
  const closes =
    cursor.done ||
    ')]},.=!<>+*/'.includes(cursor.text[cursor.at]!) ||
    (KEYWORDS.has(word) && !TEXTUAL.has(word) && !Object.hasOwn(CONSTANTS, word))
  cursor.at = start
  return closes
}

/** Reads from behind `..` to the closing bracket. */
export const readEndpoint = (
  cursor: Cursor,
  arithmetic: Read,
  low: Node,
  lowIncluded: boolean,
  at: number,
): NodeOf<'range'> => {
  cursor.closing = true
  const high = arithmetic(cursor)
  cursor.closing = false
  const end = cursor.at + 1
  const highIncluded = cursor.take(']')
  if (!highIncluded && !cursor.take(')') && !cursor.take('[')) cursor.unexpected('区间应以“]”“)”或“[”结束')
  return {
    kind: 'range',
    low,
    high,
    lowIncluded,
    highIncluded,
    type: { range: low.type ?? high.type ?? 'Any' },
    at,
    end,
  }
}

const readOpenRange = (cursor: Cursor, arithmetic: Read): Node => {
  const at = cursor.at
  cursor.take(']')
  const low = arithmetic(cursor)
  cursor.need('..', '区间的下限')
  return readEndpoint(cursor, arithmetic, low, false, at)
}

const SIDES: readonly CompareOperator[] = ['<=', '>=', '<', '>', '=']
const readBracket = (cursor: Cursor, arithmetic: Read): Node => {
  const at = cursor.at
  cursor.take('(')
  const operator = SIDES.find((sign) => cursor.take(sign))
  if (operator !== undefined) {
    const end = arithmetic(cursor)
    const last = cursor.at + 1
    cursor.need(')', '区间')
    const included = operator.endsWith('=')
    const [low, high] = [operator.startsWith('<') ? null : end, operator.startsWith('>') ? null : end]
    return {
      kind: 'range',
      low,
      high,
      lowIncluded: included && low !== null,
      highIncluded: included && high !== null,
      type: { range: end.type ?? 'Any' },
      at,
      end: last,
    }
  }
  const inner = cursor.expression()
  if (cursor.take('..')) return readEndpoint(cursor, arithmetic, inner, false, at)
  const end = cursor.at + 1
  cursor.need(')', '括号里的内容')
  return { ...inner, at, end }
}

/** Each entry sees those before it. */
const readContext = (cursor: Cursor): Node => {
  const at = cursor.at
  cursor.take('{')
  const entries: { local: Local; value: Node }[] = []
  const seen = new Set<string>()
  cursor.within([], null, () => {
    while (!cursor.looks('}')) {
      const start = cursor.at
      const quoted = cursor.looks('"')
      const name = quoted ? readString(cursor) : cursor.newName('条目', [])
      if (quoted) cursor.skip()
      if (seen.has(name)) cursor.fail('duplicate-key', `条目“${name}”写了两次。`, start, name.length)
      seen.add(name)
      cursor.need(':', '条目名称')
      const value = cursor.expression()
      const local: Local = { name, type: value.type }
      entries.push({ local, value })
      if (isNameStart(name[0] ?? ' ')) {
        cursor.scope!.names.add(name, local)
        cursor.names.pool.add(name, true)
      }
      if (!cursor.take(',')) break
    }
  })
  const end = cursor.at + 1
  cursor.need('}', '条目')
  const members: [string, FeelType][] = entries.map(({ local }) => [local.name, local.type ?? 'Any'])
  return { kind: 'context', entries, type: { context: Object.fromEntries(members) }, at, end }
}

const readPrimary = (cursor: Cursor, arithmetic: Read): Node => {
  const sign = cursor.text[cursor.at] ?? ''
  if (isDigit(sign) || (sign === '.' && isDigit(cursor.text[cursor.at + 1] ?? ''))) return readNumber(cursor)
  if (sign === '"') {
    const at = cursor.at
    const value = readString(cursor)
    const end = cursor.at
    cursor.skip()
    return literal(value, at, end)
  }
  if (sign === '@') return readAt(cursor)
  if (sign === '[') return cursor.deeper(() => readList(cursor, arithmetic))
  if (sign === ']') return cursor.deeper(() => readOpenRange(cursor, arithmetic))
  if (sign === '(') return cursor.deeper(() => readBracket(cursor, arithmetic))
  if (sign === '{') return cursor.deeper(() => readContext(cursor))
  if (sign === '?') return readInput(cursor)
  if (isNameStart(sign)) return readName(cursor)
  return cursor.unexpected('这里应为一个值')
}

const readInput = (cursor: Cursor): Node => {
  const at = cursor.at
  const { input } = cursor
  if (!input) cursor.fail('no-input', '“?”只能用在条件单元格里，或 in 之后的条件里。', at, 1)
  cursor.inputUses++
  cursor.take('?')
  return {
    kind: 'name',
    name: '?',
    binding: { from: 'local', local: input },
    filters: [],
    type: input.type,
    at,
    end: at + 1,
  }
}

const readPath = (cursor: Cursor, from: Node): Node => {
  const start = cursor.at
  const found = cursor.names.pool.match(cursor.text, start)
  const name = found?.name ?? cursor.word()
  if (name === '') cursor.unexpected('“.”之后应为名称')
  cursor.at = found?.end ?? start + name.length
  const end = cursor.at
  cursor.skip()
  const type = propertyType(from.type, name)
  if (type === null) {
    const close = closeNames(name, propertyNames(from.type))
    const hint = close.length === 0 ? '' : `是否指${close.map((one) => `“${one}”`).join('、')}？`
    cursor.fail('unknown-property', `这里没有名为“${name}”的属性。${hint}`, start, end - start)
  }
  return { kind: 'path', from, name, type, at: from.at, end }
}

const readFilter = (cursor: Cursor, list: Node): Node => {
  cursor.take('[')
  const of = list.type
  const element = typeof of === 'object' && 'list' in of ? of.list : of
  const item: Local = { name: 'item', type: element }
  const condition = cursor.within([item], item, cursor.expression)
  const end = cursor.at + 1
  cursor.need(']', '筛选条件')
  const known =
    condition.type === 'number'
      ? element
      : condition.type === 'boolean' && element !== undefined
        ? { list: element }
        : undefined
  return { kind: 'filter', list, item, condition, type: known, at: list.at, end }
}

const readCall = (cursor: Cursor, callee: Node): Node => {
  cursor.take('(')
  const values: Node[] = []
  const names: string[] = []
  if (!cursor.looks(')')) {
    const named = isNameStart(cursor.text[cursor.at] ?? ' ') && cursor.namedArgument()
    do {
      if (named) {
        names.push(cursor.newName('参数', []))
        cursor.need(':', '参数名称')
      }
      values.push(cursor.expression())
    } while (cursor.take(','))
  }
  const end = cursor.at + 1
  cursor.need(')', '参数')
  return { kind: 'call', callee, values, names: names.length > 0 ? names : null, at: callee.at, end }
}

/** Paths, filters and calls behind a value. */
export const readPostfix = (cursor: Cursor, arithmetic: Read): Node => {
  let node = readPrimary(cursor, arithmetic)
  for (;;) {
    if (cursor.looks('.') && !cursor.looks('..')) {
      cursor.take('.')
      node = readPath(cursor, node)
    } else if (cursor.looks('[') && !(cursor.closing && closesRange(cursor))) {
      const { closing } = cursor
      const from = node
      node = cursor.deeper(() => readFilter(cursor, from))
      cursor.closing = closing
    } else if (cursor.looks('(')) {
      const from = node
      const { closing } = cursor
      node = cursor.deeper(() => readCall(cursor, from))
      cursor.closing = closing
    } else return node
  }
}
