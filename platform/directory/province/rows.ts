import type { Keyring } from '#kernel/crypto'
import { identitySealer } from '../server/identity-number.ts'
import { sealMobile, tailIndex, tailOf } from '../server/mobile-number.ts'
import { personTokens, readName, unitTokens } from '../server/tokens.ts'
import type { Cell } from './copy.ts'
import type { Division } from './divisions.ts'
import { type People, peopleOf } from './people.ts'
import { mix, seededId, tableOf } from './random.ts'
import { establishments, staff } from './staffing.ts'
import { buildProvince, type Unit } from './units.ts'

/** One table to fill: its rows are generated as they are read, always the same for the same seed and size. */
export interface Table {
  name: string
  title: string
  columns: string
  /** an estimate where it cannot be known before */
  total: number
  rows(): Iterable<readonly Cell[]>
}

type Rows = Generator<readonly Cell[]>

function* regionRows(regions: readonly Division[]): Rows {
  for (const { code, parent, name, level } of regions) yield [code, parent, name, level]
}

function* unitRows(units: readonly Unit[], counts: { direct: Int32Array; total: Int32Array }, fixed: Int32Array): Rows {
  for (const unit of units) {
    yield [
      unit.id,
      unit.no,
      unit.parent?.id ?? null,
      unit.kind,
      unit.level,
      unit.region,
      unit.name,
      unit.shortName,
      unit.mark ?? null,
      unit.creditCode,
      unit.line ?? null,
      unit.superior?.id ?? null,
      unit.org.no,
      unit.county.no,
      unit.city.no,
      unit.pre,
      unit.preEnd,
      unit.depth,
      unit.sort,
      fixed[unit.no] || null,
      unit.phone,
      unit.address,
      counts.total[unit.no] ?? 0,
      counts.direct[unit.no] ?? 0,
      unit.children,
      unit.validFrom,
    ]
  }
}

function* unitNameRows(seed: number, units: readonly Unit[]): Rows {
  let at = 0
  const row = (unit: Unit, kind: string, name: string, from: string, to: string | null = null): readonly Cell[] => [
    seededId(seed, tableOf.unitName, ++at),
    unit.id,
    kind,
    name,
    from,
    to,
  ]
  for (const unit of units) {
    const renamed = unit.formerName?.until
    if (unit.formerName) yield row(unit, 'full', unit.formerName.name, unit.validFrom, unit.formerName.until)
    yield row(unit, 'full', unit.name, renamed ?? unit.validFrom)
    if (unit.shortName !== unit.name) yield row(unit, 'short', unit.shortName, renamed ?? unit.validFrom)
    if (unit.plate) yield row(unit, 'plate', unit.plate, renamed ?? unit.validFrom)
    if (unit.mark) yield row(unit, 'mark', unit.mark, renamed ?? unit.validFrom)
  }
}

function* functionRows(seed: number, units: readonly Unit[]): Rows {
  let at = 0
  for (const unit of units)
    for (const [nth, content] of (unit.functions ?? []).entries()) {
      const from = unit.formerName?.until ?? unit.validFrom
      const basis = `《${unit.county.name}机构改革方案》（演示〔${from.slice(0, 4)}〕${1 + (mix(unit.no) % 90)}号）`
      yield [seededId(seed, tableOf.statutoryFunction, ++at), unit.id, nth + 1, content, basis, from]
    }
}

function* unitTokenRows(units: readonly Unit[]): Rows {
  for (const unit of units) {
    const otherNames = [unit.plate, unit.formerName?.name].filter((name) => name !== undefined)
    for (const key of unitTokens({ name: unit.name, shortName: unit.shortName, otherNames, documentMark: unit.mark }))
      yield [key, unit.no, unit.county.no, unit.city.no, unit.level, unit.kind === 'division']
  }
}

