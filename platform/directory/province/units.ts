import type { Division } from './divisions.ts'
import { growProvince } from './grow.ts'
import * as usual from './institutions.ts'
import { readPlaces, smallestFullSize } from './places.ts'
import { mix } from './random.ts'
import { divisionEnd, type Grow, linesWithDivisions, nameOf, type Style } from './style.ts'
import { treeBuilder, type Unit, type UnitKind, type UnitSpec } from './tree.ts'

export type { Unit } from './tree.ts'

export interface Province {
  regions: Division[]
  /** in preorder */
  units: Unit[]
}

const sizeFactor = { 1: 2.6, 2: 1.7, 3: 1 } as const

/** The tree is the same for every size from 20,000 people on; `people` only decides whether it is cut to the demo city. */
export function buildProvince(seed: number, people: number): Province {
  const full = people >= smallestFullSize
  const { root, regions } = readPlaces(full)
  const { units, add } = treeBuilder(seed)
  // bodies by line, level and the region they serve: a lower body finds its business superior here
  const byLine = new Map<string, Unit>()
  const superiorOf = (line: string | undefined, level: number, region: string): Unit | null => {
    for (let above = Math.min(level, 3); above >= 1; above--) {
      const found = byLine.get(`${line} ${region.slice(0, above * 2)}`)
      if (found) return found
    }
    return null
  }
  const put = (parent: Unit | null, spec: UnitSpec, inside?: (unit: Unit) => void): Unit =>
    add(parent, spec, (unit) => {
      if (spec.line) unit.superior = superiorOf(spec.line, spec.level, spec.region)
      inside?.(unit)
    })

  const register = (line: string, style: Style, unit: Unit) =>
    byLine.set(`${line} ${style.region.slice(0, style.level * 2)}`, unit)
  const addBody: Grow['addBody'] = (parent, kind, body, style) => {
    const varied = 0.8 + (mix(seed, units.length) % 40) / 100
    addBodyTo(put, parent, { kind, body, style, varied }, (unit) => register(body.line, style, unit))
  }
  growProvince(root, { put, addBody, full })
  return { regions, units }
}

interface Body {
  kind: UnitKind
  body: usual.Institution
  style: Style
  /** offices of one kind are not all of one size */
  varied: number
}

function partsOf({ body, style }: Body): readonly string[] {
  const divided = style.level < 3 || style.rich || linesWithDivisions.has(body.line)
  if (!divided) return []
  const own = style.level === 1 ? (usual.provincialDivisions[body.line] ?? body.divisions) : body.divisions
  const isOffice = body === usual.governmentOffice || body === usual.partyOffice
  const parts = isOffice ? own : ['办公室', ...own]
  return style.level === 3 && !style.rich ? parts.slice(0, 4) : parts
}

function plateOf({ plate }: usual.Institution, { full }: Style): string | undefined {
  if (!plate) return undefined
  return plate.startsWith('委') ? `中共${full}${plate}` : full + plate
}

function addBodyTo(put: Grow['put'], parent: Unit, made: Body, register: (unit: Unit) => void): void {
  const { kind, body, style, varied } = made
  if (!body.names[style.level - 1]) return
  const total = Math.round(body.size * sizeFactor[style.level] * varied)
  const parts = partsOf(made)
  const leaders = Math.min(7, 4 + Math.floor(total / 60))
  const former = body.former?.names[style.level - 1]
  const common = { level: style.level, region: style.region, rich: style.rich }
  const spec: UnitSpec = {
    ...common,
    kind,
    ...nameOf(body, body.names, style),
    line: body.line,
    mark: style.mark + body.mark,
    size: parts.length > 0 ? leaders : total,
    functions: body.functions,
    formerName: former && body.former ? { name: style.full + former, until: body.former.until } : undefined,
    plate: plateOf(body, style),
  }
  put(parent, spec, (unit) => {
    register(unit)
    const size = Math.max(2, Math.round((total - leaders) / parts.length))
    for (const part of parts) {
      const name = /(?:室|中心|处|科)$/u.test(part) ? part : part + divisionEnd[style.level]
      put(unit, { ...common, kind: 'division', name, shortName: name, size })
    }
  })
}
