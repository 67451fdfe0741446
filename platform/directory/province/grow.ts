import { addAssemblies, addJustice } from './assemblies.ts'
import * as usual from './institutions.ts'
import { demoCounty, demoTown, type Place, villageNames } from './places.ts'
import { type Grow, group, isZone, type Style, smallProvinceLines, zoneLines } from './style.ts'
import type { Unit, UnitKind } from './tree.ts'

/** The whole province below and with its root. */
export function growProvince(root: Place, grow: Grow): void {
  const style: Style = {
    level: 1,
    region: root.code,
    full: root.name,
    rank: '省',
    mark: '鲁',
    zone: false,
    rich: false,
    cityName: '',
  }
  const node = { kind: 'region', size: 0 } as const
  grow.put(null, { ...node, level: 1, region: root.code, name: root.name, shortName: root.name }, (province) => {
    grow.put(province, group(style, '省直单位', '省直单位', 0), (direct) => {
      addOrgans(direct, style, grow)
      if (!grow.full) return
      addPlain(
        direct,
        style,
        grow,
        '省属高校',
        'university',
        usual.universities.map((name) => [name, '教育', 1900]),
      )
      addPlain(
        direct,
        style,
        grow,
        '省属企业',
        'enterprise',
        usual.provinceEnterprises.map((name) => [name, '国资监管', 900]),
      )
    })
    for (const city of root.below) growCity(province, city, grow)
  })
}

function growCity(province: Unit, city: Place, grow: Grow): void {
  const style: Style = {
    level: 2,
    region: city.code,
    full: city.name,
    rank: '市',
    mark: city.name[0] ?? '',
    zone: false,
    rich: false,
    cityName: city.name,
  }
  grow.put(
    province,
    { kind: 'region', level: 2, region: city.code, name: city.name, shortName: city.name, size: 0 },
    (unit) => {
      grow.put(unit, group(style, '市直单位', '市直单位', 0), (direct) => {
        addOrgans(direct, style, grow)
        addPlain(direct, style, grow, '市直事业单位', 'institution', usual.cityInstitutions)
        addPlain(
          direct,
          style,
          grow,
          '市属企业',
          'enterprise',
          usual.cityEnterprises.map((name) => [name, '国资监管', 260]),
        )
      })
      for (const county of city.below) growCounty(unit, county, city, grow)
    },
  )
}

function growCounty(city: Unit, county: Place, above: Place, grow: Grow): void {
  const zone = isZone(county)
  const style: Style = {
    level: 3,
    region: county.code,
    // 市中区 is in three cities: a district is named with its city
    full: county.name.endsWith('区') && !zone ? above.name + county.name : county.name,
    rank: zone ? '区' : (county.name.at(-1) ?? '县'),
    mark: county.name[0] ?? '',
    zone,
    rich: county.code.startsWith(demoCounty),
    cityName: above.name,
  }
  grow.put(
    city,
    { kind: 'region', level: 3, region: county.code, name: county.name, shortName: county.name, size: 0 },
    (unit) => {
      addOrgans(unit, style, grow, () => {
        // the mockup's own town stands first
        const towns = county.below.toSorted(
          (a, b) => Number(b.code.startsWith(demoTown)) - Number(a.code.startsWith(demoTown)),
        )
        for (const town of towns) growTown(unit, town, style, grow)
      })
      addPlain(unit, style, grow, '教育卫生和事业单位', 'institution', usual.countyInstitutions)
      addPlain(
        unit,
        style,
        grow,
        `${style.rank}属企业`,
        'enterprise',
        usual.countyEnterprises.map((name) => [name, '国资监管', 70]),
      )
    },
  )
}

