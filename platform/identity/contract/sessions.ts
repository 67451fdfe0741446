import { z } from 'zod'
import { defineApi, defineEvent, del, Empty, get, Id, Moment, post } from '#kernel/contract'

export const Me = z.object({
  personId: z.uuid(),
  name: z.string(),
  unitId: z.uuid(),
  unitName: z.string(),
  orgId: z.uuid(),
  orgName: z.string(),
  permissions: z.array(z.string()),
})
export type Me = z.infer<typeof Me>

export const Session = z.object({
  signedIn: z.boolean(),
  demo: z.boolean(),
  version: z.string(),
  actor: Me.optional(),
  /** only where the province is a demonstration */
  demoAccounts: z.array(z.object({ account: z.string(), name: z.string(), role: z.string() })).optional(),
})
export type Session = z.infer<typeof Session>

export const SessionRow = z.object({
  id: z.uuid(),
  createdAt: Moment,
  expiresAt: Moment,
  address: z.string(),
  agent: z.string(),
  current: z.boolean(),
})

export const sessionsEnded = defineEvent(
  'identity.sessions-ended',
  z.object({ accountId: z.uuid(), sessionIds: z.array(z.uuid()) }),
)

export const sessionApi = defineApi({
  session: get('/api/session', { summary: '当前登录', permission: 'public', input: Empty, output: Session }),
  signIn: post('/api/session', {
    summary: '登录',
    permission: 'public',
    input: z.object({ account: z.string().trim().min(1).max(64), password: z.string().min(1).max(256) }),
    output: Session,
    limit: { max: 30, seconds: 60 },
    // a failed try is counted even though the command fails
    ownTransactions: true,
  }),
  signOut: del('/api/session', { summary: '退出登录', permission: 'signed-in', input: Empty, output: Empty }),
  sessions: get('/api/sessions', {
    summary: '我的登录',
    permission: 'signed-in',
    input: Empty,
    output: z.array(SessionRow),
  }),
  endSession: del('/api/sessions/:id', { summary: '结束一个登录', permission: 'signed-in', input: Id, output: Empty }),
  changePassword: post('/api/session/password', {
    summary: '修改口令',
    permission: 'signed-in',
    input: z.object({ current: z.string().max(256), next: z.string().min(10).max(256) }),
    output: Empty,
    limit: { max: 5, seconds: 300 },
  }),
})
