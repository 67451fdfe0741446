import { type Compiled, compileExpression, FeelSyntaxError, type FeelType } from '#platform/feel'
import type { Column, Field, Table } from '../contract/definition.ts'
import { feelTypeOf } from './kinds.ts'

/** A rule of a field, compiled: what it reads, and of sub-tables which columns. */
export interface Rule {
  compiled: Compiled
  /** names of fields of the form, and of columns of the sub-table it belongs to */
  reads: readonly string[]
  columns: ReadonlyMap<string, readonly string[]>
}

/** What every expression may name beside the fields. */
export const FILLER = '填报人'
const FILLER_TYPE: FeelType = { context: { 标识: 'string', 姓名: 'string', 单位: 'string' } }

/** The names one expression can see: the form's fields, and those of the row it belongs to. */
export class Scope {
  readonly #fields = new Map<string, Field | Column>()
  readonly #row: Table | undefined

  constructor(fields: readonly Field[], row?: Table) {
    for (const field of fields) this.#fields.set(field.key, field)
    for (const column of row?.columns ?? []) this.#fields.set(column.key, column)
    this.#row = row
  }

  /** @throws FeelSyntaxError */
  compile(text: string): Rule {
    const compiled = this.#compile(text)
    const reads = compiled.reads.filter((name) => name !== FILLER)
    const columns = new Map<string, readonly string[]>()
    for (const name of reads) {
      const field = this.#fields.get(name)
      if (field?.type === 'table') columns.set(name, this.#columnsUsed(text, compiled.reads, field))
    }
    return { compiled, reads, columns }
  }

  isOfRow(name: string): boolean {
    return this.#row?.columns.some(({ key }) => key === name) ?? false
  }

  /** Names that do not stand in the text are left out: declaring hundreds for each expression would take most of the time. */
  #compile(text: string): Compiled {
    const all = [FILLER, ...this.#fields.keys()]
    try {
      return compileExpression(text, { names: this.#types(all.filter((name) => text.includes(name))) })
    } catch (error) {
      if (!(error instanceof FeelSyntaxError) || error.code !== 'unknown-name') throw error
      // Once more with all of them, so that close names are told.
      return compileExpression(text, { names: this.#types(all) })
    }
  }

  #types(names: readonly string[], without?: { table: string; column: string }): Record<string, FeelType> {
    return Object.fromEntries(
      names.map((name) => {
        if (name === FILLER) return [name, FILLER_TYPE]
        const columns = (key: string): boolean => name !== without?.table || key !== without.column
        return [name, feelTypeOf(this.#fields.get(name) as Field, columns)]
      }),
    )
  }

  /** Types are known, so an expression that uses a column does not compile without it. */
  #columnsUsed(text: string, reads: readonly string[], { key, columns }: Table): string[] {
    return columns
      .filter((column) => text.includes(column.key))
      .filter((column) => {
        try {
          compileExpression(text, { names: this.#types(reads, { table: key, column: column.key }) })
          return false
        } catch {
          return true
        }
      })
      .map((column) => column.key)
  }
}

const WORDS: Readonly<Record<string, string>> = {
  number: '数字',
  string: '文字',
  boolean: '是或否',
  date: '日期',
  time: '时间',
  'date and time': '日期和时间',
  'days and time duration': '时长',
  'years and months duration': '年月时长',
}
const wordOf = (type: FeelType): string => {
  if (typeof type === 'string') return WORDS[type] ?? '别的内容'
  return 'list' in type ? '一列内容' : '一组内容'
}
const isOpen = (type: FeelType | undefined): boolean => type === undefined || type === 'Any' || type === 'Null'

/** What is wrong with the type of an answer; null where it fits, or is only known when it runs. */
export const answerFault = ({ compiled }: Rule, wanted: FeelType): string | null => {
  const { type } = compiled
  if (type === undefined || isOpen(type) || type === wanted) return null
  const both = typeof type === 'object' && typeof wanted === 'object'
  if (both && 'list' in type === 'list' in wanted) return null
  return `应得到${wordOf(wanted)}，现在得到的是${wordOf(type)}。`
}
