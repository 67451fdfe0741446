import { identityCheck } from '../server/codes.ts'
import { type DemoPerson, type DemoPost, demoPeople, findDemoUnits, unitWithoutContact } from './demo.ts'
import { inventName } from './names.ts'
import { mix, type Random, random, seededId, tableOf } from './random.ts'
import { chargeOf, leaderCount, rankOrder, type Slot, slotOf } from './roster.ts'
import { extraPosts, type Quotas } from './staffing.ts'
import { inventPhone, type Unit } from './tree.ts'

export interface PostRow {
  id: string
  unit: Unit
  kind: 'main' | 'concurrent' | 'exchange' | 'seconded'
  title: string
  charge: string | null
  leader: boolean
  sort: number
  phone: string | null
  room: string | null
  from: string
}
export interface PersonRow {
  no: number
  id: string
  name: string
  gender: '男' | '女'
  born: string
  identityNumber: string
  mobile: string
  rank: string | null
  rankOrder: number
  staffNo: string
  externalId: string | null
  /** the main post first */
  posts: PostRow[]
  /** responsibilities in the unit (not the division) of the main post */
  duties: string[]
}

/**
 * Identity numbers that pass GB 11643 and belong to nobody: 3799 has never been a city of Shandong, so no police office has issued
 * a number that begins with 379999. Unique by the order code; a day that is used up hands on to the next.
 */
function identityNumbers(): (born: string, gender: '男' | '女') => { born: string; identityNumber: string } {
  const used = new Map<string, number>()
  return (wish, gender) => {
    for (let day = wish; ; ) {
      const key = day + gender
      const order = (used.get(key) ?? 0) + 1
      if (order <= 499) {
        used.set(key, order)
        const body = `379999${day.replaceAll('-', '')}${String(order * 2 - (gender === '男' ? 1 : 0)).padStart(3, '0')}`
        return { born: day, identityNumber: body + identityCheck(body) }
      }
      day = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
    }
  }
}

/** 154 and 160 are ranges of the numbering plan that no operator has; the factor is prime to 10⁸, so numbers do not repeat. */
const inventMobile = (seed: number, no: number): string =>
  `154${String((no * 61_803_399 + mix(seed, 5)) % 100_000_000).padStart(8, '0')}`

const womenShare = (unit: Unit, leader: boolean): number => {
  if (/(?:医院|卫生院|保健院)$/u.test(unit.name)) return leader ? 0.4 : 0.7
  if (/(?:学校|中学|小学)$/u.test(unit.name)) return leader ? 0.35 : 0.62
  return leader || unit.kind === 'village' ? 0.28 : 0.42
}

const day = (year: number, draw: Random) =>
  `${year}-${String(1 + draw.below(12)).padStart(2, '0')}-${String(1 + draw.below(28)).padStart(2, '0')}`

function birthYear(draw: Random, slot: Slot, unit: Unit): number {
  if (slot.leader) return 1967 + draw.below(unit.level === 5 ? 26 : 20)
  // two draws make the middle ages the most
  return 1966 + Math.floor(((draw.next() + draw.next()) / 2) * 37)
}

interface Named {
  person: DemoPerson
  post: DemoPost
}

/** Duties that every unit's desk (its office, or itself) shares out among its people. */
const deskDuties = ['机要员', '文秘', '系统管理员', '会签联络人']

