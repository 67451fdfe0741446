import type { Keyring } from '#kernel/crypto'
import { isId, newId } from '#kernel/ids'
import { normaliseMobile } from '../contract/codes.ts'
import type { MaskableField } from '../contract/visibility.ts'
import { handOver } from './handover.ts'
import { mobileIndex, openMobile, type Sealed, tailIndex } from './mobile-number.ts'
import { type ScimCall, scopeParams } from './scim-call.ts'
import { bad, ScimError } from './scim-error.ts'
import { isObject, type Json } from './scim-patch.ts'
import { ENTERPRISE, PLACE_USER, USER } from './scim-schema.ts'
import type { Column, Columns } from './scim-sql.ts'
import { normaliseName } from './tokens.ts'
import { fieldNumber } from './verdict.ts'
import * as write from './write.ts'

/**
 * A user is a person whose own unit (of the main post, or of the last one held) lies in the client's subtree; $1 is the subtree's
 * unit, $2 the client, $3 the guards it may not see, $4 the masks (`scopeParams`). Others who only hold a further post there are somebody else's users.
 */
const open = (guard: string): string => `(${guard} = 0 or ${guard} <> all($3::int[]))`
const place = 'p.id, p.person_id, p.title, u.id as unit_id, u.name as department, u.guard, u.org_no'
export const userFrom = `from (
    select ${place} from directory.unit top join directory.unit u on u.pre between top.pre and top.pre_end
      join directory.post p on p.unit_id = u.id and p.kind = 'main' and p.valid_to is null where top.id = $1
    union all
    select ${place} from directory.unit top join directory.unit u on u.pre between top.pre and top.pre_end
      join directory.post p on p.unit_id = u.id and p.valid_to is not null
      join directory.person l on l.id = p.person_id and l.status <> 'active' where top.id = $1 and p.id = (
        select last.id from directory.post last where last.person_id = p.person_id
        order by last.kind = 'main' desc, last.valid_to desc, last.id desc limit 1)) h
  join directory.person x on x.id = h.person_id left join directory.unit o on o.no = h.org_no
  left join directory.scim_user s on s.client_id = $2 and s.person_id = x.id
  where (s.deleted_at is null or x.status = 'active') and ${open('x.guard')} and ${open('h.guard')} and $4::int[] is not null`

const maskedIf = (field: MaskableField): string => `x.guard * 8 + ${fieldNumber(field)} = any($4::int[])`
const shown = (field: MaskableField, column: string = field): string =>
  `case when ${maskedIf(field)} then null else x.${column} end`
const [MOBILE, EMAIL] = [shown('mobile'), shown('email')]

export const userSelect = `select x.id, coalesce(s.user_name, x.id::text) as "userName", s.external_id as "externalId", x.name, ${EMAIL} as email, ${MOBILE} as mobile, h.title,
    array_remove(array[case when ${maskedIf('mobile')} then 'mobile' end, case when ${maskedIf('email')} then 'email' end], null) as masked,
    x.status = 'active' as active, x.staff_no as "staffNo", h.id as "postId", h.unit_id as "unitId", h.department, o.name as organization,
    x.created_at as created, x.updated_at as modified, x.revision,
    (select coalesce(jsonb_agg(jsonb_build_object('value', g.id, 'display', g.name) order by g.pre), '[]') from directory.post m
      join directory.unit g on g.id = m.unit_id where m.person_id = x.id and m.valid_to is null
      and exists (select 1 from directory.unit top where top.id = $1 and g.pre between top.pre and top.pre_end)) as groups`

export const userSorts: Readonly<Record<string, string>> = {
  id: 'x.id',
  username: 'coalesce(s.user_name, x.id::text) collate "C"',
  displayname: 'x.name collate "C"',
  'name.formatted': 'x.name collate "C"',
  'meta.created': 'x.created_at',
  'meta.lastmodified': 'x.updated_at',
}

