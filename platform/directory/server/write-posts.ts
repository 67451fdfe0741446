import { conflict, invalid, one, stale } from '#kernel/errors'
import { newId } from '#kernel/ids'
import { personMoved, postChanged } from '../contract/admin-events.ts'
import type { Change } from './write-model.ts'
import { livingUnit, type UnitRow } from './write-units.ts'

export type PostKind = 'main' | 'concurrent' | 'exchange' | 'seconded'
export interface PostRow {
  id: string
  person_id: string
  unit_id: string
  org_no: number
  kind: PostKind
  title: string
  charge: string | null
  leader: boolean
  sort: number
  phone: string | null
  room: string | null
  valid_from: string
  valid_to: string | null
}

/** What may be written of a post. */
export interface PostFields {
  unitId: string
  kind: PostKind
  title?: string
  charge?: string | null
  leader?: boolean
  sort?: number
  phone?: string | null
  room?: string | null
  validFrom?: string
}
export interface NewPost extends PostFields {
  personId: string
  id?: string
}

interface Holder {
  name: string
  status: string
  revision: number
}
const holderOf = async (change: Change, personId: string, revision: number | undefined): Promise<Holder> => {
  const person = await change
    .sql<Holder>('select name, status, revision from directory.person where id = $1', [personId])
    .then(one('此人'))
  if (revision !== undefined && revision !== person.revision) throw stale(person.revision)
  if (person.status !== 'active') throw conflict(`${person.name}已离职或退休。请先办理恢复，再改任职。`)
  return person
}
export const readPost = ({ sql }: Pick<Change, 'sql'>, id: string): Promise<PostRow> =>
  sql<PostRow>('select * from directory.post where id = $1', [id]).then(one('这个任职'))
const currentPost = async (change: Change, id: string): Promise<PostRow> => {
  const post = await readPost(change, id)
  if (post.valid_to !== null) throw conflict(`这个任职已于 ${post.valid_to} 结束，不能再改。`)
  return post
}

const placeOf = async (change: Change, unitId: string): Promise<UnitRow> => {
  const unit = await livingUnit(change, unitId)
  if (unit.kind === 'region' && unit.level <= 3)
    throw invalid(`“${unit.name}”是区划，人员须在单位里任职。请改选单位。`, [{ path: 'unitId', message: '须为单位' }])
  return unit
}
const notLater = (change: Change, day: string | undefined, path: string): string => {
  if (day !== undefined && day > change.today)
    throw invalid('日期不能晚于今天；以后生效的任免请在当天办理，或用“机构改革”安排。', [
      { path, message: '不能晚于今天' },
    ])
  return day ?? change.today
}
const refuseSecondMain = async (change: Change, personId: string, self: string): Promise<void> => {
  const [main] = await change.sql<{ unit: string }>(
    `select u.name as unit from directory.post p join directory.unit u on u.id = p.unit_id
     where p.person_id = $1 and p.kind = 'main' and p.valid_to is null and p.id <> $2`,
    [personId, self],
  )
  if (main) throw conflict(`此人在“${main.unit}”已有主职，一人只能有一个主职。请选兼职、挂职、借调，或办理调动。`)
}
// Behind the others of the unit: leaders among the leaders, the rest among the rest.
const lastPlace = `coalesce((select max(sort) + 10 from directory.post where unit_id = $1 and leader = $2 and valid_to is null), case when $2 then 10 else 1000 end)`
const sortOf = async ({ sql }: Change, unitId: string, leader: boolean, wanted: number | undefined): Promise<number> =>
  wanted ?? (await sql<{ sort: number }>(`select ${lastPlace} as sort`, [unitId, leader]))[0]!.sort

const touchPerson = async (change: Change, personId: string, units: readonly string[]): Promise<void> => {
  await change.sql('update directory.person set revision = revision + 1, updated_at = $2 where id = $1', [
    personId,
    change.now,
  ])
  change.touched.people.add(personId)
  for (const id of units) change.touched.staffed.add(id)
}

