import { mix, type Random, random, weighted } from './random.ts'
import type { Unit } from './tree.ts'

/** 职级 from high to low; the place in the list is rank_order. Teachers, doctors and workers follow the civil servants. */
const ranks =
  `一级巡视员 二级巡视员 一级调研员 二级调研员 三级调研员 四级调研员 一级主任科员 二级主任科员 三级主任科员 四级主任科员 一级科员 二级科员
  正高级教师 主任医师 教授 高级工程师 高级教师 副主任医师 副教授 工程师 一级教师 主治医师 讲师 助理工程师 二级教师 医师 护师 助教 技术员 护士 中级工 初级工`.split(
    /\s+/,
  )
export const rankOrder = (rank: string): number => {
  const at = ranks.indexOf(rank)
  return at < 0 ? 99 : at + 1
}

type Rung = 'chief' | 'deputy' | 'head' | 'staff'
const ladder: Record<number, Record<Rung, readonly [number, number]>> = {
  1: { chief: [0, 1], deputy: [1, 2], head: [2, 5], staff: [5, 10] },
  2: { chief: [2, 3], deputy: [3, 5], head: [5, 7], staff: [6, 11] },
  3: { chief: [5, 6], deputy: [6, 7], head: [7, 9], staff: [8, 12] },
  4: { chief: [5, 6], deputy: [6, 7], head: [8, 10], staff: [8, 12] },
}
const civilRank = (draw: Random, level: number, rung: Rung): string => {
  const [from, to] = ladder[level]?.[rung] ?? [8, 12]
  return ranks[from + draw.below(to - from)] ?? ''
}

const graded = {
  school: weighted([
    ['高级教师', 28],
    ['一级教师', 40],
    ['二级教师', 30],
    ['正高级教师', 1],
  ]),
  hospital: weighted([
    ['主任医师', 4],
    ['副主任医师', 11],
    ['主治医师', 22],
    ['医师', 18],
    ['护师', 25],
    ['护士', 20],
  ]),
  university: weighted([
    ['教授', 12],
    ['副教授', 30],
    ['讲师', 40],
    ['助教', 10],
  ]),
  other: weighted([
    ['高级工程师', 12],
    ['工程师', 35],
    ['助理工程师', 30],
    ['技术员', 12],
    ['中级工', 8],
  ]),
}

export interface Slot {
  title: string
  leader: boolean
  rank: string
}

/** How many of the unit's own people are its leaders. */
export function leaderCount(unit: Unit, quota: number): number {
  if (unit.kind === 'division') return 0
  if (unit.kind === 'village') return Math.min(quota, 2)
  // where divisions hold the staff, only leaders sit in the unit itself
  if (unit.kind === 'group' || unit.size <= 7) return quota
  if (unit.kind === 'region') return Math.min(quota, 9)
  return Math.min(quota, Math.min(7, 3 + Math.floor(unit.size / 40)))
}

const schoolLike = /(?:学校|中学|小学)$/u
const hospitalLike = /(?:医院|卫生院|保健院)$/u

function chiefTitle(unit: Unit): [chief: string, deputy: string] {
  const { name, kind, shortName } = unit
  const rank = '省市县区'.includes(shortName[0] ?? '') ? (shortName[0] ?? '') : (unit.county.name.at(-1) ?? '')
  if (kind === 'group' && /委$/u.test(shortName) && shortName !== '管委会') return [`${rank}委书记`, `${rank}委常委`]
  if (kind === 'group')
    return shortName === '管委会'
      ? ['管委会主任', '管委会副主任']
      : [rank === '省' ? '省长' : `${rank}长`, rank === '省' ? '副省长' : `副${rank}长`]
  if (kind === 'region')
    return name.endsWith('街道')
      ? ['党工委书记', '办事处副主任']
      : name.endsWith('镇') || name.endsWith('乡')
        ? ['党委书记', `副${name.at(-1)}长`]
        : ['党工委书记', '管委会副主任']
  if (kind === 'supervisory') return ['书记、监委主任', '副书记、监委副主任']
  if (kind === 'court') return ['党组书记、院长', '副院长']
  if (kind === 'procuratorate') return ['党组书记、检察长', '副检察长']
  if (kind === 'cppcc') return ['主席', '副主席']
  if (kind === 'university') return ['党委书记', '副校长']
  if (kind === 'enterprise') return ['党委书记、董事长', '副总经理']
  if (/党校$/u.test(name)) return ['常务副校长', '副校长']
  if (schoolLike.test(name)) return ['校长', '副校长']
  if (hospitalLike.test(name)) return ['院长', '副院长']
  if (/馆$/u.test(name)) return ['馆长', '副馆长']
  if (kind === 'mass') return unit.line === '共青团' ? ['书记', '副书记'] : ['主席', '副主席']
  const last = name.match(/(局|厅|部|总队|支队|大队|海关)$/u)?.[1]
  const body = last === '海关' ? '关' : last?.endsWith('队') ? '队' : last
  if (body === '部') return ['部长', '副部长']
  if (body) return [`党组书记、${body}长`, `副${body}长`]
  if (/委员会$/u.test(name) && unit.line === '政法') return ['书记', '副书记']
  return kind === 'party' ? ['主任', '副主任'] : ['党组书记、主任', '副主任']
}

