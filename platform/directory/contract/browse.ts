import { z } from 'zod'
import { Day, defineApi, del, download, Empty, get, Id, listInput, listOutput, put } from '#kernel/contract'

export const unitKinds = {
  region: '区划',
  group: '分组',
  party: '党委',
  congress: '人大',
  government: '政府',
  cppcc: '政协',
  supervisory: '监察',
  court: '法院',
  procuratorate: '检察',
  democratic: '民主党派',
  mass: '群团',
  'civil-institution': '参公事业单位',
  institution: '事业单位',
  university: '高校',
  enterprise: '国企',
  central: '中央驻鲁',
  village: '村居',
  division: '内设机构',
} as const
export const UnitKind = z.enum(Object.keys(unitKinds) as [keyof typeof unitKinds])
export type UnitKind = z.infer<typeof UnitKind>
/** 1 省 2 市 3 县 4 乡 5 村 */
export const Level = z.number().int().min(1).max(5)
export const levelNames = { 1: '省级', 2: '市级', 3: '县级', 4: '乡级', 5: '村级' } as const

export const postKinds = { main: '主职', concurrent: '兼职', exchange: '挂职', seconded: '借调' } as const
export const PostKind = z.enum(Object.keys(postKinds) as [keyof typeof postKinds])

/** A node of the tree as the tree shows it. */
export const UnitNode = z.object({
  id: z.uuid(),
  no: z.number().int(),
  parentId: z.uuid().nullable(),
  kind: UnitKind,
  level: Level,
  name: z.string(),
  shortName: z.string(),
  children: z.number().int(),
  peopleTotal: z.number().int(),
})
export type UnitNode = z.infer<typeof UnitNode>

export const UnitRef = z.object({ id: z.uuid(), name: z.string(), shortName: z.string() })
export type UnitRef = z.infer<typeof UnitRef>

export const UnitDetail = UnitNode.extend({
  /** from the root to the parent */
  crumb: z.array(UnitRef),
  org: UnitRef,
  creditCode: z.string().nullable(),
  documentMark: z.string().nullable(),
  line: z.string().nullable(),
  superior: UnitRef.nullable(),
  regionCode: z.string().nullable(),
  establishment: z.number().int().nullable(),
  phone: z.string().nullable(),
  address: z.string().nullable(),
  closed: z.boolean(),
  validFrom: Day,
  validTo: Day.nullable(),
  peopleDirect: z.number().int(),
  functions: z.array(z.object({ content: z.string(), basis: z.string() })),
  names: z.array(
    z.object({
      kind: z.enum(['full', 'short', 'plate', 'mark']),
      name: z.string(),
      validFrom: Day,
      validTo: Day.nullable(),
    }),
  ),
  divisions: z.array(UnitNode),
  revision: z.number().int(),
  can: z.object({ manage: z.boolean() }),
})
export type UnitDetail = z.infer<typeof UnitDetail>

/** One post of one person, as a list shows it. Fields a rule masks come as null with their names in `masked`. */
export const PersonRow = z.object({
  personId: z.uuid(),
  postId: z.uuid(),
  name: z.string(),
  pinyin: z.string(),
  title: z.string(),
  charge: z.string().nullable(),
  leader: z.boolean(),
  postKind: PostKind,
  unitId: z.uuid(),
  unitName: z.string(),
  orgId: z.uuid(),
  orgName: z.string(),
  phone: z.string().nullable(),
  mobile: z.string().nullable(),
  masked: z.array(z.string()),
})
export type PersonRow = z.infer<typeof PersonRow>

export const PersonCard = z.object({
  id: z.uuid(),
  name: z.string(),
  pinyin: z.string(),
  gender: z.string().nullable(),
  rank: z.string().nullable(),
  mobile: z.string().nullable(),
  email: z.string().nullable(),
  masked: z.array(z.string()),
  posts: z.array(
    z.object({
      id: z.uuid(),
      kind: PostKind,
      title: z.string(),
      charge: z.string().nullable(),
      unit: UnitRef,
      org: UnitRef,
      phone: z.string().nullable(),
      room: z.string().nullable(),
      validFrom: Day,
      validTo: Day.nullable(),
    }),
  ),
  duties: z.array(z.object({ unit: UnitRef, duty: z.string() })),
  favourite: z.boolean(),
  revision: z.number().int(),
  can: z.object({ manage: z.boolean() }),
})
export type PersonCard = z.infer<typeof PersonCard>

