import { z } from 'zod'
import { invalid } from '#kernel/errors'

type Shape = Record<string, z.ZodType>

const inner = (schema: z.ZodType): z.ZodType => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return inner(schema.unwrap() as z.ZodType)
  if (schema instanceof z.ZodPipe) return inner(schema.in as z.ZodType)
  return schema
}

const convert = (schema: z.ZodType, value: unknown): unknown => {
  const kind = inner(schema)
  if (kind instanceof z.ZodArray)
    return (Array.isArray(value) ? value : [value]).map((item) => convert(kind.element as z.ZodType, item))
  if (typeof value !== 'string') return value
  if (kind instanceof z.ZodNumber) return value.trim() === '' ? Number.NaN : Number(value)
  if (kind instanceof z.ZodBoolean) return value === 'true' ? true : value === 'false' ? false : value
  return value
}

/** A URL carries text only: numbers, booleans and lists of the schema are read from it before validation. */
export const coerceQuery = (schema: z.ZodType, raw: Record<string, unknown>): Record<string, unknown> => {
  const object = inner(schema)
  if (!(object instanceof z.ZodObject)) return raw
  const shape = object.shape as Shape
  return Object.fromEntries(
    Object.entries(raw)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([key, value]) => [key, shape[key] ? convert(shape[key], value) : value]),
  )
}

/** Deeper than people's data ever is; beyond it parsing costs more than it tells. */
const MAX_DEPTH = 32
/** Controls, and signs that turn text round or hide it: no name has them, and whoever reads the screen is deceived by them. */
const HOSTILE = /[^\P{Cc}\t\n\r]|[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]|\p{Cs}|\p{Noncharacter_Code_Point}/u
/** Spaces of no width come along with what is copied from pages; two names that look alike must be alike. */
const UNSEEN = /[\u00ad\u200b\u2060\ufeff]/g

const cleanText = (text: string, path: string): string => {
  if (HOSTILE.test(text))
    throw invalid('内容里有看不见的控制字符，请删去这一处，重新键入。', [{ path, message: '有看不见的控制字符' }])
  return text.replaceAll(UNSEEN, '')
}

/** The same value, its text free of what nobody can see; what is too deep or deceives is refused. */
export const clean = (value: unknown, path = '', depth = 0): unknown => {
  if (typeof value === 'string') return cleanText(value, path)
  if (value === null || typeof value !== 'object') return value
  if (depth >= MAX_DEPTH) throw invalid('提交的内容层次过深。')
  const inside = (item: unknown, key: string | number) => clean(item, path ? `${path}.${key}` : `${key}`, depth + 1)
  if (Array.isArray(value)) return value.map(inside)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key, path), inside(item, key)]))
}
