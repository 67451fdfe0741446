import { withConnection } from '#kernel/db'
import { newId } from '#kernel/ids'
import type { Seed, SystemCtx } from '#kernel/module'
import { recomputeGuards } from './guards.ts'
import { seedBooks } from './seed-books.ts'

/** The demo province, always the same for the same number of people, with one visibility rule to meet. Run again after a crash it goes on. */
export const seed = async ({ kernel, adminUrl, people, progress, run }: Seed): Promise<void> => {
  // The generator and the divisions it reads are needed once in a database's life, not at every start.
  const { isLoadUnfinished, loadProvince } = await import('../province/load.ts')
  await withConnection(adminUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from directory.person limit 1')
    if (rowCount && !(await isLoadUnfinished(client))) return
    await loadProvince({ client, people, seed: 1, keys: kernel.keys, progress })
  })
  await run(maskLeader)
  await run(seedBooks)
}

/** The mobile of a leader of the province: for the own unit and for leaders of the same rank only. */
const maskLeader = async ({ sql, now }: SystemCtx): Promise<void> => {
  const [leader] = await sql<{ id: string; rank_order: number }>(
    "select id, rank_order from directory.person where external_id = 'demo:provinceLeader'",
  )
  const [known] = await sql('select 1 from directory.visibility_rule limit 1')
  if (!leader || known) return
  await sql(
    `insert into directory.visibility_rule (id, title, target_person, effect, fields, viewer_rank_order, owner_unit, created_at)
     select $1, '省领导手机号', $2, 'mask', '{mobile}', $3, id, $4 from directory.unit where parent_id is null`,
    [newId(), leader.id, leader.rank_order, now],
  )
  await recomputeGuards(sql, { personIds: [leader.id] })
}
