import type { OutputOf, ParsedOf } from '#kernel/contract'
import { conflict, forbidden } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { browseApi, PersonRow } from '../contract/browse.ts'
import { openRows, type Sealed } from './mobile-number.ts'
import { seenCard } from './people.ts'
import { run } from './sql.ts'
import { viewerOf, viewerParams } from './viewer.ts'

type Api = typeof browseApi
const MOST = 200

const ownerOf = (ctx: Ctx): string => {
  if (!ctx.actor.personId) throw forbidden('应用账号没有常用联系人。')
  return ctx.actor.personId
}

/** Newest first; whoever became hidden since is left out, and comes back when shown again. */
export const favourites = async (ctx: Ctx): Promise<OutputOf<Api['favourites']>> => {
  const viewer = await viewerOf(ctx)
  const params = [...viewerParams(viewer), ctx.actor.personId || null]
  return { rows: openRows(ctx.kernel, await run<Sealed<PersonRow>>(ctx.sql, 'directory.favourites', params)) }
}

export const addFavourite = async (ctx: Ctx, { id }: ParsedOf<Api['addFavourite']>) => {
  const ownerId = ownerOf(ctx)
  await seenCard(ctx, await viewerOf(ctx), id)
  // The owner's row is locked, so that two additions at once count each other.
  await ctx.sql('select 1 from directory.person where id = $1 for no key update', [ownerId])
  const [count] = await ctx.sql<{ n: number }>(
    'select count(*)::int as n from directory.favourite where owner_id = $1 and person_id <> $2',
    [ownerId, id],
  )
  if (count!.n >= MOST) throw conflict(`常用联系人最多 ${MOST} 人，请先移出一些再加入。`)
  await ctx.sql(
    'insert into directory.favourite (owner_id, person_id, at) values ($1, $2, $3) on conflict do nothing',
    [ownerId, id, ctx.now],
  )
  return {}
}

export const removeFavourite = async (ctx: Ctx, { id }: ParsedOf<Api['removeFavourite']>) => {
  await ctx.sql('delete from directory.favourite where owner_id = $1 and person_id = $2', [ownerOf(ctx), id])
  return {}
}
