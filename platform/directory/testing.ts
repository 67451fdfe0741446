import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createKeyring, hmacSm3, randomToken, sha256 } from '#kernel/crypto'
import { newId } from '#kernel/ids'
import type { Role, SystemCtx } from '#kernel/module'
import type { Template, TestServer } from '#kernel/testing'
import { createAccount, grantRole } from '#platform/identity'
import type { UnitKind } from './contract/browse.ts'
import { runProvince } from './province/load.ts'
import { recomputeGuards } from './server/guards.ts'
import { sealMobile } from './server/mobile-number.ts'
import { personTokens, readName, unitTokens } from './server/tokens.ts'

/** Builders: consistent rows of the directory in one call, for the tests of every module. */

export interface UnitRow {
  id: string
  no: number
  name: string
  kind: UnitKind
  level: number
  pre: number
  pre_end: number
  depth: number
  org_no: number
  county_no: number
  city_no: number
}
export interface NewUnit {
  name: string
  /** the root when absent */
  parent?: string
  kind?: UnitKind
  level?: 1 | 2 | 3 | 4 | 5
  shortName?: string
  closed?: boolean
}

const unitById = async (ctx: SystemCtx, id: string): Promise<UnitRow> => {
  const [row] = await ctx.sql<UnitRow>('select * from directory.unit where id = $1', [id])
  if (!row) throw new Error(`there is no unit ${id}`)
  return row
}

/** Makes room for one node at the end of a subtree. */
const insertAfter = async (ctx: SystemCtx, parent: UnitRow | undefined): Promise<number> => {
  if (!parent) return 1
  const at = parent.pre_end + 1
  await ctx.sql(
    `update directory.unit set pre = case when pre >= $1 then pre + 1 else pre end,
       pre_end = case when pre_end >= $1 or (pre <= $2 and pre_end >= $1 - 1) then pre_end + 1 else pre_end end
     where pre_end >= $1 - 1`,
    [at, parent.pre],
  )
  await ctx.sql('update directory.unit set children = children + 1 where id = $1', [parent.id])
  return at
}

/** A unit at the end of its parent's children; the first one is the root of the tree. */
export const unit = async (ctx: SystemCtx, input: NewUnit): Promise<UnitRow> => {
  const parent = input.parent ? await unitById(ctx, input.parent) : undefined
  const kind = input.kind ?? (parent ? 'government' : 'region')
  const level = input.level ?? parent?.level ?? 1
  const pre = await insertAfter(ctx, parent)
  const id = newId()
  const shortName = input.shortName ?? input.name
  const [row] = await ctx.sql<UnitRow>(
    `insert into directory.unit (id, no, parent_id, kind, level, name, short_name, org_no, county_no, city_no, pre, pre_end, depth, sort, closed, valid_from)
     select $1, n.no, $2, $3, $4, $5, $6, coalesce($7, n.no), coalesce($8, n.no), coalesce($9, n.no), $10::bigint, $10::bigint, $11, $10::bigint::int, $12, '2000-01-01'
     from (select nextval(pg_get_serial_sequence('directory.unit', 'no'))::int as no) n returning *`,
    [
      id,
      parent?.id ?? null,
      kind,
      level,
      input.name,
      shortName,
      kind === 'division' ? parent!.org_no : null,
      kind === 'region' && level <= 3 ? null : (parent?.county_no ?? null),
      kind === 'region' && level <= 2 ? null : (parent?.city_no ?? null),
      pre,
      parent ? parent.depth + 1 : 0,
      input.closed ?? false,
    ],
  )
  await ctx.sql(
    `insert into directory.unit_name (id, unit_id, kind, name, valid_from) values ($1, $2, 'full', $3, '2000-01-01')`,
    [newId(), id, input.name],
  )
  await ctx.sql(
    `insert into directory.unit_token (key, unit_no, county_no, city_no, level, division)
     select key, $2, $3, $4, $5, $6 from unnest($1::text[]) key`,
    [
      unitTokens({ name: input.name, shortName, documentMark: null, otherNames: [] }),
      row!.no,
      row!.county_no,
      row!.city_no,
      level,
      kind === 'division',
    ],
  )
  await ctx.sql('update directory.version set ver = ver + 1, structure = structure + 1')
  await recomputeGuards(ctx.sql, { unitIds: [id] })
  return row!
}

export interface PersonRecord {
  id: string
  no: number
  name: string
  postId: string
}
export interface NewPerson {
  name: string
  unit: string
  title?: string
  leader?: boolean
  sort?: number
  mobile?: string | null
  phone?: string | null
  email?: string | null
  room?: string | null
  rank?: string
  rankOrder?: number
  /** the reading set by hand */
  pinyin?: string
}

