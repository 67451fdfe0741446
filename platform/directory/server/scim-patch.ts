import { bad } from './scim-error.ts'
import { type Filter, fulfils, type Path, parsePath } from './scim-filter.ts'
import { canonical, type Shape } from './scim-schema.ts'

export type Json = Record<string, unknown>
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

interface Operation {
  op: 'add' | 'replace' | 'remove'
  path?: string
  value: unknown
}
const MOST_OPERATIONS = 100
const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

const readOperations = (body: unknown): Operation[] => {
  const operations = isObject(body) ? body.Operations : undefined
  if (
    !isObject(body) ||
    !Array.isArray(body.schemas) ||
    !body.schemas.includes(PATCH_SCHEMA) ||
    !Array.isArray(operations)
  )
    throw bad('invalidSyntax', `PATCH 的内容须有 schemas（${PATCH_SCHEMA}）和 Operations。`)
  if (operations.length === 0 || operations.length > MOST_OPERATIONS)
    throw bad('invalidSyntax', `Operations 须有 1 至 ${MOST_OPERATIONS} 项。`)
  return operations.map((operation: unknown) => {
    // Some clients write Add and Replace.
    const op = isObject(operation) && typeof operation.op === 'string' ? operation.op.toLowerCase() : ''
    if (!isObject(operation) || (op !== 'add' && op !== 'replace' && op !== 'remove'))
      throw bad('invalidSyntax', 'op 须为 add、replace 或 remove。')
    if (operation.path !== undefined && typeof operation.path !== 'string') throw bad('invalidPath', 'path 须为文字。')
    if (op === 'remove' && !operation.path) throw bad('noTarget', 'remove 须有 path。')
    if (op !== 'remove' && operation.value === undefined) throw bad('invalidValue', `${op} 须有 value。`)
    return { op, path: operation.path, value: operation.value }
  })
}

const elementsOf = (value: unknown): Json[] => {
  const list = Array.isArray(value) ? value : [value]
  if (!list.every(isObject)) throw bad('invalidValue', '多值属性的每一项须为对象。')
  return list
}
const same = (a: Json, b: Json): boolean => a.value !== undefined && a.value === b.value

/** What an `eq` of the filter says of an element that is to be made. */
const impliedBy = (filter: Filter): Json => {
  if (filter.is === 'and') return { ...impliedBy(filter.left), ...impliedBy(filter.right) }
  return filter.is === 'compare' && filter.op === 'eq' ? { [filter.path]: filter.value } : {}
}

const patchMatching = (list: Json[], op: Operation['op'], path: Path, value: unknown): Json[] => {
  const filter = path.filter!
  const change = (element: Json): Json => {
    if (path.sub) return { ...element, [path.sub]: value }
    if (!isObject(value)) throw bad('invalidValue', '多值属性的每一项须为对象。')
    return { ...element, ...value }
  }
  if (op === 'remove') {
    if (!path.sub) return list.filter((element) => !fulfils(element, filter))
    return list.map((element) => (fulfils(element, filter) ? { ...element, [path.sub!]: undefined } : element))
  }
  if (list.some((element) => fulfils(element, filter)))
    return list.map((element) => (fulfils(element, filter) ? change(element) : element))
  if (op === 'replace') throw bad('noTarget', '没有符合条件的项可以替换。')
  return [...list, change(impliedBy(filter))]
}

const patchList = (list: Json[], op: Operation['op'], path: Path, value: unknown): Json[] => {
  if (path.filter) return patchMatching(list, op, path, value)
  // `remove members` with a value takes those away: what several clients send instead of a filter.
  if (op === 'remove')
    return value === undefined ? [] : list.filter((one) => !elementsOf(value).some((gone) => same(one, gone)))
  const given = elementsOf(value)
  return op === 'replace' ? given : [...list.filter((one) => !given.some((added) => same(one, added))), ...given]
}

const merged = (old: unknown, value: unknown): unknown =>
  isObject(old) && isObject(value) ? { ...old, ...value } : value

const applyOne = (resource: Json, shape: Shape, operation: Operation): void => {
  const { op, value } = operation
  if (!operation.path) {
    if (!isObject(value)) throw bad('invalidValue', '没有 path 时 value 须为对象。')
    for (const [key, part] of Object.entries(value))
      if (key.toLowerCase() !== 'schemas') applyOne(resource, shape, { op, path: key, value: part })
    return
  }
  const path = parsePath(operation.path)
  const known = canonical(shape, path.attribute)
  if (!known) throw bad('invalidPath', `没有“${path.attribute}”这个属性。`)
  const { keys, attribute } = known
  if (attribute.readOnly) throw bad('mutability', `“${path.attribute}”只读，不能修改。`)
  if (path.filter && !attribute.many) throw bad('invalidPath', `“${path.attribute}”不是多值属性。`)
  const [top, sub] = keys as [string, string | undefined]
  if (attribute.many) {
    if (sub) throw bad('invalidPath', `“${path.attribute}”须用方括号指明是哪一项。`)
    resource[top] = patchList(elementsOf(resource[top] ?? []), op, path, value)
  } else if (sub) {
    const old = isObject(resource[top]) ? resource[top] : {}
    resource[top] = { ...old, [sub]: op === 'remove' ? undefined : value }
  } else resource[top] = op === 'remove' ? undefined : merged(resource[top], value)
}

/** The resource after the operations of RFC 7644 §3.5.2, all or none. */
export const applyPatch = (resource: Json, shape: Shape, body: unknown): Json => {
  const next = structuredClone(resource)
  for (const operation of readOperations(body)) applyOne(next, shape, operation)
  return next
}