/** Party, congress, government, courts, mass organisations and the bodies of the centre; `towns` come right after the government. */
function addOrgans(parent: Unit, style: Style, grow: Grow, towns?: () => void): void {
  const { full, rank, zone } = style
  const wanted = (body: usual.Institution) =>
    (!zone || zoneLines.has(body.line)) && (style.level > 1 || grow.full || smallProvinceLines.has(body.line))
  const all = (into: Unit, kind: UnitKind, bodies: readonly usual.Institution[]) => {
    for (const body of bodies)
      if (wanted(body)) grow.addBody(into, body.line === '纪检监察' ? 'supervisory' : kind, body, style)
  }
  const committee = zone ? '工委' : '委'
  grow.put(parent, group(style, `中共${full}${zone ? '工作' : ''}委员会`, rank + committee, 7), (into) =>
    all(into, 'party', usual.partyBodies),
  )
  if (!zone && (style.level > 1 || grow.full)) addAssemblies(parent, style, grow)
  const government = zone ? `${full}管理委员会` : `${full}人民政府`
  grow.put(parent, group(style, government, zone ? '管委会' : `${rank}政府`, 7), (into) => {
    all(into, 'government', usual.governmentBodies)
    if (style.level === 3 && !zone) {
      const body = usual.governmentBodies.find((one) => one.line === '生态环境')
      const base = full.replace(style.cityName, '').replace(/[县区市]$/u, '')
      if (body)
        grow.addBody(
          into,
          'government',
          { ...body, names: ['', '', `${style.cityName}生态环境局${base}分局%`] },
          { ...style, full: '' },
        )
    }
  })
  towns?.()
  if (zone || (style.level === 1 && !grow.full)) return
  addJustice(parent, style, grow)
  grow.put(parent, group(style, '群团组织', '群团组织', 0), (into) => all(into, 'mass', usual.massBodies))
  const stationed = style.level === 1 ? '中央驻鲁单位' : `驻${rank}单位`
  grow.put(parent, group(style, stationed, stationed, 0), (into) => all(into, 'central', usual.centralBodies))
}

type Plain = readonly (readonly [name: string, line: string, size: number])[]
function addPlain(parent: Unit, style: Style, grow: Grow, title: string, kind: UnitKind, bodies: Plain): void {
  grow.put(parent, group(style, title, title, 0), (into) => {
    for (const [pattern, line, size] of bodies) {
      const name = pattern.replace('%', style.full)
      const shortName = pattern.replace('%', style.full.replace(style.cityName || ' ', '') || style.full)
      grow.put(into, { kind, level: style.level, region: style.region, name, shortName, line, size, rich: style.rich })
    }
  })
}

function growTown(county: Unit, town: Place, style: Style, grow: Grow): void {
  const name = town.name.replace(/类似乡级单位$/u, '')
  const seat = name.endsWith('街道')
    ? `${style.full}${name}办事处`
    : /[镇乡]$/u.test(name)
      ? `${style.full}${name}人民政府`
      : undefined
  const common = { level: 4, region: town.code, rich: style.rich } as const
  grow.put(
    county,
    { ...common, kind: 'region', name, shortName: name, mark: `${style.mark}${name[0]}`, size: 13, plate: seat },
    (unit) => {
      for (const [office, line, size] of style.rich ? usual.townshipOffices : [usual.townshipOffice])
        grow.put(unit, { ...common, kind: 'division', name: office, shortName: office, line, size })
      for (const village of town.below) {
        const called = villageNames(village.name)
        const where = style.full + name
        grow.put(unit, {
          ...common,
          kind: 'village',
          level: 5,
          region: village.code,
          name: where + called.name,
          shortName: called.shortName,
          size: 5 + (Number(village.code.slice(-4)) % 4),
        })
      }
      const base = name.replace(/(?:街道|镇|乡)$/u, '')
      const own = style.full.replace(style.cityName, '')
      // elsewhere schools are counted with their bureau, and a sub-district has no hospital of its own
      const bodies = style.rich ? usual.townshipBodies : name.endsWith('街道') ? [] : [usual.townshipHospital]
      for (const [end, line, size] of bodies)
        grow.put(unit, {
          ...common,
          kind: 'institution',
          name: `${own}${name}${end}`,
          shortName: `${base}${end}`,
          line,
          size,
        })
    },
  )
}
