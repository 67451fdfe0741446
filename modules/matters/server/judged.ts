import { one } from '#kernel/errors'
import type { SystemCtx } from '#kernel/module'
import { type Draft, Elements, judge, type Layer, LocalElements, type MatterKind } from '../contract.ts'
import { heldMaterials } from './held.ts'
import { guideOf } from './matter.ts'

interface Row {
  layer: Layer
  kind: MatterKind
  parentId: string | null
  basicId: string
  functionId: string | null
  elements: unknown
}

/** The score of a version as it is kept, or of what its editor has on the screen. */
export const judgeVersion = async (
  tx: Pick<SystemCtx, 'sql'>,
  id: string,
): Promise<Pick<Draft, 'completeness' | 'gaps' | 'held'>> => {
  const row = await tx
    .sql<Row>(
      `select m.layer, m.kind, m.parent_id as "parentId", m.basic_id as "basicId", v.function_id as "functionId", v.elements
       from matters.version v join matters.matter m on m.id = v.matter_id where v.id = $1`,
      [id],
      'matters.judge',
    )
    .then(one('这一版事项'))
  const basic = row.layer === 'basic'
  const elements = basic
    ? Elements.parse(row.elements)
    : ((await guideOf(tx, row.basicId))?.elements ?? Elements.parse({}))
  const local = basic ? null : LocalElements.parse(row.elements)
  const held = await heldMaterials(tx, elements.materials)
  return { ...judge({ ...row, elements, local: await inherited(tx, row, local), held }), held }
}

/** A handling item need not repeat what its unit has said already. */
const inherited = async (
  tx: Pick<SystemCtx, 'sql'>,
  { layer, parentId }: Row,
  local: LocalElements | null,
): Promise<LocalElements | null> => {
  const above = layer === 'item' && parentId ? (await guideOf(tx, parentId))?.local : null
  if (!above || !local) return local
  const { address, hours, phone, supervisionPhone } = above
  return {
    ...local,
    address: local.address || address,
    hours: local.hours || hours,
    phone: local.phone || phone,
    supervisionPhone: local.supervisionPhone || supervisionPhone,
  }
}