/** Sealed: found whole or by the last four digits, RFC 7644 §3.4.2.2 `eq` and `ew`. */
const mobileColumn = (keys: Keyring): Column => ({
  sql: MOBILE,
  type: 'exact',
  blind(op, text) {
    const mobile = normaliseMobile(text)
    if (op === 'eq') return { sql: shown('mobile', 'mobile_index'), value: mobileIndex(keys, mobile) }
    if (op === 'ew' && /^\d{4}$/.test(mobile))
      return { sql: shown('mobile', 'mobile_tail'), value: tailIndex(keys, mobile) }
    return undefined
  },
})
const plainColumns = (keys: Keyring): Columns => ({
  id: { sql: 'x.id::text', type: 'exact' },
  externalid: { sql: 's.external_id', type: 'exact' },
  username: { sql: 'coalesce(s.user_name, x.id::text)', type: 'text' },
  displayname: { sql: 'x.name', type: 'text' },
  name: { sql: 'x.name', type: 'text' },
  'name.formatted': { sql: 'x.name', type: 'text' },
  title: { sql: 'h.title', type: 'text' },
  active: { sql: "(x.status = 'active')", type: 'boolean' },
  emails: { sql: EMAIL, type: 'text' },
  'emails.value': { sql: EMAIL, type: 'text' },
  'emails.type': { sql: `case when ${EMAIL} is not null then 'work' end`, type: 'text' },
  'emails.primary': { sql: `(${EMAIL} is not null)`, type: 'boolean' },
  phonenumbers: mobileColumn(keys),
  'phonenumbers.value': mobileColumn(keys),
  'phonenumbers.type': { sql: `case when ${MOBILE} is not null then 'mobile' end`, type: 'text' },
  'meta.created': { sql: 'x.created_at', type: 'moment' },
  'meta.lastmodified': { sql: 'x.updated_at', type: 'moment' },
})
const enterpriseColumns: Columns = {
  employeenumber: { sql: 'x.staff_no', type: 'text' },
  department: { sql: 'h.department', type: 'text' },
  organization: { sql: 'o.name', type: 'text' },
}
const prefixed = (urn: string, columns: Columns): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [`${urn.toLowerCase()}:${name}`, column]))
export const userColumns = (keys: Keyring): Columns => ({
  ...plainColumns(keys),
  ...prefixed(USER, plainColumns(keys)),
  ...prefixed(ENTERPRISE, enterpriseColumns),
  ...prefixed(PLACE_USER, { unitid: { sql: 'h.unit_id::text', type: 'exact' } }),
})

const byName = `select person_id as id from directory.scim_user where client_id = $1 and lower(user_name) = lower($2)`
const byExternalId = `select person_id as id from directory.scim_user where client_id = $1 and external_id = $2`
/** Who alone can bear the name or identifier, by index. Whoever the client never named is called by the id. */
export const findUsers = (call: ScimCall, attribute: string, value: string): Promise<string[]> | undefined => {
  const own = isId(value.toLowerCase()) ? [value.toLowerCase()] : []
  const known = async (text: string, more: string[]): Promise<string[]> => [
    ...more,
    ...(await call.sql<{ id: string }>(text, [call.client.id, value])).map(({ id }) => id),
  ]
  const plain = attribute.replace(`${USER.toLowerCase()}:`, '')
  if (plain === 'id') return Promise.resolve(own)
  if (plain === 'username') return known(byName, own)
  return plain === 'externalid' ? known(byExternalId, []) : undefined
}

export interface UserRow {
  id: string
  userName: string
  externalId: string | null
  name: string
  email: string | null
  mobile: string | null
  /** fields a rule keeps from the client: told as absent */
  masked: ('mobile' | 'email')[]
  title: string
  active: boolean
  staffNo: string | null
  postId: string
  unitId: string
  department: string
  organization: string
  created: Date
  modified: Date
  revision: number
  groups: { value: string; display: string }[]
}

/** As the database gives it. */
export type StoredUser = Sealed<UserRow>
const metaOf = (row: UserRow, base: string) => ({
  resourceType: 'User',
  created: row.created.toISOString(),
  lastModified: row.modified.toISOString(),
  location: `${base}/Users/${row.id}`,
  version: `W/"${row.revision}"`,
})
export const presentUser = (row: UserRow, base: string): Json => ({
  schemas: [USER, ENTERPRISE, PLACE_USER],
  id: row.id,
  ...(row.externalId ? { externalId: row.externalId } : {}),
  userName: row.userName,
  name: { formatted: row.name },
  displayName: row.name,
  title: row.title,
  active: row.active,
  emails: row.email ? [{ value: row.email, type: 'work', primary: true }] : [],
  phoneNumbers: row.mobile ? [{ value: row.mobile, type: 'mobile', primary: true }] : [],
  groups: row.groups.map((group) => ({ ...group, $ref: `${base}/Groups/${group.value}`, type: 'direct' })),
  [ENTERPRISE]: {
    ...(row.staffNo ? { employeeNumber: row.staffNo } : {}),
    department: row.department,
    organization: row.organization,
  },
  [PLACE_USER]: { unitId: row.unitId },
  meta: metaOf(row, base),
})

