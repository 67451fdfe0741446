import { identityCheck } from '../contract/codes.ts'
import { inventName } from './names.ts'
import { countPosts, day, dutiesAt, generatedPost, type PostRow, postsOf, prepareWorld, type World } from './posts.ts'
import { mix, type Random, random, seededId, tableOf } from './random.ts'
import { rankOrder, type Slot, slotOf } from './roster.ts'
import type { Quotas } from './staffing.ts'
import type { Unit } from './tree.ts'

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

function birthYear(draw: Random, slot: Slot, unit: Unit): number {
  if (slot.leader) return 1967 + draw.below(unit.level === 5 ? 26 : 20)
  // two draws make the middle ages the most
  return 1966 + Math.floor(((draw.next() + draw.next()) / 2) * 37)
}

/** `brief` leaves out names and identity numbers, which cost most, for passes that only place people. */
function* everybody(world: World, brief: boolean): Generator<PersonRow> {
  const { seed, units, quotas } = world
  const identify = identityNumbers()
  let no = 0
  for (const unit of units) {
    const quota = quotas[unit.no]!
    const here = world.named.get(unit.no)
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
        posts: postsOf(world, no, generatedPost(world, unit, at, slot, year, draw), demo),
        duties: [
          ...new Set([
            ...(demo?.person.duties ?? []),
            ...dutiesAt(world, unit, at, quota, demo ? (demo.post.leader ?? false) : slot.leader),
          ]),
        ],
      }
    }
  }
}

export interface People {
  /** the same people in the same order at every call; see `everybody` for `brief` */
  all(brief?: boolean): Generator<PersonRow>
  count(): ReturnType<typeof countPosts>
}

export function peopleOf(seed: number, units: readonly Unit[], quotas: Quotas): People {
  const world = prepareWorld(seed, units, quotas)
  return { all: (brief = false) => everybody(world, brief), count: () => countPosts(world) }
}
