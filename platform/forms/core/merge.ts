import { type Access, type Data, type Json, type Problem, ROW } from '../contract/data.ts'
import type { FormDefinition, Table } from '../contract/definition.ts'
import { accessTo, isWritable } from './access.ts'
import { rowsOf } from './evaluate.ts'
import { isObject, textOf } from './kinds/kind.ts'
import { isGiven, plannedForm } from './plan.ts'

const isSame = (kept: Json | undefined, given: Json): boolean => JSON.stringify(kept ?? null) === JSON.stringify(given)

export interface Merged {
  data: Record<string, Json>
  /** what was given and may not be: refuse the whole */
  refused: Problem[]
}

/**
 * What is kept with what is given, as far as this access lets one write. A field that is hidden answers like one that does not exist.
 * Rows keep the name they have; what a row holds in columns that may not be written here stays.
 */
export const merge = (definition: FormDefinition, kept: Data, given: Data, access: Access): Merged => {
  const { byPath } = plannedForm(definition)
  const data: Record<string, Json> = { ...kept }
  const refused: Problem[] = []
  for (const [key, value] of Object.entries(given)) {
    const planned = key.includes('.') ? undefined : byPath.get(key)
    const level = planned ? accessTo(access, key) : 'hide'
    if (!planned || level === 'hide') refused.push({ path: key, message: `表单里没有“${key.slice(0, 40)}”这个字段。` })
    // What a formula gives is worked out again, whatever came in.
    else if (isGiven(planned)) continue
    else if (planned.field.type === 'table') {
      const rows = mergeRows(definition, planned.field, kept[key] ?? null, value, access)
      data[key] = rows.value
      refused.push(...rows.refused)
    } else if (isWritable(level)) data[key] = value
    else if (!isSame(kept[key], value))
      refused.push({ path: key, message: `「${planned.field.title}」在这一步不能填写。` })
  }
  return { data, refused }
}

const mergeRows = (
  definition: FormDefinition,
  table: Table,
  kept: Json,
  given: Json,
  access: Access,
): { value: Json; refused: Problem[] } => {
  const { byPath } = plannedForm(definition)
  const old = new Map(rowsOf(kept).map((row) => [textOf(row[ROW]), row]))
  if (given !== null && !Array.isArray(given))
    return { value: kept, refused: [{ path: table.key, message: `「${table.title}」的格式有误，请重新填写。` }] }
  const rows = given ?? []
  const refused: Problem[] = []
  const named = rows.map((row) => (isObject(row) ? textOf(row[ROW]) : ''))
  const same = named.length === old.size && named.every((name) => old.has(name)) && new Set(named).size === named.length
  if (!isWritable(accessTo(access, table.key)) && !same)
    refused.push({ path: table.key, message: `「${table.title}」在这一步不能增减行。` })
  const seen = new Set<string>()
  const value = rows.map((row, at) => {
    if (!isObject(row)) return row
    const name = nameOf(row, old, seen)
    const before = old.get(name) ?? {}
    const next: Record<string, Json> = { ...before, [ROW]: name }
    for (const [key, cell] of Object.entries(row)) {
      if (key === ROW) continue
      const path = `${table.key}.${at}.${key}`
      const column = byPath.get(`${table.key}.${key}`)
      const level = column ? accessTo(access, key, table) : 'hide'
      if (!column || level === 'hide')
        refused.push({ path, message: `「${table.title}」里没有“${key.slice(0, 40)}”这一列。` })
      else if (column.formula) continue
      else if (isWritable(level)) next[key] = cell
      else if (!isSame(before[key], cell))
        refused.push({ path, message: `「${column.field.title}」在这一步不能填写。` })
    }
    return next
  })
  return { value, refused: refused.slice(0, 100) }
}

const NAME = /^[A-Za-z0-9_-]{1,40}$/
/** The name a row already has, or a fresh one that no row has: the smallest number that is free. */
const nameOf = (row: Record<string, Json>, old: ReadonlyMap<string, unknown>, seen: Set<string>): string => {
  let name = textOf(row[ROW])
  if (!NAME.test(name) || seen.has(name)) {
    let next = old.size + seen.size + 1
    while (old.has(`r${next}`) || seen.has(`r${next}`)) next++
    name = `r${next}`
  }
  seen.add(name)
  return name
}
