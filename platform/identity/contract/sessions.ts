import { z } from 'zod'
import { defineApi, defineEvent, del, Empty, get, Id, Moment, post } from '#kernel/contract'
import { Assertion, PasskeyRequest, Proof, Ticket, Way } from './proofs.ts'

export const Me = z.object({
  personId: z.uuid(),
  name: z.string(),
  unitId: z.uuid(),
  unitName: z.string(),
  orgId: z.uuid(),
  orgName: z.string(),
  permissions: z.array(z.string()),
  /** stands across pages and exports of personal data: the name and the last four digits of the mobile number */
  watermark: z.string(),
})
export type Me = z.infer<typeof Me>

/** The step that is still owed after the first one. */
export const NextStep = z.object({ ticket: Ticket, ways: z.array(Way) })

export const Session = z.object({
  signedIn: z.boolean(),
  demo: z.boolean(),
  version: z.string(),
  actor: Me.optional(),
  /** seconds: nobody at it for so long ends the session, and `left` end it anyway */
  limits: z.object({ idle: z.number().int(), left: z.number().int() }).optional(),
  next: NextStep.optional(),
  /** ways in beside the password, told to a stranger: the same for everybody; passkeys with the host on whose pages they work */
  ways: z.object({ passkey: z.string().nullable(), sms: z.boolean() }).optional(),
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
  /** what the person calls the device; absent when the session has none */
  device: z.string().optional(),
  factors: z.array(z.string()),
  /** begun on a device that was not known then */
  newDevice: z.boolean(),
  current: z.boolean(),
})

export const sessionsEnded = defineEvent('identity.sessions-ended', z.object({ sessionIds: z.array(z.uuid()) }))
export const newDevice = defineEvent(
  'identity.new-device',
  z.object({ accountId: z.uuid(), personId: z.uuid().nullable(), device: z.string(), address: z.string(), at: Moment }),
)

const Password = z.string().min(1).max(256)
const account = z.string().trim().min(1).max(64)
// A failed try is counted even though the command fails; and nothing secret is remembered under an idempotency key.
// A county may sit behind one address, and comes in between eight and nine; names that are guessed at rest by themselves.
const counted = { ownTransactions: true, limit: { max: 300, seconds: 60 } } as const

export const sessionApi = defineApi({
  session: get('/api/session', { summary: '当前登录', permission: 'public', input: Empty, output: Session }),
  signIn: post('/api/session', {
    summary: '登录',
    permission: 'public',
    input: z.object({ account, password: Password }),
    output: Session,
    ...counted,
  }),
  signInSecond: post('/api/session/second', {
    summary: '登录的第二步',
    permission: 'public',
    input: z.object({ ticket: Ticket, proof: Proof }),
    output: Session,
    ...counted,
  }),
  startSecond: post('/api/session/second/start', {
    summary: '准备登录的第二步',
    permission: 'public',
    input: z.object({ ticket: Ticket, way: z.enum(['passkey', 'sms']) }),
    output: z.object({ passkey: PasskeyRequest.optional(), sms: Ticket.optional() }),
    ...counted,
  }),
  startPasskey: post('/api/session/passkey/start', {
    summary: '准备用通行密钥登录',
    permission: 'public',
    input: Empty,
    output: PasskeyRequest,
    ...counted,
  }),
  signInPasskey: post('/api/session/passkey', {
    summary: '用通行密钥登录',
    permission: 'public',
    input: z.object({ assertion: Assertion }),
    output: Session,
    ...counted,
  }),
  startSms: post('/api/session/sms/start', {
    summary: '发送登录验证码',
    permission: 'public',
    input: z.object({ mobile: z.string().regex(/^1\d{10}$/, '请填写 11 位手机号') }),
    output: z.object({ ticket: Ticket }),
    ...counted,
  }),
  signInSms: post('/api/session/sms', {
    summary: '用短信验证码登录',
    permission: 'public',
    input: z.object({
      ticket: Ticket,
      secret: z
        .string()
        .trim()
        .regex(/^\d{6}$/, '验证码是 6 位数字'),
    }),
    output: Session,
    ...counted,
  }),
  startVerify: post('/api/session/verify/start', {
    summary: '准备再次确认本人',
    permission: 'signed-in',
    input: z.object({ sms: z.boolean().default(false) }),
    output: z.object({ ways: z.array(Way), passkey: PasskeyRequest.optional(), sms: Ticket.optional() }),
    ...counted,
  }),
  verify: post('/api/session/verify', {
    summary: '再次确认本人',
    permission: 'signed-in',
    input: z.object({ proof: Proof }),
    output: Empty,
    ...counted,
  }),
  signOut: del('/api/session', { summary: '退出登录', permission: 'signed-in', input: Empty, output: Empty }),
  sessions: get('/api/sessions', {
    summary: '我的登录',
    permission: 'signed-in',
    input: Empty,
    output: z.array(SessionRow),
  }),
  endSession: del('/api/sessions/:id', { summary: '结束一个登录', permission: 'signed-in', input: Id, output: Empty }),
  endOtherSessions: del('/api/sessions', {
    summary: '结束其他全部登录',
    permission: 'signed-in',
    input: Empty,
    output: z.object({ ended: z.number().int() }),
  }),
  changePassword: post('/api/session/password', {
    summary: '修改口令',
    permission: 'signed-in',
    stepUp: true,
    // The names of what was parsed are those that audit and logs never show.
    input: z
      .object({ current: z.string().max(256), next: z.string().max(256) })
      .transform(({ current, next }) => ({ secret: current, password: next })),
    output: Empty,
    limit: { max: 5, seconds: 300 },
    ownTransactions: true,
  }),
  activate: post('/api/session/activate', {
    summary: '激活账号',
    permission: 'public',
    input: z
      .object({ account, part: z.string().trim().max(40), next: z.string().max(256) })
      .transform(({ part, next, ...rest }) => ({ ...rest, secret: [part] as const, password: next })),
    output: Session,
    ...counted,
  }),
  redeemRecovery: post('/api/session/recover', {
    summary: '凭两段找回码设新口令',
    permission: 'public',
    input: z
      .object({
        account,
        first: z.string().trim().max(40),
        second: z.string().trim().max(40),
        next: z.string().max(256),
      })
      .transform(({ first, second, next, ...rest }) => ({ ...rest, secret: [first, second] as const, password: next })),
    output: Empty,
    ...counted,
  }),
})