/** An active person with a main post. */
export const person = async (ctx: SystemCtx, input: NewPerson): Promise<PersonRecord> => {
  const id = newId()
  const reading = readName(input.name, input.pinyin)
  const mobile = input.mobile ? sealMobile(ctx.kernel.keys, input.mobile, id) : undefined
  const [row] = await ctx.sql<{ no: number }>(
    `insert into directory.person (id, name, pinyin, initials, mobile, mobile_index, mobile_tail, email, rank, rank_order)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning no`,
    [
      id,
      input.name,
      reading.pinyin,
      reading.initials,
      mobile?.box,
      mobile?.index,
      mobile?.tail,
      input.email ?? null,
      input.rank ?? null,
      input.rankOrder ?? 99,
    ],
  )
  const postId = await post(ctx, { ...input, person: id, kind: 'main' })
  return { id, no: row!.no, name: input.name, postId }
}

/** Gives a person another number, as an arrangement of a test. */
export const setMobile = ({ sql, kernel }: SystemCtx, personId: string, mobile: string): Promise<unknown> => {
  const { box, index, tail } = sealMobile(kernel.keys, mobile, personId)
  return sql('update directory.person set mobile = $2, mobile_index = $3, mobile_tail = $4 where id = $1', [
    personId,
    box,
    index,
    tail,
  ])
}

export interface NewPost extends Pick<NewPerson, 'unit' | 'title' | 'leader' | 'sort' | 'phone' | 'room'> {
  person: string
  kind?: 'main' | 'concurrent' | 'exchange' | 'seconded'
}

/** One more post; answers its id. */
export const post = async (ctx: SystemCtx, input: NewPost): Promise<string> => {
  const place = await unitById(ctx, input.unit)
  const id = newId()
  const title = input.title ?? ''
  const sort = input.sort ?? 1000
  await ctx.sql(
    `insert into directory.post (id, person_id, unit_id, org_no, kind, title, leader, sort, phone, room, valid_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '2020-01-01')`,
    [
      id,
      input.person,
      place.id,
      place.org_no,
      input.kind ?? 'concurrent',
      title,
      input.leader ?? false,
      sort,
      input.phone ?? null,
      input.room ?? null,
    ],
  )
  const [who] = await ctx.sql<{ no: number; name: string; pinyin: string; tail: string | null }>(
    'select no, name, pinyin, mobile_tail as tail from directory.person where id = $1',
    [input.person],
  )
  await ctx.sql(
    `insert into directory.person_token (key, post_id, person_no, org_no, county_no, city_no, sort)
     select key, $2, $3, $4, $5, $6, $7 from unnest($1::text[]) key`,
    [
      personTokens({ ...readName(who!.name, who!.pinyin), name: who!.name, tail: who!.tail, title }),
      id,
      who!.no,
      place.org_no,
      place.county_no,
      place.city_no,
      sort,
    ],
  )
  await ctx.sql('update directory.unit set people_direct = people_direct + 1 where id = $1', [place.id])
  if ((input.kind ?? 'concurrent') === 'main')
    await ctx.sql('update directory.unit set people_total = people_total + 1 where pre <= $1 and pre_end >= $1', [
      place.pre,
    ])
  await ctx.sql('update directory.version set ver = ver + 1')
  await recomputeGuards(ctx.sql, { personIds: [input.person] })
  return id
}

export interface Granted {
  role: Role
  scope: 'self' | 'unit' | 'subtree' | 'all'
  unitId?: string
}

/** The session token of a person, by id or by the key of a named person of the demo province; without a password's cost. */
export const signInAs = async (server: TestServer, who: string, grants: readonly Granted[] = []): Promise<string> =>
  server.system(async (ctx) => {
    const [found] = await ctx.sql<{ id: string }>(
      'select id from directory.person where id::text = $1 or (external_id = $2)',
      [who, `demo:${who}`],
    )
    if (!found) throw new Error(`nobody is called ${who}`)
    const accountId = await createAccount(ctx.sql, { personId: found.id, login: `t-${found.id}`, passwordHash: '' })
    for (const grant of grants) await grantRole(ctx.sql, { accountId, now: ctx.now, ...grant })
    const token = randomToken(32)
    await ctx.sql(
      `insert into identity.session (id, token_hash, account_id, created_at, expires_at, address, agent)
       values ($1, $2, $3, $4, $4::timestamptz + interval '12 hours', '127.0.0.1', 'test')`,
      [newId(), sha256(token), accountId, ctx.now],
    )
    return token
  })

/** Changes with the generator, so that a template made by an older one is not taken for it. */
const generatorVersion = (): string => {
  const hash = createHash('sha256')
  for (const folder of ['province', 'server'])
    for (const file of readdirSync(path.join(import.meta.dirname, folder)).sort())
      if (/^(?!.*\.test\.).*\.(ts|br)$/.test(file))
        hash.update(readFileSync(path.join(import.meta.dirname, folder, file)))
  return hash.digest('hex').slice(0, 12)
}

