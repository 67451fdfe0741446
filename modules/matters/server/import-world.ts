import type { Query } from '#kernel/db'
import type { Elements, MatterKind } from '../contract.ts'
import { heldIndex } from './held.ts'
import { BODY } from './places.ts'

/** A unit that the importer may write for. */
export interface ImportUnit {
  id: string
  no: number
  name: string
  level: number
  kind: string
  countyNo: number
  cityNo: number
}
export interface ImportBasic {
  at: number
  id: string
  code: string
  name: string
  kind: MatterKind
  type: string
  levels: number[]
  elements: Elements
}
export interface Scope {
  trees: readonly string[]
  units: readonly string[]
}

/** What the rows of a file are checked against, read once for a run: units in scope, their functions, the codes, the basic catalogue. */
export interface World {
  /** null: two bear this name */
  unit(name: string): ImportUnit | null | undefined
  home: ImportUnit | undefined
  functionOf(unitId: string, words: string | undefined): string | null | undefined
  type(words: string): { code: string; kind: string } | undefined
  basic(code: string): ImportBasic | undefined
  held: Awaited<ReturnType<typeof heldIndex>>
}

const inScope = `exists (select 1 from directory.unit t where t.id = any($1::uuid[]) and u.pre between t.pre and t.pre_end) or u.id = any($2::uuid[])`

const unitsOf = async (sql: Query, { trees, units }: Scope) => {
  const rows = await sql<ImportUnit & { shortName: string; code: string | null }>(
    `select u.id, u.no, u.name, u.short_name as "shortName", u.credit_code as code, u.level, u.kind, u.county_no as "countyNo", u.city_no as "cityNo"
     from directory.unit u where u.valid_to is null and ${BODY} and (${inScope})`,
    [trees, units],
  )
  const byName = new Map<string, ImportUnit | null>()
  const put = (name: string | null, unit: ImportUnit): void => {
    if (name) byName.set(name, byName.has(name) && byName.get(name)?.id !== unit.id ? null : unit)
  }
  for (const { shortName, code, ...unit } of rows)
    for (const name of new Set([unit.name, shortName, code])) put(name, unit)
  return { rows, byName }
}

export const loadWorld = async (sql: Query, scope: Scope, homeId: string): Promise<World> => {
  const { rows, byName } = await unitsOf(sql, scope)
  const functions = await sql<{ id: string; unit_id: string; content: string }>(
    `select f.id, f.unit_id, f.content from directory.statutory_function f join directory.unit u on u.id = f.unit_id
     where f.valid_to is null and u.valid_to is null and (${inScope}) order by f.sort, f.id`,
    [scope.trees, scope.units],
  )
  const byUnit = Map.groupBy(functions, (row) => row.unit_id)
  const types = await sql<{ code: string; name: string; kind: string }>(
    "select code, name, kind from matters.code where list = 'type'",
  )
  const basics = await sql<Omit<ImportBasic, 'at'>>(
    `select m.id, m.code, m.name, m.kind, m.type, m.levels, v.elements from matters.matter m join matters.version v on v.id = m.version_id
     where m.layer = 'basic' and m.state = 'published'`,
  )
  const byCode = new Map(basics.map((basic, at) => [basic.code, { ...basic, at }]))
  return {
    unit: (name) => byName.get(name),
    home: rows.find(({ id }) => id === homeId),
    functionOf: (unitId, words) => {
      const own = byUnit.get(unitId) ?? []
      if (words === undefined) return own.length === 1 ? own[0]!.id : null
      return own.find(({ content }) => content === words || content.includes(words))?.id
    },
    type: (words) => types.find(({ code, name }) => code === words || name === words),
    basic: (code) => byCode.get(code),
    held: await heldIndex({ sql }),
  }
}