export const searchStages = {
  recent: '最近联系',
  org: '本单位',
  county: '本县',
  city: '本市',
  province: '全省',
} as const
export const SearchStage = z.enum(Object.keys(searchStages) as [keyof typeof searchStages])
export type SearchStage = z.infer<typeof SearchStage>

export const SearchAnswer = z.object({
  /** nearest first; `more` means there are further ones that were not looked for or not shown */
  people: z.array(z.object({ stage: SearchStage, rows: z.array(PersonRow), more: z.boolean() })),
  units: z.array(UnitNode.extend({ crumb: z.string() })),
  /** "20+" when true: nobody counts on */
  more: z.boolean(),
})
export type SearchAnswer = z.infer<typeof SearchAnswer>

/** Why somebody sees or does not see a person: each rule with its verdict, in the order it was weighed. */
const Explanation = z.object({
  visible: z.boolean(),
  masked: z.array(z.string()),
  rules: z.array(
    z.object({
      id: z.uuid(),
      title: z.string(),
      effect: z.enum(['hide', 'mask']),
      fields: z.array(z.string()),
      applies: z.boolean(),
      reason: z.string(),
    }),
  ),
})

export const browseApi = defineApi({
  root: get('/api/directory/root', {
    summary: '目录的根',
    permission: 'directory:read',
    input: Empty,
    output: UnitNode,
  }),
  children: get('/api/directory/units/:id/children', {
    summary: '下级节点',
    permission: 'directory:read',
    input: Id.extend({ kinds: z.enum(['all', 'institutions']).default('all') }),
    output: z.object({ rows: z.array(UnitNode) }),
  }),
  unit: get('/api/directory/units/:id', {
    summary: '单位',
    permission: 'directory:read',
    input: Id,
    output: UnitDetail,
  }),
  people: get('/api/directory/units/:id/people', {
    summary: '单位的人员',
    permission: 'directory:read',
    label: 'personal',
    /** in the order of the unit: `q` keeps those whose name or spelling begins so */
    input: listInput({ ...Id.shape, direct: z.boolean().default(false) }).omit({ sort: true }),
    output: listOutput(PersonRow),
  }),
  person: get('/api/directory/people/:id', {
    summary: '人员名片',
    permission: 'directory:read',
    label: 'personal',
    input: Id,
    output: PersonCard,
  }),
  vcard: download('/api/directory/people/:id/vcard', {
    summary: '下载名片',
    permission: 'directory:read',
    label: 'personal',
    input: Id,
    audit: 'export',
  }),
  search: get('/api/directory/search', {
    summary: '搜索人员和单位',
    permission: 'directory:read',
    label: 'personal',
    input: z.object({
      q: z.string().trim().min(1).max(40),
      kind: z.enum(['all', 'people', 'units']).default('all'),
      /** people the caller was in touch with lately; their own rows come first */
      recent: z.array(z.uuid()).max(50).optional(),
    }),
    output: SearchAnswer,
  }),
  explain: get('/api/directory/people/:id/explain', {
    summary: '为什么能（不能）看到此人',
    permission: 'directory:explain',
    label: 'personal',
    audit: 'sensitive',
    input: Id.extend({ viewerId: z.uuid() }),
    output: Explanation,
  }),
  favourites: get('/api/directory/favourites', {
    summary: '常用联系人',
    permission: 'directory:read',
    label: 'personal',
    input: Empty,
    output: z.object({ rows: z.array(PersonRow) }),
  }),
  addFavourite: put('/api/directory/favourites/:id', {
    summary: '加入常用',
    permission: 'directory:read',
    input: Id,
    output: Empty,
  }),
  removeFavourite: del('/api/directory/favourites/:id', {
    summary: '移出常用',
    permission: 'directory:read',
    input: Id,
    output: Empty,
  }),
})
