import { describe, expect, it } from 'vitest'
import { creditCodeFault, identityNumberFault, mobileFault, readIdentityNumber } from '../contract/codes.ts'
import { demoPeople, findDemoUnits } from './demo.ts'
import { divisions } from './divisions.ts'
import { peopleOf } from './people.ts'
import { establishments, staff } from './staffing.ts'
import { buildProvince, type Unit } from './units.ts'

const make = (seed: number, size: number) => {
  const { units, regions } = buildProvince(seed, size)
  const quotas = staff(units, size)
  return { units, regions, quotas, people: peopleOf(seed, units, quotas) }
}
const full = make(1, 20_000)
const small = make(1, 2_000)

/** Fails with the first unit that breaks the rule: a hundred thousand expects would take longer than the work. */
const every = (units: readonly Unit[], holds: (unit: Unit) => boolean) => {
  const broken = units.find((unit) => !holds(unit))
  expect(broken && `${broken.kind} ${broken.name}`).toBeUndefined()
}

describe.each([
  ['the whole province', full],
  ['the small world', small],
])('%s', (_, { units, regions, people }) => {
  it('has one preorder: children inside their parent, neighbours apart', () => {
    every(units, (unit) => !unit.parent || (unit.pre > unit.parent.pre && unit.preEnd < unit.parent.preEnd))
    every(units, (unit) => unit.preEnd > unit.pre)
    const ends = new Map<Unit | null, number>()
    every(units, (unit) => {
      const before = ends.get(unit.parent) ?? 0
      ends.set(unit.parent, unit.preEnd)
      return unit.pre > before
    })
    every(units, (unit) => unit.depth === (unit.parent ? unit.parent.depth + 1 : 0))
  })
  it('knows of every unit its organisation, county and city', () => {
    every(units, (unit) => (unit.kind === 'division' ? unit.org === unit.parent?.org : unit.org === unit))
    every(units, ({ county }) => county.kind === 'region' && county.level <= 3)
    every(units, ({ city }) => city.kind === 'region' && city.level <= 2)
    every(units, (unit) =>
      [unit.county, unit.city].every((above) => unit.pre >= above.pre && unit.preEnd <= above.preEnd),
    )
    every(units, (unit) => unit.level < 3 || unit.county.level === 3)
    every(units, (unit) => unit.superior === null || unit.superior.no < unit.no)
  })
  it('has credit codes that stand, each once, and regions that exist', () => {
    const codes = units.flatMap((unit) => unit.creditCode ?? [])
    expect(codes.filter((code) => creditCodeFault(code) !== null)).toEqual([])
    expect(new Set(codes).size).toBe(codes.length)
    const known = new Set(regions.map((region) => region.code))
    every(units, (unit) => known.has(unit.region))
    every(units, (unit) => (unit.creditCode?.slice(2, 8) ?? unit.region.slice(0, 6)) === unit.region.slice(0, 6))
  })
  it('has people whose codes stand, each once', () => {
    const identities = new Set<string>()
    const mobiles = new Set<string>()
    let count = 0
    for (const person of people.all()) {
      count++
      identities.add(person.identityNumber)
      mobiles.add(person.mobile)
      const said = readIdentityNumber(person.identityNumber)
      const faults = [identityNumberFault(person.identityNumber, '2026-11-22'), mobileFault(person.mobile)].filter(
        Boolean,
      )
      if (faults.length || said.gender !== person.gender || said.birth !== person.born)
        expect.fail(`${person.name} ${person.identityNumber} ${person.mobile} ${faults}`)
    }
    expect([identities.size, mobiles.size]).toEqual([count, count])
  })
  it('counts as many posts as it makes in a unit, and in every subtree its people once', () => {
    const { direct, total, people: heads, posts } = people.count()
    const made = new Int32Array(units.length + 1)
    const mains = new Int32Array(units.length + 1)
    let persons = 0
    for (const person of people.all(true)) {
      persons++
      for (const post of person.posts) {
        made[post.unit.no]! += 1
        if (post.kind === 'main') mains[post.unit.no]! += 1
      }
    }
    expect(direct).toEqual(made)
    expect(heads).toBe(persons)
    expect(posts).toBe(made.reduce((sum, one) => sum + one, 0))
    const below = new Int32Array(units.length + 1)
    for (const unit of units) for (let at: Unit | null = unit; at; at = at.parent) below[at.no]! += mains[unit.no]!
    expect(total).toEqual(below)
  })
  it('has every named person once, in the named unit, found by no rule but the list', () => {
    const find = findDemoUnits(units)
    const named = [...people.all()].filter((person) => person.externalId)
    expect(named.map((person) => person.externalId).sort()).toEqual(demoPeople.map(({ key }) => `demo:${key}`).sort())
    for (const person of demoPeople) {
      const row = named.find((one) => one.externalId === `demo:${person.key}`)
      expect(row).toMatchObject({ name: person.name, gender: person.gender })
      expect(row?.posts.map(({ unit, title, kind }) => [unit.id, title, kind])).toEqual(
        person.posts.map((post) => [find(post).id, post.title, post.kind]),
      )
      expect(row?.duties).toEqual(expect.arrayContaining([...(person.duties ?? [])]))
      if (person.tail) expect(row?.mobile.endsWith(person.tail)).toBe(true)
    }
  })
})

