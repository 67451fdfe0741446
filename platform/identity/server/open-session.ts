import { randomToken, sha256 } from '#kernel/crypto'
import type { Query } from '#kernel/db'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import { pendingEvent, writeOutbox } from '#kernel/outbox'
import { sayAgent } from '../contract/agent.ts'
import { newDevice } from '../contract.ts'
import { endSessions } from './end-sessions.ts'
import type { Account } from './find-account.ts'
import { idleMs } from './session-use.ts'

type Opening = Pick<Ctx, 'now' | 'kernel' | 'from' | 'device' | 'actor' | 'emit'>

/** What was shown to get in. */
export interface Shown {
  factors: readonly string[]
  assurance: 1 | 2
}

/** The device by the token of its cookie: known, or registered now under a token that the answer sets. */
const registerDevice = async (ctx: Opening, sql: Query, accountId: string) => {
  const token = ctx.from.device ?? randomToken(32)
  ctx.device(token)
  const [before] = await sql<{ any: boolean; own: string | null }>(
    `select exists (select 1 from identity.device where account_id = $1) as any,
       (select id from identity.device where account_id = $1 and token_hash = $2) as own`,
    [accountId, sha256(token)],
  )
  const name = sayAgent(ctx.from.agent)
  // Where nothing is known yet the first device has nothing to differ from: it is taken as the person's own.
  const isNew = before!.any && before!.own === null
  const [device] = await sql<{ id: string; name: string }>(
    `insert into identity.device as d (id, account_id, token_hash, name, address, created_at, last_used_at, confirmed_at)
     values ($1, $2, $3, $4, $5, $6, $6, $7)
     on conflict (account_id, token_hash) do update set last_used_at = excluded.last_used_at, address = excluded.address
     returning id, name`,
    [newId(), accountId, sha256(token), name, ctx.from.address, ctx.now, isNew ? null : ctx.now],
  )
  return { ...device!, isNew }
}

/** Opens a session: the token goes to the browser once, the database keeps its hash. A device that is new is told to the person. */
export const openSession = async (
  ctx: Opening,
  sql: Query,
  account: Pick<Account, 'id' | 'person_id'>,
  { factors, assurance }: Shown,
) => {
  const { kernel, now, from } = ctx
  const token = randomToken(32)
  const seconds = Math.round(kernel.config.SESSION_HOURS * 3600)
  const ends = now.getTime() + seconds * 1000
  // The one that this browser had is not left behind, whoever's it was.
  if (ctx.actor.sessionId) await endSessions({ ...ctx, sql }, 'id = $1', [ctx.actor.sessionId])
  const device = await registerDevice(ctx, sql, account.id)
  await sql(
    `insert into identity.session (id, token_hash, account_id, created_at, expires_at, ends_at, address, agent, factors, assurance, device_id, new_device)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      newId(),
      sha256(token),
      account.id,
      now,
      new Date(Math.min(ends, now.getTime() + idleMs(kernel))),
      new Date(ends),
      from.address,
      from.agent.slice(0, 300),
      factors,
      assurance,
      device.id,
      device.isNew,
    ],
  )
  if (device.isNew) {
    const told = {
      accountId: account.id,
      personId: account.person_id,
      device: device.name,
      address: from.address,
      at: now.toISOString(),
    }
    await writeOutbox(sql, [pendingEvent(newDevice, told)], kernel.config.HOME_NODE, now)
  }
  return { token, seconds }
}
