import { cover, fold, type HashAlgorithm, nodeHash, type Subtree } from './merkle.ts'

/** The right edge of a growing tree: enough to append and to know the root, in the space of a logarithm. */
export interface Frontier {
  size(): number
  root(): Buffer
  /** the whole subtrees of the edge, largest first: what `frontierAt` takes */
  hashes(): readonly Uint8Array[]
  /** calls back for each subtree that this leaf completes, smallest first, the leaf itself left out */
  append(leaf: Uint8Array, completed?: (subtree: Subtree, hash: Uint8Array) => void): void
}

/** The edge of a tree of `size` leaves, from the hashes of its whole subtrees (`cover({ start: 0, end: size })`). */
export const frontierAt = (algorithm: HashAlgorithm, start: number, hashes: readonly Uint8Array[]): Frontier => {
  const parts = cover({ start: 0, end: start })
  if (parts.length !== hashes.length) throw new RangeError('the edge of a tree has one hash for each whole subtree')
  const edge = parts.map((part, at) => ({ height: part.height, hash: hashes[at]! }))
  let size = start
  return {
    size: () => size,
    root: () =>
      fold(
        algorithm,
        edge.map(({ hash }) => hash),
      ),
    hashes: () => edge.map(({ hash }) => hash),
    append(leaf, completed) {
      let [height, hash] = [0, leaf]
      size++
      while (edge.at(-1)?.height === height) {
        hash = nodeHash(algorithm, edge.pop()!.hash, hash)
        height++
        completed?.({ height, index: size / 2 ** height - 1 }, hash)
      }
      edge.push({ height, hash })
    },
  }
}
