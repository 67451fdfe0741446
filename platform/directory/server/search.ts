import type { OutputOf, ParsedOf } from '#kernel/contract'
import type { Ctx } from '#kernel/module'
import { type browseApi, type PersonRow, type SearchStage, searchStages } from '../contract/browse.ts'
import { unitParams } from './browse.ts'
import { spend } from './budget.ts'
import { openRows, readableMobile, type Sealed } from './mobile-number.ts'
import { matches, parseQuery, type Term } from './query.ts'
import { readName } from './readings.ts'
import { mayName, narrowed, type Probe, probeFor, unitKeys } from './search-plan.ts'
import { run } from './sql.ts'
import { type Viewer, viewerOf, viewerParams } from './viewer.ts'

type Api = typeof browseApi
type Answer = OutputOf<Api['search']>
type Stage = keyof typeof searchStages
type UnitFound = Answer['units'][number]

interface Found extends Sealed<PersonRow> {
  stage: number
  orgNo: number
  countyNo: number
  cityNo: number
}
interface Search {
  ctx: Ctx
  viewer: Viewer
  recent: readonly string[]
}

const PAGE = 20
const UNITS = 10
// Where the database promises too much, more is read than shown.
const CANDIDATES = 64
// Whoever has the same tail as a number typed in full.
const SAME_TAIL = 500

const stageNames = Object.keys(searchStages) as Stage[]
const stageOf = (viewer: Viewer, found: Omit<Found, 'mobile'>): SearchStage => {
  if (found.stage < stageNames.length) return stageNames[found.stage]!
  if (viewer.orgs.includes(found.orgNo)) return 'org'
  if (found.countyNo === viewer.county) return 'county'
  return found.cityNo === viewer.city ? 'city' : 'province'
}

/** Every term is answered by the name, its spelling, the shown number or the title. Only where a number decides it is opened. */
const answers = ({ ctx }: Search, terms: readonly Term[], row: Found): boolean => {
  const mobile = terms.some(({ kind }) => kind === 'tail') ? readableMobile(ctx.kernel, row.mobile, row.personId) : null
  const named = { name: row.name, mobile, ...readName(row.name, row.pinyin) }
  return terms.every((term) => matches(term, named) || (term.kind === 'han' && row.title.includes(term.text)))
}

/** Own unit, own county, own city, province: each stage is read only when the nearer ones did not fill the page. */
const staged = async (search: Search, probe: Probe, terms: readonly Term[]): Promise<Found[]> => {
  const { ctx, viewer, recent } = search
  const { keys, strangerKeys } = probe
  const params = [
    ...viewerParams(viewer),
    probe.tail,
    keys.low,
    keys.high,
    strangerKeys.low,
    strangerKeys.high,
    recent,
    viewer.org,
    viewer.county,
    viewer.counties,
    viewer.city,
  ]
  if (!probe.residual) return run<Found>(ctx.sql, 'directory.search', [...params, PAGE + 1])
  const rows = probe.number
    ? await run<Found>(ctx.sql, 'directory.search-number', [...params, SAME_TAIL])
    : await run<Found>(ctx.sql, 'directory.search-residual', [...params, CANDIDATES, probe.patterns, probe.initials])
  return rows.filter((row) => answers(search, terms, row))
}

const wordParams = (viewer: Viewer, term: Term): unknown[] => {
  const { low, high } = unitKeys(term)
  return [...unitParams(viewer), low, high, [viewer.county], viewer.counties]
}

interface Place {
  org: number
  low: number
  high: number
  no: number
  kind: string
  level: number
  county: number
  city: number
}

const placesOf = ({ ctx, viewer }: Search, term: Term): Promise<Place[]> =>
  mayName(term) ? run<Place>(ctx.sql, 'directory.search-places', wordParams(viewer, term)) : Promise.resolve([])