function divisionTitles(unit: Unit): [string, string] {
  const end = unit.name.match(/(处|科)$/u)?.[1]
  return end ? [`${end}长`, `副${end}长`] : ['主任', '副主任']
}

function villageSlot(unit: Unit, at: number): Slot {
  const urban = unit.name.endsWith('居民委员会')
  const committee = urban ? '居委会' : '村委会'
  const titles = [
    `党支部书记、${committee}主任`,
    '党支部副书记',
    `${committee}委员、文书`,
    `${committee}委员、妇联主席`,
  ]
  return { title: titles[at] ?? `${committee}委员`, leader: at < 2, rank: '' }
}

function staffSlot(unit: Unit, draw: Random): Slot {
  const { name, kind } = unit
  if (schoolLike.test(name)) return { title: '教师', leader: false, rank: graded.school(draw) }
  if (hospitalLike.test(name)) {
    const rank = graded.hospital(draw)
    return { title: rank.startsWith('护') ? '护理' : '医师', leader: false, rank }
  }
  if (kind === 'university') return { title: '教师', leader: false, rank: graded.university(draw) }
  if (kind === 'enterprise' || kind === 'institution') return { title: '', leader: false, rank: graded.other(draw) }
  return { title: '', leader: false, rank: civilRank(draw, unit.level, 'staff') }
}

/** Title and rank of the person at place `at` (from 0) among the `quota` people of a unit. */
export function slotOf(seed: number, unit: Unit, at: number, quota: number): Slot {
  const draw = random(seed, unit.no, at, 3)
  if (unit.kind === 'village') return villageSlot(unit, at)
  if (unit.kind === 'division') {
    const [head, deputy] = divisionTitles(unit)
    if (at > 1 || (at === 1 && quota < 4)) return staffSlot(unit, draw)
    return { title: at === 0 ? head : deputy, leader: false, rank: civilRank(draw, unit.level, 'head') }
  }
  const leaders = leaderCount(unit, quota)
  if (at >= leaders) return staffSlot(unit, draw)
  const [chief, deputy] = chiefTitle(unit)
  const civil = unit.kind !== 'institution' && unit.kind !== 'university' && unit.kind !== 'enterprise'
  const rank = civil ? civilRank(draw, unit.level, at === 0 ? 'chief' : 'deputy') : staffSlot(unit, draw).rank
  return { title: at === 0 ? chief : deputy, leader: true, rank }
}

const tasks = ['办公室、人事', '法治、信访', '安全生产、应急', '财务、后勤', '党建、宣传', '项目、规划']
/** What a deputy is in charge of: two of the unit's own divisions, or usual tasks. */
export function chargeOf(unit: Unit, divisions: readonly Unit[] | undefined, at: number): string {
  if (at === 0) return '全面工作'
  const names = divisions?.map((one) => one.name.replace(/(?:管理)?[科处]$/u, '')) ?? []
  const pair = [names[(at * 2 - 1) % names.length], names[(at * 2) % names.length]]
  return names.length > 2 ? pair.join('、') : (tasks[(mix(unit.no) + at) % tasks.length] ?? '')
}
