import { AppError, conflict, type FieldFault, invalid, one, stale } from '#kernel/errors'
import { newId } from '#kernel/ids'
import { nameFault } from '#kernel/text'
import { personLeft as personLeftEvent } from '../contract/admin-events.ts'
import {
  identityNumberFault,
  mobileFault,
  normaliseIdentityNumber,
  normaliseMobile,
  readIdentityNumber,
} from '../contract/codes.ts'
import { identityIndexer, identitySealer } from './identity-number.ts'
import { type SealedMobile, sealMobile } from './mobile-number.ts'
import { normaliseName, readName } from './tokens.ts'
import type { Change } from './write-model.ts'
import { createPost, endPosts, type NewPost } from './write-posts.ts'

export interface PersonRecord {
  id: string
  no: number
  name: string
  pinyin: string
  initials: string
  gender: '男' | '女' | null
  identity_index: Buffer | null
  mobile: Buffer | null
  mobile_index: Buffer | null
  mobile_tail: string | null
  email: string | null
  rank: string | null
  rank_order: number
  staff_no: string | null
  status: 'active' | 'left' | 'retired'
  external_id: string | null
  source: string
  guard: number
  revision: number
}

/** What may be written of a person. Null empties a field. */
export interface PersonFields {
  name: string
  /** the reading set by hand; the machine's when null */
  pinyin?: string | null
  gender?: '男' | '女' | null
  identityNumber?: string | null
  mobile?: string | null
  email?: string | null
  rank?: string | null
  staffNo?: string | null
  externalId?: string | null
}

const columns =
  'id, no, name, pinyin, initials, gender, identity_index, mobile, mobile_index, mobile_tail, email, rank, rank_order, staff_no, status, external_id, source, guard, revision'
export const readPerson = ({ sql }: Pick<Change, 'sql'>, id: string): Promise<PersonRecord> =>
  sql<PersonRecord>(`select ${columns} from directory.person where id = $1`, [id]).then(one('此人'))

export const identityIndex = (kernel: Change['kernel'], number: string): Buffer =>
  identityIndexer(kernel.keys)(normaliseIdentityNumber(number))

/** Faults of the fields that are there, in Chinese; none: the fields may be stored. */
export const personFaults = (fields: Partial<PersonFields>, today: string): FieldFault[] => {
  const faults: FieldFault[] = []
  const check = (path: keyof PersonFields, message: string | null): void => {
    if (message) faults.push({ path, message })
  }
  if (fields.name !== undefined) {
    const name = normaliseName(fields.name)
    check('name', name ? (nameFault(name) ?? null) : '请填写姓名。')
  }
  if (fields.identityNumber)
    check('identityNumber', identityNumberFault(normaliseIdentityNumber(fields.identityNumber), today))
  if (fields.mobile) check('mobile', mobileFault(normaliseMobile(fields.mobile)))
  if (fields.email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(fields.email))
    check('email', '电子邮箱应形如 name@example.gov.cn。请核对。')
  return faults
}
const refuseFaults = (fields: Partial<PersonFields>, today: string): void => {
  const faults = personFaults(fields, today)
  if (faults.length > 0) throw invalid(faults[0]!.message, faults)
}

/** The same human being, known by the identity number. */
export const personByIdentity = async (
  { sql, kernel }: Pick<Change, 'sql' | 'kernel'>,
  identityNumber: string,
): Promise<{ id: string; name: string } | undefined> =>
  (
    await sql<{ id: string; name: string }>('select id, name from directory.person where identity_index = $1', [
      identityIndex(kernel, identityNumber),
    ])
  )[0]

const refuseSameHuman = async (change: Change, identityNumber: string, self: string): Promise<void> => {
  const known = await personByIdentity(change, identityNumber)
  if (known && known.id !== self)
    throw new AppError(409, 'same-person', '目录里已有这个公民身份号码的人。一人一号：请为其增加任职，不要重复建立。', {
      extra: { personId: known.id },
    })
}

const rankOrder = `coalesce((select r.sort from directory.rank r where r.name = $1), 99)`
const rankOrderOf = async ({ sql }: Change, rank: string | null): Promise<number> =>
  (await sql<{ sort: number }>(`select ${rankOrder} as sort`, [rank]))[0]!.sort

const identityColumns = (change: Change, personId: string, number: string | null | undefined) =>
  number ? identitySealer(change.kernel.keys)(normaliseIdentityNumber(number), personId) : { box: null, index: null }
const NO_MOBILE = { box: null, index: null, tail: null }
const mobileColumns = (
  { kernel }: Change,
  personId: string,
  mobile: string | null | undefined,
): SealedMobile | typeof NO_MOBILE => (mobile ? sealMobile(kernel.keys, normaliseMobile(mobile), personId) : NO_MOBILE)