/** Regions hold no people themselves: a county is searched as a county, a city by its counties, a township by its units. */
const within = async ({ ctx, viewer }: Search, places: readonly Place[]) => {
  const isRegion = (place: Place) => place.kind === 'region' || place.kind === 'group'
  const counties = places
    .filter((place) => isRegion(place) && place.no === place.county && place.no !== place.city)
    .map((place) => place.no)
  const ownCity = places.some((place) => isRegion(place) && place.no === viewer.city)
    ? [viewer.county, ...viewer.counties]
    : []
  const lower = places.find((place) => isRegion(place) && place.no !== place.county)
  const below = lower ? await run<Place>(ctx.sql, 'directory.orgs-within', [lower.low, lower.high]) : []
  return {
    orgs: [...places.filter((place) => !isRegion(place)), ...below].slice(0, 300),
    counties: [...counties.slice(0, 20), ...ownCity],
  }
}

/** "zhangw 大数据": one word names people, another one their unit; whichever way round. */
const inside = async (search: Search, terms: readonly Term[]): Promise<Found[]> => {
  const places = await Promise.all(terms.map((term) => placesOf(search, term)))
  const found: Found[] = []
  for (const [at, who] of terms.entries()) {
    for (const [where, named] of places.entries()) {
      if (where === at || named.length === 0 || found.length > PAGE) continue
      const others = terms.filter((_, other) => other !== at && other !== where)
      const probe = narrowed(probeFor(who, search.ctx.kernel.keys), others)
      const { orgs, counties } = await within(search, named)
      const rows = await run<Found>(search.ctx.sql, 'directory.search-inside', [
        ...viewerParams(search.viewer),
        probe.tail,
        probe.keys.low,
        probe.keys.high,
        orgs.map(({ org }) => org),
        orgs.map(({ low }) => low),
        orgs.map(({ high }) => high),
        counties,
        CANDIDATES,
        probe.patterns,
      ])
      found.push(...(probe.residual ? rows.filter((row) => answers(search, [who, ...others], row)) : rows))
    }
  }
  return found
}

const findPeople = async (search: Search, terms: readonly Term[]): Promise<Found[]> => {
  const [first, ...others] = terms
  if (!first) return []
  const probe = probeFor(first, search.ctx.kernel.keys)
  if (others.length === 0) return staged(search, probe, terms)
  const found = await inside(search, terms)
  if (found.length <= PAGE) found.push(...(await staged(search, narrowed(probe, others), terms)))
  const seen = new Set<string>()
  return found.filter(({ personId }) => !seen.has(personId) && seen.add(personId))
}

const findUnits = async ({ ctx, viewer }: Search, terms: readonly Term[]): Promise<UnitFound[]> => {
  const [term] = terms
  if (!term || terms.length > 1 || term.kind === 'tail') return []
  return run<UnitFound>(ctx.sql, 'directory.search-units', wordParams(viewer, term))
}

const grouped = ({ ctx, viewer }: Search, rows: readonly Found[], more: boolean): Answer['people'] => {
  const groups = Map.groupBy(openRows(ctx.kernel, rows), (row) => stageOf(viewer, row))
  const present = stageNames.filter((stage) => groups.has(stage))
  return present.map((stage) => ({ stage, rows: groups.get(stage)!, more: more && stage === present.at(-1) }))
}

/** Search as you type: people nearest first, then units; nobody counts beyond the page ("20+"). */
export const search = async (ctx: Ctx, { q, kind, recent = [] }: ParsedOf<Api['search']>): Promise<Answer> => {
  const viewer = await viewerOf(ctx)
  const { terms } = parseQuery(q)
  const task: Search = { ctx, viewer, recent }
  const [people, units] = await Promise.all([
    kind === 'units' ? [] : findPeople(task, terms),
    kind === 'people' ? [] : findUnits(task, terms),
  ])
  const page = people.slice(0, PAGE)
  await spend(ctx, { search: true, people: page.map(({ personId }) => personId) })
  const more = people.length > PAGE
  return { people: grouped(task, page, more), units: units.slice(0, UNITS), more: more || units.length > UNITS }
}
