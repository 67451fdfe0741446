import type { Division } from './divisions.ts'
import { growProvince } from './grow.ts'
import * as usual from './institutions.ts'
import { readPlaces, smallestFullSize } from './places.ts'
import { mix } from './random.ts'
import { divisionEnd, type Grow, linesWithDivisions, nameOf, type Style } from './style.ts'
import { treeBuilder, type Unit, type UnitKind, type UnitSpec } from './tree.ts'

export { smallestFullSize } from './places.ts'
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

  function addBody(parent: Unit, kind: UnitKind, body: usual.Institution, style: Style): void {
    if (!body.names[style.level - 1]) return
    const total = Math.round(body.size * sizeFactor[style.level] * (0.8 + (mix(seed, units.length) % 40) / 100))
    const isOffice = body === usual.governmentOffice || body === usual.partyOffice
    const divided = style.level < 3 || style.rich || linesWithDivisions.has(body.line)
    const own = style.level === 1 ? (usual.provincialDivisions[body.line] ?? body.divisions) : body.divisions
    const parts = isOffice ? own : ['办公室', ...own]
    const shown = divided ? parts.slice(0, style.level === 3 && !style.rich ? 4 : undefined) : []
    const leaders = Math.min(7, 4 + Math.floor(total / 60))
    const former = body.former?.names[style.level - 1]
    put(
      parent,
      {
        kind,
        level: style.level,
        region: style.region,
        ...nameOf(body, body.names, style),
        line: body.line,
        mark: style.mark + body.mark,
        size: shown.length > 0 ? leaders : total,
        functions: body.functions,
        formerName: former && body.former ? { name: style.full + former, until: body.former.until } : undefined,
        plate: body.plate
          ? body.plate.startsWith('委')
            ? `中共${style.full}${body.plate}`
            : style.full + body.plate
          : undefined,
        rich: style.rich,
      },
      (unit) => {
        byLine.set(`${body.line} ${style.region.slice(0, style.level * 2)}`, unit)
        for (const part of shown) {
          const name = /(?:室|中心|处|科)$/u.test(part) ? part : part + divisionEnd[style.level]
          const size = Math.max(2, Math.round((total - leaders) / shown.length))
          put(unit, {
            kind: 'division',
            level: style.level,
            region: style.region,
            name,
            shortName: name,
            size,
            rich: style.rich,
          })
        }
      },
    )
  }
  growProvince(root, { put, addBody, full } satisfies Grow)
  return { regions, units: units }
}
