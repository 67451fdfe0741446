import { dayOf } from '#kernel/clock'
import type { SystemCtx } from '#kernel/module'
import { GUARD_LOCK, recomputeGuards } from './guards.ts'
import { forgetVersion } from './viewer.ts'
import { noteChanges, recountChildren, recountPeople, rewritePersonTokens, rewriteUnitTokens } from './write-derive.ts'
import type { Change, Touched } from './write-model.ts'

/** Who changes the directory; a null id is the platform or another system. */
export interface Author {
  id: string | null
  name: string
  reason?: string
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
