import type { SyncNode, TreePart } from '../../contract/sync.ts'

const sums = (differences: readonly number[]): number[] => {
  let sum = 0
  return differences.map((difference) => (sum += difference))
}

const namesOf = (text: string): string[] => {
  let before = ''
  return text.split('\n').map((line) => {
    before = before.slice(0, Number.parseInt(line[0] ?? '0', 36)) + line.slice(1)
    return before
  })
}

const shortNameOf = (name: string, line: string | undefined): string => {
  if (!line) return name
  return line.startsWith('\t') ? name.slice(Number.parseInt(line[1]!, 36)) : line
}

/** What a part travelled with, as units. @throws when it is not such a part: the answer of something else, or of another version */
export const decodePart = (part: TreePart): SyncNode[] => {
  if (part.format !== 1) throw new Error(`tree part of format ${String(part.format)}`)
  if (part.no.length === 0) return []
  const [no, parent, sort] = [sums(part.no), sums(part.parent), sums(part.sort)]
  const names = namesOf(part.names)
  const shortNames = part.shortNames.split('\n')
  const lengths = [no, parent, sort, part.kind, part.level, part.children, part.people, names, shortNames]
  if (lengths.some((column) => column.length !== no.length)) throw new Error('tree part with columns of unequal length')
  return names.map((name, at) => ({
    no: no[at]!,
    parent: parent[at]!,
    sort: sort[at]!,
    kind: part.kinds[part.kind[at]!]!,
    level: part.level[at]!,
    name,
    shortName: shortNameOf(name, shortNames[at]),
    children: part.children[at]!,
    people: part.people[at]!,
  }))
}
