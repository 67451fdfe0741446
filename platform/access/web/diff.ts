/** A line of two texts laid beside each other; line numbers count from 1. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed'
  text: string
  before: number | null
  after: number | null
}

/** Lengths of the longest common subsequence of what follows each pair of places. */
const tails = (a: readonly string[], b: readonly string[]): Uint32Array[] => {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      rows[i]![j] = a[i] === b[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!)
  return rows
}

/** Two texts that differ all over are shown as one after the other: the table would not fit. */
const MOST_CELLS = 4_000_000

/** What was taken out and put in, line by line; what is the same at both ends is never compared, which keeps long texts cheap. */
export const diffLines = (before: string, after: string): DiffLine[] => {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++
  let tail = 0
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const lines: DiffLine[] = []
  const same = (i: number, j: number) => lines.push({ kind: 'same', text: a[i]!, before: i + 1, after: j + 1 })
  for (let i = 0; i < head; i++) same(i, i)
  const [midA, midB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)]
  const common = midA.length * midB.length <= MOST_CELLS ? tails(midA, midB) : []
  let [i, j] = [0, 0]
  while (i < midA.length || j < midB.length) {
    if (i < midA.length && j < midB.length && midA[i] === midB[j]) same(head + i++, head + j++)
    else if (j >= midB.length || (i < midA.length && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0)))
      lines.push({ kind: 'removed', text: midA[i]!, before: head + ++i, after: null })
    else lines.push({ kind: 'added', text: midB[j]!, before: null, after: head + ++j })
  }
  for (let k = 0; k < tail; k++) same(a.length - tail + k, b.length - tail + k)
  return lines
}
