import type { OutputOf, ParsedOf } from '#kernel/contract'
import { notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { HistoryEntry, historyApi } from '../contract/history.ts'
import { maskableFields } from '../contract/visibility.ts'
import { mayManage, unitParams } from './browse.ts'
import { type About, abouts, differences, type Snapshot, unitColumns } from './history-words.ts'
import { readableMobile } from './mobile-number.ts'
import { readCard } from './people.ts'
import { seen } from './sql.ts'
import { type Viewer, viewerOf } from './viewer.ts'

type Api = typeof historyApi

/** Newest versions that are read; a row changed more often than that shows its latest past. */
const MOST = 500

interface Version {
  about: About
  key: string
  no: number
  data: Snapshot
  recorded_at: Date
  valid_to: string
  reason: string | null
  actor_name: string | null
}
interface Current {
  about: About
  key: string
  data: Snapshot
}

const BOX = "jsonb_build_object('box', encode(r.mobile, 'hex'))"
const versions = (about: About, column: string): string =>
  `select '${about}' as about, r.${about}_id::text as key, r.no, r.data ${about === 'person' ? `|| ${BOX}` : ''} as data, r.recorded_at, r.valid_to, r.reason, r.actor_name
   from directory.${about}_version r where r.${column} = $1`
// What must not be told is compared by the first bytes of its blind index, as the versions keep it.
const MARKS = `- '{identity_box,identity_index,mobile_index}'::text[] || jsonb_build_object('identity', encode(substr(r.identity_index, 1, 4), 'hex'),
  'mobile', encode(substr(r.mobile_index, 1, 4), 'hex')) || ${BOX}`
const current = (about: About, column: string): string =>
  `select '${about}' as about, r.id::text as key, to_jsonb(r) ${about === 'person' ? MARKS : ''} as data
   from directory.${about} r where r.${column} = $1`

/** Units of foreign trees are named only to whom they are shown. */
const namesOf = async (ctx: Ctx, viewer: Viewer, rows: readonly { data: Snapshot }[]): Promise<Map<string, string>> => {
  const ids = new Set(
    rows.flatMap((row) => unitColumns.map((field) => row.data[field])).filter((id) => typeof id === 'string'),
  )
  const found = await ctx.sql<{ id: string; name: string }>(
    `select u.id, u.name from directory.unit u where u.id = any($4::uuid[]) and ${seen('u.guard', 'u.org_no')}`,
    [...unitParams(viewer), [...ids]],
  )
  return new Map(found.map((row) => [row.id, row.name]))
}

/** Each version against the one that followed it: what changed, when, by whom. */
const entriesOf = (
  old: readonly Version[],
  now: readonly Current[],
  names: ReadonlyMap<string, string>,
  masked: ReadonlySet<string>,
): HistoryEntry[] => {
  const following = new Map(now.map((row) => [`${row.about}/${row.key}`, row.data]))
  const entries: HistoryEntry[] = []
  for (const version of old.toSorted((a, b) => b.no - a.no)) {
    const id = `${version.about}/${version.key}`
    const fields = differences(version.about, version.data, following.get(id) ?? {}, names, masked)
    following.set(id, version.data)
    if (fields.length > 0)
      entries.push({
        at: version.recorded_at.toISOString(),
        day: version.valid_to,
        actorName: version.actor_name,
        reason: version.reason,
        about: abouts[version.about],
        fields,
      })
  }
  return entries
}
const newestFirst = (entries: HistoryEntry[]): HistoryEntry[] =>
  entries.toSorted((a, b) => (b.at ?? b.day).localeCompare(a.at ?? a.day) || b.day.localeCompare(a.day))

interface Dated {
  about: '名称' | '职责'
  title: string
  text: string
  valid_from: string
  valid_to: string | null
}
/** Plates and functions carry their own days: each begins, and some have ended. */
const datedEntries = (rows: readonly Dated[]): HistoryEntry[] =>
  rows.flatMap((row) => {
    const entry = (day: string, before: string | null, after: string | null): HistoryEntry => ({
      at: null,
      day,
      actorName: null,
      reason: null,
      about: row.about,
      fields: [{ field: row.about === '名称' ? 'plate' : 'function', title: row.title, before, after, masked: false }],
    })
    return [entry(row.valid_from, null, row.text), ...(row.valid_to ? [entry(row.valid_to, row.text, null)] : [])]
  })

/** The unit and who may read its past: those who see it today, and its administrators. */
export const requireSeen = async (ctx: Ctx, viewer: Viewer, id: string): Promise<void> => {
  const rows = await ctx.sql(`select 1 from directory.unit u where u.id = $4 and ${seen('u.guard', 'u.org_no')}`, [
    ...unitParams(viewer),
    id,
  ])
  if (rows.length === 0 && !(await mayManage(ctx, id))) throw notFound('这个单位')
}

export const unitHistory = async (
  ctx: Ctx,
  { id }: ParsedOf<Api['unitHistory']>,
): Promise<OutputOf<Api['unitHistory']>> => {
  const viewer = await viewerOf(ctx)
  await requireSeen(ctx, viewer, id)
  const [old, now, dated] = await Promise.all([
    ctx.sql<Version>(`${versions('unit', 'unit_id')} order by no desc limit ${MOST + 1}`, [id]),
    ctx.sql<Current>(current('unit', 'id'), [id]),
    ctx.sql<Dated>(
      `select '名称' as about, '挂牌' as title, name as text, valid_from, valid_to from directory.unit_name where unit_id = $1 and kind = 'plate'
       union all select '职责', '三定职责', content || '（依据：' || basis || '）', valid_from, valid_to from directory.statutory_function where unit_id = $1
       union all select '名称', '全称', name, valid_from, valid_to from directory.unit_name n where unit_id = $1 and kind = 'full' and valid_to is not null
         and not exists (select 1 from directory.unit_version v where v.unit_id = $1 and v.data ->> 'name' = n.name)`,
      [id],
    ),
  ])
  const names = await namesOf(ctx, viewer, [...old, ...now])
  const entries = [...entriesOf(old.slice(0, MOST), now, names, new Set()), ...datedEntries(dated)]
  return { rows: newestFirst(entries), more: old.length > MOST }
}

/** Whoever administers the person reads all of it; everybody else what today's rules show of the person. */
const maskedOf = async (ctx: Ctx, viewer: Viewer, id: string): Promise<ReadonlySet<string>> => {
  const scope = ctx.scopeText('h.unit_id', 2, 'directory:manage')
  const mine = ctx.can('directory:manage')
    ? await ctx.sql(
        `select 1 from (select p.unit_id from directory.post p where p.person_id = $1
           order by p.valid_to is null desc, p.kind = 'main' desc, p.valid_to desc, p.id desc limit 1) h where ${scope.text}`,
        [id, ...scope.params],
      )
    : []
  if (mine.length > 0) return new Set()
  const card = await readCard(ctx, viewer, id)
  if (!card) throw notFound('此人')
  const shown = Object.keys(maskableFields).filter((field) => !card.masked.includes(field))
  // Not on anybody's card, so not in the past either.
  return new Set([
    ...['mobile', 'email', 'phone', 'room', 'rank'].filter((field) => !shown.includes(field)),
    'staff_no',
    'pinyin',
  ])
}

export const personHistory = async (
  ctx: Ctx,
  { id }: ParsedOf<Api['personHistory']>,
): Promise<OutputOf<Api['personHistory']>> => {
  const viewer = await viewerOf(ctx)
  const masked = await maskedOf(ctx, viewer, id)
  const [people, posts, now] = await Promise.all([
    ctx.sql<Version>(`${versions('person', 'person_id')} order by no desc limit ${MOST + 1}`, [id]),
    ctx.sql<Version>(`${versions('post', 'person_id')} order by no desc limit ${MOST + 1}`, [id]),
    ctx.sql<Current>(`${current('person', 'id')} union all ${current('post', 'person_id')}`, [id]),
  ])
  const names = await namesOf(ctx, viewer, [...posts, ...now])
  if (!masked.has('mobile')) tellMobiles(ctx, id, [...people, ...now])
  const entries = [people, posts].flatMap((old) => entriesOf(old.slice(0, MOST), now, names, masked))
  const begun = now.filter((row) => row.about === 'post').map((row) => appointment(row.data, names))
  return { rows: newestFirst([...entries, ...begun]), more: people.length > MOST || posts.length > MOST }
}

/** Puts the number in the place of its mark, each number opened once. */
const tellMobiles = (ctx: Ctx, id: string, rows: readonly { data: Snapshot }[]): void => {
  const known = new Map<unknown, string>()
  for (const { data } of rows) {
    const { mobile: mark, box } = data
    if (typeof box !== 'string') continue
    const mobile = known.get(mark) ?? readableMobile(ctx.kernel, Buffer.from(box, 'hex'), id) ?? '（无法解密）'
    known.set(mark, mobile)
    data.mobile = mobile
  }
}

const appointment = (post: Snapshot, names: ReadonlyMap<string, string>): HistoryEntry => ({
  at: null,
  day: String(post.valid_from),
  actorName: null,
  reason: null,
  about: abouts.post,
  fields: differences('post', {}, { unit_id: post.unit_id, kind: post.kind, title: post.title }, names, new Set()),
})
