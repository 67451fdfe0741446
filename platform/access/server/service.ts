import { networkOf } from '#kernel/addresses'
import type { ParsedOf } from '#kernel/contract'
import { invalid, stale } from '#kernel/errors'
import type { AccessRequest, Ctx, Handlers, Kernel } from '#kernel/module'
import type { accessApi, ZoneRange } from '../contract.ts'
import { listDecisions, simulate } from './decisions.ts'
import type { Engine } from './engine.ts'
import { createZones, zoneOf } from './networks.ts'
import {
  activate,
  checkText,
  listVersions,
  propose,
  readVersion,
  refuse,
  refuseZoneLockOut,
  withdraw,
} from './policies.ts'

/** The engine of each server process. */
export const engines = new WeakMap<Kernel, Engine>()

const requestOf = (ctx: Ctx): AccessRequest => ({
  actor: ctx.actor,
  operation: 'access.mine',
  permission: 'signed-in',
  method: 'GET',
  label: 'internal',
  address: ctx.from.address,
  agent: ctx.from.agent,
  at: ctx.now,
})

const zones = async (ctx: Ctx) => {
  const [[revision], ranges] = await Promise.all([
    ctx.sql<{ no: number }>('select no from access.revision'),
    ctx.sql<ZoneRange>('select range::text, zone, name, latitude, longitude from access.zone order by range'),
  ])
  return { revision: revision!.no, ranges }
}

const setZones = async (ctx: Ctx, { revision, ranges }: ParsedOf<typeof accessApi.setZones>) => {
  const [current] = await ctx.sql<{ no: number }>('select no from access.revision for update')
  if (current!.no !== revision) throw stale(current!.no)
  // `10.1.2.3/8` has bits that no network has
  const wrong = await ctx.sql<{ text: string }>(
    'select text from unnest($1::text[]) text where text::inet <> network(text::inet)::inet',
    [ranges.map(({ range }) => range)],
  )
  if (wrong.length > 0) throw invalid(`地址段 ${wrong[0]!.text} 的主机位不是零，请写成网段，如 10.0.0.0/8。`)
  const [different] = await ctx.sql<{ n: number }>(
    'select count(distinct text::cidr)::int as n from unnest($1::text[]) text',
    [ranges.map(({ range }) => range)],
  )
  if (different!.n < ranges.length) throw invalid('有两行是同一个地址段，请合成一行。')
  await refuseZoneLockOut(ctx, zoneOf(createZones(ranges), ctx.from.address))
  await ctx.sql('delete from access.zone')
  await ctx.sql(
    `insert into access.zone (range, zone, name, latitude, longitude)
     select * from unnest($1::cidr[], $2::text[], $3::text[], $4::real[], $5::real[])`,
    [
      ranges.map(({ range }) => range),
      ranges.map(({ zone }) => zone),
      ranges.map(({ name }) => name),
      ranges.map(({ latitude }) => latitude),
      ranges.map(({ longitude }) => longitude),
    ],
  )
  const [next] = await ctx.sql<{ no: number }>('select no from access.revision')
  return { revision: next!.no }
}

const reportPosture = async (ctx: Ctx, input: ParsedOf<typeof accessApi.posture>) => {
  await ctx.sql(
    `insert into access.session (session_id, account_id, network, platform, version, patched_on, risk, reasons, at)
     values ($1, $2, $3, $4, $5, $6, 0, '{}', $7)
     on conflict (session_id) do update set platform = excluded.platform, version = excluded.version, patched_on = excluded.patched_on`,
    [
      ctx.actor.sessionId,
      ctx.actor.accountId,
      networkOf(ctx.from.address),
      input.platform,
      input.version,
      input.patchedOn,
      ctx.now,
    ],
  )
  await ctx.sql('insert into access.change (session_id) values ($1)', [ctx.actor.sessionId])
  return {}
}

const mine = async (ctx: Ctx) => {
  const known = await engines.get(ctx.kernel)!.surroundings(requestOf(ctx))
  return {
    zone: known.zone,
    zoneName: known.range?.name ?? null,
    platform: known.platform,
    registered: ctx.actor.deviceId !== undefined,
    patchedOn: known.session?.patchedOn ?? null,
    risk: known.risk,
    reasons: known.session?.reasons ?? [],
  }
}

export const handlers: Handlers<typeof accessApi> = {
  versions: listVersions,
  version: (ctx, { id }) => readVersion(ctx, id),
  check: async (_ctx, { text }) => checkText(text),
  simulate,
  propose,
  async withdraw(ctx, { id }) {
    await withdraw(ctx, id)
    return {}
  },
  async activate(ctx, { id }) {
    await activate(ctx, id)
    return {}
  },
  async refuse(ctx, input) {
    await refuse(ctx, input)
    return {}
  },
  zones,
  setZones,
  decisions: listDecisions,
  mine,
  posture: reportPosture,
}
