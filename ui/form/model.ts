import type { z } from 'zod'
import { day } from '../format.ts'
import type { Faults, FormField, FormGroup, FormValues } from './types.ts'

export const fieldsOf = (groups: readonly FormGroup[], values: FormValues): FormField[] =>
  groups.flatMap((group) => group.fields).filter((field) => field.visible?.(values) !== false)

const idsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map((one: { id: string }) => one.id) : [])

/** One value as the endpoint wants it: ids instead of persons and units, nothing instead of an empty box. */
function sent(field: FormField, value: unknown): unknown {
  switch (field.kind) {
    case 'person':
    case 'unit':
      return idsOf(value)[0]
    case 'people':
    case 'units':
      return idsOf(value)
    case 'text':
    case 'longText': {
      const text = typeof value === 'string' ? value.trim() : value
      return text === '' ? undefined : text
    }
    case 'switch':
      return value === true
    case 'date':
      return value === '' ? undefined : value
    default:
      return value ?? undefined
  }
}

/** What the form would send now. */
export const inputOf = (fields: readonly FormField[], values: FormValues, extra: FormValues = {}): FormValues => ({
  ...extra,
  ...Object.fromEntries(fields.map((field) => [field.name, sent(field, values[field.name])])),
})

const chosen = new Set(['select', 'date', 'person', 'people', 'unit', 'units', 'files'])

type Issue = Parameters<Exclude<z.core.$ZodErrorMap, undefined>>[0]

/** A fault in plain words; only where the schema says nothing of its own. */
export function sayIssue(issue: Issue, fields: readonly FormField[]): string {
  const field = fields.find(({ name }) => name === issue.path?.[0])
  const label = field?.label ?? '内容'
  const empty = issue.input === undefined || issue.input === null || issue.input === ''
  const none = Array.isArray(issue.input) && issue.input.length === 0
  if (empty || none) return `${field && chosen.has(field.kind) ? '请选择' : '请填写'}${label}`
  const size = issue as { code?: string; origin?: string; minimum?: number | bigint; maximum?: number | bigint }
  const counted = size.origin === 'string' ? '个字' : size.origin === 'array' ? '项' : ''
  if (issue.code === 'too_big') {
    return counted ? `${label}最多 ${size.maximum} ${counted}` : `${label}不能大于 ${size.maximum}`
  }
  if (issue.code === 'too_small') {
    return counted ? `${label}至少 ${size.minimum} ${counted}` : `${label}不能小于 ${size.minimum}`
  }
  return `${label}填写的格式不对`
}

/** The first fault of each field, by its name; what belongs to no field stands under `''`. */
export function check(
  schema: z.ZodType,
  fields: readonly FormField[],
  input: FormValues,
): { faults: Faults; parsed?: unknown } {
  const result = schema.safeParse(input, { error: (issue) => sayIssue(issue, fields) })
  if (result.success) return { faults: {}, parsed: result.data }
  return { faults: byField(result.error.issues, fields) }
}

/** Server faults come with paths like `posts.0.title`; the field is its first word. */
export const serverFaults = (
  errors: readonly { path: string; message: string }[],
  fields: readonly FormField[],
): Faults =>
  byField(
    errors.map(({ path, message }) => ({ path: path.split('.'), message })),
    fields,
  )

function byField(issues: readonly { path: readonly PropertyKey[]; message: string }[], fields: readonly FormField[]) {
  const faults: Record<string, string> = {}
  for (const { path, message } of issues) {
    const name = fields.find((field) => field.name === path[0])?.name ?? ''
    faults[name] ??= message
  }
  return faults
}

/** Whether the schema refuses to go without it. Asked of the schema itself, so that mark and check never differ. */
export const isRequired = (schema: z.ZodType, name: string): boolean => {
  const shape = (schema as { shape?: Record<string, z.ZodType> }).shape
  return shape?.[name] ? !shape[name].safeParse(undefined).success : false
}

/** An answer as the check page shows it. */
export function say(field: FormField, value: unknown): string {
  if (field.kind === 'custom') return field.say(value)
  if (field.kind === 'switch') return value === true ? field.on : field.off
  if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0))
    return '未填'
  switch (field.kind) {
    case 'select':
      return [value]
        .flat()
        .map((one) => field.options.find((option) => option.value === one)?.label ?? String(one))
        .join('、')
    case 'date':
      return day(String(value))
    case 'number':
      return `${value}${field.unit ? ` ${field.unit}` : ''}`
    case 'text':
    case 'longText':
      return String(value)
    default:
      return (value as { name: string }[]).map(({ name }) => name).join('、')
  }
}
