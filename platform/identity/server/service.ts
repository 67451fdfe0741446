import { notFound } from '#kernel/errors'
import type { Ctx, Handlers } from '#kernel/module'
import type { identityApi, Me, Session } from '../contract.ts'
import { listAudit } from './audit.ts'
import { changePassword, endSessions, signIn } from './sign-in.ts'

interface MeRow {
  unit_name: string
  org_id: string
  org_name: string
}

const me = async (ctx: Ctx, personId: string): Promise<Me | undefined> => {
  const { actor } = ctx
  if (!personId || actor.personId !== personId) return undefined
  const [row] = await ctx.sql<MeRow>(
    `select u.name as unit_name, o.id as org_id, o.name as org_name
     from directory.unit u join directory.unit o on o.no = u.org_no where u.id = $1`,
    [actor.unitId],
    'identity.me',
  )
  if (!row) return undefined
  return {
    personId,
    name: actor.name,
    unitId: actor.unitId,
    unitName: row.unit_name,
    orgId: row.org_id,
    orgName: row.org_name,
    permissions: [...actor.permissions],
  }
}

const demoAccounts = async (ctx: Ctx) =>
  (
    await ctx.sql<{ login: string; name: string; demo_role: string }>(
      `select a.login, p.name, a.demo_role from identity.account a join directory.person p on p.id = a.person_id
       where a.demo and a.demo_role is not null order by a.created_at, a.login limit 20`,
    )
  ).map(({ login, name, demo_role }) => ({ account: login, name, role: demo_role }))

const session = async (ctx: Ctx): Promise<Session> => {
  const { kernel } = ctx
  const general = { demo: kernel.config.DEMO, version: kernel.version }
  const actor = await me(ctx, ctx.actor.personId)
  if (actor) return { ...general, signedIn: true, actor }
  return { ...general, signedIn: false, ...(kernel.config.DEMO ? { demoAccounts: await demoAccounts(ctx) } : {}) }
}

export const handlers: Handlers<typeof identityApi> = {
  session,
  async signIn(ctx, input) {
    const token = await signIn(ctx, input)
    const actor = await ctx.kernel.ports.authenticate!(ctx.kernel, token)
    return session({ ...ctx, actor: actor! })
  },
  async signOut(ctx) {
    await endSessions(ctx, 'id = $1', [ctx.actor.sessionId])
    ctx.session(null, 0)
    return {}
  },
  async sessions(ctx) {
    const rows = await ctx.sql<{ id: string; created_at: Date; expires_at: Date; address: string; agent: string }>(
      'select id, created_at, expires_at, address, agent from identity.session where account_id = $1 and expires_at > $2 order by created_at desc limit 100',
      [ctx.actor.accountId, ctx.now],
    )
    return rows.map((row) => ({
      id: row.id,
      createdAt: row.created_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      address: row.address,
      agent: row.agent,
      current: row.id === ctx.actor.sessionId,
    }))
  },
  async endSession(ctx, { id }) {
    const ended = await endSessions(ctx, 'id = $1 and account_id = $2', [id, ctx.actor.accountId])
    if (ended.length === 0) throw notFound('这个登录')
    return {}
  },
  async changePassword(ctx, input) {
    await changePassword(ctx, input)
    return {}
  },
  audit: listAudit,
}