/** What a client wants a user to be; undefined where it says nothing. */
interface Wanted {
  userName: string
  externalId: string | null
  name: string
  title: string | undefined
  active: boolean
  email: string | null
  mobile: string | null
  staffNo: string | null
  unitId: string | undefined
  department: string | undefined
}

const text = (value: unknown, what: string, most = 200): string | undefined => {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string' || value.length > most || value.includes('\0'))
    throw bad('invalidValue', `${what} 须为至多 ${most} 字的文字。`)
  return value.trim()
}
const truth = (value: unknown): boolean => {
  if (value === undefined || value === null) return true
  // Some clients send "True" and "False".
  const word = typeof value === 'string' ? value.toLowerCase() : value
  if (word === true || word === 'true') return true
  if (word === false || word === 'false') return false
  throw bad('invalidValue', 'active 须为 true 或 false。')
}
const objectOf = (value: unknown, what: string): Json => {
  if (value === undefined || value === null) return {}
  if (!isObject(value)) throw bad('invalidValue', `${what} 须为对象。`)
  return value
}
/** The one value that is kept of a multi-valued attribute: the primary one, or the first. */
const firstOf = (value: unknown, what: string): string | null => {
  if (value === undefined || value === null) return null
  if (!Array.isArray(value) || !value.every(isObject)) throw bad('invalidValue', `${what} 须为对象的列表。`)
  const chosen = value.find((one) => one.primary === true) ?? value[0]
  return text(chosen?.value, what) || null
}
const nameOf = (json: Json, before: string | undefined): string => {
  const parts = objectOf(json.name, 'name')
  const formatted = text(parts.formatted, 'name.formatted')
  const shown = text(json.displayName, 'displayName')
  const [family, given] = [text(parts.familyName, 'name.familyName'), text(parts.givenName, 'name.givenName')]
  const whole = family && given ? family + given : undefined
  // Of several that may have changed, the one that is not what it was.
  const chosen = [formatted, whole, shown].find((name) => name && name !== before) ?? before
  if ((family || given) && !whole && chosen === before)
    throw bad('invalidValue', '姓名请用 name.formatted，或同时给出 familyName 和 givenName。')
  if (!chosen || !normaliseName(chosen)) throw bad('invalidValue', '须有姓名：name.formatted 或 displayName。')
  return chosen
}
const wantedOf = (json: Json, before?: UserRow): Wanted => {
  const userName = text(json.userName, 'userName')
  if (!userName) throw bad('invalidValue', '须有 userName。')
  const enterprise = objectOf(json[ENTERPRISE], ENTERPRISE)
  const place = objectOf(json[PLACE_USER], PLACE_USER)
  return {
    userName,
    externalId: text(json.externalId, 'externalId') || null,
    name: nameOf(json, before?.name),
    title: text(json.title, 'title'),
    active: truth(json.active),
    email: firstOf(json.emails, 'emails'),
    mobile: firstOf(json.phoneNumbers, 'phoneNumbers'),
    staffNo: text(enterprise.employeeNumber, 'employeeNumber') || null,
    unitId: text(place.unitId, 'unitId'),
    department: text(enterprise.department, 'department'),
  }
}

export const readUser = async (call: ScimCall, id: string): Promise<UserRow> => {
  const rows = isId(id)
    ? await call.sql<StoredUser>(`${userSelect} ${userFrom} and h.person_id = $5`, [...scopeParams(call), id])
    : []
  const [user] = rows
  if (!user) throw new ScimError(404, `没有这个用户：${id}`)
  // A number that does not open ends the call here: a PUT of what was read would empty it.
  return { ...user, mobile: user.mobile && openMobile(call.kernel.keys, user.mobile, id) }
}

/** The unit wanted: by id, or by a name that only one unit of the subtree bears. */
const unitOf = async (call: ScimCall, wanted: Wanted, before?: UserRow): Promise<string | undefined> => {
  const byId = wanted.unitId && wanted.unitId !== before?.unitId ? wanted.unitId : undefined
  const byName = wanted.department && wanted.department !== before?.department ? wanted.department : undefined
  if (!byId && !byName) return before?.unitId
  const rows = await call.sql<{ id: string }>(
    `select u.id from directory.unit top join directory.unit u on u.pre between top.pre and top.pre_end
     where top.id = $1 and u.valid_to is null and (u.guard = 0 or u.guard <> all($4::int[]))
       and case when $2::text is not null then u.id::text = $2 else u.name = $3 end limit 2`,
    [call.client.unitId, byId ?? null, byName ?? null, call.client.hidden],
  )
  if (rows.length === 1) return rows[0]!.id
  const asked = byId ?? byName
  throw bad(
    'invalidValue',
    rows.length === 0 ? `范围内没有单位“${asked}”。` : `范围内有几个“${asked}”，请用 ${PLACE_USER}:unitId 指明。`,
  )
}

