import { z } from 'zod'
import { invalid } from '#kernel/errors'
import { cleanText } from '#kernel/text'

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

// Asking zod what a schema is takes longer than reading most queries.
const shapes = new WeakMap<z.ZodType, Shape | null>()
const shapeOf = (schema: z.ZodType): Shape | null => {
  const known = shapes.get(schema)
  if (known !== undefined) return known
  const object = inner(schema)
  const shape = object instanceof z.ZodObject ? (object.shape as Shape) : null
  shapes.set(schema, shape)
  return shape
}

/** A URL carries text only: numbers, booleans and lists of the schema are read from it before validation. */
export const coerceQuery = (schema: z.ZodType, raw: Record<string, unknown>): Record<string, unknown> => {
  const shape = shapeOf(schema)
  if (!shape) return raw
  return Object.fromEntries(
    Object.entries(raw)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([key, value]) => [key, shape[key] ? convert(shape[key], value) : value]),
  )
}

/** Deeper than people's data ever is; beyond it parsing costs more than it tells. */
const MAX_DEPTH = 32
const cleanOr = (text: string, path: string): string => {
  const cleaned = cleanText(text)
  if (cleaned === undefined)
    throw invalid('内容里有看不见的控制字符，请删去这一处，重新键入。', [{ path, message: '有看不见的控制字符' }])
  return cleaned
}

/** The same value, its text free of what nobody can see; what is too deep or deceives is refused. */
export const clean = (value: unknown, path = '', depth = 0): unknown => {
  if (typeof value === 'string') return cleanOr(value, path)
  if (value === null || typeof value !== 'object') return value
  if (depth >= MAX_DEPTH) throw invalid('提交的内容层次过深。')
  const inside = (item: unknown, key: string | number) => clean(item, path ? `${path}.${key}` : `${key}`, depth + 1)
  if (Array.isArray(value)) return value.map(inside)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanOr(key, path), inside(item, key)]))
}
