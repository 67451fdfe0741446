import { z } from 'zod'

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
export const tooDeep = (value: unknown, depth = 0): boolean => {
  if (value === null || typeof value !== 'object') return false
  if (depth >= MAX_DEPTH) return true
  return Object.values(value).some((item) => tooDeep(item, depth + 1))
}
