import type { SystemCtx } from '#kernel/module'
import { publishForm } from '#platform/forms'
import { Elements } from '../contract.ts'
import { mergedForm } from './application-form.ts'
import { heldIndex } from './held.ts'
import { placeOf } from './places.ts'

type Tx = Pick<SystemCtx, 'sql' | 'now'>

/** By its place in the bundle: what is taken out of it does not rename the others. */
export const partKey = (sort: number): string => `p${sort}`

interface Row {
  id: string
  key: string
  name: string
  sort: number
  basicName: string
  elements: unknown
}
/** The forms of the bundles that hold a matter, or of all, made anew of what is in force: when it is put out or repealed, never when somebody reads. */
export const makeBundleForms = async (tx: Tx, basicId: string | null): Promise<void> => {
  const rows = await tx.sql<Row>(
    `select x.id, x.key, x.name, i.sort, b.name as "basicName", v.elements from matters.bundle x join matters.bundle_item i on i.bundle_id = x.id
     join matters.matter b on b.id = i.basic_id and b.state = 'published' join matters.version v on v.id = b.version_id
     where $1::uuid is null or exists (select 1 from matters.bundle_item o where o.bundle_id = x.id and o.basic_id = $1) order by x.sort, x.id, i.sort`,
    [basicId],
    'matters.bundles-of',
  )
  if (rows.length === 0) return
  const held = await heldIndex(tx)
  const root = await placeOf(tx.sql, undefined)
  for (const of of Map.groupBy(rows, ({ id }) => id).values()) {
    const { id, key, name } = of[0]!
    const parts = of.map((row) => {
      const elements = Elements.parse(row.elements)
      const known = new Set(held(elements.materials).map(({ material }) => material))
      return { key: partKey(row.sort), name: row.basicName, elements, held: known }
    })
    const { definition, asked } = mergedForm(`bundle-${key}`, name, parts)
    const form = await publishForm(tx, { definition, unitId: root.id })
    await tx.sql('update matters.bundle set form_id = $2, asked = $3 where id = $1', [
      id,
      form.id,
      JSON.stringify(asked),
    ])
  }
}

/** Bundles of before forms were made when their matters are put out. */
export const fillBundleForms = async (tx: Tx): Promise<void> => {
  const missing = await tx.sql('select 1 from matters.bundle where form_id is null limit 1')
  if (missing.length > 0) await makeBundleForms(tx, null)
}
