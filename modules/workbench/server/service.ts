import { one, stale } from '#kernel/errors'
import type { Ctx, Handlers } from '#kernel/module'
import type { ArrangedCard, workbenchApi } from '../contract.ts'

interface UnitRow {
  unit_id: string
  name: string
  cards: ArrangedCard[]
}
/** The nearest owner up the tree wins: a handful of lookups, however large the province is. */
const NEAREST = `with recursive up as (
    select id, parent_id, 0 as distance from directory.unit where id = $1
    union all select u.id, u.parent_id, up.distance + 1 from directory.unit u join up on u.id = up.parent_id)
  select a.unit_id, u.short_name as name, a.cards from up join workbench.arrangement a on a.unit_id = up.id
  join directory.unit u on u.id = a.unit_id where up.distance >= $2 order by up.distance limit 1`

const nearest = async ({ sql }: Ctx, unitId: string | null, from: 0 | 1) => {
  const [row] = await sql<UnitRow>(NEAREST, [unitId, from], 'workbench.nearest')
  return row ? { unitId: row.unit_id, unitName: row.name, cards: row.cards } : null
}

interface Own {
  id: string
  name: string
  cards: ArrangedCard[] | null
  revision: number
  exceptions: number
}
/** A unit in scope, with what it arranged; another's is not there. */
const taken = (ctx: Ctx, id: string): Promise<Own> => {
  const scope = ctx.scopeText('u.id', 2)
  return ctx
    .sql<Own>(
      `select u.id, u.short_name as name, a.cards, coalesce(a.revision, 0) as revision,
         (select count(*)::int from workbench.arrangement b join directory.unit c on c.id = b.unit_id
          where c.pre > u.pre and c.pre <= u.pre_end and c.valid_to is null) as exceptions
       from directory.unit u left join workbench.arrangement a on a.unit_id = u.id
       where u.id = $1 and u.valid_to is null and ${scope.text}`,
      [id, ...scope.params],
    )
    .then(one('这个单位'))
}

export const handlers: Handlers<typeof workbenchApi> = {
  async mine(ctx) {
    const { actor, sql } = ctx
    const [[own], unit] = await Promise.all([
      sql<{ cards: ArrangedCard[] }>(
        'select cards from workbench.personal where person_id = $1',
        [actor.personId || null],
        'workbench.mine',
      ),
      nearest(ctx, actor.unitId || null, 0),
    ])
    return { own: own?.cards ?? null, unit }
  },
  async setMine({ actor, sql, now }, { cards }) {
    await sql(
      `insert into workbench.personal (person_id, cards, updated_at) values ($1, $2, $3)
       on conflict (person_id) do update set cards = excluded.cards, updated_at = excluded.updated_at`,
      [actor.personId, JSON.stringify(cards), now],
    )
    return {}
  },
  async resetMine({ actor, sql }) {
    await sql('delete from workbench.personal where person_id = $1', [actor.personId])
    return {}
  },
  async unit(ctx, { id }) {
    const { name, cards, revision, exceptions } = await taken(ctx, id)
    return { unitId: id, unitName: name, own: cards, revision, exceptions, above: await nearest(ctx, id, 1) }
  },
  async setUnit(ctx, { id, cards, revision }) {
    const own = await taken(ctx, id)
    ctx.audit({ type: 'unit', id, label: own.name })
    const written = await ctx.sql(
      `insert into workbench.arrangement as a (unit_id, cards, revision, updated_by, updated_at) select $1, $2, 1, $4, $5 where $3 = 0 or exists
         (select 1 from workbench.arrangement where unit_id = $1)
       on conflict (unit_id) do update set cards = excluded.cards, revision = a.revision + 1, updated_by = excluded.updated_by,
         updated_at = excluded.updated_at where a.revision = $3 returning 1`,
      [id, JSON.stringify(cards), revision, ctx.actor.personId, ctx.now],
    )
    if (written.length === 0) throw stale((await taken(ctx, id)).revision)
    return {}
  },
  async resetUnit(ctx, { id }) {
    const own = await taken(ctx, id)
    ctx.audit({ type: 'unit', id, label: own.name })
    await ctx.sql('delete from workbench.arrangement where unit_id = $1', [id])
    return {}
  },
}