const keepNames = async (call: ScimCall, personId: string, wanted: Wanted): Promise<void> => {
  const taken = await call.sql(
    'select 1 from directory.scim_user where client_id = $1 and lower(user_name) = lower($2) and person_id <> $3 and deleted_at is null',
    [call.client.id, wanted.userName, personId],
  )
  if (taken.length > 0) throw new ScimError(409, `userName“${wanted.userName}”已被使用。`, 'uniqueness')
  await call.sql(
    `insert into directory.scim_user (client_id, person_id, user_name, external_id) values ($1, $2, $3, $4)
     on conflict (client_id, person_id) do update set user_name = excluded.user_name, external_id = excluded.external_id, deleted_at = null`,
    [call.client.id, personId, wanted.userName, wanted.externalId],
  )
}
const fieldsOf = ({ name, email, mobile, staffNo }: Wanted) => ({ name, email, mobile, staffNo })
/** What was never shown is not emptied by a client that sends back what it read. */
const fieldsFor = ({ masked }: UserRow, wanted: Wanted) => ({
  ...fieldsOf(wanted),
  ...(masked.includes('email') && wanted.email === null ? { email: undefined } : {}),
  ...(masked.includes('mobile') && wanted.mobile === null ? { mobile: undefined } : {}),
})

/**
 * The same check as on the page: what somebody must take over first (`required`) refuses the call with 409 `open-items`, the rest is
 * taken as acknowledged and named in the audit record. A personnel system cannot choose a successor (docs/decisions/0005).
 */
const checkHandover = async (call: ScimCall, change: write.Change, personId: string): Promise<void> => {
  const going = { personId, successorId: null, acknowledged: true, day: change.today }
  const items = await handOver(call.kernel, call.sql, going)
  if (items.length > 0) call.noted.handover = items
}
const leave = async (call: ScimCall, change: write.Change, id: string): Promise<void> => {
  await checkHandover(call, change, id)
  await write.personLeft(change, { id, status: 'left' })
}
const move = async (
  call: ScimCall,
  change: write.Change,
  moving: { personId: string; unitId: string; title: string },
) => {
  await checkHandover(call, change, moving.personId)
  await write.movePerson(change, moving)
}

export const createUser = async (call: ScimCall, change: write.Change, json: Json): Promise<string> => {
  const wanted = wantedOf(json)
  const unitId = await unitOf(call, wanted)
  if (!unitId) throw bad('invalidValue', `须有主职所在单位：${PLACE_USER}:unitId 或 ${ENTERPRISE}:department。`)
  if (!wanted.active) throw bad('invalidValue', '新建的用户须在职（active 为 true）。')
  const id = newId()
  await keepNames(
    call,
    await write.createPerson(change, {
      ...fieldsOf(wanted),
      id,
      source: 'scim',
      posts: [{ unitId, kind: 'main', title: wanted.title ?? '' }],
    }),
    wanted,
  )
  return id
}

/** Brings a user to what the client wants: who is no longer active leaves, another unit is a move. */
export const replaceUser = async (call: ScimCall, change: write.Change, row: UserRow, json: Json): Promise<void> => {
  const wanted = wantedOf(json, row)
  const unitId = (await unitOf(call, wanted, row))!
  const title = wanted.title ?? ''
  if (row.active && !wanted.active) await leave(call, change, row.id)
  else if (!row.active && wanted.active) await write.returnPerson(change, { id: row.id, post: { unitId, title } })
  else if (row.active && unitId !== row.unitId) await move(call, change, { personId: row.id, unitId, title })
  else if (row.active && title !== row.title) await write.updatePost(change, { id: row.postId, title })
  await write.updatePerson(change, { id: row.id, ...fieldsFor(row, wanted) })
  await keepNames(call, row.id, wanted)
}

/** The person leaves; nothing is dropped, but for this client the user is no longer there. */
export const deleteUser = async (call: ScimCall, change: write.Change, row: UserRow): Promise<void> => {
  if (row.active) await leave(call, change, row.id)
  await call.sql(
    `insert into directory.scim_user (client_id, person_id, user_name, external_id, deleted_at) values ($1, $2, $3, $4, $5)
     on conflict (client_id, person_id) do update set deleted_at = excluded.deleted_at`,
    [call.client.id, row.id, row.userName, row.externalId, call.now],
  )
}
