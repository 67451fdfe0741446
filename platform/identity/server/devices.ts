import { notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { endSessions } from './end-sessions.ts'

interface DeviceRecord {
  id: string
  name: string
  address: string
  created_at: Date
  last_used_at: Date
  confirmed_at: Date | null
}

export const listDevices = async (ctx: Ctx) => {
  const rows = await ctx.sql<DeviceRecord>(
    `select id, name, address, created_at, last_used_at, confirmed_at from identity.device
     where account_id = $1 order by last_used_at desc, id desc limit 100`,
    [ctx.actor.accountId],
  )
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    address: row.address,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at.toISOString(),
    isNew: row.confirmed_at === null,
    current: row.id === ctx.actor.deviceId,
  }))
}

const change = async (ctx: Ctx, id: string, set: string, params: readonly unknown[]): Promise<void> => {
  const done = await ctx.sql(`update identity.device set ${set} where id = $1 and account_id = $2 returning 1`, [
    id,
    ctx.actor.accountId,
    ...params,
  ])
  if (done.length === 0) throw notFound('这台设备')
}
export const renameDevice = (ctx: Ctx, { id, name }: { id: string; name: string }): Promise<void> =>
  change(ctx, id, 'name = $3', [name])
export const confirmDevice = (ctx: Ctx, id: string): Promise<void> => change(ctx, id, 'confirmed_at = $3', [ctx.now])

/** Its sessions end with it; should it come back, it is a new device. */
export const revokeDevice = async (ctx: Ctx, id: string): Promise<void> => {
  const { accountId } = ctx.actor
  const [found] = await ctx.sql<{ name: string }>(
    'select name from identity.device where id = $1 and account_id = $2 for update',
    [id, accountId],
  )
  if (!found) throw notFound('这台设备')
  await endSessions(ctx, 'device_id = $1 and account_id = $2', [id, accountId])
  await ctx.sql('delete from identity.device where id = $1', [id])
  ctx.audit({ type: 'device', id, label: found.name })
}