describe('the province', () => {
  it('has every real division as a unit of its level', () => {
    const level = (kind: string, at: number) =>
      full.units.filter((unit) => unit.kind === kind && unit.level === at).length
    expect([
      level('region', 1),
      level('region', 2),
      level('region', 3),
      level('region', 4),
      level('village', 5),
    ]).toEqual([1, 16, 151, 1853, 62_074])
    expect(full.regions).toHaveLength([...divisions()].length)
  })
  it('has exactly as many people as asked for', () => {
    for (const size of [500, 2_000, 20_000]) {
      const { people } = make(3, size)
      expect(people.count().people).toBe(size)
    }
    expect(staff(full.units, 1_400_000).reduce((sum, quota) => sum + quota, 0)).toBe(1_400_000)
  })
  it('is the same for the same seed, another for another', () => {
    const again = make(1, 2_000)
    expect(again.units.map(({ id, name, pre }) => [id, name, pre])).toEqual(
      small.units.map(({ id, name, pre }) => [id, name, pre]),
    )
    const names = (world: ReturnType<typeof make>) =>
      [...world.people.all()].map(({ id, name, mobile }) => `${id} ${name} ${mobile}`)
    expect(names(again)).toEqual(names(small))
    expect(names(make(2, 2_000))).not.toEqual(names(small))
  })
  it('has the same tree for every size from 20,000 on', () => {
    const large = buildProvince(1, 1_400_000).units
    expect(large).toHaveLength(full.units.length)
    expect(large.every((unit, at) => unit.id === full.units[at]?.id && unit.pre === full.units[at]?.pre)).toBe(true)
  })
  it('has about 85,000 units', () => {
    expect(Math.round(full.units.length / 1000)).toBeGreaterThanOrEqual(84)
    expect(Math.round(full.units.length / 1000)).toBeLessThanOrEqual(86)
  })
  it.each([
    ['20,000', full, full.quotas],
    ['1,400,000', full, staff(full.units, 1_400_000)],
  ])('has an establishment for every organ that its people fit in, of %s', (_, { units }, quotas) => {
    const fixed = establishments(units, quotas)
    const people = new Map<Unit, number>()
    for (const unit of units) people.set(unit.org, (people.get(unit.org) ?? 0) + quotas[unit.no]!)
    every(units, (unit) => fixed[unit.no] === 0 || fixed[unit.no]! >= (people.get(unit) ?? 0))
    every(units, (unit) => !['division', 'village', 'group'].includes(unit.kind) || fixed[unit.no] === 0)
    every(units, (unit) => !['government', 'party', 'court', 'institution'].includes(unit.kind) || fixed[unit.no]! > 0)
    const of = (pick: (unit: Unit) => number) => units.reduce((sum, unit) => sum + (fixed[unit.no] ? pick(unit) : 0), 0)
    // Nobody is paid for posts that are not there, and the full province has few vacant ones.
    const filled = of((unit) => people.get(unit) ?? 0) / of((unit) => fixed[unit.no]!)
    expect(filled).toBeLessThanOrEqual(1)
    if (quotas !== full.quotas) expect(filled).toBeGreaterThan(0.9)
  })
  it('stays small for tests', () => {
    expect(small.units.length).toBeLessThan(1_500)
  })
  it('puts the countersigning gap of the demo where the designer shows it, and nowhere else in the county', () => {
    const lacking = new Set(
      small.units
        .filter((unit) => unit.county.name === '博兴县' && unit.kind === 'government')
        .map((unit) => unit.name),
    )
    for (const person of small.people.all(true))
      if (person.duties.includes('会签联络人')) lacking.delete(person.posts[0]?.unit.org.name ?? '')
    expect([...lacking]).toEqual(['博兴县交通运输局'])
  })
})
