import type { OutputOf, ParsedOf } from '#kernel/contract'
import type { Ctx } from '#kernel/module'
import { type DeskRow, Elements, LocalElements, type mattersApi, situate } from '../contract.ts'
import { hits, isAsked } from './catalogue.ts'
import { nearest, standpointOf } from './near.ts'
import { params } from './places.ts'

type Api = typeof mattersApi
interface Row {
  id: string | null
  basicId: string
  name: string
  kind: DeskRow['kind']
  unitId: string | null
  unitName: string | null
  ownerId: string
  ownerName: string
  elements: unknown
  local: unknown
}
const present = (row: Row): DeskRow => ({
  id: row.id ?? row.basicId,
  name: row.name,
  kind: row.kind,
  unit: { id: row.unitId ?? row.ownerId, name: row.unitName ?? row.ownerName },
  promised: situate(Elements.parse(row.elements), row.local ? LocalElements.parse(row.local) : null, {}).promised,
  nobody: row.id === null,
})

/** 办事: each matter once, with the unit that whoever asks would turn to. */
export const desk = async (ctx: Ctx, input: ParsedOf<Api['desk']>): Promise<OutputOf<Api['desk']>> => {
  const at = await standpointOf(ctx.sql, ctx.actor.unitId)
  const p = params(at.above, at.cities, at.counties, input.kind, input.limit)
  const found = isAsked(input)
    ? `with hit as materialized (${hits(input, p)}) select b.*, hit.place from hit join matters.matter b on b.id = hit.id where b.kind = $4 order by hit.place`
    : `select b.*, 0 as place from matters.matter b where b.layer = 'basic' and b.state = 'published' and b.state <> 'new' and b.kind = $4 order by b.code, b.id`
  const unit = input.unitId ? `where n.unit_id = ${p.add(input.unitId)}` : ''
  const rows = await ctx.sql<Row>(
    `select n.id, b.id as "basicId", b.name, b.kind, u.id as "unitId", u.name as "unitName", o.id as "ownerId", o.name as "ownerName", v.elements, l.elements as local
     from (${found} limit ${input.unitId ? 1000 : '$5'}) b left join lateral (${nearest('$1', '$2', '$3')}) n on true
     join directory.unit o on o.id = b.unit_id left join directory.unit u on u.id = n.unit_id
     join matters.version v on v.id = b.version_id left join matters.version l on l.id = n.version_id ${unit} order by b.place, b.code limit $5`,
    p.values,
  )
  // what somebody near carries out comes before what nobody does
  return { rows: rows.map(present).sort((a, b) => Number(a.nobody) - Number(b.nobody)), next: null }
}
