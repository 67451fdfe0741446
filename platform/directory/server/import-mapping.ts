import type { ImportKind, ImportMapping } from '../contract/transfer.ts'
import { fieldsOf } from './import-fields.ts'

/** 公民身份号码（必填）* and 公民身份号码 are one title. */
export const plainTitle = (title: string): string =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[(（[【].*?[)）\]】]/gu, '')
    .replace(/[\s*:：_/、.-]+/gu, '')

/** Guesses which column holds which field: what the unit chose last time first, then the usual names; no column twice. */
export const suggestMapping = (
  kind: ImportKind,
  header: readonly string[],
  remembered: Readonly<Record<string, string>>,
): ImportMapping => {
  const fields = fieldsOf(kind)
  const titles = header.map(plainTitle)
  const mapping: ImportMapping = {}
  const taken = new Set<number>()
  const take = (field: string, column: number): void => {
    if (column < 0 || taken.has(column) || field in mapping || !(field in fields)) return
    mapping[field] = column
    taken.add(column)
  }
  for (const [column, title] of titles.entries()) if (remembered[title]) take(remembered[title], column)
  for (const [field, { title }] of Object.entries(fields)) take(field, titles.indexOf(plainTitle(title)))
  // A synonym that is another field's own name (电话, 部门) counts only when that one is not there: hence after all titles.
  for (const [field, { synonyms }] of Object.entries(fields))
    for (const synonym of synonyms)
      take(
        field,
        titles.findIndex((title, at) => !taken.has(at) && title === plainTitle(synonym)),
      )
  return mapping
}

/** What is wrong with a mapping somebody made, as sentences; empty when it will do. */
export const mappingFaults = (kind: ImportKind, header: readonly string[], mapping: ImportMapping): string[] => {
  const fields = fieldsOf(kind)
  const faults: string[] = []
  const users = new Map<number, string>()
  for (const [field, column] of Object.entries(mapping)) {
    const known = Object.hasOwn(fields, field) ? fields[field] : undefined
    if (!known) faults.push(`没有“${field}”这个字段。`)
    else if (column >= header.length) faults.push(`“${known.title}”对应的第 ${column + 1} 列不存在。`)
    else if (users.has(column)) faults.push(`“${users.get(column)}”和“${known.title}”对应了同一列，请改正其中一个。`)
    else users.set(column, known.title)
  }
  for (const [field, { title, required }] of Object.entries(fields))
    if (required && !(field in mapping)) faults.push(`请指出“${title}”在哪一列。`)
  return faults
}

/** What the unit will be offered next time: plain title of the column → field. */
export const rememberedOf = (header: readonly string[], mapping: ImportMapping): Record<string, string> =>
  Object.fromEntries(Object.entries(mapping).map(([field, column]) => [plainTitle(header[column] ?? ''), field]))
