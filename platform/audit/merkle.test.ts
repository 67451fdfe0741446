import { describe, expect, it } from 'vitest'
import { frontierAt } from './server/frontier.ts'
import {
  algorithms,
  consistencyRanges,
  cover,
  fold,
  type HashAlgorithm,
  inclusionRanges,
  leafHash,
  MerkleError,
  nodeHash,
  type Range,
  verifyConsistency,
  verifyInclusion,
} from './server/merkle.ts'

const { sha256, sm3 } = algorithms
const hex = (text: string): Buffer => Buffer.from(text, 'hex')

/** The tree of the Certificate Transparency test data (RFC 6962 reference implementation, merkletree/merkle_tree_test). */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  hex,
)
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
// Leaf index from 1, size, path: as the reference test has them.
const INCLUSION: [number, number, string[]][] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [3, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    2,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
]
const CONSISTENCY: [number, number, string[]][] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
]

/** MTH of RFC 9162 §2.1.1, word for word: slow, and independent of what it is compared with. */
const mth = (algorithm: HashAlgorithm, leaves: readonly Buffer[]): Buffer => {
  if (leaves.length === 0) return algorithm.hash(new Uint8Array())
  if (leaves.length === 1) return leafHash(algorithm, leaves[0]!)
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1))
  return nodeHash(algorithm, mth(algorithm, leaves.slice(0, k)), mth(algorithm, leaves.slice(k)))
}
const hashOf = (algorithm: HashAlgorithm, leaves: readonly Buffer[]) => (range: Range) =>
  fold(
    algorithm,
    cover(range).map(({ height, index }) =>
      mth(algorithm, leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)),
    ),
  )
const texts = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('hex'))

