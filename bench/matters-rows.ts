import {
  type Elements,
  Elements as ElementsShape,
  LocalElements,
  type MatterKind,
} from '../modules/matters/contract.ts'
import { basicCode, basicPrefix, implementingCode } from '../modules/matters/server/codes.ts'
import type { Cell } from '../platform/directory/province/copy.ts'
import { actions, internal, objects, township, village } from './matters-words.ts'

export const TOTAL = 1_150_000

/** A body of the directory that carries matters out. */
export interface Body {
  id: string
  no: number
  name: string
  kind: string
  level: number
  line: string | null
  county: number
  city: number
  credit: string | null
  fn: string | null
}

export interface Basic {
  at: number
  id: string
  code: string
  kind: MatterKind
  type: string
  name: string
  levels: number[]
  owner: Body
  own: boolean
  elements: Elements
}

/** Identifiers as they are given out: one after the other. */
const uuid = (space: number, n: number): string =>
  `${space.toString(16).padStart(8, '0')}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const BASIC = 0x01920000
const MATTER = 0x01930000
const VERSION = 0x01940000
const OPEN = 0x01950000

const elementsOf = (name: string, levels: number[], days: number, more: object): Elements =>
  ElementsShape.parse({
    levels,
    basis: [
      { law: `山东省${name.slice(0, 12)}管理办法`, number: '鲁政发〔2024〕12号', clause: '第九条、第十四条' },
      { law: '中华人民共和国行政许可法', number: '2019年修正', clause: '第二十九条' },
    ],
    serves: ['person', 'enterprise'],
    conditions: ['依法成立，信用记录良好', `符合${name}的规定条件`, '申请材料真实、完整'],
    questions: [
      {
        key: 'kind',
        text: '办理哪一种',
        options: [
          { key: 'new', text: '首次办理' },
          { key: 'change', text: '变更' },
        ],
      },
    ],
    materials: [
      { key: 'm1', name: `${name.slice(0, 60)}申请表` },
      { key: 'm2', name: '法定代表人身份证明', source: 'government', licence: true },
      { key: 'm3', name: '场所使用证明', when: { kind: ['new'] } },
      { key: 'm4', name: '变更事项说明', when: { kind: ['change'] } },
    ],
    steps: ['申请', '受理', '审查', '决定', '送达'].map((step, at) => ({ key: `s${at + 1}`, name: step, days: at })),
    statutory: { days: days + 10, unit: 'working' },
    promised: { days, unit: 'working' },
    results: [{ name: `${name.slice(0, 60)}结果`, kind: 'document' }],
    consultation: { phone: '0531-00012345', address: '' },
    supervision: { phone: '12345', address: '' },
    ...more,
  })

interface Named {
  kind: MatterKind
  type: string
  name: string
  levels: number[]
  line: string
  own?: true
  elements: Elements
}
const public20 = (names: readonly string[], level: number): Named[] =>
  names.map((name) => ({
    kind: 'public',
    type: '20',
    name,
    levels: [level],
    line: '民政',
    elements: elementsOf(name, [level], 5, { scenes: ['citizen'] }),
  }))

function* named(): Generator<Named> {
  for (const [line, things] of Object.entries(objects))
    for (const thing of things.split(' '))
      for (const { kind, type, name, days, levels } of actions)
        yield { kind, type, name: name(thing), levels, line, elements: elementsOf(name(thing), levels, days, {}) }
  yield* public20(township, 4)
  yield* public20(village, 5)
  for (const name of internal) {
    const levels = [1, 2, 3]
    const more = { own: true, scenes: ['people'], serves: ['servant'] }
    yield {
      kind: 'internal',
      type: '44',
      name,
      levels,
      line: '机关事务',
      own: true,
      elements: elementsOf(name, levels, 2, more),
    }
  }
}

/** The basic catalogue: the province's body of each line keeps it. */
export const basicsOf = (bodies: readonly Body[]): Basic[] => {
  const keepers = new Map<string, Body>()
  for (const body of bodies) if (body.level === 1 && body.line && !keepers.has(body.line)) keepers.set(body.line, body)
  const serials = new Map<string, number>()
  const any = [...keepers.values()][0]!
  return [...named()].map((one, at) => {
    const serial = (serials.get(one.type) ?? 0) + 1
    serials.set(one.type, serial)
    const { line, own, ...rest } = one
    return {
      ...rest,
      at,
      id: uuid(BASIC, at),
      code: basicCode(one.type, serial),
      owner: keepers.get(line) ?? any,
      own: own === true,
    }
  })
}
/** How far the numbers of each type have got. */
export const serialsOf = (basics: readonly Basic[]): Map<string, number> =>
  new Map([...Map.groupBy(basics, ({ type }) => type)].map(([type, of]) => [basicPrefix(type), of.length] as const))

export interface Carried {
  n: number
  basic: Basic
  body: Body
}
/** `count` of these, beginning where the body's number says: neighbours do not carry out exactly the same. */
const some = (of: readonly Basic[], count: number, from: number): Basic[] =>
  Array.from({ length: Math.min(count, of.length) }, (_, at) => of[(from + at) % of.length]!)

/** Who carries out what, body by body as the tree goes; villages last, as many as make the number whole. */
export function* carried(bodies: readonly Body[], basics: readonly Basic[], total: number): Generator<Carried> {
  const ofLine = Map.groupBy(
    basics.filter(({ own, levels }) => !own && levels[0]! <= 3),
    ({ owner }) => owner.line,
  )
  const own = basics.filter((basic) => basic.own)
  const towns = basics.filter(({ levels }) => levels[0] === 4)
  const villages = basics.filter(({ levels }) => levels[0] === 5)
  const taken = new Set<string>()
  let n = 0
  const of = function* (body: Body): Generator<Basic> {
    if (body.kind === 'village') return yield* some(villages, 8, body.no)
    if (body.kind === 'region') return yield* towns
    if (body.level > 3) return
    yield* some(own, 16, body.no)
    // of several bodies of a line in one place, the first is the one that carries out
    const place = `${body.line}/${body.level}/${body.county}/${body.city}`
    if (!body.line || taken.has(place)) return
    taken.add(place)
    for (const basic of ofLine.get(body.line) ?? []) if (basic.levels.includes(body.level)) yield basic
  }
  const last = (body: Body): number => (body.kind === 'village' ? 1 : 0)
  for (const body of [...bodies].sort((a, b) => last(a) - last(b)))
    for (const basic of of(body)) {
      if (n === total) return
      yield { n: n++, basic, body }
    }
}

const AT = '2026-06-01 08:00:00+08'
const brace = (values: readonly unknown[]): string => `{${values.join(',')}}`

export const matterColumns =
  'id, code, layer, kind, type, name, unit_id, unit_no, county_no, city_no, level, basic_id, parent_id, function_id, state, version_id, completeness, levels, life, scenes, own, published_at, created_at, updated_at'
export const versionColumns =
  'id, matter_id, no, purpose, state, name, function_id, elements, completeness, published_at, ended_at, submitted_at, created_at, updated_at, unit_id'

/** Every so many is repealed, or has a version on its way. */
const REPEALED = 97
const EDITED = 50
export const stateOf = ({ n }: Carried): string => (n % REPEALED === 0 ? 'repealed' : 'published')

export function* basicMatters(basics: readonly Basic[]): Generator<Cell[]> {
  for (const { at, id, code, kind, type, name, levels, owner, own, elements } of basics)
    yield [
      id,
      code,
      'basic',
      kind,
      type,
      name,
      owner.id,
      owner.no,
      owner.county,
      owner.city,
      owner.level,
      id,
      null,
      owner.fn,
      'published',
      uuid(VERSION, at),
      100,
      brace(levels),
      brace(elements.life),
      brace(elements.scenes),
      own,
      AT,
      AT,
      AT,
    ]
}
export function* basicVersions(basics: readonly Basic[]): Generator<Cell[]> {
  for (const { at, id, name, owner, elements } of basics)
    yield [
      uuid(VERSION, at),
      id,
      1,
      'edit',
      'published',
      name,
      owner.fn,
      JSON.stringify(elements),
      100,
      AT,
      null,
      AT,
      AT,
      AT,
      owner.id,
    ]
}
const BASE = 0x100000
export function* carriedMatters(all: Iterable<Carried>): Generator<Cell[]> {
  for (const one of all) {
    const { n, basic, body } = one
    const code = implementingCode({ creditCode: body.credit, no: body.no, level: body.level }, basic.code)
    yield [
      uuid(MATTER, n),
      code,
      'implementing',
      basic.kind,
      basic.type,
      basic.name,
      body.id,
      body.no,
      body.county,
      body.city,
      body.level,
      basic.id,
      basic.id,
      body.fn,
      stateOf(one),
      uuid(VERSION, BASE + n),
      80 + (n % 21),
      '{}',
      '{}',
      '{}',
      false,
      AT,
      AT,
      AT,
    ]
  }
}
export const localOf = (body: Body, n: number): LocalElements =>
  LocalElements.parse({
    address: `${body.name}一楼 ${1 + (n % 12)} 号窗口`,
    hours: '工作日 8:30—12:00，13:30—17:30',
    phone: `0531-${String(10_000_000 + (body.no % 89_999_999)).padStart(8, '0')}`,
    supervisionPhone: '12345',
  })
export function* carriedVersions(all: Iterable<Carried>): Generator<Cell[]> {
  for (const one of all) {
    const { n, basic, body } = one
    const local = JSON.stringify(localOf(body, n))
    const isOut = stateOf(one) === 'published'
    yield [
      uuid(VERSION, BASE + n),
      uuid(MATTER, n),
      1,
      'edit',
      isOut ? 'published' : 'repealed',
      basic.name,
      body.fn,
      local,
      80 + (n % 21),
      AT,
      isOut ? null : AT,
      AT,
      AT,
      AT,
      body.id,
    ]
    if (isOut && n % EDITED === 0)
      yield [
        uuid(OPEN, n),
        uuid(MATTER, n),
        2,
        'edit',
        n % 3 === 0 ? 'review' : 'draft',
        basic.name,
        body.fn,
        local,
        90,
        null,
        null,
        null,
        AT,
        `2026-11-${String(1 + (n % 20)).padStart(2, '0')} ${String(n % 24).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:00+08`,
        body.id,
      ]
  }
}
