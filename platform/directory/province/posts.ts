import { type DemoPerson, type DemoPost, demoPeople, findDemoUnits, unitWithoutContact } from './demo.ts'
import { type Random, seededId, tableOf } from './random.ts'
import { chargeOf, leaderCount, type Slot, slotOf } from './roster.ts'
import { type ExtraPost, extraPosts, type Quotas } from './staffing.ts'
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
export interface Named {
  person: DemoPerson
  post: DemoPost
}

/** What is the same in every pass over the people. */
export interface World {
  seed: number
  units: readonly Unit[]
  quotas: Quotas
  find: (post: DemoPost) => Unit
  extraOf: (no: number, unit: Unit) => ExtraPost | null
  /** the demo's people by `unit.no`, in their order there */
  named: ReadonlyMap<number, Named[]>
  takenDuties: ReadonlyMap<Unit, Set<string>>
  divisions: ReadonlyMap<Unit, Unit[]>
  /** the division that shares out the duties of its unit */
  desks: ReadonlyMap<Unit, Unit>
}

export function prepareWorld(seed: number, units: readonly Unit[], quotas: Quotas): World {
  const find = findDemoUnits(units)
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
  return { seed, units, quotas, find, extraOf: extraPosts(seed, units), named, takenDuties, divisions, desks }
}

/** Duties that every unit's desk (its office, or itself) shares out among its people. */
const deskDuties = ['机要员', '文秘', '系统管理员', '会签联络人']

/** A day of the year, never the 29th to 31st. */
export const day = (year: number, draw: Random) =>
  `${year}-${String(1 + draw.below(12)).padStart(2, '0')}-${String(1 + draw.below(28)).padStart(2, '0')}`

/** The duties that go with place `at` among the people of a unit. */
export function dutiesAt(world: World, unit: Unit, at: number, quota: number, leads: boolean): string[] {
  const { org } = unit
  const duties: string[] = []
  if (unit === org && leads) duties.push(at === 0 ? '主要负责人' : '分管负责人')
  const open = (duty: string) =>
    !world.takenDuties.get(org)?.has(duty) && !(duty === '会签联络人' && org.name === unitWithoutContact)
  if (unit.kind === 'village') return at === Math.min(2, quota - 1) && open('文秘') ? [...duties, '文秘'] : duties
  if (unit.kind === 'group' || (world.desks.get(org) ?? org) !== unit) return duties
  const leaders = leaderCount(unit, quota)
  const start = leaders < quota ? leaders : 0
  for (const [nth, duty] of deskDuties.entries())
    if (open(duty) && at === start + Math.min(nth, quota - start - 1)) duties.push(duty)
  return duties
}

type Draft = Omit<PostRow, 'id' | 'kind'>
/** The main post at place `at` of a unit, as the roster has it. */
export function generatedPost(world: World, unit: Unit, at: number, slot: Slot, born: number, draw: Random): Draft {
  const village = unit.kind === 'village'
  const since = Math.max(born + 23, 2010 + draw.below(16))
  return {
    unit,
    title: slot.title,
    charge: slot.leader && !village ? chargeOf(unit, world.divisions.get(unit), at) : null,
    leader: slot.leader,
    sort: slot.leader ? (at + 1) * 10 : 1000 + (unit === unit.org ? 0 : unit.sort * 1000) + at * 10,
    phone: village ? null : inventPhone(unit.region, unit.org.no * 100 + unit.sort + at),
    room: village ? null : `${2 + draw.below(7)}${String(1 + draw.below(24)).padStart(2, '0')}`,
    from: day(Math.min(since, 2025), draw),
  }
}

const demoPost = (world: World, post: DemoPost, fallback: Draft): Omit<PostRow, 'id'> => ({
  ...fallback,
  unit: world.find(post),
  kind: post.kind,
  title: post.title,
  charge: post.charge ?? null,
  leader: post.leader ?? false,
  phone: post.phone ?? fallback.phone,
  room: post.room ?? fallback.room,
  from: post.from ?? fallback.from,
})

function extraPost(world: World, no: number, unit: Unit, main: Draft): Omit<PostRow, 'id'>[] {
  const extra = world.extraOf(no, unit)
  if (!extra) return []
  const leader = extra.kind === 'exchange'
  const title = leader ? slotOf(world.seed, extra.unit, 1, 7).title : extra.kind === 'concurrent' ? '党组成员' : ''
  return [{ ...main, ...extra, title, leader, charge: null, sort: leader ? 500 : 900_000, from: '2026-03-01' }]
}

function demoPosts(world: World, { person, post }: Named, main: Draft): Omit<PostRow, 'id'>[] {
  const sortOf = (more: DemoPost) => (more.leader ? 60 : 1000 + world.find(more).sort * 1000)
  return [
    demoPost(world, post, { ...main, sort: post.leader ? main.sort % 1000 : main.sort }),
    ...person.posts.slice(1).map((more) => demoPost(world, more, { ...main, sort: sortOf(more) })),
  ]
}

/** All posts of person number `no`, the main one first. */
export function postsOf(world: World, no: number, main: Draft, demo: Named | undefined): PostRow[] {
  const rows = demo
    ? demoPosts(world, demo, main)
    : [{ ...main, kind: 'main' as const }, ...extraPost(world, no, main.unit, main)]
  return rows.map((row, nth) => ({ ...row, id: seededId(world.seed, tableOf.post, no * 4 + nth) }))
}

/** By `unit.no`: current posts in the unit itself, and people of its whole subtree by their main posts. */
export function countPosts(world: World): { direct: Int32Array; total: Int32Array; people: number; posts: number } {
  const { units, quotas } = world
  const direct = new Int32Array(units.length + 1)
  const total = new Int32Array(units.length + 1)
  let people = 0
  for (const unit of units)
    for (let at = 0; at < quotas[unit.no]!; at++) {
      people++
      const demo = world.named.get(unit.no)?.[at]
      direct[unit.no]! += 1
      total[unit.no]! += 1
      const extra = demo ? null : world.extraOf(people, unit)
      if (extra) direct[extra.unit.no]! += 1
      for (const more of demo?.person.posts.slice(1) ?? []) direct[world.find(more).no]! += 1
    }
  // preorder: a unit comes after its parent, so from the end every child is summed before it is added
  for (const unit of units.toReversed()) if (unit.parent) total[unit.parent.no]! += total[unit.no]!
  return { direct, total, people, posts: direct.reduce((sum, one) => sum + one, 0) }
}
