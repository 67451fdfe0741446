import { demoPeople, findDemoUnits } from './demo.ts'
import { mix } from './random.ts'
import type { Unit } from './tree.ts'

/** How many main posts each unit has (by `unit.no`), its named people included. */
export type Quotas = Int32Array

const isOrgan = (unit: Unit) => unit.kind !== 'village' && unit.kind !== 'division'

/** Gives `total` out in proportion to `weight`, never more than a whole share more or less, and exactly `total` in sum. */
function share(units: readonly Unit[], quotas: Quotas, total: number, weight: (unit: Unit) => number): void {
  const sum = units.reduce((all, unit) => all + weight(unit), 0)
  if (sum === 0) return
  let before = 0
  let given = 0
  for (const unit of units) {
    before += weight(unit)
    const upTo = Math.round((before / sum) * total)
    quotas[unit.no] = (quotas[unit.no] ?? 0) + upTo - given
    given = upTo
  }
}

/**
 * The named people stand first. The demo county takes what it needs, at most 45 % of what is left; elsewhere every organ gets its
 * head before anybody gets staff.
 */
export function staff(units: readonly Unit[], people: number): Quotas {
  const quotas = new Int32Array(units.length + 1)
  const find = findDemoUnits(units)
  for (const person of demoPeople)
    for (const post of person.posts) if (post.kind === 'main') quotas[find(post).no]! += 1
  let left = Math.max(0, people - demoPeople.length)
  const named = quotas.slice()
  // the demo office has the leaders the demo names, no others
  const isComplete = (unit: Unit) => unit.kind === 'government' && (named[unit.no] ?? 0) >= 3
  const want = (unit: Unit) => (isComplete(unit) ? 0 : Math.max(0, unit.size - (named[unit.no] ?? 0)))
  const sized = (list: readonly Unit[]) => list.reduce((sum, unit) => sum + want(unit), 0)

  const rich = units.filter((unit) => unit.rich)
  const others = units.filter((unit) => !unit.rich)
  const fullScale = left / sized(units)
  const forRich = Math.round(Math.max(Math.min(sized(rich), left * 0.45), sized(rich) * fullScale))
  share(rich, quotas, forRich, want)
  left -= forRich
  const heads = others.filter((unit) => isOrgan(unit) && want(unit) > 0)
  const staffed = left >= heads.length ? heads.length : 0
  // too few for every head: one in so many organs has one
  share(heads, quotas, staffed || left, () => 1)
  if (staffed) share(others, quotas, left - staffed, (unit) => Math.max(0, want(unit) - (isOrgan(unit) ? 1 : 0)))
  return quotas
}

/**
 * The establishment 编制 of each organ (by `unit.no`), that of its divisions included; 0 where none is fixed. A little more than its
 * people, and never less than its usual size: a small demo leaves posts vacant, it does not abolish them.
 */
export function establishments(units: readonly Unit[], quotas: Quotas): Int32Array {
  const usual = new Int32Array(units.length + 1)
  const people = new Int32Array(units.length + 1)
  for (const { no, org, size } of units) {
    usual[org.no]! += size
    people[org.no]! += quotas[no]!
  }
  const fixed = new Int32Array(units.length + 1)
  for (const unit of units)
    if (isOrgan(unit) && unit.kind !== 'group' && unit.kind !== 'enterprise')
      fixed[unit.no] = Math.max(usual[unit.no]!, Math.ceil(people[unit.no]! * 1.04))
  return fixed
}

export interface ExtraPost {
  kind: 'concurrent' | 'exchange' | 'seconded'
  unit: Unit
}

/** A second post for about 3 % of the people: decided from the person's number alone, so that counting needs no people. */
export function extraPosts(seed: number, units: readonly Unit[]): (no: number, unit: Unit) => ExtraPost | null {
  const hosts = new Map<Unit, Unit[]>()
  for (const unit of units)
    if (unit.kind === 'government' || unit.kind === 'party') {
      const known = hosts.get(unit.county)
      if (known) known.push(unit)
      else hosts.set(unit.county, [unit])
    }
  return (no, unit) => {
    if (unit.kind === 'village') return null
    const roll = mix(seed, no, 11)
    if (roll % 1000 >= 45) return null
    const near = hosts.get(unit.county)
    const host = near?.[(roll >>> 12) % near.length]
    if (!host || host === unit.org) return null
    const draw = (roll >>> 10) % 20
    return { kind: draw < 12 ? 'concurrent' : draw < 17 ? 'seconded' : 'exchange', unit: host }
  }
}
