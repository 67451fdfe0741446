import type * as usual from './institutions.ts'
import type { Place } from './places.ts'
import type { Unit, UnitKind, UnitSpec } from './tree.ts'

/** What bodies of a place are called. */
export interface Style {
  level: 1 | 2 | 3
  region: string
  /** 山东省, 滨州市, 博兴县, 滨州市滨城区 */
  full: string
  /** 省, 市, 县, 区 */
  rank: string
  mark: string
  /** a functional zone has a management committee instead of a government */
  zone: boolean
  rich: boolean
  cityName: string
}

export const isZone = (place: Place) => /(?:开发区|新区)$/.test(place.name)
export const zoneLines = new Set(
  '政务 财政 发展改革 教育 应急管理 市场监管 审批服务 住房城乡建设 党务 纪检监察 组织'.split(' '),
)
/** In a county the demo does not show, only these bodies list their divisions. */
export const linesWithDivisions = new Set('政务 党务'.split(' '))
/** Small worlds keep a handful of the province's own bodies. */
export const smallProvinceLines = new Set('政务 党务 组织 发展改革 水利 大数据 财政'.split(' '))
export const divisionEnd = { 1: '处', 2: '科', 3: '科' } as const

export function nameOf(
  body: usual.Institution,
  names: readonly [string, string, string],
  style: Style,
): { name: string; shortName: string } {
  const own = names[style.level - 1] ?? ''
  if (/^国家|^中华/u.test(own) && !own.includes('%')) return { name: own, shortName: own.replace('中华人民共和国', '') }
  const party = own.startsWith('委') || body.line === '纪检监察'
  if (own.includes('%')) return { name: own.replace('%', style.full), shortName: shortOf(own, body.line, style) }
  if (!party) {
    const called = style.zone ? own.replace(/^人民政府/u, '管理委员会') : own
    return { name: style.full + called, shortName: `${style.rank}${called.replace(/^人民政府/u, '政府')}` }
  }
  const base = style.zone && own.startsWith('委') ? `工${own}` : own
  return {
    name: `中共${style.full}${base}`,
    shortName: style.rank + base.replace('纪律检查委员会监察委员会', '纪委监委'),
  }
}

function shortOf(own: string, line: string, style: Style): string {
  const { rank } = style
  const called = { 共青团: `团${rank}委`, 人大: `${rank}人大常委会`, 政协: `${rank}政协`, 生态环境: '生态环境分局' }[
    line
  ]
  return called ?? rank + own.replace(/^国家(?:税务总局|统计局)/u, '').replace('%', '')
}

export const group = (style: Style, name: string, shortName: string, size: number): UnitSpec => ({
  kind: 'group',
  level: style.level,
  region: style.region,
  name,
  shortName,
  size,
  rich: style.rich,
})

/** What the tree grows with. */
export interface Grow {
  put(parent: Unit | null, spec: UnitSpec, inside?: (unit: Unit) => void): Unit
  addBody(parent: Unit, kind: UnitKind, body: usual.Institution, style: Style): void
  full: boolean
}
