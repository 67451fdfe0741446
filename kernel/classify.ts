import type { Query } from '#kernel/db'

/**
 * Data class, purpose and retention of every business column, declared once in its SQL comment:
 * `说明 [class; purpose; retention]`; purpose and retention come from the table's own comment when left out.
 * Classes follow GB/T 43697-2024's order of harm and PIPL art. 28 for `sensitive`.
 */
export const dataClasses = ['public', 'internal', 'personal', 'sensitive', 'secret'] as const
export type DataClass = (typeof dataClasses)[number]

export interface ColumnClass {
  schema: string
  table: string
  column: string
  type: string
  nullable: boolean
  title: string
  dataClass: DataClass
  purpose: string
  retention: string
}
export interface Unclassified {
  schema: string
  table: string
  column: string
}

const note = /^(?<title>.*?)\s*\[(?<dataClass>[a-z]+)(?:;\s*(?<purpose>[^;\]]+);\s*(?<retention>[^\]]+))?\]$/s

export const parseNote = (comment: string | null) => {
  const groups = comment ? note.exec(comment)?.groups : undefined
  const dataClass = dataClasses.find((name) => name === groups?.dataClass)
  if (!groups || !dataClass) return null
  return { title: groups.title ?? '', dataClass, purpose: groups.purpose?.trim(), retention: groups.retention?.trim() }
}

/** Reads the declarations back from the database; what lacks one comes in `missing`, and fails the check. */
export const readClasses = async (query: Query, schemas: readonly string[]) => {
  const rows = await query<{
    schema: string
    table: string
    column: string
    type: string
    nullable: boolean
    comment: string | null
    tableComment: string | null
  }>(
    `select n.nspname as schema, c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
       not a.attnotnull as nullable, col_description(c.oid, a.attnum) as comment, obj_description(c.oid, 'pg_class') as "tableComment"
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition
       and not (n.nspname = 'kernel' and c.relname = 'migration')
     order by 1, 2, a.attnum`,
    [schemas],
  )
  const columns: ColumnClass[] = []
  const missing: Unclassified[] = []
  for (const { schema, table, column, type, nullable, comment, tableComment } of rows) {
    const own = parseNote(comment)
    const general = parseNote(tableComment)
    const purpose = own?.purpose ?? general?.purpose
    const retention = own?.retention ?? general?.retention
    if (!own || !purpose || !retention) missing.push({ schema, table, column })
    else
      columns.push({
        schema,
        table,
        column,
        type,
        nullable,
        title: own.title,
        dataClass: own.dataClass,
        purpose,
        retention,
      })
  }
  return { columns, missing }
}

/** 13812342716 → 138****2716; shorter text keeps its ends. */
export const maskText = (text: string): string => {
  if (text.length <= 2) return '*'.repeat(text.length)
  if (text.length < 8) return `${text[0]}${'*'.repeat(text.length - 2)}${text.at(-1)}`
  return `${text.slice(0, 3)}${'*'.repeat(text.length - 7)}${text.slice(-4)}`
}

// A mobile number (11 digits, in groups or not) and a citizen identity number (GB 11643), wherever somebody typed one: in a search, in a note.
const NUMBERS =
  /(?<!\w)(?:(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}|[1-9]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])(?!\w)/g
const withoutNumbers = (text: string): string => text.replace(NUMBERS, maskText)

// Names a log line may carry although they are no columns.
const alwaysSecret = ['password', 'token', 'secret', 'authorization', 'cookie', 'identityNumber', 'idNumber']
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Says for a property name how a log or an audit detail may show it; built from the declared classes. */
export class Redactor {
  private readonly classes = new Map<string, DataClass>()
  learn(columns: readonly ColumnClass[]): void {
    for (const { column, dataClass } of columns) {
      const known = this.classes.get(camel(column))
      if (!known || dataClasses.indexOf(dataClass) > dataClasses.indexOf(known))
        this.classes.set(camel(column), dataClass)
    }
  }
  /** pino's own fields stay as they are; everything a caller added is bounded and masked. */
  redactLog(line: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(line).map(([key, value]) => [key, key === 'err' ? value : this.redact(value, key)]),
    )
  }
  /** A copy of an answer in which the values of sensitive columns (a mobile number) show only their ends. */
  mask(value: unknown, key = ''): unknown {
    if (typeof value === 'string') return this.classes.get(camel(key)) === 'sensitive' ? maskText(value) : value
    if (Array.isArray(value)) return value.map((item) => this.mask(item, key))
    if (value === null || typeof value !== 'object' || value instanceof Date) return value
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.mask(item, name)]))
  }
  /** A copy that may be logged: secrets vanish, sensitive values are masked, depth and length are bounded. */
  redact(value: unknown, key = '', depth = 0): unknown {
    const dataClass = alwaysSecret.includes(key) ? 'secret' : this.classes.get(camel(key))
    if (value === null || value === undefined) return value
    if (dataClass === 'secret') return '[已隐去]'
    if (typeof value === 'string')
      return dataClass === 'sensitive' ? maskText(value) : withoutNumbers(value.slice(0, 500))
    if (typeof value !== 'object') return value
    if (depth > 5) return '[过深]'
    if (Array.isArray(value)) return value.slice(0, 50).map((item) => this.redact(item, key, depth + 1))
    if (value instanceof Date) return value.toISOString()
    return Object.fromEntries(
      Object.entries(value)
        .slice(0, 100)
        .map(([name, item]) => [name, this.redact(item, name, depth + 1)]),
    )
  }
}
