import type { Access, AccessLevel } from '../contract/data.ts'
import type { Table } from '../contract/definition.ts'

/** What may be done with a field; a column is what its sub-table is where it is not named itself, and hidden where that is. */
export const accessTo = ({ rest, fields }: Access, key: string, table?: Pick<Table, 'key'>): AccessLevel => {
  const own = (name: string): AccessLevel | undefined => (Object.hasOwn(fields, name) ? fields[name] : undefined)
  if (!table) return own(key) ?? rest
  const whole = own(table.key) ?? rest
  if (whole === 'hide') return 'hide'
  return own(`${table.key}.${key}`) ?? (whole === 'required' ? 'write' : whole)
}

export const isWritable = (level: AccessLevel): boolean => level === 'write' || level === 'required'
export const EVERYTHING: Access = { rest: 'write', fields: {} }