function* personRows(people: People, keys: Keyring): Rows {
  const sealIdentity = identitySealer(keys)
  for (const person of people.all()) {
    const { pinyin, initials } = readName(person.name)
    const identity = sealIdentity(person.identityNumber, person.id)
    const mobile = sealMobile(keys, person.mobile, person.id)
    yield [
      person.id,
      person.no,
      person.name,
      pinyin,
      initials,
      person.gender,
      identity.box,
      identity.index,
      mobile.box,
      mobile.index,
      mobile.tail,
      person.rank,
      person.rankOrder,
      person.staffNo,
      person.externalId,
    ]
  }
}

function* postRows(people: People): Rows {
  for (const person of people.all(true))
    for (const post of person.posts)
      yield [
        post.id,
        person.id,
        post.unit.id,
        post.unit.org.no,
        post.kind,
        post.title,
        post.charge,
        post.leader,
        post.sort,
        post.phone,
        post.room,
        post.from,
      ]
}

function* dutyRows(people: People): Rows {
  for (const person of people.all(true)) {
    const [main] = person.posts
    if (!main) continue
    for (const duty of person.duties) yield [main.unit.org.id, duty, person.id, main.sort, main.from]
  }
}

function* personTokenRows(people: People, keys: Keyring): Rows {
  for (const person of people.all()) {
    const reading = readName(person.name)
    const tail = tailIndex(keys, tailOf(person.mobile))
    for (const { id, unit, title, sort } of person.posts)
      for (const key of personTokens({ name: person.name, ...reading, tail, title }))
        yield [key, id, person.no, unit.org.no, unit.county.no, unit.city.no, sort]
  }
}

const unitColumns =
  'id, no, parent_id, kind, level, region_code, name, short_name, document_mark, credit_code, line, superior_id, org_no, county_no, city_no, pre, pre_end, depth, sort, establishment, phone, address, people_total, people_direct, children, valid_from'
const personColumns =
  'id, no, name, pinyin, initials, gender, identity_box, identity_index, mobile, mobile_index, mobile_tail, rank, rank_order, staff_no, external_id'

/** Every table of the province in the order of its foreign keys. */
export function provinceTables(seed: number, size: number, keys: Keyring): Table[] {
  const { regions, units } = buildProvince(seed, size)
  const quotas = staff(units, size)
  const people = peopleOf(seed, units, quotas)
  const fixed = establishments(units, quotas)
  const counts = people.count()
  const table = (
    name: string,
    title: string,
    columns: string,
    total: number,
    rows: () => Iterable<readonly Cell[]>,
  ): Table => ({
    name: `directory.${name}`,
    title,
    columns,
    total,
    rows,
  })
  return [
    table('region', '行政区划', 'code, parent_code, name, level', regions.length, () => regionRows(regions)),
    table('unit', '单位', unitColumns, units.length, () => unitRows(units, counts, fixed)),
    table('unit_name', '单位名称', 'id, unit_id, kind, name, valid_from, valid_to', units.length * 2, () =>
      unitNameRows(seed, units),
    ),
    table('statutory_function', '三定职责', 'id, unit_id, sort, content, basis, valid_from', 25_000, () =>
      functionRows(seed, units),
    ),
    table('unit_token', '单位搜索词', 'key, unit_no, county_no, city_no, level, division', units.length * 8, () =>
      unitTokenRows(units),
    ),
    table('person', '人员', personColumns, counts.people, () => personRows(people, keys)),
    table(
      'post',
      '任职',
      'id, person_id, unit_id, org_no, kind, title, charge, leader, sort, phone, room, valid_from',
      counts.posts,
      () => postRows(people),
    ),
    table('duty', '岗位职责', 'unit_id, duty, person_id, sort, valid_from', Math.round(counts.people / 4), () =>
      dutyRows(people),
    ),
    table(
      'person_token',
      '人员搜索词',
      'key, post_id, person_no, org_no, county_no, city_no, sort',
      counts.posts * 8,
      () => personTokenRows(people, keys),
    ),
  ]
}
