import type { Query } from '#kernel/db'
import type { Kernel, SystemCtx } from '#kernel/module'

/**
 * What was touched, by id. Whoever writes rows with SQL of their own only has to say here what they touched: the end of the change
 * brings everything derived into line, set by set.
 */
export interface Touched {
  /** people whose name, number, rank, status or posts changed, and new ones: search words, guards */
  people: Set<string>
  /** those of them who left: they keep their last guard, so that whom a rule hid stays hidden in the past */
  departed: Set<string>
  /** units of which anything shown changed: sync */
  units: Set<string>
  /** units whose names, level or place changed: search words */
  named: Set<string>
  /** units that gained or lost posts: counts, up to the root */
  staffed: Set<string>
  /** units that gained or lost children */
  parents: Set<string>
  /** units placed anew, or closed or opened, with their subtrees: guards */
  guarded: Set<string>
  /** numbers and counties of what left a county: tombstones there */
  left: { kind: 'unit' | 'person'; no: number; county: number }[]
  /** preorder numbers or parents changed */
  structure: boolean
  visibility: boolean
}

/** One change of the directory: one transaction, one version number, everything derived kept in line. */
export interface Change {
  readonly sql: Query
  readonly now: Date
  /** Asia/Shanghai */
  readonly today: string
  readonly kernel: Kernel
  readonly ver: number
  readonly touched: Touched
  emit: SystemCtx['emit']
}
