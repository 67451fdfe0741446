import type { FileAnswer, OutputOf, ParsedOf } from '#kernel/contract'
import { notFound } from '#kernel/errors'
import type { Ctx, Handlers } from '#kernel/module'
import type { SyncNode, syncApi, TreeDelta } from '../contract/sync.ts'
import { unitParams } from './browse.ts'
import { bytesOf, partFor } from './sync-parts.ts'
import { syncQueries } from './sync-sql.ts'
import { type State, type SyncView, syncViewOf, viewKey } from './sync-view.ts'
import { viewerOf } from './viewer.ts'

type Api = typeof syncApi
type Encoding = ParsedOf<Api['snapshot']>['encoding']

const answer = async (ctx: Ctx, at: SyncView, county: number, encoding: Encoding): Promise<FileAnswer> => {
  const part = await partFor(ctx, at, county)
  return {
    // Read only when the validator differs.
    stream: (async function* () {
      yield await bytesOf(part, encoding)
    })(),
    name: 'tree.json',
    mediaType: 'application/json; charset=utf-8',
    data: true,
    etag: encoding ? `${part.hash}-${encoding}` : part.hash,
    ...(encoding ? { encoding, size: part[encoding].length } : {}),
  }
}

const snapshot = async (ctx: Ctx, { encoding }: ParsedOf<Api['snapshot']>): Promise<FileAnswer> =>
  answer(ctx, await syncViewOf(ctx), 0, encoding)

const countySnapshot = async (ctx: Ctx, { no, encoding }: ParsedOf<Api['countySnapshot']>): Promise<FileAnswer> => {
  const at = await syncViewOf(ctx)
  const county = no || at.viewer.county
  const known = await ctx.sql(
    `select 1 from directory.unit where no = $1 and county_no = no and kind = 'region' and valid_to is null`,
    [county],
    'directory.sync.is-county',
  )
  if (known.length === 0) throw notFound('这个县')
  return answer(ctx, at, county, encoding)
}

type Changed = State & { no: number | null; read: number } & ({ there: null } | (SyncNode & { there: number }))
// A client further behind than this reads less when it begins anew.
const MOST_READ = 50_000
const FEW = 200

const delta = async (ctx: Ctx, input: ParsedOf<Api['delta']>): Promise<TreeDelta> => {
  const { since } = input
  const viewer = await viewerOf(ctx)
  const most = Math.max(FEW, Math.floor(input.held / 5))
  const rows = await ctx.sql<Changed>(
    syncQueries['directory.sync.delta'],
    [...unitParams(viewer), since, [viewer.county, ...(input.counties ?? [])], MOST_READ + 1, most + 1],
    'directory.sync.delta',
  )
  const [state] = rows
  const { ver, floor, read } = state!
  const view = viewKey(state!, viewer)
  const empty: TreeDelta = { since, ver, view, county: viewer.county, tooOld: false, units: [], gone: [] }
  const lost = view !== input.view || since > ver || since < floor
  if (lost || rows.length > most || read > MOST_READ) return { ...empty, tooOld: true }
  return {
    ...empty,
    units: rows.filter((row) => row.there !== null),
    gone: rows.flatMap((row) => (row.there === null && row.no !== null ? [row.no] : [])),
  }
}

const unitIds = async (ctx: Ctx, { nos }: ParsedOf<Api['unitIds']>): Promise<OutputOf<Api['unitIds']>> => {
  const viewer = await viewerOf(ctx)
  const name = 'directory.sync.ids'
  return { rows: await ctx.sql(syncQueries[name], [...unitParams(viewer), nos], name) }
}

export const syncHandlers: Handlers<Api> = { snapshot, countySnapshot, delta, unitIds }