describe('the public vectors (SHA-256)', () => {
  it.each(ROOTS.map((root, at) => [at + 1, root] as const))('root of %i leaves', (size, root) => {
    expect(mth(sha256, LEAVES.slice(0, size)).toString('hex')).toBe(root)
    const tree = frontierAt(sha256, 0, [])
    for (const leaf of LEAVES.slice(0, size)) tree.append(leafHash(sha256, leaf))
    expect(tree.root().toString('hex')).toBe(root)
  })
  it('root of nothing', () => {
    expect(frontierAt(sha256, 0, []).root().toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
  })
  it.each(INCLUSION)('inclusion of leaf %i in %i', (number, size, path) => {
    expect(texts(inclusionRanges(number - 1, size).map(hashOf(sha256, LEAVES)))).toEqual(path)
    const proof = { index: number - 1, size, leaf: leafHash(sha256, LEAVES[number - 1]!), path: path.map(hex) }
    expect(verifyInclusion(sha256, { ...proof, root: hex(ROOTS[size - 1]!) })).toBe(true)
  })
  it.each(CONSISTENCY)('consistency of %i with %i', (first, second, path) => {
    expect(texts(consistencyRanges(first, second).map(hashOf(sha256, LEAVES)))).toEqual(path)
    const roots = { firstRoot: hex(ROOTS[first - 1]!), secondRoot: hex(ROOTS[second - 1]!) }
    expect(verifyConsistency(sha256, { first, second, path: path.map(hex), ...roots })).toBe(true)
  })
})

const SIZES = 64
const leaves = Array.from({ length: SIZES }, (_, at) => Buffer.from(`record ${at}`))
const roots = leaves.map((_, at) => mth(sm3, leaves.slice(0, at + 1)))
const flip = (hash: Buffer): Buffer => Buffer.from(hash.map((byte, at) => (at === 7 ? byte ^ 4 : byte)))

describe('with SM3, every size up to 64', () => {
  it('grows to the root of the definition from any size on', () => {
    for (let size = 0; size <= SIZES; size++) {
      const edge = cover({ start: 0, end: size }).map(({ height, index }) =>
        hashOf(sm3, leaves)({ start: index * 2 ** height, end: (index + 1) * 2 ** height }),
      )
      const tree = frontierAt(sm3, size, edge)
      for (let at = size; at < SIZES; at++) {
        tree.append(leafHash(sm3, leaves[at]!))
        expect(tree.root()).toEqual(roots[at])
      }
    }
  })
  it('names each whole subtree once, when it is complete', () => {
    const seen = new Map<string, string>()
    const tree = frontierAt(sm3, 0, [])
    for (const leaf of leaves)
      tree.append(leafHash(sm3, leaf), ({ height, index }, hash) => {
        expect(seen.has(`${height}/${index}`)).toBe(false)
        seen.set(`${height}/${index}`, Buffer.from(hash).toString('hex'))
        expect((index + 1) * 2 ** height).toBe(tree.size())
      })
    expect(seen.size).toBe(SIZES - 1)
    expect(seen.get('3/5')).toBe(mth(sm3, leaves.slice(40, 48)).toString('hex'))
  })
  it('proves each record in each tree, and nothing else', () => {
    for (let size = 1; size <= SIZES; size++)
      for (let index = 0; index < size; index++) {
        const path = inclusionRanges(index, size).map(hashOf(sm3, leaves))
        const proof = { index, size, leaf: leafHash(sm3, leaves[index]!), path, root: roots[size - 1]! }
        expect(verifyInclusion(sm3, proof)).toBe(true)
        expect(verifyInclusion(sm3, { ...proof, root: flip(proof.root) })).toBe(false)
        expect(verifyInclusion(sm3, { ...proof, leaf: flip(proof.leaf) })).toBe(false)
        expect(verifyInclusion(sm3, { ...proof, index: (index + 1) % size }), `${index}/${size}`).toBe(size === 1)
        expect(verifyInclusion(sm3, { ...proof, path: [...path, proof.root] })).toBe(false)
        if (path.length > 0) {
          expect(verifyInclusion(sm3, { ...proof, path: path.slice(1) })).toBe(false)
          expect(verifyInclusion(sm3, { ...proof, path: [flip(path[0]!), ...path.slice(1)] })).toBe(false)
        }
      }
  })
  it('proves each tree a beginning of each later one, and nothing else', () => {
    for (let second = 1; second <= SIZES; second++)
      for (let first = 1; first <= second; first++) {
        const path = consistencyRanges(first, second).map(hashOf(sm3, leaves))
        const proof = { first, second, path, firstRoot: roots[first - 1]!, secondRoot: roots[second - 1]! }
        expect(verifyConsistency(sm3, proof)).toBe(true)
        expect(verifyConsistency(sm3, { ...proof, firstRoot: flip(proof.firstRoot) })).toBe(false)
        expect(verifyConsistency(sm3, { ...proof, secondRoot: flip(proof.secondRoot) })).toBe(false)
        expect(verifyConsistency(sm3, { ...proof, path: [...path, proof.firstRoot] })).toBe(false)
        for (let at = 0; at < path.length; at++)
          expect(
            verifyConsistency(sm3, { ...proof, path: path.map((hash, no) => (no === at ? flip(hash) : hash)) }),
          ).toBe(false)
      }
  })
})

describe('what no tree can have', () => {
  it.each([
    [0, 0],
    [-1, 4],
    [4, 4],
    [1.5, 4],
    [0, Number.NaN],
    [0, 2 ** 60],
  ])('record %d of %d', (index, size) => {
    expect(() => inclusionRanges(index, size)).toThrow(MerkleError)
    expect(verifyInclusion(sm3, { index, size, leaf: roots[0]!, path: [], root: roots[0]! })).toBe(false)
  })
  it.each([
    [0, 4],
    [0, 0],
    [5, 4],
    [-1, 4],
    [1.5, 4],
  ])('size %d before %d', (first, second) => {
    expect(() => consistencyRanges(first, second)).toThrow(MerkleError)
    expect(
      verifyConsistency(sm3, { first, second, path: [roots[0]!], firstRoot: roots[0]!, secondRoot: roots[1]! }),
    ).toBe(false)
  })
  it('a path with a hash of another length', () => {
    const proof = { index: 0, size: 2, leaf: leafHash(sm3, leaves[0]!), path: [Buffer.alloc(31)], root: roots[1]! }
    expect(verifyInclusion(sm3, proof)).toBe(false)
  })
})
