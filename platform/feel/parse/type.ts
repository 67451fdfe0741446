import { SIMPLE_TYPES } from '../values/types.ts'
import type { FeelType } from '../values/value.ts'
import type { Cursor } from './cursor.ts'
import { closeNames } from './names.ts'

const PHRASES = [...SIMPLE_TYPES].sort((a, b) => b.length - a.length)

/** Words of a type name, with single spaces. */
const phrase = (cursor: Cursor): string | null => {
  for (const name of PHRASES) {
    const start = cursor.at
    if (name.split(' ').every((word) => cursor.keyword(word))) return name
    cursor.at = start
  }
  return null
}

/** DMN 1.5 grammar rule 50; names of item definitions are not known here and are refused. */
export const readType = (cursor: Cursor): FeelType => cursor.deeper(() => readOne(cursor))

const readOne = (cursor: Cursor): FeelType => {
  const simple = phrase(cursor)
  if (simple !== null) return simple as FeelType
  const start = cursor.at
  if (cursor.keyword('list')) return { list: inAngles(cursor) ?? 'Any' }
  if (cursor.keyword('range')) return { range: inAngles(cursor) ?? 'Any' }
  if (cursor.keyword('context')) return { context: readMembers(cursor) }
  if (cursor.keyword('function')) return readFunctionType(cursor)
  const word = cursor.word()
  if (word === '') cursor.unexpected('这里应为类型')
  const close = closeNames(word, [...SIMPLE_TYPES, 'list', 'range', 'context', 'function'])
  cursor.fail(
    'unknown-type',
    `没有名为“${word}”的类型。${close.length === 0 ? '' : `是否指“${close[0]}”？`}`,
    start,
    word.length,
  )
}

const inAngles = (cursor: Cursor): FeelType | null => {
  if (!cursor.take('<')) return null
  const type = readType(cursor)
  cursor.need('>', '类型')
  return type
}

const readMembers = (cursor: Cursor): Record<string, FeelType> => {
  const members: [string, FeelType][] = []
  if (cursor.take('<')) {
    while (!cursor.looks('>')) {
      const name = cursor.newName('成员', [])
      cursor.need(':', '成员名称')
      members.push([name, readType(cursor)])
      if (!cursor.take(',')) break
    }
    cursor.need('>', '类型')
  }
  return Object.fromEntries(members)
}

const readFunctionType = (cursor: Cursor): FeelType => {
  const parameters: FeelType[] = []
  if (cursor.take('<')) {
    while (!cursor.looks('>')) {
      parameters.push(readType(cursor))
      if (!cursor.take(',')) break
    }
    cursor.need('>', '类型')
  }
  cursor.need('->', '函数的参数类型')
  return { parameters, result: readType(cursor) }
}