const TEST_SECRET = 'test-only-secret-of-at-least-32-characters'
/** A generated province as the starting point of a test server: `startTestServer(modules, { template: provinceTemplate() })`. */
export const provinceTemplate = (people = 2000): Template => ({
  key: `province-${people}-${generatorVersion()}`,
  prepare: (url) => {
    // the first key of every test server, so that what the template holds opens there
    const secret = hmacSm3(Buffer.from(TEST_SECRET), 'data')
    const keys = createKeyring({ secrets: { 1: secret }, sealWith: 1, indexWith: 1 })
    return runProvince(url, { people, seed: 1, keys })
  },
})

export interface Scene {
  units: Record<
    | 'root'
    | 'department'
    | 'binzhou'
    | 'cityWater'
    | 'boxing'
    | 'office'
    | 'documents'
    | 'general'
    | 'water'
    | 'supply'
    | 'secret'
    | 'secretDesk'
    | 'zouping'
    | 'zoupingWater'
    | 'jinan'
    | 'lixia'
    | 'lixiaWater',
    UnitRow
  >
  people: Record<
    | 'leader'
    | 'clerk'
    | 'colleague'
    | 'waterClerk'
    | 'waterHead'
    | 'cityClerk'
    | 'zoupingClerk'
    | 'lixiaClerk'
    | 'departmentClerk'
    | 'agent',
    PersonRecord
  >
}

const sceneUnits = async (ctx: SystemCtx): Promise<Scene['units']> => {
  const at = (
    name: string,
    parent: UnitRow | undefined,
    kind: UnitKind,
    level: NewUnit['level'],
    more: Partial<NewUnit> = {},
  ) => unit(ctx, { name, parent: parent?.id, kind, level, ...more })
  const root = await at('山东省', undefined, 'region', 1)
  const department = await at('山东省水利厅', root, 'government', 1, { shortName: '省水利厅' })
  const binzhou = await at('滨州市', root, 'region', 2)
  const cityWater = await at('滨州市水利局', binzhou, 'government', 2, { shortName: '市水利局' })
  const boxing = await at('博兴县', binzhou, 'region', 3)
  const office = await at('博兴县人民政府办公室', boxing, 'government', 3, { shortName: '县政府办公室' })
  const documents = await at('文电科', office, 'division', 3)
  const general = await at('综合科', office, 'division', 3)
  const water = await at('博兴县水利局', boxing, 'government', 3, { shortName: '县水利局' })
  const supply = await at('农村供水科', water, 'division', 3)
  const secret = await at('博兴县保密专班', boxing, 'government', 3, { closed: true })
  const secretDesk = await at('一室', secret, 'division', 3)
  const zouping = await at('邹平市', binzhou, 'region', 3)
  const zoupingWater = await at('邹平市水利局', zouping, 'government', 3, { shortName: '市水利局' })
  const jinan = await at('济南市', root, 'region', 2)
  const lixia = await at('历下区', jinan, 'region', 3)
  const lixiaWater = await at('历下区水利局', lixia, 'government', 3, { shortName: '区水利局' })
  return {
    root,
    department,
    binzhou,
    cityWater,
    boxing,
    office,
    documents,
    general,
    water,
    supply,
    secret,
    secretDesk,
    zouping,
    zoupingWater,
    jinan,
    lixia,
    lixiaWater,
  }
}

/** A province in small: two cities, three counties, a closed unit, people near and far. */
export const scene = async (ctx: SystemCtx): Promise<Scene> => {
  const units = await sceneUnits(ctx)
  const who = (name: string, place: UnitRow, mobile: string, more: Partial<NewPerson> = {}) =>
    person(ctx, {
      name,
      unit: place.id,
      mobile,
      phone: '0543-0023000',
      email: `p${mobile}@example.invalid`,
      room: '101',
      rank: '科员',
      ...more,
    })
  const people = {
    leader: await who('孙立岩', units.office, '15400000001', {
      title: '党组书记、主任',
      leader: true,
      sort: 1,
      rankOrder: 10,
    }),
    clerk: await who('周文清', units.documents, '15400002716', { title: '副科长' }),
    colleague: await who('单明远', units.general, '15400000003', { title: '科长' }),
    waterClerk: await who('张梦瑶', units.supply, '15400000004', { title: '科员' }),
    waterHead: await who('张伟', units.water, '15400000005', { title: '局长', leader: true, sort: 1, rankOrder: 20 }),
    cityClerk: await who('张伟', units.cityWater, '15400000006', { title: '科员' }),
    zoupingClerk: await who('张伟东', units.zoupingWater, '15400000007', { title: '科员' }),
    lixiaClerk: await who('张伟', units.lixiaWater, '15400000008', { title: '科员' }),
    departmentClerk: await who('吕明月', units.department, '15400000009', { title: '副处长' }),
    agent: await who('欧阳隐', units.secretDesk, '15400000010', { title: '科员' }),
  }
  return { units, people }
}
