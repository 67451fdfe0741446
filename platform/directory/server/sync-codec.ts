import type { UnitKind } from '../contract/browse.ts'
import type { SyncNode, TreePart } from '../contract/sync.ts'

const steps = (values: readonly number[]): number[] => values.map((value, at) => value - (values[at - 1] ?? 0))
// A name with a line break or a tab would be taken for two, or for a sign.
const oneLine = (text: string): string => text.replace(/[\n\t]/g, ' ')

/** At most 35 characters: one base-36 digit says how many. */
const shared = (before: string, name: string): number => {
  let length = 0
  while (length < 35 && length < name.length && before[length] === name[length]) length++
  return length
}
const frontCoded = (names: readonly string[]): string =>
  names
    .map((name, at) => {
      const keep = shared(names[at - 1] ?? '', name)
      return keep.toString(36) + name.slice(keep)
    })
    .join('\n')

const shortened = (name: string, shortName: string): string => {
  if (name === shortName) return ''
  const from = name.length - shortName.length
  return from > 0 && from < 36 && name.endsWith(shortName) ? `\t${from.toString(36)}` : shortName
}

/** The columns of `TreePart`; rows come with siblings together, as they are shown. */
export const encodePart = (
  head: Pick<TreePart, 'ver' | 'view' | 'county'>,
  rows: readonly Omit<SyncNode, 'id'>[],
): TreePart => {
  const kinds: UnitKind[] = [...new Set(rows.map((row) => row.kind))]
  const names = rows.map((row) => oneLine(row.name))
  return {
    format: 1,
    ...head,
    no: steps(rows.map((row) => row.no)),
    parent: steps(rows.map((row) => row.parent)),
    sort: steps(rows.map((row) => row.sort)),
    kind: rows.map((row) => kinds.indexOf(row.kind)),
    kinds,
    level: rows.map((row) => row.level),
    children: rows.map((row) => row.children),
    people: rows.map((row) => row.people),
    names: frontCoded(names),
    shortNames: rows.map((row, at) => shortened(names[at]!, oneLine(row.shortName))).join('\n'),
  }
}
