import { sha256, sm3 } from '#kernel/crypto'

/** The Merkle tree of RFC 9162 §2.1 (the same as RFC 6962's), over any hash. Sizes and positions are numbers below 2^53. */

export interface HashAlgorithm {
  readonly id: 'sm3' | 'sha256'
  hash(data: Uint8Array): Buffer
}
export const algorithms: Readonly<Record<HashAlgorithm['id'], HashAlgorithm>> = {
  sm3: { id: 'sm3', hash: sm3 },
  sha256: { id: 'sha256', hash: sha256 },
}
export const HASH_BYTES = 32

/** A proof or a position that no tree can have; the sentence is for whoever asked. */
export class MerkleError extends Error {
  override readonly name = 'MerkleError'
}

/** HASH(0x00 ‖ data): a leaf can never pass for an inner node (RFC 9162 §2.1.1). */
export const leafHash = ({ hash }: HashAlgorithm, data: Uint8Array): Buffer => {
  const bytes = Buffer.allocUnsafe(1 + data.length)
  bytes[0] = 0
  bytes.set(data, 1)
  return hash(bytes)
}

/** HASH(0x01 ‖ left ‖ right). */
export const nodeHash = ({ hash }: HashAlgorithm, left: Uint8Array, right: Uint8Array): Buffer => {
  const bytes = Buffer.allocUnsafe(1 + 2 * HASH_BYTES)
  bytes[0] = 1
  bytes.set(left, 1)
  bytes.set(right, 1 + HASH_BYTES)
  return hash(bytes)
}

/** A whole subtree of 2^height leaves, the `index`th of its height. */
export interface Subtree {
  height: number
  index: number
}
export interface Range {
  start: number
  end: number
}

/** The whole subtrees that make up the leaves of a range that is a node of some tree, from left to right. */
export const cover = ({ start, end }: Range): Subtree[] => {
  const parts: Subtree[] = []
  for (let at = start; at < end; ) {
    let height = 0
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= end) height++
    parts.push({ height, index: at / 2 ** height })
    at += 2 ** height
  }
  return parts
}

/** The hash of such a range: its subtrees folded from the right, for only the rightmost may be incomplete. */
export const fold = (algorithm: HashAlgorithm, hashes: readonly Uint8Array[]): Buffer => {
  const last = hashes.at(-1)
  if (!last) return algorithm.hash(new Uint8Array())
  return Buffer.from(hashes.slice(0, -1).reduceRight((right, left) => nodeHash(algorithm, left, right), last))
}

/** The largest power of two below n. */
const split = (n: number): number => {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

const checkSize = (size: number): void => {
  if (!Number.isSafeInteger(size) || size < 1) throw new MerkleError('树的条数须是正整数；空的日志没有可证明的内容。')
}

/** PATH(m, D_n) of RFC 9162 §2.1.3.1, as the ranges whose hashes make the path, nearest first. */
export const inclusionRanges = (index: number, size: number): Range[] => {
  checkSize(size)
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new MerkleError('序号须在 0 与条数之间（不含条数）。')
  const ranges: Range[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + split(end - start)
    ranges.unshift(index < middle ? { start: middle, end } : { start, end: middle })
    if (index < middle) end = middle
    else start = middle
  }
  return ranges
}

/** PROOF(m, D_n) of RFC 9162 §2.1.4.1, likewise; empty when both sizes are the same. */
export const consistencyRanges = (first: number, second: number): Range[] => {
  checkSize(first)
  checkSize(second)
  if (first > second) throw new MerkleError('前一个条数不能大于后一个条数。')
  const ranges: Range[] = []
  let [start, end] = [0, second]
  // While the first tree is the whole left edge its root is known to the verifier.
  let known = true
  while (first !== end) {
    const middle = start + split(end - start)
    if (first <= middle) {
      ranges.unshift({ start: middle, end })
      end = middle
    } else {
      ranges.unshift({ start, end: middle })
      start = middle
      known = false
    }
  }
  if (!known) ranges.unshift({ start, end })
  return ranges
}

const isHash = (hash: Uint8Array): boolean => hash.length === HASH_BYTES
const half = (n: number): number => Math.floor(n / 2)
const odd = (n: number): boolean => n % 2 === 1

/** RFC 9162 §2.1.3.2. False for anything that does not prove it, malformed input included. */
export const verifyInclusion = (
  algorithm: HashAlgorithm,
  proof: { index: number; size: number; leaf: Uint8Array; path: readonly Uint8Array[]; root: Uint8Array },
): boolean => {
  const { index, size, path } = proof
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) return false
  if (![proof.leaf, proof.root, ...path].every(isHash)) return false
  let [fn, sn] = [index, size - 1]
  let r: Buffer = Buffer.from(proof.leaf)
  for (const p of path) {
    if (sn === 0) return false
    if (odd(fn) || fn === sn) {
      r = nodeHash(algorithm, p, r)
      while (!odd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)]
    } else r = nodeHash(algorithm, r, p)
    ;[fn, sn] = [half(fn), half(sn)]
  }
  return sn === 0 && r.equals(proof.root)
}

/** RFC 9162 §2.1.4.2, with the trivial case of equal sizes: then the path is empty and the roots are the same. */
export const verifyConsistency = (
  algorithm: HashAlgorithm,
  proof: { first: number; second: number; path: readonly Uint8Array[]; firstRoot: Uint8Array; secondRoot: Uint8Array },
): boolean => {
  const { first, second, firstRoot, secondRoot } = proof
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 1 || first > second) return false
  if (![firstRoot, secondRoot, ...proof.path].every(isHash)) return false
  if (first === second) return proof.path.length === 0 && Buffer.from(firstRoot).equals(secondRoot)
  if (proof.path.length === 0) return false
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof.path] : proof.path
  let [fn, sn] = [first - 1, second - 1]
  while (odd(fn)) [fn, sn] = [half(fn), half(sn)]
  let fr: Buffer = Buffer.from(path[0]!)
  let sr = fr
  for (const c of path.slice(1)) {
    if (sn === 0) return false
    if (odd(fn) || fn === sn) {
      fr = nodeHash(algorithm, c, fr)
      sr = nodeHash(algorithm, c, sr)
      while (!odd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)]
    } else sr = nodeHash(algorithm, sr, c)
    ;[fn, sn] = [half(fn), half(sn)]
  }
  return sn === 0 && fr.equals(firstRoot) && sr.equals(secondRoot)
}
