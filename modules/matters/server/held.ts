import type { OutputOf, ParsedOf } from '#kernel/contract'
import { conflict, invalid, notFound } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, SystemCtx } from '#kernel/module'
import type { Elements, HeldDatum, mattersApi } from '../contract.ts'

type Api = typeof mattersApi

/** 身份证原件及复印件（加盖公章） and 身份证 are one thing. */
const plain = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[(（[【].*?[)）\]】]/gu, '')
    .replace(/[《》\s“”"]/gu, '')
    .replace(/(?:原件|复印件|正本|副本|扫描件|电子版|及|和|、|或)+$/gu, '')
    .toLowerCase()

interface Row {
  name: string
  names: string[]
  holder: string
}

type HeldMaterial = { material: string; datum: string; holder: string }
/** Tells of materials which of them a unit or licence of the registry already holds; the registry is read once. */
export const heldIndex = async ({
  sql,
}: Pick<SystemCtx, 'sql'>): Promise<(materials: Elements['materials']) => HeldMaterial[]> => {
  const rows = await sql<Row>(
    'select d.name, d.names, u.name as holder from matters.held_datum d join directory.unit u on u.id = d.holder_id order by d.name limit 5000',
    [],
    'matters.held',
  )
  const known = new Map(rows.flatMap((row) => [row.name, ...row.names].map((name) => [plain(name), row] as const)))
  return (materials) =>
    materials.flatMap(({ name }) => {
      const row = known.get(plain(name))
      return row ? [{ material: name, datum: row.name, holder: row.holder }] : []
    })
}

export const heldMaterials = async (
  tx: Pick<SystemCtx, 'sql'>,
  materials: Elements['materials'],
): Promise<HeldMaterial[]> => (materials.length === 0 ? [] : (await heldIndex(tx))(materials))

const columns = `d.id, d.name, d.form, d.names, d.basis, json_build_object('id', u.id, 'name', u.name) as holder`

export const held = async (ctx: Ctx, { q, cursor, limit }: ParsedOf<Api['held']>): Promise<OutputOf<Api['held']>> => {
  const rows = await ctx.sql<HeldDatum>(
    `select ${columns} from matters.held_datum d join directory.unit u on u.id = d.holder_id
     where d.name > $1 and ($2 = '' or strpos(lower(d.name || array_to_string(d.names, ' ')), lower($2)) > 0) order by d.name limit $3`,
    [cursor ?? '', q ?? '', limit + 1],
  )
  const page = rows.slice(0, limit)
  return { rows: page, next: rows.length > limit ? page.at(-1)!.name : null }
}

export const keepHeld = async (ctx: Ctx, input: ParsedOf<Api['keepHeld']>): Promise<HeldDatum> => {
  const scope = ctx.scopeText('u.id', 2)
  const [holder] = await ctx.sql(
    `select 1 from directory.unit u where u.id = $1 and u.valid_to is null and ${scope.text}`,
    [input.holderId, ...scope.params],
  )
  if (!holder) throw notFound('持有单位')
  if (plain(input.name) === '') throw invalid('请填写名称。', [{ path: 'name', message: '请填写名称。' }])
  const id = newId()
  const made = await ctx.sql(
    `insert into matters.held_datum (id, name, form, names, holder_id, basis, created_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (name) do nothing returning 1`,
    [id, input.name, input.form, input.names, input.holderId, input.basis, ctx.now],
  )
  if (made.length === 0) throw conflict(`“${input.name}”已经登记过了。`)
  ctx.audit({ type: 'held-datum', id, label: input.name })
  const [row] = await ctx.sql<HeldDatum>(
    `select ${columns} from matters.held_datum d join directory.unit u on u.id = d.holder_id where d.id = $1`,
    [id],
  )
  return row!
}