/** One more post; `revision` is the person's. A second main post is refused. Answers its id. */
export const createPost = async (
  change: Change,
  input: NewPost & { revision?: number },
  { fresh = false }: { fresh?: boolean } = {},
): Promise<string> => {
  await holderOf(change, input.personId, input.revision)
  const unit = await placeOf(change, input.unitId)
  const id = input.id ?? newId()
  if (input.kind === 'main') await refuseSecondMain(change, input.personId, id)
  const leader = input.leader ?? false
  await change.sql(
    `insert into directory.post (id, person_id, unit_id, org_no, kind, title, charge, leader, sort, phone, room, valid_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      id,
      input.personId,
      unit.id,
      unit.org_no,
      input.kind,
      input.title ?? '',
      input.charge || null,
      leader,
      await sortOf(change, unit.id, leader, input.sort),
      input.phone || null,
      input.room || null,
      notLater(change, input.validFrom, 'validFrom'),
    ],
  )
  if (fresh) change.touched.staffed.add(unit.id)
  else await touchPerson(change, input.personId, [unit.id])
  change.emit(postChanged, { postId: id, personId: input.personId, unitId: unit.id, what: 'created' })
  return id
}

export interface PostPatch extends Partial<PostFields> {
  id: string
  /** of the person */
  revision?: number
}

const mergedPost = (post: PostRow, patch: PostPatch, unit: UnitRow): PostRow => {
  const text = (value: string | null | undefined, old: string | null): string | null =>
    value === undefined ? old : value || null
  return {
    ...post,
    unit_id: unit.id,
    org_no: unit.org_no,
    kind: patch.kind ?? post.kind,
    title: patch.title ?? post.title,
    charge: text(patch.charge, post.charge),
    leader: patch.leader ?? post.leader,
    sort: patch.sort ?? post.sort,
    phone: text(patch.phone, post.phone),
    room: text(patch.room, post.room),
    valid_from: patch.validFrom ?? post.valid_from,
  }
}

/** Changes what is named in the patch; another unit means the same post goes on there. Answers the row as it was. */
export const updatePost = async (change: Change, patch: PostPatch): Promise<PostRow> => {
  const post = await currentPost(change, patch.id)
  await holderOf(change, post.person_id, patch.revision)
  const unit = await placeOf(change, patch.unitId ?? post.unit_id)
  notLater(change, patch.validFrom, 'validFrom')
  const next = mergedPost(post, patch, unit)
  if (post.kind === 'main' && next.kind !== 'main')
    throw conflict('主职不能改为别的任职类型。请先把另一个任职改为主职，或办理调动。')
  if (next.kind === 'main' && post.kind !== 'main') await stepDown(change, post)
  await change.sql(
    `update directory.post set unit_id = $2, org_no = $3, kind = $4, title = $5, charge = $6, leader = $7, sort = $8, phone = $9, room = $10,
       valid_from = $11 where id = $1`,
    [
      post.id,
      next.unit_id,
      next.org_no,
      next.kind,
      next.title,
      next.charge,
      next.leader,
      next.sort,
      next.phone,
      next.room,
      next.valid_from,
    ],
  )
  await touchPerson(change, post.person_id, [post.unit_id, next.unit_id])
  change.emit(postChanged, { postId: post.id, personId: post.person_id, unitId: next.unit_id, what: 'changed' })
  return post
}

/** Another post becomes the main one: the main post of before goes on as a concurrent one. */
const stepDown = async (change: Change, post: PostRow): Promise<void> => {
  const before = await change.sql<{ id: string; unit_id: string }>(
    `update directory.post set kind = 'concurrent' where person_id = $1 and kind = 'main' and valid_to is null returning id, unit_id`,
    [post.person_id],
  )
  for (const { id, unit_id } of before) {
    change.touched.staffed.add(unit_id)
    change.emit(postChanged, { postId: id, personId: post.person_id, unitId: unit_id, what: 'changed' })
  }
}

/** Ends posts of a person, all of them or one. */
export const endPosts = async (
  change: Change,
  input: { personId: string; postId?: string; day?: string },
): Promise<PostRow[]> => {
  const day = notLater(change, input.day, 'day')
  const ended = await change.sql<PostRow>(
    `update directory.post set valid_to = greatest($3::date, valid_from)
     where person_id = $1 and valid_to is null and ($2::uuid is null or id = $2) returning *`,
    [input.personId, input.postId ?? null, day],
  )
  await touchPerson(
    change,
    input.personId,
    ended.map((post) => post.unit_id),
  )
  for (const post of ended)
    change.emit(postChanged, { postId: post.id, personId: input.personId, unitId: post.unit_id, what: 'ended' })
  return ended
}

/** Ends a post that is not the main one: a main post ends by a move, or when its holder leaves. */
export const endPost = async (
  change: Change,
  input: { id: string; revision?: number; day?: string },
): Promise<PostRow> => {
  const post = await currentPost(change, input.id)
  await holderOf(change, post.person_id, input.revision)
  if (post.kind === 'main') throw conflict('主职不能单独免去。请办理调动，或办理离职、退休。')
  await endPosts(change, { personId: post.person_id, postId: post.id, day: input.day })
  return post
}

/** Duties end where the person has no post any more. */
const endStrayDuties = ({ sql }: Change, personId: string, day: string): Promise<unknown> =>
  sql(
    `update directory.duty d set valid_to = greatest($2::date, d.valid_from) where d.person_id = $1 and d.valid_to is null
       and not exists (select 1 from directory.post p join directory.unit u on u.no = p.org_no or u.id = p.unit_id
         where p.person_id = $1 and p.valid_to is null and u.id = d.unit_id)`,
    [personId, day],
  )

/**
 * Takes away a post that was entered by mistake and took effect today at the earliest: it never was. That it was entered stays in the
 * versions. One that was in effect before ends instead.
 */
export const deletePost = async (change: Change, input: { id: string; revision?: number }): Promise<PostRow> => {
  const post = await readPost(change, input.id)
  await holderOf(change, post.person_id, input.revision)
  if (post.valid_from < change.today)
    throw conflict(`这个任职自 ${post.valid_from} 起已经生效，不能删除。请办理免职；起始日期录错的，请修改任职。`)
  if (post.kind === 'main') throw conflict('主职不能删除。录错了单位的请修改任职；整个人都录错了的，请办理离职。')
  await change.sql('delete from directory.post where id = $1', [post.id])
  await endStrayDuties(change, post.person_id, change.today)
  await touchPerson(change, post.person_id, [post.unit_id])
  change.emit(postChanged, { postId: post.id, personId: post.person_id, unitId: post.unit_id, what: 'ended' })
  return post
}

export interface Moving extends Omit<PostFields, 'kind'> {
  personId: string
  revision?: number
  /** ends the other posts too */
  endOthers?: boolean
  successorId?: string | null
}

/** A new main post elsewhere in place of the one held; duties of the unit that is left end. Answers the new post's id. */
export const movePerson = async (change: Change, input: Moving): Promise<string> => {
  await holderOf(change, input.personId, input.revision)
  const main = await change
    .sql<PostRow>("select * from directory.post where person_id = $1 and kind = 'main' and valid_to is null", [
      input.personId,
    ])
    .then(one('此人的主职'))
  const day = notLater(change, input.validFrom, 'validFrom')
  if (day < main.valid_from)
    throw invalid(`现任主职自 ${main.valid_from} 起，调动日期不能更早。请改日期。`, [
      { path: 'validFrom', message: `不能早于 ${main.valid_from}` },
    ])
  await endPosts(change, { personId: input.personId, postId: input.endOthers ? undefined : main.id, day })
  const { revision: _, ...post } = input
  const id = await createPost(change, { ...post, kind: 'main', validFrom: day })
  await endStrayDuties(change, input.personId, day)
  change.emit(personMoved, {
    personId: input.personId,
    fromUnitId: main.unit_id,
    toUnitId: input.unitId,
    day,
    successorId: input.successorId ?? null,
  })
  return id
}

/** From today on the person has exactly these duties in the unit. Answers those of before. */
export const setDuties = async (
  change: Change,
  input: { unitId: string; personId: string; duties: readonly string[]; revision?: number },
): Promise<string[]> => {
  const person = await holderOf(change, input.personId, input.revision)
  const unit = await livingUnit(change, input.unitId)
  const [known] = await change.sql<{ unknown: string | null; here: boolean }>(
    `select (select min(d.name) from unnest($1::text[]) d (name) where not exists
         (select 1 from directory.duty_kind k where k.name = d.name and k.enabled)) as unknown,
       exists (select 1 from directory.post p where p.person_id = $2 and p.valid_to is null and (p.unit_id = $3 or p.org_no = $4)) as here`,
    [input.duties, input.personId, unit.id, unit.org_no],
  )
  if (known!.unknown) throw invalid(`没有“${known!.unknown}”这种岗位职责。请从列表里选择。`)
  if (!known!.here && input.duties.length > 0)
    throw invalid(`${person.name}不在“${unit.name}”任职，不能在那里担任岗位职责。请先增加任职。`)
  const before = await change.sql<{ duty: string }>(
    'select duty from directory.duty where unit_id = $1 and person_id = $2 and valid_to is null order by sort, duty',
    [unit.id, input.personId],
  )
  await change.sql(
    'update directory.duty set valid_to = greatest($4::date, valid_from) where unit_id = $1 and person_id = $2 and valid_to is null and duty <> all($3::text[])',
    [unit.id, input.personId, input.duties, change.today],
  )
  await change.sql(
    `insert into directory.duty (unit_id, duty, person_id, sort, valid_from)
     select $1, k.name, $2, k.sort, $4 from directory.duty_kind k where k.name = any($3::text[])
       and not exists (select 1 from directory.duty d where d.unit_id = $1 and d.person_id = $2 and d.duty = k.name and d.valid_to is null)
     on conflict (unit_id, duty, person_id, valid_from) do update set valid_to = null`,
    [unit.id, input.personId, input.duties, change.today],
  )
  await touchPerson(change, input.personId, [])
  return before.map((row) => row.duty)
}
