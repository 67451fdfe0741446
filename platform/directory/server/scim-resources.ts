import { isId } from '#kernel/ids'
import { readableMobile } from './mobile-number.ts'
import type { ScimCall } from './scim-call.ts'
import * as groups from './scim-groups.ts'
import { type ListQuery, listRows, type Projection, type Source } from './scim-list.ts'
import type { Json } from './scim-patch.ts'
import { groupShape, type Shape, userShape } from './scim-schema.ts'
import * as users from './scim-users.ts'
import type { Change } from './write.ts'

/** A kind of resource, as the routes work it. */
export interface Resource {
  shape: Shape
  /** what the audit log calls one */
  target: string
  title: string
  list(call: ScimCall, query: ListQuery, shown: Projection): Promise<{ total: number; resources: Json[] }>
  read(call: ScimCall, id: string): Promise<Json>
  create(call: ScimCall, change: Change, json: Json): Promise<string>
  replace(call: ScimCall, change: Change, id: string, json: Json): Promise<void>
  remove(call: ScimCall, change: Change, id: string): Promise<void>
}

const userSource: Source = {
  select: users.userSelect,
  from: users.userFrom,
  id: 'x.id',
  sorts: users.userSorts,
  columns: users.userColumns,
  find: users.findUsers,
  found: 'h.person_id',
}
const groupSource = (members: boolean): Source => ({
  select: members ? groups.withMembers : groups.groupSelect,
  from: groups.groupFrom,
  id: 'u.id',
  sorts: groups.groupSorts,
  columns: () => groups.groupColumns,
  find: (_call, attribute, value) => (attribute === 'id' ? Promise.resolve(isId(value) ? [value] : []) : undefined),
  found: 'u.id',
})

export const userResource: Resource = {
  shape: userShape,
  target: 'person',
  title: '人员',
  async list(call, query) {
    const { total, rows } = await listRows<users.StoredUser>(call, userSource, userShape, query)
    const open = rows.map((row) => ({ ...row, mobile: readableMobile(call.kernel, row.mobile, row.id) }))
    return { total, resources: open.map((row) => users.presentUser(row, call.base)) }
  },
  read: async (call, id) => users.presentUser(await users.readUser(call, id), call.base),
  create: users.createUser,
  replace: async (call, change, id, json) => users.replaceUser(call, change, await users.readUser(call, id), json),
  remove: async (call, change, id) => users.deleteUser(call, change, await users.readUser(call, id)),
}

export const groupResource: Resource = {
  shape: groupShape,
  target: 'unit',
  title: '单位',
  async list(call, query, shown) {
    const source = groupSource(shown.wants('members'))
    const { total, rows } = await listRows<groups.GroupRow>(call, source, groupShape, query)
    return { total, resources: rows.map((row) => groups.presentGroup(row, call.base)) }
  },
  read: async (call, id) => groups.presentGroup(await groups.readGroup(call, id), call.base),
  create: groups.createGroup,
  replace: async (call, change, id, json) => groups.replaceGroup(call, change, await groups.readGroup(call, id), json),
  remove: async (call, change, id) => groups.deleteGroup(call, change, await groups.readGroup(call, id)),
}
