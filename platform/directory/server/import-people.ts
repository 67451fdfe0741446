import { newId } from '#kernel/ids'
import { readIdentityNumber } from '../contract/codes.ts'
import {
  type Crowd,
  type IndexOf,
  isManaged,
  type PersonImage,
  type PostImage,
  plainNumber,
  textOf,
} from './import-crowd.ts'
import { isMasked, tidy } from './import-fields.ts'
import type { Place, Places } from './import-places.ts'
import type { CellFault, Draft } from './import-rows.ts'

export type Action = 'created' | 'updated' | 'posts' | 'same'
export type Outcome = { action: Action; person: PersonImage; post: PostImage } | { faults: CellFault[] }

/** 138****2716 and 13812342716 agree; nothing but stars says nothing. */
export const agreesWithMask = (masked: string, full: string | null): boolean =>
  /^\*+$/.test(masked) ||
  (full !== null && masked.length === full.length && [...masked].every((char, at) => char === '*' || char === full[at]))

export interface Tools {
  places: Places
  /** the unit the import is for */
  home: Place
  today: string
  indexOf: IndexOf
  openIdentity(person: PersonImage): string | null
}

const personFieldNames = ['name', 'gender', 'mobile', 'email', 'rank', 'staffNo'] as const
const postFieldNames = ['title', 'charge', 'leader', 'sort', 'phone', 'room', 'validFrom'] as const
type Changes = Partial<Record<(typeof personFieldNames)[number], string>> & {
  identity?: string
  identityNumber?: string
}

const differs = (now: unknown, next: unknown): boolean =>
  next !== undefined && (typeof now === 'string' ? tidy(now) : now) !== next

/** What the row changes of a known person, and what it must not. */
const personChanges = (draft: Draft, person: PersonImage, crowd: Crowd, tools: Tools, faults: CellFault[]): Changes => {
  const changes: Changes = {}
  const managed = isManaged(person)
  for (const field of personFieldNames) {
    const next = textOf(draft, field)
    if (next === undefined || !differs(person[field], next)) continue
    if (field === 'mobile' && isMasked(next)) {
      if (!agreesWithMask(next, person.mobile))
        faults.push(draft.blame(field, '遮盖的手机号与登记的对不上，这一行可能错位了。请核对，或留空。'))
    } else if (managed) changes[field] = next
    else faults.push(draft.blame(field, '此人的主职不在您的管理范围内，这一项不能由您修改。留空即可。'))
  }
  const number = textOf(draft, 'identityNumber')
  if (number === undefined) return changes
  if (isMasked(number)) {
    if (!agreesWithMask(number, tools.openIdentity(person)))
      faults.push(draft.blame('identityNumber', '遮盖的公民身份号码与登记的对不上，这一行可能错位了。请核对，或留空。'))
    return changes
  }
  const index = tools.indexOf(number)
  if (person.identity === index) return changes
  if (crowd.withIdentity(index))
    faults.push(draft.blame('identityNumber', '这个公民身份号码已登记给另一个人。请核对。'))
  else if (!managed)
    faults.push(draft.blame('identityNumber', '此人的主职不在您的管理范围内，公民身份号码不能由您修改。'))
  return { ...changes, identity: index, identityNumber: number }
}

const newPerson = (draft: Draft, tools: Tools, faults: CellFault[]): PersonImage => {
  for (const field of ['identityNumber', 'mobile'])
    if (isMasked(textOf(draft, field) ?? ''))
      faults.push(draft.blame(field, '目录里没有这个人，遮盖的号码不能用来新增。请填写完整号码。'))
  const identityNumber = plainNumber(draft, 'identityNumber')
  const mobile = plainNumber(draft, 'mobile') ?? null
  const staffNo = textOf(draft, 'staffNo') ?? null
  if (identityNumber === undefined && mobile === null && staffNo === null)
    faults.push(
      draft.blame('identityNumber', '请至少填写公民身份号码、人事编号、手机号中的一项，否则再次导入时认不出这个人。'),
    )
  const born = identityNumber === undefined ? null : readIdentityNumber(identityNumber).gender
  const gender = textOf(draft, 'gender') ?? born
  if (born !== null && gender !== born) faults.push(draft.blame('gender', '性别与公民身份号码不符。请核对。'))
  return {
    id: newId(),
    name: textOf(draft, 'name') ?? '',
    gender,
    identity: identityNumber === undefined ? null : tools.indexOf(identityNumber),
    identityNumber,
    mobile,
    email: textOf(draft, 'email') ?? null,
    rank: textOf(draft, 'rank') ?? null,
    staffNo,
    status: 'active',
    posts: [],
    is: 'new',
  }
}

/** The unit a row names; a post that is known by id keeps its own when the row writes it as an export does. */
const placeOf = (
  draft: Draft,
  known: PostImage | undefined,
  { places, home }: Tools,
): { place: Place } | { fault: CellFault } => {
  const unit = textOf(draft, 'unit') ?? ''
  const division = textOf(draft, 'division') ?? ''
  const own = known && places.get(known.unitId)
  if (
    own &&
    ((unit === '' && division === '') ||
      (tidy(places.pathOf(places.orgOf(own))) === unit && tidy(places.divisionOf(own)) === division))
  )
    return { place: own }
  const found = places.find(unit, division, home)
  if ('place' in found && found.place.kind === 'region' && found.place.level <= 3)
    return { fault: draft.blame('unit', `“${found.place.name}”是区划，人员须在单位里任职。请改填单位。`) }
  return 'fault' in found
    ? { fault: draft.blame(division && found.fault.includes('内设机构') ? 'division' : 'unit', found.fault) }
    : found
}

