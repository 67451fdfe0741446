export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
/** Where a person or a unit is placed: ids, where the enterprise extension has only names. */
export const PLACE_USER = 'urn:qitong:params:scim:schemas:extension:directory:2.0:User'
export const PLACE_GROUP = 'urn:qitong:params:scim:schemas:extension:directory:2.0:Group'

export interface Attribute {
  type?: 'string' | 'boolean' | 'complex' | 'reference' | 'dateTime'
  many?: boolean
  required?: boolean
  readOnly?: boolean
  exact?: boolean
  unique?: boolean
  note: string
  sub?: Readonly<Record<string, Attribute>>
}
type Attributes = Readonly<Record<string, Attribute>>
export interface Shape {
  schema: string
  name: 'User' | 'Group'
  endpoint: string
  attributes: Attributes
  extensions: Readonly<Record<string, Attributes>>
}

const common: Attributes = {
  id: { note: '标识', readOnly: true, exact: true, unique: true },
  meta: { note: '元数据', type: 'complex', readOnly: true },
}
const typed = (note: string): Attributes => ({
  value: { note },
  type: { note: '种类' },
  primary: { note: '首选', type: 'boolean' },
})
export const userShape: Shape = {
  schema: USER,
  name: 'User',
  endpoint: '/Users',
  attributes: {
    ...common,
    externalId: { note: '客户端里的标识', exact: true },
    userName: { note: '客户端里唯一的名字', required: true, unique: true },
    name: {
      note: '姓名',
      type: 'complex',
      sub: { formatted: { note: '姓名' }, familyName: { note: '姓' }, givenName: { note: '名' } },
    },
    displayName: { note: '姓名' },
    title: { note: '主职的职务' },
    active: { note: '在职；改为 false 即办理离职', type: 'boolean' },
    emails: { note: '电子邮箱，一个', type: 'complex', many: true, sub: typed('邮箱') },
    phoneNumbers: { note: '手机号，一个', type: 'complex', many: true, sub: typed('手机号') },
    groups: { note: '任职的单位', type: 'complex', many: true, readOnly: true },
  },
  extensions: {
    [ENTERPRISE]: {
      employeeNumber: { note: '人事编号' },
      department: { note: '主职所在单位或内设机构的全称' },
      organization: { note: '主职所在单位的全称', readOnly: true },
    },
    [PLACE_USER]: { unitId: { note: '主职所在单位或内设机构的标识', exact: true } },
  },
}
export const groupShape: Shape = {
  schema: GROUP,
  name: 'Group',
  endpoint: '/Groups',
  attributes: {
    ...common,
    displayName: { note: '单位全称', required: true },
    members: {
      note: '直接在此任职的人；增加即增加兼职，减少即免去非主职',
      type: 'complex',
      many: true,
      sub: { value: { note: '人员标识', exact: true }, display: { note: '姓名' } },
    },
  },
  extensions: { [PLACE_GROUP]: { parentId: { note: '上级单位的标识', exact: true } } },
}

interface Canonical {
  keys: string[]
  attribute: Attribute
}
const find = (attributes: Attributes, name: string): [string, Attribute] | undefined =>
  Object.entries(attributes).find(([key]) => key.toLowerCase() === name)

/** An attribute path as the resource spells it: names have no case, and the core schema's URN may stand before them. */
export const canonical = (shape: Shape, path: string): Canonical | undefined => {
  const asked = path.toLowerCase()
  for (const [urn, attributes] of Object.entries(shape.extensions)) {
    if (asked === urn.toLowerCase()) return { keys: [urn], attribute: { note: '扩展', type: 'complex' } }
    const found = asked.startsWith(`${urn.toLowerCase()}:`) ? find(attributes, asked.slice(urn.length + 1)) : undefined
    if (found) return { keys: [urn, found[0]], attribute: found[1] }
  }
  const own = `${shape.schema.toLowerCase()}:`
  const [top = '', sub, ...more] = (asked.startsWith(own) ? asked.slice(own.length) : asked).split('.')
  const found = find(shape.attributes, top)
  if (!found || more.length > 0) return undefined
  if (sub === undefined) return { keys: [found[0]], attribute: found[1] }
  if (found[0] === 'meta') return { keys: ['meta', sub], attribute: found[1] }
  const inner = find(found[1].sub ?? {}, sub)
  return (
    inner && {
      keys: [found[0], inner[0]],
      attribute: { ...inner[1], many: found[1].many, readOnly: found[1].readOnly },
    }
  )
}

const described = (attributes: Attributes): unknown[] =>
  Object.entries(attributes)
    .filter(([name]) => name !== 'id' && name !== 'meta')
    .map(([name, one]) => ({
      name,
      type: one.type ?? 'string',
      multiValued: one.many ?? false,
      description: one.note,
      required: one.required ?? false,
      caseExact: one.exact ?? false,
      mutability: one.readOnly ? 'readOnly' : 'readWrite',
      returned: 'default',
      uniqueness: one.unique ? 'server' : 'none',
      ...(one.sub ? { subAttributes: described(one.sub) } : {}),
    }))

const schemaOf = (id: string, name: string, attributes: Attributes, base: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
  id,
  name,
  attributes: described(attributes),
  meta: { resourceType: 'Schema', location: `${base}/Schemas/${id}` },
})
export const schemasAt = (base: string) =>
  [userShape, groupShape].flatMap((shape) => [
    schemaOf(shape.schema, shape.name, shape.attributes, base),
    ...Object.entries(shape.extensions).map(([urn, attributes]) => schemaOf(urn, urn, attributes, base)),
  ])

export const resourceTypesAt = (base: string) =>
  [userShape, groupShape].map((shape) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: shape.name,
    name: shape.name,
    endpoint: shape.endpoint,
    schema: shape.schema,
    schemaExtensions: Object.keys(shape.extensions).map((schema) => ({ schema, required: false })),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${shape.name}` },
  }))

export const MOST_RESULTS = 200
export const providerAt = (base: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: MOST_RESULTS },
  changePassword: { supported: false },
  sort: { supported: true },
  etag: { supported: true },
  authenticationSchemes: [
    { type: 'oauthbearertoken', name: '令牌', description: '由系统管理员登记客户端时发放', primary: true },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
})