/** A person with the posts given, the main one first. 409 `same-person` names who bears the identity number already. */
export const createPerson = async (
  change: Change,
  input: PersonFields & { id?: string; source?: string; posts: readonly Omit<NewPost, 'personId'>[] },
): Promise<string> => {
  const id = input.id ?? newId()
  refuseFaults(input, change.today)
  if (input.identityNumber) await refuseSameHuman(change, input.identityNumber, id)
  if (input.posts.filter((post) => post.kind === 'main').length !== 1)
    throw invalid('请填写一个主职，且只填一个。', [{ path: 'posts', message: '须有且只有一个主职' }])
  const reading = readName(input.name, input.pinyin ?? undefined)
  const { box, index } = identityColumns(change, id, input.identityNumber)
  const mobile = mobileColumns(change, id, input.mobile)
  await change.sql(
    `insert into directory.person (id, name, pinyin, initials, gender, identity_box, identity_index, mobile, mobile_index, mobile_tail, email, rank,
       rank_order, staff_no, external_id, source, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)`,
    [
      id,
      normaliseName(input.name),
      reading.pinyin,
      reading.initials,
      input.gender ??
        (input.identityNumber ? readIdentityNumber(normaliseIdentityNumber(input.identityNumber)).gender : null),
      box,
      index,
      mobile.box,
      mobile.index,
      mobile.tail,
      input.email || null,
      input.rank || null,
      await rankOrderOf(change, input.rank || null),
      input.staffNo || null,
      input.externalId || null,
      input.source ?? 'local',
      change.now,
    ],
  )
  for (const post of input.posts) await createPost(change, { ...post, personId: id }, { fresh: true })
  change.touched.people.add(id)
  return id
}

export interface PersonPatch extends Partial<PersonFields> {
  id: string
  revision?: number
}

const mergedPerson = (person: PersonRecord, patch: PersonPatch) => {
  const text = (value: string | null | undefined, old: string | null): string | null =>
    value === undefined ? old : value || null
  const name = patch.name === undefined ? person.name : normaliseName(patch.name)
  const renamed = patch.name !== undefined && name !== person.name
  // A reading set by hand belongs to the name it was set for.
  const reading =
    patch.pinyin !== undefined
      ? readName(name, patch.pinyin ?? undefined)
      : renamed
        ? readName(name)
        : { pinyin: person.pinyin, initials: person.initials }
  return {
    name,
    pinyin: reading.pinyin,
    initials: reading.initials,
    gender: patch.gender === undefined ? person.gender : patch.gender,
    email: text(patch.email, person.email),
    rank: text(patch.rank, person.rank),
    staffNo: text(patch.staffNo, person.staff_no),
    externalId: text(patch.externalId, person.external_id),
  }
}

/** Changes what is named in the patch; answers the row as it was. */
export const updatePerson = async (change: Change, patch: PersonPatch): Promise<PersonRecord> => {
  const person = await readPerson(change, patch.id)
  if (patch.revision !== undefined && patch.revision !== person.revision) throw stale(person.revision)
  refuseFaults(patch, change.today)
  const next = mergedPerson(person, patch)
  const mobile =
    patch.mobile === undefined
      ? { box: person.mobile, index: person.mobile_index, tail: person.mobile_tail }
      : mobileColumns(change, person.id, patch.mobile)
  const order = patch.rank === undefined ? person.rank_order : await rankOrderOf(change, next.rank)
  await change.sql(
    `update directory.person set name = $2, pinyin = $3, initials = $4, gender = $5, mobile = $6, mobile_index = $7, mobile_tail = $8, email = $9,
       rank = $10, rank_order = $11, staff_no = $12, external_id = $13, revision = revision + 1, updated_at = $14 where id = $1`,
    [
      person.id,
      next.name,
      next.pinyin,
      next.initials,
      next.gender,
      mobile.box,
      mobile.index,
      mobile.tail,
      next.email,
      next.rank,
      order,
      next.staffNo,
      next.externalId,
      change.now,
    ],
  )
  if (patch.identityNumber !== undefined) await writeIdentity(change, person.id, patch.identityNumber)
  change.touched.people.add(person.id)
  return person
}

const writeIdentity = async (change: Change, id: string, number: string | null): Promise<void> => {
  if (number) await refuseSameHuman(change, number, id)
  const { box, index } = identityColumns(change, id, number)
  await change.sql(
    'update directory.person set identity_box = $2, identity_index = $3, identity_seal = 2 where id = $1',
    [id, box, index],
  )
}

export interface Leaving {
  id: string
  revision?: number
  status: 'left' | 'retired'
  /** the first day out of office; today when absent */
  day?: string
  successorId?: string | null
}

/** Ends all posts and duties of a person. The row stays; it is found no more. */
export const personLeft = async (change: Change, input: Leaving): Promise<PersonRecord> => {
  const person = await readPerson(change, input.id)
  if (input.revision !== undefined && input.revision !== person.revision) throw stale(person.revision)
  if (person.status !== 'active') throw conflict(`${person.name}已办理离职或退休，不必重复办理。`)
  await endPosts(change, { personId: person.id, day: input.day })
  await change.sql(
    'update directory.duty set valid_to = greatest($2::date, valid_from) where person_id = $1 and valid_to is null',
    [person.id, input.day ?? change.today],
  )
  await change.sql('update directory.person set status = $2, revision = revision + 1, updated_at = $3 where id = $1', [
    person.id,
    input.status,
    change.now,
  ])
  change.touched.people.add(person.id)
  change.touched.departed.add(person.id)
  change.emit(personLeftEvent, {
    personId: person.id,
    status: input.status,
    day: input.day ?? change.today,
    successorId: input.successorId ?? null,
  })
  return person
}

/** A person who comes back takes a new main post; the old ones stay ended. */
export const returnPerson = async (
  change: Change,
  input: { id: string; revision?: number; post: Omit<NewPost, 'personId' | 'kind'> },
): Promise<PersonRecord> => {
  const person = await readPerson(change, input.id)
  if (input.revision !== undefined && input.revision !== person.revision) throw stale(person.revision)
  if (person.status === 'active') throw conflict(`${person.name}在职，不必恢复。`)
  await change.sql(
    "update directory.person set status = 'active', revision = revision + 1, updated_at = $2 where id = $1",
    [person.id, change.now],
  )
  await createPost(change, { ...input.post, personId: person.id, kind: 'main' })
  return person
}
