import type { OutputOf, ParsedOf } from '#kernel/contract'
import { notFound, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { browseApi } from '../contract/browse.ts'
import { readCard } from './people.ts'
import { weigh } from './verdict.ts'
import { viewerFor, worldOf } from './viewer.ts'

interface Looked {
  name: string
  orgs: number[]
  ruleIds: string[]
}

/**
 * The same rules and the same weighing as every query uses; what is finally seen is asked of the query itself, so that the
 * explanation cannot drift from reality.
 */
export const explain = async (
  ctx: Ctx,
  { id, viewerId }: ParsedOf<(typeof browseApi)['explain']>,
): Promise<OutputOf<(typeof browseApi)['explain']>> => {
  const scope = ctx.scopeText('p.unit_id', 2)
  const looked = await ctx
    .sql<Looked>(
      `select x.name, array_agg(distinct p.org_no) as orgs,
         array(select distinct unnest(g.rule_ids) from directory.guard g where g.id = x.guard or g.id = any(array_agg(u.guard))) as "ruleIds"
       from directory.person x join directory.post p on p.person_id = x.id and p.valid_to is null join directory.unit u on u.id = p.unit_id
       where x.id = $1 and x.status = 'active' group by x.id having bool_or(${scope.text})`,
      [id, ...scope.params],
    )
    .then(one('此人'))
  ctx.audit({ type: 'person', id, label: looked.name, detail: { viewerId } })
  const [viewer, world] = await Promise.all([viewerFor(ctx.kernel, viewerId), worldOf(ctx.kernel)])
  if (viewer.no === 0) throw notFound('查看人')
  const card = await readCard(ctx, viewer, id)
  const own = viewer.personId === id
  const sameOrg = looked.orgs.some((org) => viewer.orgs.includes(org))
  const general = [...world.rules.values()].filter((rule) => rule.general)
  const carried = [...general, ...looked.ruleIds.flatMap((ruleId) => world.rules.get(ruleId) ?? [])]
  return {
    visible: card !== undefined,
    masked: card?.masked ?? [],
    rules: carried.map((rule) => ({
      id: rule.id,
      title: rule.title,
      effect: rule.effect,
      fields: [...rule.fields],
      ...(own ? { applies: false, reason: '本人总能看到自己。' } : weigh(rule, viewer, sameOrg)),
    })),
  }
}
