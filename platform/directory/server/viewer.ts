import type { Actor } from '#kernel/actor'
import type { Ctx, Kernel } from '#kernel/module'
import { type Closed, closedTo, type Rule, type Viewpoint } from './verdict.ts'

/** Everything a query needs to show one person's view of the directory. */
export interface Viewer extends Viewpoint, Closed {
  no: number
  org: number
  county: number
  city: number
  /** the county-level nodes of the own city, without the own one */
  counties: number[]
}

/** The rules of one moment, read once for all viewers. */
interface World {
  version: string
  rules: ReadonlyMap<string, Rule>
  guards: readonly { id: number; ruleIds: string[] }[]
  counties: ReadonlyMap<number, readonly number[]>
  /** to whoever is nobody's exception */
  closedToAll: Closed
}

interface Watch {
  version: string
  checkedAt: number
  checking?: Promise<void>
  world?: Promise<World>
  viewers: WeakMap<Actor, { version: string; at: number; viewer: Promise<Viewer> }>
}
const watches = new WeakMap<Kernel, Watch>()
const watchOf = (kernel: Kernel): Watch => {
  const known = watches.get(kernel)
  if (known) return known
  const made: Watch = { version: '', checkedAt: Number.NEGATIVE_INFINITY, viewers: new WeakMap() }
  watches.set(kernel, made)
  return made
}

// A new rule is in force everywhere after this time at most; sessions are ended with the same delay.
const TRUST_MS = 500
// A changed rank moves no version: what a viewer may see by rank follows after this time.
const VIEWER_MS = 30_000

const check = async (kernel: Kernel, watch: Watch): Promise<void> => {
  const asked = performance.now()
  const [row] = await kernel.database.query<{ version: string }>(
    `select visibility || '/' || structure as version from directory.version`,
    [],
    'directory.version',
  )
  if (row!.version !== watch.version) {
    watch.version = row!.version
    watch.world = undefined
  }
  watch.checkedAt = asked
}

/** This process looks again at once; the others within half a second. */
export const forgetVersion = (kernel: Kernel): void => {
  watchOf(kernel).checkedAt = Number.NEGATIVE_INFINITY
}

const RULES = `
  select r.id, r.title, r.effect, r.fields, r.viewer_persons as "viewerPersons", r.viewer_rank_order as "viewerRankOrder", r.own_unit as "ownUnit",
    t.id is not null and t.parent_id is null and r.target_rank_order is null and r.target_person is null as general,
    coalesce((select jsonb_agg(jsonb_build_array(v.pre, v.pre_end)) from directory.unit v where v.id = any(r.viewer_units)), '[]') as "viewerUnits"
  from directory.visibility_rule r left join directory.unit t on t.id = r.target_unit where r.enabled
  union all
  select c.id, '不公开单位：' || c.name, 'hide', '{}', '{}', null, true, false, jsonb_build_array(jsonb_build_array(c.pre, c.pre_end))
  from directory.unit c where c.closed`

const NOBODY: Viewpoint = { personId: '', pre: null, rankOrder: Number.POSITIVE_INFINITY, orgs: [] }

const loadWorld = async (kernel: Kernel, version: string): Promise<World> => {
  const { query } = kernel.database
  const [rules, guards, counties] = await Promise.all([
    query<Rule>(RULES),
    query<{ id: number; ruleIds: string[] }>('select id, rule_ids as "ruleIds" from directory.guard'),
    query<{ city: number; counties: number[] }>(
      'select city_no as city, array_agg(distinct county_no) as counties from directory.unit where valid_to is null group by 1',
    ),
  ])
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  return {
    version,
    rules: byId,
    guards,
    closedToAll: closedTo(NOBODY, byId, guards),
    counties: new Map(counties.map((row) => [row.city, row.counties])),
  }
}

/** The rules in force, as of at most half a second ago. */
export const worldOf = async (kernel: Kernel): Promise<World> => {
  const watch = watchOf(kernel)
  if (performance.now() - watch.checkedAt > TRUST_MS) {
    watch.checking ??= check(kernel, watch).finally(() => {
      watch.checking = undefined
    })
    await watch.checking
  }
  watch.world ??= loadWorld(kernel, watch.version).catch((error: unknown) => {
    watch.world = undefined
    throw error
  })
  return watch.world
}

interface PositionRow {
  no: number
  rankOrder: number
  pre: number | null
  org: number | null
  county: number | null
  city: number | null
  orgs: number[]
}

/** Where a person stands, weighed against the rules. A person unknown or without a post gets no exception. */
export const viewerFor = async (kernel: Kernel, personId: string): Promise<Viewer> => {
  const world = await worldOf(kernel)
  const [row] = personId
    ? await kernel.database.query<PositionRow>(
        `select x.no, x.rank_order as "rankOrder", u.pre, u.org_no as org, u.county_no as county, u.city_no as city,
           array(select distinct p.org_no from directory.post p where p.person_id = x.id and p.valid_to is null) as orgs
         from directory.person x
         left join directory.post m on m.person_id = x.id and m.kind = 'main' and m.valid_to is null
         left join directory.unit u on u.id = m.unit_id
         where x.id = $1 and x.status = 'active'`,
        [personId],
        'directory.viewer',
      )
    : []
  const viewpoint: Viewpoint = {
    personId,
    pre: row?.pre ?? null,
    rankOrder: row?.rankOrder ?? 99,
    orgs: row?.orgs ?? [],
  }
  const county = row?.county ?? 0
  const city = row?.city ?? 0
  return {
    ...viewpoint,
    ...closedTo(viewpoint, world.rules, world.guards),
    no: row?.no ?? 0,
    org: row?.org ?? 0,
    county,
    city,
    counties: (world.counties.get(city) ?? []).filter((one) => one !== county),
  }
}

/** The caller's view, remembered as long as the session's actor and the rules stay the same. */
export const viewerOf = async (ctx: Pick<Ctx, 'kernel' | 'actor'>): Promise<Viewer> => {
  const { kernel, actor } = ctx
  const { version } = await worldOf(kernel)
  const { viewers } = watchOf(kernel)
  const known = viewers.get(actor)
  if (known && known.version === version && performance.now() - known.at < VIEWER_MS) return known.viewer
  const viewer = viewerFor(kernel, actor.personId)
  viewers.set(actor, { version, at: performance.now(), viewer })
  viewer.catch(() => viewers.delete(actor))
  return viewer
}

/** Parameters $1 to $6 of every query that shows people; the first three are enough for units. */
export const viewerParams = (viewer: Viewer): unknown[] => [
  viewer.orgs,
  viewer.hiddenAway,
  viewer.hiddenHere,
  viewer.no,
  viewer.maskedAway,
  viewer.maskedHere,
]
