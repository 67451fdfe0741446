import { type Keyring, SealedBoxError } from '#kernel/crypto'
import { AppError, notFound } from '#kernel/errors'
import type { SealedColumn, SystemCtx } from '#kernel/module'
import type { Data, FormDefinition, Json, Problem } from '../contract.ts'
import { isEmpty, textOf } from '../core/kinds/kind.ts'
import { isMask, maskOf } from '../core/kinds/text.ts'
import { cellsOf, replaced } from './walk.ts'

/** The box belongs to its record, field and row: copied anywhere else it does not open. */
const boundTo = (place: string): string => `forms.sealed/${place}`
const draftBound = (id: string): string => `forms.draft/${id}`

/** What a rotation of the data keys seals anew. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'forms.sealed', key: 'place', column: 'box', aad: boundTo },
  { table: 'forms.draft', key: 'id', column: 'box', aad: draftBound },
]

export const sealDraft = (keys: Keyring, id: string, data: Data): Buffer =>
  keys.seal(JSON.stringify(data), draftBound(id))
export const openDraft = (keys: Keyring, id: string, box: Buffer): Record<string, Json> =>
  JSON.parse(keys.open(box, draftBound(id)).toString('utf8')) as Record<string, Json>

const isSealed = ({ type }: { type: string }): boolean => type === 'identityNumber'

/** A mask given back stands for the number it masks, so it must be the one that is kept in this very place. */
export const maskFaults = (definition: FormDefinition, data: Data, before: Data): Problem[] => {
  const old = new Map(cellsOf(definition, before, isSealed).map(({ place, value }) => [place, value]))
  return cellsOf(definition, data, isSealed)
    .filter(({ value, place }) => isMask(value) && old.get(place) !== value)
    .map(({ path, field }) => ({ path, message: `请重新填写${field.title}，要写完整的 18 位。` }))
}

/** Takes the numbers out of what will be kept: masks stay there, boxes go to their own table. */
export const takeNumbers = (
  definition: FormDefinition,
  values: Data,
): { data: Record<string, Json>; numbers: Map<string, string> } => {
  const numbers = new Map<string, string>()
  for (const { place, value } of cellsOf(definition, values, isSealed))
    if (!isEmpty(value) && !isMask(value)) numbers.set(place, textOf(value))
  const masks = new Map([...numbers].map(([place, number]) => [place, maskOf(number)]))
  return { data: replaced(definition, values, masks), numbers }
}

/** Writes the boxes of new numbers, and drops those whose place holds none any more. */
export const writeNumbers = async (
  { sql, kernel }: Pick<SystemCtx, 'sql' | 'kernel'>,
  recordId: string,
  definition: FormDefinition,
  data: Data,
  numbers: ReadonlyMap<string, string>,
): Promise<void> => {
  const cells = cellsOf(definition, data, isSealed)
  if (
    !definition.groups.some(({ fields }) =>
      fields.some((field) => isSealed(field) || (field.type === 'table' && field.columns.some(isSealed))),
    )
  )
    return
  const kept = cells.filter(({ value }) => !isEmpty(value)).map(({ place }) => `${recordId}/${place}`)
  await sql('delete from forms.sealed where record_id = $1 and place <> all($2::text[])', [recordId, kept])
  if (numbers.size === 0) return
  const places = [...numbers.keys()].map((place) => `${recordId}/${place}`)
  const boxes = [...numbers].map(([place, number]) => kernel.keys.seal(number, boundTo(`${recordId}/${place}`)))
  await sql(
    `insert into forms.sealed (place, record_id, box) select p, $1, b from unnest($2::text[], $3::bytea[]) t (p, b)
     on conflict (place) do update set box = excluded.box`,
    [recordId, places, boxes],
  )
}

/** The number in clear; whoever asks was let through and names a purpose in the audit record. */
export const openNumber = async (
  { sql, kernel }: Pick<SystemCtx, 'sql' | 'kernel'>,
  recordId: string,
  place: string,
): Promise<string> => {
  const key = `${recordId}/${place}`
  const [row] = await sql<{ box: Buffer }>('select box from forms.sealed where place = $1', [key])
  if (!row) throw notFound('这个号码')
  try {
    return kernel.keys.open(row.box, boundTo(key)).toString('utf8')
  } catch (error) {
    if (!(error instanceof SealedBoxError)) throw error
    throw new AppError(500, 'sealed-number', `号码无法解密。${error.message}`, { extra: { place: key } })
  }
}
