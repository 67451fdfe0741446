import { creditCheck, organisationCheck } from '../contract/codes.ts'
import { mix, seededId, tableOf } from './random.ts'

export type UnitKind =
  | 'region'
  | 'group'
  | 'party'
  | 'congress'
  | 'government'
  | 'cppcc'
  | 'supervisory'
  | 'court'
  | 'procuratorate'
  | 'mass'
  | 'civil-institution'
  | 'institution'
  | 'university'
  | 'enterprise'
  | 'central'
  | 'village'
  | 'division'

/** What a place in the tree says of a unit; everything else is derived. */
export interface UnitSpec {
  kind: UnitKind
  level: number
  region: string
  name: string
  shortName: string
  line?: string | undefined
  mark?: string | undefined
  /** posts of its own at full size, those of its divisions not included */
  size: number
  functions?: readonly string[]
  formerName?: { name: string; until: string } | undefined
  plate?: string | undefined
  /** true: its own people are filled before anybody else's */
  rich?: boolean
}

export interface Unit extends UnitSpec {
  no: number
  id: string
  parent: Unit | null
  superior: Unit | null
  org: Unit
  county: Unit
  city: Unit
  pre: number
  preEnd: number
  depth: number
  sort: number
  children: number
  creditCode: string | null
  phone: string | null
  address: string | null
  validFrom: string
}

// room between neighbours, so that a new unit seldom renumbers others
const stride = 1024

const creditHead: Partial<Record<UnitKind, string>> = {
  region: '11',
  party: '11',
  congress: '11',
  government: '11',
  cppcc: '11',
  supervisory: '11',
  court: '11',
  procuratorate: '11',
  central: '11',
  mass: '13',
  'civil-institution': '12',
  institution: '12',
  university: '12',
  enterprise: '91',
  village: '55',
}
const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/** A code that passes GB 32100 and belongs to nobody: organisation codes that begin with Y have never been issued. */
function inventCreditCode(head: string, region: string, no: number): string {
  let rest = no
  let serial = ''
  for (let i = 0; i < 7; i++) {
    serial = (creditAlphabet[rest % 31] ?? '') + serial
    rest = Math.floor(rest / 31)
  }
  const body = `${head}${region.slice(0, 6)}Y${serial}${organisationCheck(`Y${serial}`)}`
  return body + creditCheck(body)
}

const areaCodes: Record<string, string> = Object.fromEntries(
  `01 0531 02 0532 03 0533 04 0632 05 0546 06 0535 07 0536 08 0537 09 0538 10 0631 11 0633 13 0539 14 0534 15 0635 16 0543 17 0530 00 0531`
    .match(/\d\d \d{4}/g)
    ?.map((pair) => [pair.slice(0, 2), pair.slice(3)]) ?? [],
)
/** No subscriber number begins with 0: the number cannot ring anywhere. */
export const inventPhone = (region: string, number: number): string =>
  `${areaCodes[region.slice(2, 4)] ?? '0531'}-0${String(number % 1_000_000).padStart(6, '0')}`

const roads = ['齐通一路', '齐通二路', '政通路', '惠民大街', '和畅路', '清源路', '兴业大街', '学府路']

/** Builds the tree in preorder: `add` a unit, its inside by the callback, then its next neighbour. */
export function treeBuilder(seed: number) {
  const units: Unit[] = []
  let place = 0

  function add(parent: Unit | null, spec: UnitSpec, inside?: (unit: Unit) => void): Unit {
    const no = units.length + 1
    const roll = mix(seed, no)
    const head = creditHead[spec.kind]
    // a region above the township is a place, not a body
    const isBody = head !== undefined && (spec.kind !== 'region' || spec.level === 4)
    const unit: Unit = {
      ...spec,
      no,
      id: seededId(seed, tableOf.unit, no),
      parent,
      superior: null,
      org: undefined as never,
      county: undefined as never,
      city: undefined as never,
      pre: ++place * stride,
      preEnd: 0,
      depth: parent ? parent.depth + 1 : 0,
      sort: parent ? ++parent.children * 10 : 0,
      children: 0,
      creditCode: isBody
        ? inventCreditCode(spec.shortName.includes('社区') && head === '55' ? '54' : head, spec.region, no)
        : null,
      phone: spec.kind === 'group' || (spec.kind === 'region' && !isBody) ? null : inventPhone(spec.region, no * 10),
      address:
        isBody && spec.kind !== 'village' ? `${roads[roll % roads.length]}${1 + ((roll >>> 8) % 280)}号（演示）` : null,
      validFrom: spec.formerName && spec.level < 4 ? '1994-03-18' : `${1984 + (roll % 26)}-0${1 + (roll % 9)}-15`,
    }
    unit.org = spec.kind === 'division' && parent ? parent.org : unit
    unit.city = spec.kind === 'region' && spec.level <= 2 ? unit : (parent?.city ?? unit)
    unit.county = spec.kind === 'region' && spec.level <= 3 ? unit : (parent?.county ?? unit)
    units.push(unit)
    inside?.(unit)
    unit.preEnd = ++place * stride - 1
    return unit
  }
  return { units, add }
}
