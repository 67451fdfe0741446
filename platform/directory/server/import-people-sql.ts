import type { Query } from '#kernel/db'
import type { Kernel } from '#kernel/module'
import { postChanged } from '../contract/admin-events.ts'
import { identitySealer } from './identity-number.ts'
import type { Keys, PersonImage, PostImage } from './import-crowd.ts'
import type { Scope } from './import-places.ts'
import { mobileIndex, readableMobile, sealMobile } from './mobile-number.ts'
import { readName } from './tokens.ts'
import type { Change } from './write.ts'

interface PersonRow extends Omit<PersonImage, 'mobile' | 'posts' | 'is'> {
  identityBox: Buffer | null
  mobile: Buffer | null
}
export interface Loaded {
  people: PersonImage[]
  /** sealed identity numbers by person */
  boxes: ReadonlyMap<string, Buffer>
}

/** Everybody the keys name, with current posts; `lock` holds them until the transaction ends. */
export const loadPeople = async (
  kernel: Kernel,
  sql: Query,
  keys: Keys,
  scope: Scope,
  lock: boolean,
): Promise<Loaded> => {
  const rows = await sql<PersonRow>(
    `select x.id, x.name, x.gender, encode(x.identity_index, 'hex') as identity, x.identity_box as "identityBox", x.mobile, x.email, x.rank,
       x.staff_no as "staffNo", x.status
     from directory.person x
     where x.id = any(array(
       select unnest($1::uuid[])
       union select p.person_id from directory.post p where p.id = any($2::uuid[])
       union select i.id from directory.person i where i.identity_index = any($3::bytea[])
       union select n.id from directory.person n where n.staff_no = any($4::text[])
       union select m.id from directory.person m where m.mobile_index = any($5::bytea[])))
     order by x.id ${lock ? 'for update' : ''}`,
    [
      [...keys.personIds],
      [...keys.postIds],
      [...keys.identities].map((hex) => Buffer.from(hex, 'hex')),
      [...keys.staffNos],
      [...keys.mobiles].map((mobile) => mobileIndex(kernel.keys, mobile)),
    ],
  )
  if (rows.length === 0) return { people: [], boxes: new Map() }
  const inScope = scope('u.id', 2)
  const posts = await sql<Omit<PostImage, 'is'> & { personId: string }>(
    `select p.id, p.person_id as "personId", p.unit_id as "unitId", p.kind, p.title, p.charge, p.leader, p.sort, p.phone, p.room,
       p.valid_from as "validFrom", ${inScope.text} as inside
     from directory.post p join directory.unit u on u.id = p.unit_id
     where p.person_id = any($1::uuid[]) and p.valid_to is null order by p.person_id, p.id`,
    [rows.map((row) => row.id), ...inScope.params],
  )
  const byPerson = new Map<string, PostImage[]>()
  for (const { personId, ...post } of posts)
    byPerson.set(personId, [...(byPerson.get(personId) ?? []), { ...post, is: 'kept' }])
  return {
    people: rows.map(({ identityBox: _, mobile, ...row }) => ({
      ...row,
      mobile: readableMobile(kernel, mobile, row.id),
      posts: byPerson.get(row.id) ?? [],
      is: 'kept',
    })),
    boxes: new Map(rows.flatMap((row) => (row.identityBox ? [[row.id, row.identityBox] as const] : []))),
  }
}

const column = <T, V>(rows: readonly T[], read: (row: T) => V): V[] => rows.map(read)

/** Columns $1 to $13 of both statements: one array each. */
const personColumns = (people: readonly PersonImage[], { keys }: Change['kernel']): unknown[] => {
  const seal = identitySealer(keys)
  const boxes = people.map(({ id, identityNumber }) =>
    identityNumber === undefined ? null : seal(identityNumber, id).box,
  )
  const mobiles = people.map(({ id, mobile }) => (mobile === null ? null : sealMobile(keys, mobile, id)))
  const readings = people.map((person) => readName(person.name))
  return [
    column(people, (person) => person.id),
    column(people, (person) => person.name),
    column(readings, (reading) => reading.pinyin),
    column(readings, (reading) => reading.initials),
    column(people, (person) => person.gender),
    boxes,
    column(people, (person) =>
      person.identityNumber === undefined || person.identity === null ? null : Buffer.from(person.identity, 'hex'),
    ),
    column(mobiles, (mobile) => mobile?.box ?? null),
    column(mobiles, (mobile) => mobile?.index ?? null),
    column(mobiles, (mobile) => mobile?.tail ?? null),
    column(people, (person) => person.email),
    column(people, (person) => person.rank),
    column(people, (person) => person.staffNo),
  ]
}
const PEOPLE = `unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[], $9::bytea[], $10::text[], $11::text[],
    $12::text[], $13::text[])
  t (id, name, pinyin, initials, gender, box, index, mobile, mobile_index, mobile_tail, email, rank, staff_no)
  left join directory.rank r on r.name = t.rank`

const insertPeople = `insert into directory.person (id, name, pinyin, initials, gender, identity_box, identity_index, mobile, mobile_index, mobile_tail, email,
    rank, rank_order, staff_no, source, home_node, created_at, updated_at)
  select t.id, t.name, t.pinyin, t.initials, t.gender, t.box, t.index, t.mobile, t.mobile_index, t.mobile_tail, t.email, t.rank, coalesce(r.sort, 99),
    t.staff_no, 'import', $14, $15, $15
  from ${PEOPLE}`
