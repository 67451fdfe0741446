import { asSystem } from '#kernel/system'
import { createAccount, grantRole } from '#platform/identity'
import type { Stage, Who } from './stage.ts'

const LOGIN = 'bench-administrator'

const colleague = `select x.id, a.password_hash as hash from identity.account a
  join directory.person k on k.id = a.person_id
  join directory.post m on m.person_id = k.id and m.kind = 'main' and m.valid_to is null
  join directory.post c on c.org_no = m.org_no and c.kind = 'main' and c.valid_to is null
  join directory.person x on x.id = c.person_id and x.id <> k.id and x.status = 'active'
  where a.login = $1 and not exists (select 1 from identity.account b where b.person_id = x.id)
  order by x.rank_order <> k.rank_order, c.unit_id <> m.unit_id, c.id limit 1`

/**
 * A system administrator of the clerk's own office. What a search or a delta reads depends on where one stands: own unit, own county, the
 * counties of the own city. Two people of one office ask for the same and differ in nothing but what they may do.
 */
export const administratorBeside = async (stage: Stage): Promise<Who> => {
  await asSystem(stage.server.kernel, async ({ sql, now }) => {
    const known = await sql('select 1 from identity.account where login = $1', [LOGIN])
    if (known.length > 0) return
    const [found] = await sql<{ id: string; hash: string }>(colleague, [stage.clerk.account])
    if (!found) throw new Error(`nobody works beside ${stage.clerk.account}`)
    const accountId = await createAccount(sql, { personId: found.id, login: LOGIN, passwordHash: found.hash })
    await grantRole(sql, { accountId, role: 'system-admin', scope: 'all', now })
  })
  return stage.who(LOGIN)
}
