import { notFound } from '#kernel/errors'
import type { Ctx, Handlers } from '#kernel/module'
import type { Design, designingApi } from '../contract/designing.ts'
import { examples } from './examples.ts'
import { serviceNames } from './services.ts'

interface Row {
  key: string
  name: string
  unit_id: string
  unit_name: string
  state: Design['state']
  version: number | null
  definition_id: string | null
  published_at: Date | null
  draft_id: string | null
  edited_by: string | null
  edited_at: Date | null
}
const iso = (at: Date | null): string | null => at?.toISOString() ?? null
const present = (row: Row): Design => ({
  key: row.key,
  name: row.name,
  unitId: row.unit_id,
  unitName: row.unit_name,
  state: row.state,
  version: row.version,
  definitionId: row.definition_id,
  publishedAt: iso(row.published_at),
  draftId: row.draft_id,
  editedBy: row.edited_by,
  editedAt: iso(row.edited_at),
})

/** Processes and drafts of the units one designs for, by name. */
const designs = async (
  ctx: Ctx,
  { q, cursor, limit, state }: { q?: string; cursor?: string; limit: number; state?: Design['state'] },
): Promise<{ rows: Design[]; next: string | null }> => {
  const mine = ctx.scopeText('d.owner_unit', 1)
  const drafts = ctx.scopeText('f.owner_unit', 1 + mine.params.length)
  const params = [...mine.params, ...drafts.params]
  const param = (value: unknown): string => `$${params.push(value)}`
  const conditions = ['true']
  if (q) conditions.push(`position(${param(q)} in name) > 0`)
  if (state) conditions.push(`state = ${param(state)}`)
  const [name, key] = cursor?.split('\n') ?? []
  if (name !== undefined && key !== undefined) conditions.push(`(name, key) > (${param(name)}, ${param(key)})`)
  const rows = await ctx.sql<Row>(
    `with last as (
       select distinct on (d.key) d.key, d.id, d.version, d.name, d.owner_unit, d.published_at, d.retired_at
       from workflow.definition d where ${mine.text} order by d.key, d.version desc),
     mine as (
       select coalesce(l.key, f.key) as key, coalesce(l.name, f.name) as name, coalesce(l.owner_unit, f.owner_unit) as unit_id,
         case when l.retired_at is not null then 'retired' when l.id is null then 'draft' when f.id is null then 'published' else 'changed' end as state,
         l.version, l.id as definition_id, l.published_at, f.id as draft_id, f.edited_by as editor, f.edited_at
       from last l full join (select * from workflow.draft f where ${drafts.text}) f on f.key = l.key and f.owner_unit = l.owner_unit)
     select mine.*, u.short_name as unit_name, p.name as edited_by from mine join directory.unit u on u.id = mine.unit_id
     left join directory.person p on p.id = mine.editor
     where ${conditions.map((one) => one.replaceAll(/\b(name|key)\b/g, 'mine.$1')).join(' and ')} order by mine.name, mine.key limit ${param(limit + 1)}`,
    params,
  )
  const shown = rows.slice(0, limit)
  const end = shown.at(-1)
  return { rows: shown.map(present), next: rows.length > limit && end ? `${end.name}\n${end.key}` : null }
}

const MOST_COUNTED = 1000

export const designHandlers = {
  designs,
  async versions(ctx, { key }) {
    const scope = ctx.scopeText('d.owner_unit', 2)
    const rows = await ctx.sql<{
      id: string
      version: number
      name: string
      note: string
      at: Date
      by: string | null
      running: number
    }>(
      `select d.id, d.version, d.name, d.note, d.published_at as at, p.name as by,
         (select count(*)::int from (select 1 from workflow.instance i where i.definition_id = d.id and i.ended_at is null limit ${MOST_COUNTED}) r) as running
       from workflow.definition d left join directory.person p on p.id = d.published_by
       where d.key = $1 and ${scope.text} order by d.version desc limit 100`,
      [key, ...scope.params],
    )
    if (rows.length === 0) throw notFound('这个流程')
    return {
      rows: rows.map(({ at, by, ...row }) => ({ ...row, publishedAt: at.toISOString(), publishedBy: by ?? '系统' })),
    }
  },
  async designKit(ctx) {
    const [duties, roles, unit] = await Promise.all([
      ctx.sql<{ name: string; note: string }>(
        'select name, note from directory.duty_kind where enabled order by sort, name',
      ),
      ctx.sql<{ name: string; title: string }>(
        'select name, title from identity.role where retired_at is null order by builtin desc, title limit 500',
      ),
      homeUnit(ctx),
    ])
    return {
      unit,
      services: serviceNames(),
      duties,
      roles,
      examples: examples.map((one) => ({ ...one })),
    }
  },
} satisfies Partial<Handlers<typeof designingApi>>

/** The office, not its division: the nearest unit at or above one's own that one designs for. */
const homeUnit = async (ctx: Ctx): Promise<{ id: string; name: string } | null> => {
  const scope = ctx.scopeText('u.id', 2)
  const [row] = await ctx.sql<{ id: string; name: string }>(
    `with recursive above as (
       select id, parent_id, 0 as step from directory.unit where id = $1
       union all select u.id, u.parent_id, a.step + 1 from directory.unit u join above a on u.id = a.parent_id where a.step < 12)
     select u.id, u.short_name as name from above a join directory.unit u on u.id = a.id
     where u.kind <> 'division' and ${scope.text} order by a.step limit 1`,
    [ctx.actor.unitId || null, ...scope.params],
  )
  return row ?? null
}