// A reading that somebody corrected by hand stays while the name stays.
const updatePeople = `update directory.person x set name = t.name, pinyin = case when x.name = t.name then x.pinyin else t.pinyin end,
    initials = case when x.name = t.name then x.initials else t.initials end, gender = t.gender,
    identity_box = coalesce(t.box, x.identity_box), identity_index = coalesce(t.index, x.identity_index), mobile = coalesce(t.mobile, x.mobile),
    mobile_index = coalesce(t.mobile_index, x.mobile_index), mobile_tail = coalesce(t.mobile_tail, x.mobile_tail), email = t.email,
    rank = t.rank, rank_order = case when x.rank is not distinct from t.rank then x.rank_order else coalesce(r.sort, 99) end, staff_no = t.staff_no,
    revision = x.revision + 1, updated_at = $14
  from ${PEOPLE} where x.id = t.id`

const postColumns = (posts: readonly (PostImage & { personId: string })[]): unknown[] => [
  column(posts, (post) => post.id),
  column(posts, (post) => post.personId),
  column(posts, (post) => post.unitId),
  column(posts, (post) => post.kind),
  column(posts, (post) => post.title),
  column(posts, (post) => post.charge),
  column(posts, (post) => post.leader),
  column(posts, (post) => post.sort),
  column(posts, (post) => post.phone),
  column(posts, (post) => post.room),
  column(posts, (post) => post.validFrom),
]
const POSTS = `unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::int[], $9::text[], $10::text[], $11::date[])
  t (id, person_id, unit_id, kind, title, charge, leader, sort, phone, room, valid_from)
  join directory.unit u on u.id = t.unit_id and u.valid_to is null`
// Behind the others of the unit: leaders among the leaders, the rest among the rest.
const lastSort = `coalesce((select max(s.sort) from directory.post s where s.unit_id = t.unit_id and s.leader = t.leader and s.valid_to is null), case when t.leader then 0 else 990 end)`
/** The scope is asked again here, whatever was known when the file was checked. */
const insertPosts = (inScope: string) =>
  `insert into directory.post (id, person_id, unit_id, org_no, kind, title, charge, leader, sort, phone, room, valid_from)
   select t.id, t.person_id, t.unit_id, u.org_no, t.kind, t.title, t.charge, t.leader, coalesce(t.sort, ${lastSort} + 10 * (row_number() over (partition by t.unit_id, t.leader))::int),
     t.phone, t.room, t.valid_from from ${POSTS} where ${inScope}`
const updatePosts = (inScope: string) =>
  `update directory.post p set title = t.title, charge = t.charge, leader = t.leader, sort = t.sort, phone = t.phone, room = t.room, valid_from = t.valid_from
   from ${POSTS} where p.id = t.id and ${inScope}`

/** Thrown when rows that were about to be written are no longer the caller's: the batch is planned anew. */
export class Drift extends Error {}

const writePosts = async (
  sql: Query,
  posts: readonly (PostImage & { personId: string })[],
  statement: (inScope: string) => string,
  scope: Scope,
): Promise<void> => {
  if (posts.length === 0) return
  const inScope = scope('u.id', 12)
  const rows = await sql(`${statement(inScope.text)} returning 1`, [...postColumns(posts), ...inScope.params])
  if (rows.length !== posts.length) throw new Drift('a unit was abolished or left the scope')
}

/** Writes what a batch changed, as one change of the directory. */
export const writePeople = async (change: Change, people: readonly PersonImage[], scope: Scope): Promise<void> => {
  const { sql, now, kernel, touched } = change
  const made = people.filter((person) => person.is === 'new')
  const changed = people.filter((person) => person.is === 'changed')
  if (made.length > 0) await sql(insertPeople, [...personColumns(made, kernel), kernel.config.HOME_NODE, now])
  if (changed.length > 0) await sql(updatePeople, [...personColumns(changed, kernel), now])
  const posts = people.flatMap((person) => person.posts.map((post) => ({ ...post, personId: person.id })))
  const newPosts = posts.filter((post) => post.is === 'new')
  const changedPosts = posts.filter((post) => post.is === 'changed')
  await writePosts(sql, newPosts, insertPosts, scope)
  await writePosts(sql, changedPosts, updatePosts, scope)
  const moved = people.filter((person) => person.is === 'kept' && person.posts.some((post) => post.is !== 'kept'))
  if (moved.length > 0)
    await sql('update directory.person set revision = revision + 1, updated_at = $2 where id = any($1::uuid[])', [
      column(moved, (person) => person.id),
      now,
    ])
  for (const { id } of [...made, ...changed, ...moved]) touched.people.add(id)
  for (const { id, personId, unitId } of newPosts) {
    touched.staffed.add(unitId)
    change.emit(postChanged, { postId: id, personId, unitId, what: 'created' })
  }
  for (const { id, personId, unitId } of changedPosts)
    change.emit(postChanged, { postId: id, personId, unitId, what: 'changed' })
}
