import { isId } from '#kernel/ids'
import { type ScimCall, scopeParams } from './scim-call.ts'
import { bad, ScimError } from './scim-error.ts'
import { isObject, type Json } from './scim-patch.ts'
import { GROUP, PLACE_GROUP } from './scim-schema.ts'
import type { Columns } from './scim-sql.ts'
import { readUser, userFrom } from './scim-users.ts'
import * as write from './write.ts'

// Who belongs to the group: users of this client with a current post directly in the unit.
const members = `(select jsonb_agg(jsonb_build_object('value', m.person_id, 'display', m.name) order by m.leader desc, m.sort, m.id) from (
    select distinct on (p.person_id) p.id, p.person_id, x.name, p.leader, p.sort from directory.post p join directory.person x on x.id = p.person_id
      join directory.post h on h.person_id = x.id and h.kind = 'main' and h.valid_to is null join directory.unit hu on hu.id = h.unit_id
      where p.unit_id = u.id and p.valid_to is null and x.status = 'active' and hu.pre between top.pre and top.pre_end
        and (x.guard = 0 or x.guard <> all($3::int[]))
      order by p.person_id, p.leader desc, p.sort) m)`
// The members are part of what the version stands for. $1 to $4 as for users, whom a list names too.
export const groupFrom = `from directory.unit top join directory.unit u on u.pre between top.pre and top.pre_end
  where top.id = $1 and u.valid_to is null and (u.guard = 0 or u.guard <> all($3::int[])) and $2::uuid is not null and $4::int[] is not null`
export const groupSelect = `select u.id, u.name, u.parent_id as "parentId", u.created_at as created, u.updated_at as modified,
    u.revision || '.' || coalesce((select left(md5(string_agg(p.person_id::text || x.name, ',' order by p.id)), 12) from directory.post p
      join directory.person x on x.id = p.person_id where p.unit_id = u.id and p.valid_to is null), '0') as version`
export const withMembers = `${groupSelect}, coalesce(${members}, '[]') as members`

export const groupSorts: Readonly<Record<string, string>> = {
  id: 'u.id',
  displayname: 'u.name collate "C"',
  'meta.created': 'u.created_at',
  'meta.lastmodified': 'u.updated_at',
}
const plainColumns: Columns = {
  id: { sql: 'u.id::text', type: 'exact' },
  displayname: { sql: 'u.name', type: 'text' },
  'meta.created': { sql: 'u.created_at', type: 'moment' },
  'meta.lastmodified': { sql: 'u.updated_at', type: 'moment' },
}
export const groupColumns: Columns = {
  ...plainColumns,
  ...Object.fromEntries(
    Object.entries(plainColumns).map(([name, column]) => [`${GROUP.toLowerCase()}:${name}`, column]),
  ),
  [`${PLACE_GROUP.toLowerCase()}:parentid`]: { sql: 'u.parent_id::text', type: 'exact' },
}

export interface GroupRow {
  id: string
  name: string
  parentId: string | null
  created: Date
  modified: Date
  version: string
  members?: { value: string; display: string }[]
}
export const presentGroup = (row: GroupRow, base: string): Json => ({
  schemas: [GROUP, PLACE_GROUP],
  id: row.id,
  displayName: row.name,
  ...(row.members
    ? { members: row.members.map((one) => ({ ...one, $ref: `${base}/Users/${one.value}`, type: 'User' })) }
    : {}),
  ...(row.parentId ? { [PLACE_GROUP]: { parentId: row.parentId } } : {}),
  meta: {
    resourceType: 'Group',
    created: row.created.toISOString(),
    lastModified: row.modified.toISOString(),
    location: `${base}/Groups/${row.id}`,
    version: `W/"${row.version}"`,
  },
})

