import { invalid } from '#kernel/errors'
import type { SystemCtx } from '#kernel/module'
import type { Data, Json } from '#platform/forms/contract'
import { encode } from '../core/codec.ts'
import type { LiveEntity, LiveField } from './live.ts'

type Tx = Pick<SystemCtx, 'sql'>

/** From the first half day to the last, as moments of the clock on the wall. */
const beginning = (no: number): string =>
  `(r.f_${no}_from + case r.f_${no}_from_half when 'pm' then interval '12 hours' else interval '0' end)`
const ending = (no: number): string =>
  `(r.f_${no}_to + case r.f_${no}_to_half when 'am' then interval '12 hours' else interval '24 hours' end)`

const momentsOf = ({ field }: LiveField, value: Json): [string, string] | null => {
  const [from, to, fromHalf, toHalf] = encode(field, value)
  if (typeof from !== 'string' || typeof to !== 'string') return null
  return [`${from} ${fromHalf === 'pm' ? '12' : '00'}:00`, `${to} ${toHalf === 'am' ? '12:00' : '24:00'}`]
}

/**
 * Refuses a record whose period overlaps that of another with the same values. Whoever asks for the same at the same time waits for this
 * transaction: of two that would overlap one is refused, whichever comes first.
 */
export const keepApart = async (
  { sql }: Tx,
  live: LiveEntity,
  { id, authorId, data }: { id: string; authorId: string; data: Data },
): Promise<void> => {
  for (const [at, { period, same, message }] of (live.entity.apart ?? []).entries()) {
    const found = live.fields.get(period)!
    const moments = momentsOf(found, data[period] ?? null)
    const own = same.map((key) => {
      if (key === '@author') return { column: 'r.author_id', type: 'uuid', value: authorId as unknown }
      const { field, no, columns } = live.fields.get(key)!
      return { column: `r.f_${no}`, type: columns[0]!.type, value: encode(field, data[key] ?? null)[0] ?? null }
    })
    if (!moments || own.some(({ value }) => value === null)) continue
    await sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `built.${live.no}.${at}/${own.map(({ value }) => String(value)).join('/')}`,
    ])
    const conditions = own.map(({ column, type }, index) => `${column} = $${index + 4}::${type}`)
    const [other] = await sql(
      `select 1 from ${live.table} r where r.id <> $1 and r.removed_at is null and r.state in ('kept', 'running', 'done')
         and ${beginning(found.no)} < $3::timestamp and ${ending(found.no)} > $2::timestamp and ${conditions.join(' and ')} limit 1`,
      [id, ...moments, ...own.map(({ value }) => value)],
    )
    if (other) throw invalid(message, [{ path: period, message }])
  }
}
