import type { ParsedOf } from '#kernel/contract'
import { invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { AppRow, appsApi } from '../contract.ts'

type Input = ParsedOf<typeof appsApi.managed>

/** A keyset of name and id: the last row of the page before. */
export const cursorAfter = (cursor: string | undefined): [name: string | null, id: string | null] => {
  if (cursor === undefined) return [null, null]
  const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~(.+)$/su.exec(cursor)
  if (!match) throw invalid('翻页标记有误，请从第一页看起。')
  return [match[2]!, match[1]!]
}
export const cursorOf = (row: { id: string; name: string }): string => `${row.id}~${row.name}`

export const pageOf = <R extends { id: string; name: string }>(found: readonly R[], limit: number) => {
  const rows = found.slice(0, limit)
  return { rows, next: found.length > limit ? cursorOf(rows.at(-1)!) : null }
}

const list = async (ctx: Ctx, { q, state, pending, category, unitId, cursor, limit }: Input) => {
  const [name, id] = cursorAfter(cursor)
  const scope = ctx.scopeText('app.unit_id', 9)
  const found = await ctx.sql<Omit<AppRow, 'updatedAt'> & { updatedAt: Date }>(
    `select app.id, app.name, u.name as "unitName", app.category, app.state, app.pending, app.version, app.updated_at as "updatedAt",
       coalesce((app.content ->> 'protectionLevel')::int, 0) as "protectionLevel"
     from apps.application app join directory.unit u on u.id = app.unit_id
     where ($1::text is null or strpos(lower(app.name), lower($1)) > 0 or strpos(lower(u.name), lower($1)) > 0) and ($2::text is null or app.state = $2)
       and ($3::text is null or app.pending = $3) and ($4::text is null or app.category = $4) and ($5::uuid is null or app.unit_id = $5)
       and ($6::text is null or (app.name, app.id) > ($6, $7::uuid)) and ${scope.text}
     order by app.name, app.id limit $8`,
    [q || null, state ?? null, pending ?? null, category ?? null, unitId ?? null, name, id, limit + 1, ...scope.params],
  )
  return pageOf(
    found.map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() })),
    limit,
  )
}

export const managed = list
export const review = (ctx: Ctx, input: Input) => list(ctx, { ...input, pending: input.pending ?? 'submitted' })
