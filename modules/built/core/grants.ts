import { accessTo } from '#platform/forms'
import type { Access } from '#platform/forms/contract'
import type { Entity, Grant } from '../contract/definition.ts'
import { fieldsOf } from './derive.ts'

/** What the grants that hold for one row add up to: of each field the most that any of them gives. */

type Level = 'hide' | 'read' | 'write' | 'required'
/** `write` is more than `required`: it lets one leave the field empty. */
const MORE: Readonly<Record<Level, number>> = { hide: 0, read: 1, required: 2, write: 3 }

/** Numbers that are counted are nobody's to write. */
const capped = (entity: Entity, key: string, level: Level, mayWrite: boolean): Level =>
  level === 'hide' || (mayWrite && !entity.rollups?.some(({ field }) => field === key)) ? level : 'read'

export const addUp = (entity: Entity, grants: readonly Grant[], mayWrite: (grant: Grant) => boolean): Access => {
  const fields: Record<string, Level> = {}
  const most = (path: string, key: string, table?: { key: string }): void => {
    let best: Level = 'hide'
    for (const grant of grants) {
      const level = capped(
        entity,
        table?.key ?? key,
        accessTo({ rest: grant.rest, fields: grant.fields ?? {} }, key, table),
        mayWrite(grant),
      )
      if (MORE[level] > MORE[best]) best = level
    }
    fields[path] = best
  }
  for (const field of fieldsOf(entity)) {
    most(field.key, field.key)
    if (field.type === 'table')
      for (const column of field.columns) most(`${field.key}.${column.key}`, column.key, field)
  }
  return { rest: 'hide', fields }
}

export const isShown = ({ rest, fields = {} }: Pick<Grant, 'rest' | 'fields'>, key: string): boolean =>
  accessTo({ rest, fields }, key) !== 'hide'