export const readGroup = async (call: ScimCall, id: string): Promise<GroupRow> => {
  const rows = isId(id)
    ? await call.sql<GroupRow>(`${withMembers} ${groupFrom} and u.id = $5`, [...scopeParams(call), id])
    : []
  if (!rows[0]) throw new ScimError(404, `没有这个组：${id}`)
  return rows[0]
}

const nameOf = (json: Json): string => {
  const name = json.displayName
  if (typeof name !== 'string' || !name.trim() || name.length > 100 || name.includes('\0'))
    throw bad('invalidValue', '须有 displayName，至多 100 字。')
  return name.trim()
}
const memberIds = (json: Json): string[] => {
  const list = json.members ?? []
  if (!Array.isArray(list) || !list.every((one) => isObject(one) && typeof one.value === 'string'))
    throw bad('invalidValue', 'members 的每一项须有 value：用户的 id。')
  return [...new Set(list.map((one: Json) => one.value as string))]
}
const parentOf = (json: Json): string | undefined => {
  const place = json[PLACE_GROUP]
  const id = isObject(place) ? place.parentId : undefined
  if (id !== undefined && typeof id !== 'string') throw bad('invalidValue', 'parentId 须为单位的标识。')
  return id
}

const addMember = async (call: ScimCall, change: write.Change, unitId: string, personId: string): Promise<void> => {
  const known = isId(personId)
    ? await call.sql(`select 1 ${userFrom} and h.person_id = $5 and x.status = 'active'`, [
        ...scopeParams(call),
        personId,
      ])
    : []
  if (known.length === 0) throw bad('invalidValue', `没有这个在职的用户：${personId}`)
  await write.createPost(change, { personId, unitId, kind: 'concurrent' })
}
const removeMember = async (call: ScimCall, change: write.Change, unitId: string, personId: string): Promise<void> => {
  const { name } = await readUser(call, personId)
  const posts = await call.sql<{ id: string; kind: string }>(
    'select id, kind from directory.post where person_id = $1 and unit_id = $2 and valid_to is null',
    [personId, unitId],
  )
  if (posts.some((post) => post.kind === 'main'))
    throw bad(
      'mutability',
      `${name}的主职在此，不能移出；请修改用户的单位（${PLACE_GROUP.replace('Group', 'User')}:unitId）。`,
    )
  for (const post of posts) await write.endPost(change, { id: post.id })
}

/** Brings a unit to what the client wants: its name, and by posts who belongs to it. */
export const replaceGroup = async (call: ScimCall, change: write.Change, row: GroupRow, json: Json): Promise<void> => {
  const [name, wanted, parentId] = [nameOf(json), memberIds(json), parentOf(json)]
  if (parentId !== undefined && parentId !== row.parentId)
    throw bad('mutability', '上级单位不能在这里改，请用“机构改革”办理。')
  if (name !== row.name) await write.updateUnit(change, { id: row.id, name })
  const now = new Set((row.members ?? []).map((one) => one.value))
  for (const id of now) if (!wanted.includes(id)) await removeMember(call, change, row.id, id)
  for (const id of wanted) if (!now.has(id)) await addMember(call, change, row.id, id)
}

/** A new division; units of other kinds are founded by a change of structure. */
export const createGroup = async (call: ScimCall, change: write.Change, json: Json): Promise<string> => {
  const parent = await readGroup(call, parentOf(json) ?? call.client.unitId)
  const { level } = await write.readUnit(change, parent.id)
  const id = await write.createUnit(change, { parentId: parent.id, name: nameOf(json), kind: 'division', level })
  for (const personId of memberIds(json)) await addMember(call, change, id, personId)
  return id
}

/** Ends a unit nobody is left in; the top of the subtree is not the client's to end. */
export const deleteGroup = async (call: ScimCall, change: write.Change, row: GroupRow): Promise<void> => {
  if (row.id === call.client.unitId) throw bad('mutability', '这是客户端范围的顶层单位，不能撤销。')
  await write.abolishUnit(change, { id: row.id })
}
