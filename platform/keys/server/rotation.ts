import { conflict } from '#kernel/errors'
import { addKey, SETTLED_MS } from '#kernel/keystore'
import type { Ctx, Kernel, SealedColumn } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { keyRotated } from '../contract.ts'
import { resealColumn } from './reseal.ts'

export interface KeyRecord {
  id: number
  state: 'pending' | 'active' | 'retired'
  provider: string
  created_at: Date
  activated_at: Date | null
  resealed_at: Date | null
}
export const readKeys = (query: Ctx['sql']): Promise<KeyRecord[]> =>
  query<KeyRecord>(
    'select id, state, provider, created_at, activated_at, resealed_at from kernel.data_key order by id desc',
  )

export const sealedColumns = (kernel: Kernel): SealedColumn[] => kernel.modules.flatMap((module) => module.sealed ?? [])

/** Why a rotation may not begin now; null when it may. */
export const busyWith = (keys: readonly KeyRecord[]): string | null => {
  if (keys.some(({ state }) => state === 'pending')) return '新密钥正在分发，几分钟后自动启用。'
  if (keys.some(({ state, resealed_at }) => state === 'active' && resealed_at === null))
    return '上一次轮换还在重新加密，完成后才能再次轮换。'
  return null
}

export const rotate = async (ctx: Ctx): Promise<number> => {
  await ctx.sql('select 1 from kernel.data_key for update')
  const busy = busyWith(await readKeys(ctx.sql))
  if (busy) throw conflict(busy)
  const id = await addKey(ctx.sql, ctx.kernel.keyProvider, ctx.now)
  ctx.audit({ type: 'data-key', id: String(id), label: `第 ${id} 把数据密钥` })
  return id
}

const settled = (since: Date | null, now: Date): boolean =>
  since !== null && now.getTime() - since.getTime() >= SETTLED_MS

const activate = (kernel: Kernel, id: number): Promise<void> =>
  asSystem(kernel, async (ctx) => {
    await ctx.sql("update kernel.data_key set state = 'retired' where state = 'active'")
    await ctx.sql("update kernel.data_key set state = 'active', activated_at = $2 where id = $1", [id, ctx.now])
    ctx.emit(keyRotated, { id })
  })

/**
 * The next step of a rotation, when its time has come: a key that every process knows by now is activated; when every process seals with
 * it, what older keys sealed is sealed anew. Each step can be run again after a crash.
 */
export const stepRotation = async (kernel: Kernel): Promise<void> => {
  const now = kernel.clock.now()
  const keys = await readKeys(kernel.database.query)
  const pending = keys.find(({ state }) => state === 'pending')
  if (pending && settled(pending.created_at, now)) return activate(kernel, pending.id)
  const active = keys.find(({ state }) => state === 'active')
  if (!active || active.resealed_at || !settled(active.activated_at, now)) return
  await kernel.keystore.refresh()
  for (const one of sealedColumns(kernel)) await resealColumn(kernel, active.id, one)
  await kernel.database.query('update kernel.data_key set resealed_at = $2 where id = $1', [active.id, now])
}

const LOCK = 'keys.rotation'

/** The same by one process at a time. */
export const stepAlone = async (kernel: Kernel): Promise<void> => {
  const client = await kernel.database.streams.connect()
  try {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock(hashtext($1)) as taken', [
      LOCK,
    ])
    if (!rows[0]?.taken) return
    try {
      await stepRotation(kernel)
    } finally {
      await client.query('select pg_advisory_unlock(hashtext($1))', [LOCK])
    }
  } finally {
    client.release()
  }
}