/** The current post a row is about, undefined when it makes one. */
const postOf = (
  draft: Draft,
  person: PersonImage,
  place: Place,
): { post?: PostImage; kind: string; fault?: CellFault } => {
  const wanted = textOf(draft, 'postKind')
  const title = textOf(draft, 'title')
  const known = person.posts.find((post) => post.id === textOf(draft, 'postId'))
  if (known) {
    if (known.unitId !== place.id)
      return {
        kind: known.kind,
        fault: draft.blame('unit', '与现有的任职单位不同。调动要办理交接，请在人员管理中办。'),
      }
    if (wanted !== undefined && wanted !== known.kind)
      return { kind: known.kind, fault: draft.blame('postKind', '与现有的任职类型不同，请在人员管理中修改。') }
    return { post: known, kind: known.kind }
  }
  const here = person.posts.filter((post) => post.unitId === place.id)
  const main = person.posts.find((post) => post.kind === 'main')
  const kind = wanted ?? (main && main.unitId !== place.id ? here[0]?.kind : 'main')
  if (kind === undefined)
    return { kind: 'main', fault: draft.blame('postKind', '此人的主职在别的单位。请填写任职类型：兼职、挂职或借调。') }
  if (kind !== 'main')
    return { kind, post: here.find((post) => post.kind === kind && tidy(post.title) === (title ?? tidy(post.title))) }
  if (main && main.unitId !== place.id)
    return {
      kind,
      fault: draft.blame(
        'postKind',
        '此人已有主职，一个人只能有一个。请改为兼职、挂职或借调；调动请在人员管理中办理。',
      ),
    }
  return { kind, post: main }
}

const newPost = (draft: Draft, place: Place, kind: string, today: string): PostImage => ({
  id: newId(),
  unitId: place.id,
  kind,
  title: textOf(draft, 'title') ?? '',
  charge: textOf(draft, 'charge') ?? null,
  leader: draft.values.leader === true,
  sort: (draft.values.sort as number | undefined) ?? null,
  phone: textOf(draft, 'phone') ?? null,
  room: textOf(draft, 'room') ?? null,
  validFrom: textOf(draft, 'validFrom') ?? today,
  inside: true,
  is: 'new',
})

const postChanges = (draft: Draft, post: PostImage): Partial<PostImage> =>
  Object.fromEntries(
    postFieldNames.flatMap((field) =>
      differs(post[field], draft.values[field]) ? [[field, draft.values[field]]] : [],
    ),
  )

const hasAny = (changes: object): boolean => Object.keys(changes).length > 0

/** Works one row into the crowd, or says what is wrong with it and leaves the crowd as it was. */
export const weave = (draft: Draft, crowd: Crowd, tools: Tools): Outcome => {
  if (draft.faults.length > 0) return { faults: draft.faults }
  const { person: known, fault } = crowd.match(draft, tools.indexOf)
  if (fault) return { faults: [fault] }
  if (known && known.status !== 'active')
    return { faults: [draft.blame('name', '此人已登记为离职或退休。复职请在人员管理中办理。')] }
  const faults: CellFault[] = []
  const person = known ?? newPerson(draft, tools, faults)
  const changes = known ? personChanges(draft, known, crowd, tools, faults) : {}
  const where = placeOf(
    draft,
    person.posts.find((post) => post.id === textOf(draft, 'postId')),
    tools,
  )
  if ('fault' in where) return { faults: [...faults, where.fault] }
  const { post: knownPost, kind, fault: postFault } = postOf(draft, person, where.place)
  if (postFault) faults.push(postFault)
  if (faults.length > 0) return { faults }
  return change(draft, crowd, {
    person,
    changes,
    isKnown: known !== undefined,
    knownPost,
    place: where.place,
    kind,
    today: tools.today,
  })
}

interface Decided {
  person: PersonImage
  changes: Changes
  isKnown: boolean
  knownPost: PostImage | undefined
  place: Place
  kind: string
  today: string
}

const change = (
  draft: Draft,
  crowd: Crowd,
  { person, changes, isKnown, knownPost, place, kind, today }: Decided,
): Outcome => {
  const post = knownPost ?? newPost(draft, place, kind, today)
  const postDiffers = knownPost ? postChanges(draft, knownPost) : {}
  Object.assign(post, postDiffers)
  if (hasAny(postDiffers) && post.is === 'kept') post.is = 'changed'
  if (!knownPost) person.posts.push(post)
  Object.assign(person, changes)
  if (hasAny(changes) && person.is === 'kept') person.is = 'changed'
  if (!isKnown) crowd.add(person)
  else if (hasAny(changes)) crowd.index(person)
  const action = !isKnown
    ? 'created'
    : !knownPost
      ? 'posts'
      : hasAny(changes) || hasAny(postDiffers)
        ? 'updated'
        : 'same'
  return { action, person, post }
}
