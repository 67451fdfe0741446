import type { ParsedOf } from '#kernel/contract'
import { readMomentCursor } from '#kernel/cursors'
import { conflict, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import type { Follow, tasksApi } from '../contract.ts'
import { mine } from './complete.ts'
import { containing, writeCursor } from './keyset.ts'
import type { TaskRow } from './rows.ts'
import { type Subject, subjectOf, taskSource } from './task-sources.ts'

const NO_SOURCE = '00000000-0000-0000-0000-000000000000'
/** A page of what one person can keep in view. */
const MOST = 500

interface FollowRow {
  id: string
  source: string
  source_name: string | null
  reference: string
  matter: string
  title: string
  url: string
  created_at: Date
  /** of the person's own task with this number */
  state: TaskRow['state'] | null
  outcome: string | null
  at: Date | null
}
const followed = `select f.id, f.source, f.source_name, f.reference, f.matter, f.title, f.url, f.created_at, t.state, t.outcome,
    coalesce(t.closed_at, t.created_at) as at
  from tasks.follow f left join tasks.task t on t.source = f.source and t.external_id = f.reference and t.person_id = f.person_id
    and coalesce(t.source_id, '${NO_SOURCE}') = coalesce(f.source_id, '${NO_SOURCE}')`

const ownState = ({ state, outcome, at }: FollowRow): Follow['state'] => {
  if (state === null) return null
  const moment = at?.toISOString() ?? null
  return state === 'open'
    ? { words: '等您办理', light: 'warn', at: moment }
    : { words: outcome ?? '已办结', light: 'off', at: moment }
}

const present = (row: FollowRow, now: Subject | undefined, told: boolean): Follow => ({
  id: row.id,
  source: row.source,
  reference: row.reference,
  matter: now?.matter ?? row.matter,
  title: now?.title ?? row.title,
  url: now?.url ?? row.url,
  sourceName: row.source_name,
  createdAt: row.created_at.toISOString(),
  state: now ? { words: now.words, light: now.light, at: now.at?.toISOString() ?? null } : told ? null : ownState(row),
})

/** Each source is asked once for all of its subjects on the page. */
const withSubjects = async (ctx: Ctx, rows: readonly FollowRow[]): Promise<Follow[]> => {
  const now = new Map<string, Subject>()
  for (const source of new Set(rows.map((row) => row.source))) {
    const own = rows.filter((row) => row.source === source).map(({ reference }) => reference)
    for (const subject of (await taskSource(source)?.subjects?.(ctx, own)) ?? [])
      now.set(`${source} ${subject.reference}`, subject)
  }
  return rows.map((row) =>
    present(row, now.get(`${row.source} ${row.reference}`), taskSource(row.source)?.subjects !== undefined),
  )
}

export const listFollows = async (ctx: Ctx, input: ParsedOf<typeof tasksApi.follows>) => {
  const me = ctx.actor.personId || null
  const q = containing(input.q)
  const narrowed = 'f.person_id = $1 and ($2::text is null or f.title ilike $2 or f.matter ilike $2)'
  const [rows, [counted]] = await Promise.all([
    ctx.sql<FollowRow>(
      `${followed} where ${narrowed} and ($3::timestamptz is null or (f.created_at, f.id) < ($3, $4::uuid))
       order by f.created_at desc, f.id desc limit $5`,
      [me, q, ...readMomentCursor(input.cursor), input.limit + 1],
      'tasks.follows',
    ),
    ctx.sql<{ n: number }>(`select count(*)::int as n from tasks.follow f where ${narrowed}`, [me, q]),
  ])
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  return {
    rows: await withSubjects(ctx, page),
    next: rows.length > input.limit && last ? writeCursor(last.created_at, last.id) : null,
    total: counted!.n,
  }
}

export const followOne = async (ctx: Ctx, { id }: { id: string }): Promise<Follow> => {
  const row = await ctx
    .sql<FollowRow>(`${followed} where f.id = $1 and f.person_id = $2`, [id, ctx.actor.personId || null])
    .then(one('关注的这件事'))
  return (await withSubjects(ctx, [row]))[0]!
}

/** The follow of a subject by the caller; null when it is not followed. */
export const followOf = async (
  ctx: Ctx,
  { source, source_id, reference }: { source: string; source_id: string | null; reference: string },
): Promise<string | null> => {
  const [row] = await ctx.sql<{ id: string }>(
    `select id from tasks.follow where person_id = $1 and source = $2 and coalesce(source_id, '${NO_SOURCE}') = coalesce($3::uuid, '${NO_SOURCE}')
     and reference = $4`,
    [ctx.actor.personId || null, source, source_id, reference],
    'tasks.follow-of',
  )
  return row?.id ?? null
}

interface Followable {
  source: string
  sourceId: string | null
  sourceName: string | null
  reference: string
  matter: string
  title: string
  url: string
}

/** Only what the caller has a task of, or what its source shows the caller: nobody follows by guessing numbers. */
const subjectToFollow = async (ctx: Ctx, what: ParsedOf<typeof tasksApi.follow>['what']): Promise<Followable> => {
  if ('taskId' in what) {
    const row = await mine(ctx, what.taskId)
    const reference = subjectOf(row.source, row.external_id)
    const { source, source_id: sourceId, source_name: sourceName, matter, title, url } = row
    return { source, sourceId, sourceName, reference, matter, title, url }
  }
  const [subject] = (await taskSource(what.source)?.subjects?.(ctx, [what.reference])) ?? []
  if (!subject) throw notFound('要关注的这件事')
  const { matter, title, url } = subject
  return { ...what, sourceId: null, sourceName: null, matter, title, url }
}

export const follow = async (ctx: Ctx, { what }: ParsedOf<typeof tasksApi.follow>) => {
  const me = ctx.actor.personId
  const subject = await subjectToFollow(ctx, what)
  const { source, sourceId, sourceName, reference, matter, title, url } = subject
  const known = await followOf(ctx, { source, source_id: sourceId, reference })
  if (known) return { id: known }
  const [{ n }] = (await ctx.sql<{ n: number }>('select count(*)::int as n from tasks.follow where person_id = $1', [
    me,
  ])) as [{ n: number }]
  if (n >= MOST) throw conflict(`最多关注 ${MOST} 件事。请先取消一些办完的。`)
  ctx.audit({ type: 'task', id: reference, label: title })
  const [row] = await ctx.sql<{ id: string }>(
    `insert into tasks.follow (id, person_id, source, source_id, source_name, reference, matter, title, url, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (person_id, source, coalesce(source_id, '${NO_SOURCE}'), reference) do update set title = excluded.title returning id`,
    [newId(), me, source, sourceId, sourceName, reference, matter, title, url, ctx.now],
  )
  return { id: row!.id }
}

export const unfollow = async (ctx: Ctx, { id }: { id: string }) => {
  await ctx
    .sql('delete from tasks.follow where id = $1 and person_id = $2 returning 1', [id, ctx.actor.personId || null])
    .then(one('关注的这件事'))
  return {}
}