/** What is the same in every pass over the people. */
export function peopleOf(seed: number, units: readonly Unit[], quotas: Quotas) {
  const find = findDemoUnits(units)
  const extraOf = extraPosts(seed, units)
  const named = new Map<number, Named[]>()
  const takenDuties = new Map<Unit, Set<string>>()
  for (const person of demoPeople)
    for (const post of person.posts.slice(0, 1)) {
      const unit = find(post)
      named.set(unit.no, [...(named.get(unit.no) ?? []), { person, post }])
      takenDuties.set(unit.org, new Set([...(takenDuties.get(unit.org) ?? []), ...(person.duties ?? [])]))
    }
  const divisions = new Map<Unit, Unit[]>()
  const desks = new Map<Unit, Unit>()
  for (const unit of units)
    if (unit.kind === 'division') {
      divisions.set(unit.org, [...(divisions.get(unit.org) ?? []), unit])
      if (!desks.has(unit.org) && quotas[unit.no]! > 0) desks.set(unit.org, unit)
    }

  function dutiesAt(unit: Unit, at: number, quota: number, leads: boolean): string[] {
    const { org } = unit
    const duties: string[] = []
    if (unit === org && leads) duties.push(at === 0 ? '主要负责人' : '分管负责人')
    const open = (duty: string) =>
      !takenDuties.get(org)?.has(duty) && !(duty === '会签联络人' && org.name === unitWithoutContact)
    if (unit.kind === 'village') return at === Math.min(2, quota - 1) && open('文秘') ? [...duties, '文秘'] : duties
    if (unit.kind === 'group' || (desks.get(org) ?? org) !== unit) return duties
    const leaders = leaderCount(unit, quota)
    const start = leaders < quota ? leaders : 0
    for (const [nth, duty] of deskDuties.entries())
      if (open(duty) && at === start + Math.min(nth, quota - start - 1)) duties.push(duty)
    return duties
  }

  function generatedPost(unit: Unit, at: number, slot: Slot, born: number, draw: Random): Omit<PostRow, 'id' | 'kind'> {
    const village = unit.kind === 'village'
    const since = Math.max(born + 23, 2010 + draw.below(16))
    return {
      unit,
      title: slot.title,
      charge: slot.leader && !village ? chargeOf(unit, divisions.get(unit), at) : null,
      leader: slot.leader,
      sort: slot.leader ? (at + 1) * 10 : 1000 + (unit === unit.org ? 0 : unit.sort * 1000) + at * 10,
      phone: village ? null : inventPhone(unit.region, unit.org.no * 100 + unit.sort + at),
      room: village ? null : `${2 + draw.below(7)}${String(1 + draw.below(24)).padStart(2, '0')}`,
      from: day(Math.min(since, 2025), draw),
    }
  }

  const demoPost = (post: DemoPost, fallback: Omit<PostRow, 'id' | 'kind'>): Omit<PostRow, 'id'> => ({
    ...fallback,
    unit: find(post),
    kind: post.kind,
    title: post.title,
    charge: post.charge ?? null,
    leader: post.leader ?? false,
    phone: post.phone ?? fallback.phone,
    room: post.room ?? fallback.room,
    from: post.from ?? fallback.from,
  })

  function postsOf(no: number, unit: Unit, main: Omit<PostRow, 'id' | 'kind'>, demo: Named | undefined): PostRow[] {
    const rows: Omit<PostRow, 'id'>[] = []
    if (demo) {
      rows.push(demoPost(demo.post, { ...main, sort: demo.post.leader ? main.sort % 1000 : main.sort }))
      for (const more of demo.person.posts.slice(1))
        rows.push(demoPost(more, { ...main, sort: more.leader ? 60 : 1000 + find(more).sort * 1000 }))
    } else {
      rows.push({ ...main, kind: 'main' })
      const extra = extraOf(no, unit)
      if (extra) {
        const leader = extra.kind === 'exchange'
        const title = leader ? slotOf(seed, extra.unit, 1, 7).title : extra.kind === 'concurrent' ? '党组成员' : ''
        rows.push({ ...main, ...extra, title, leader, charge: null, sort: leader ? 500 : 900_000, from: '2026-03-01' })
      }
    }
    return rows.map((row, nth) => ({ ...row, id: seededId(seed, tableOf.post, no * 4 + nth) }))
  }

  /** `brief` leaves out names and identity numbers, which cost most, for passes that only place people. */
  function* all(brief = false): Generator<PersonRow> {
    const identify = identityNumbers()
    let no = 0
    for (const unit of units) {
      const quota = quotas[unit.no]!
      const here = named.get(unit.no)
      for (let at = 0; at < quota; at++) {
        no++
        const draw = random(seed, unit.no, at)
        const demo = here?.[at]
        const slot = slotOf(seed, unit, at, quota)
        const gender = demo?.person.gender ?? (draw.next() < womenShare(unit, slot.leader) ? '女' : '男')
        const year = birthYear(draw, slot, unit)
        const birthday = day(year, draw)
        const rank = demo ? demo.person.rank : slot.rank
        const tail = demo?.person.tail
        yield {
          no,
          id: seededId(seed, tableOf.person, no),
          name: demo?.person.name ?? (brief ? '' : inventName(random(seed, unit.no, at, 4), gender, year)),
          gender,
          ...(brief ? { born: birthday, identityNumber: '' } : identify(birthday, gender)),
          mobile: tail ? `1600000${tail}` : inventMobile(seed, no),
          rank: rank || null,
          rankOrder: rankOrder(rank),
          staffNo: `Q${String(no).padStart(8, '0')}`,
          externalId: demo ? `demo:${demo.person.key}` : null,
          posts: postsOf(no, unit, generatedPost(unit, at, slot, year, draw), demo),
          duties: [
            ...new Set([
              ...(demo?.person.duties ?? []),
              ...dutiesAt(unit, at, quota, demo ? (demo.post.leader ?? false) : slot.leader),
            ]),
          ],
        }
      }
    }
  }

  /** Current posts by `unit.no`: of the unit itself, and of its whole subtree. */
  function count(): { direct: Int32Array; total: Int32Array; people: number; posts: number } {
    const direct = new Int32Array(units.length + 1)
    let people = 0
    for (const unit of units)
      for (let at = 0; at < quotas[unit.no]!; at++) {
        people++
        const demo = named.get(unit.no)?.[at]
        direct[unit.no]! += 1
        const extra = demo ? null : extraOf(people, unit)
        if (extra) direct[extra.unit.no]! += 1
        for (const more of demo?.person.posts.slice(1) ?? []) direct[find(more).no]! += 1
      }
    const total = direct.slice()
    // preorder: a unit comes after its parent, so from the end every child is summed before it is added
    for (const unit of units.toReversed()) if (unit.parent) total[unit.parent.no]! += total[unit.no]!
    return { direct, total, people, posts: total[1] ?? 0 }
  }
  return { all, count }
}
