import { isMasked, tidy } from './import-fields.ts'
import type { CellFault, Draft } from './import-rows.ts'

/** People and posts as a batch sees them: read once, changed row by row, then the differences are written. */
export interface PostImage {
  id: string
  unitId: string
  kind: string
  title: string
  charge: string | null
  leader: boolean
  /** null: behind the others of the unit */
  sort: number | null
  phone: string | null
  room: string | null
  validFrom: string
  /** its unit is in scope */
  inside: boolean
  is: 'kept' | 'changed' | 'new'
}
export interface PersonImage {
  id: string
  name: string
  gender: string | null
  /** hex of the blind index */
  identity: string | null
  /** set when the number is new or corrected */
  identityNumber?: string
  mobile: string | null
  email: string | null
  rank: string | null
  staffNo: string | null
  status: string
  posts: PostImage[]
  is: 'kept' | 'changed' | 'new'
}

/** The blind index of an identity number, as hex. */
export type IndexOf = (identity: string) => string

/** What rows are found by; a batch reads everybody that one of them names. */
export interface Keys {
  personIds: Set<string>
  postIds: Set<string>
  identities: Set<string>
  staffNos: Set<string>
  mobiles: Set<string>
}

export const textOf = (draft: Draft, field: string): string | undefined => draft.values[field] as string | undefined
/** The number as written in full; an export's masked one finds nobody. */
export const plainNumber = (draft: Draft, field: string): string | undefined => {
  const text = textOf(draft, field)
  return text === undefined || isMasked(text) ? undefined : text
}

export const keysOf = (drafts: readonly Draft[], indexOf: IndexOf): Keys => {
  const keys: Keys = {
    personIds: new Set(),
    postIds: new Set(),
    identities: new Set(),
    staffNos: new Set(),
    mobiles: new Set(),
  }
  const add = (set: Set<string>, text: string | undefined) => text !== undefined && set.add(text)
  for (const draft of drafts) {
    add(keys.personIds, textOf(draft, 'personId'))
    add(keys.postIds, textOf(draft, 'postId'))
    add(keys.staffNos, textOf(draft, 'staffNo'))
    add(keys.mobiles, plainNumber(draft, 'mobile'))
    const identity = plainNumber(draft, 'identityNumber')
    if (identity !== undefined) keys.identities.add(indexOf(identity))
  }
  return keys
}

/** A person is found by what outsiders do not know, or is one of ours. */
const isOurs = (person: PersonImage): boolean => person.is === 'new' || person.posts.some((post) => post.inside)
/** Fields of a person are changed where the main post is; without one, where any post is. */
export const isManaged = (person: PersonImage): boolean => {
  const main = person.posts.find((post) => post.kind === 'main')
  return person.is === 'new' || (main ? main.inside : isOurs(person))
}

/** Everybody a batch may meet, those included that its own rows make. */
export class Crowd {
  readonly people: PersonImage[] = []
  readonly #byId = new Map<string, PersonImage>()
  readonly #byPost = new Map<string, PersonImage>()
  readonly #byIdentity = new Map<string, PersonImage>()
  readonly #byStaffNo = new Map<string, PersonImage[]>()
  readonly #byMobile = new Map<string, PersonImage[]>()

  constructor(people: readonly PersonImage[]) {
    for (const person of people) this.add(person)
  }

  add(person: PersonImage): void {
    this.people.push(person)
    this.#byId.set(person.id, person)
    for (const post of person.posts) this.#byPost.set(post.id, person)
    this.index(person)
  }

  /** After a number was set. */
  index(person: PersonImage): void {
    if (person.identity) this.#byIdentity.set(person.identity, person)
    if (person.staffNo) push(this.#byStaffNo, person.staffNo, person)
    if (person.mobile) push(this.#byMobile, person.mobile, person)
  }

  withIdentity(index: string): PersonImage | undefined {
    return this.#byIdentity.get(index)
  }

  /** The person a row is about, undefined when the row makes one. */
  match(draft: Draft, indexOf: IndexOf): { person?: PersonImage; fault?: CellFault } {
    const byId = this.#matchById(draft)
    if (byId) return byId
    const identity = plainNumber(draft, 'identityNumber')
    const name = textOf(draft, 'name')
    if (identity !== undefined) {
      const person = this.#byIdentity.get(indexOf(identity))
      if (person && tidy(person.name) !== name && !isManaged(person))
        return { fault: draft.blame('name', '姓名与这个公民身份号码登记的不一致。请核对。') }
      if (person) return { person }
    }
    const staffNo = textOf(draft, 'staffNo')
    const sameNo = (staffNo === undefined ? [] : (this.#byStaffNo.get(staffNo) ?? [])).filter(isOurs)
    if (sameNo.length > 1) return { fault: draft.blame('staffNo', '有几个人登记了这个人事编号。请另填公民身份号码。') }
    if (sameNo[0] && tidy(sameNo[0].name) !== name)
      return { fault: draft.blame('staffNo', '这个人事编号登记给了另一个人。请核对。') }
    if (sameNo[0]) return this.#sameHuman(draft, sameNo[0], indexOf, '人事编号')
    const mobile = plainNumber(draft, 'mobile')
    const sameNumber = (mobile === undefined ? [] : (this.#byMobile.get(mobile) ?? [])).filter(
      (one) => isOurs(one) && tidy(one.name) === name,
    )
    if (sameNumber.length > 1)
      return { fault: draft.blame('mobile', '有几个人是这个姓名和手机号。请另填公民身份号码或人事编号。') }
    return sameNumber[0] ? this.#sameHuman(draft, sameNumber[0], indexOf, '姓名和手机号') : {}
  }

  #matchById(draft: Draft): { person?: PersonImage; fault?: CellFault } | undefined {
    const postId = textOf(draft, 'postId')
    const personId = textOf(draft, 'personId')
    if (postId === undefined && personId === undefined) return undefined
    const byPost = postId === undefined ? undefined : this.#byPost.get(postId)
    const byId = personId === undefined ? undefined : this.#byId.get(personId)
    if (postId !== undefined && !byPost?.posts.some((post) => post.id === postId && post.inside))
      return { fault: draft.blame('postId', '没有这个任职，或不在您的管理范围内。新增的行请把标识留空。') }
    if (
      personId !== undefined &&
      (!byId || (byPost && byPost !== byId) || (!isOurs(byId) && tidy(byId.name) !== textOf(draft, 'name')))
    )
      return { fault: draft.blame('personId', '没有这个人员，或与任职标识不是同一人。新增的行请把标识留空。') }
    return { person: byPost ?? byId }
  }

  /** Somebody of the same name and telephone but another identity number is somebody else. */
  #sameHuman(
    draft: Draft,
    person: PersonImage,
    indexOf: IndexOf,
    by: string,
  ): { person?: PersonImage; fault?: CellFault } {
    const identity = plainNumber(draft, 'identityNumber')
    if (identity === undefined || person.identity === null || person.identity === indexOf(identity)) return { person }
    return { fault: draft.blame('identityNumber', `${by}与已登记的人相同，公民身份号码却不同。请核对是不是同一人。`) }
  }
}

const push = <T>(map: Map<string, T[]>, key: string, value: T): void => {
  const known = map.get(key)
  if (!known) map.set(key, [value])
  else if (!known.includes(value)) known.push(value)
}
