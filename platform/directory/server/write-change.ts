import { dayOf } from '#kernel/clock'
import type { Query } from '#kernel/db'
import type { Kernel, SystemCtx } from '#kernel/module'
import { GUARD_LOCK, recomputeGuards } from './guards.ts'
import { forgetVersion } from './viewer.ts'
import { noteChanges, recountChildren, recountPeople, rewritePersonTokens, rewriteUnitTokens } from './write-derive.ts'

/** Who changes the directory; a null id is the platform or another system. */
export interface Author {
  id: string | null
  name: string
  reason?: string
}

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

const open = async (ctx: ChangeSource, author: Author): Promise<Change> => {
  const today = dayOf(ctx.now)
  // Changes follow each other: versions become visible in their order, and preorder numbers are given out by one at a time.
  // The lock of the guards comes first, as in a change of rules: the other order would be a deadlock.
  await ctx.sql(
    `select pg_advisory_xact_lock($1), set_config('directory.author', $2, true), set_config('directory.day', $3, true), set_config('directory.moment', $4, true)`,
    [GUARD_LOCK, JSON.stringify(author), today, ctx.now.toISOString()],
    'directory.change-open',
  )
  const [version] = await ctx.sql<{ ver: number }>(
    'update directory.version set ver = ver + 1 returning ver',
    [],
    'directory.change-ver',
  )
  const touched: Touched = {
    people: new Set(),
    departed: new Set(),
    units: new Set(),
    named: new Set(),
    staffed: new Set(),
    parents: new Set(),
    guarded: new Set(),
    left: [],
    structure: false,
    visibility: false,
  }
  return { sql: ctx.sql, now: ctx.now, kernel: ctx.kernel, emit: ctx.emit, today, ver: version!.ver, touched }
}

const close = async (change: Change): Promise<void> => {
  const { sql, touched } = change
  await recountPeople(change)
  await recountChildren(change)
  await rewriteUnitTokens(change)
  await rewritePersonTokens(change)
  if (touched.guarded.size > 0) await recomputeGuards(sql, { unitIds: [...touched.guarded] })
  const present = [...touched.people].filter((id) => !touched.departed.has(id))
  if (present.length > 0) await recomputeGuards(sql, { personIds: present })
  await noteChanges(change)
  if (touched.structure || touched.visibility)
    await sql('update directory.version set structure = structure + $1, visibility = visibility + $2', [
      Number(touched.structure),
      Number(touched.visibility),
    ])
  forgetVersion(change.kernel)
}

export type ChangeSource = Pick<SystemCtx, 'sql' | 'now' | 'kernel' | 'emit'>

/**
 * The one way to change units, people, posts and duties. Runs `work` inside the caller's transaction; call it once in a
 * transaction, before any other row of the directory is locked.
 */
export const changeDirectory = async <T>(
  ctx: ChangeSource,
  author: Author,
  work: (change: Change) => Promise<T>,
): Promise<T> => {
  const change = await open(ctx, author)
  const result = await work(change)
  await close(change)
  return result
}
