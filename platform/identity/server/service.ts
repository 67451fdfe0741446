import type { Ctx, Handlers } from '#kernel/module'
import { readableMobile } from '#platform/directory'
import type { identityApi, Me, Session } from '../contract.ts'
import { accountHandlers } from './account-handlers.ts'
import { confirmDevice, renameDevice, revokeDevice } from './devices.ts'
import { endOtherSessions, endSession, endSessions, inTransaction, listSessions } from './end-sessions.ts'
import { accessHandlers } from './grants-handlers.ts'
import { addPasskey, passkeyCreation, passkeyHost, passkeyRequest, removePasskey, renamePasskey } from './passkeys.ts'
import { changePassword } from './passwords.ts'
import { approveRecovery, listRecoveries, openRecovery, refuseRecovery } from './recoveries.ts'
import { makeRecoveryCodes } from './recovery-codes.ts'
import { activate, redeemRecovery } from './redeem-parts.ts'
import { confirmScan, finishScan, refuseScan, scan, scanState, startScan } from './scan.ts'
import * as own from './security.ts'
import { idleMs } from './session-use.ts'
import { type SignedIn, signIn, signInPasskey, signInSecond, signInSms, startSecond, startSms } from './sign-in.ts'
import { hasSms } from './sms.ts'
import { confirmTotp, startTotp } from './totp.ts'
import { startVerify, verify } from './verify.ts'

interface MeRow {
  unit_name: string
  org_id: string
  org_name: string
  mobile: Buffer | null
  ends_at: Date | null
}

const me = async (ctx: Ctx, personId: string): Promise<Pick<Session, 'actor' | 'limits'> | undefined> => {
  const { actor } = ctx
  if (!personId || actor.personId !== personId) return undefined
  const [row] = await ctx.sql<MeRow>(
    `select u.name as unit_name, o.id as org_id, o.name as org_name, p.mobile,
       (select coalesce(s.ends_at, s.expires_at) from identity.session s where s.id = $3) as ends_at
     from directory.unit u join directory.unit o on o.no = u.org_no left join directory.person p on p.id = $2 where u.id = $1`,
    [actor.unitId, personId, actor.sessionId || null],
    'identity.me',
  )
  if (!row) return undefined
  const mine: Me = {
    personId,
    name: actor.name,
    unitId: actor.unitId,
    unitName: row.unit_name,
    orgId: row.org_id,
    orgName: row.org_name,
    permissions: [...actor.permissions],
    watermark: [actor.name, readableMobile(ctx.kernel, row.mobile, personId)?.slice(-4)].filter(Boolean).join(' '),
  }
  return { actor: mine, limits: row.ends_at ? limitsOf(ctx, row.ends_at) : undefined }
}

/** In seconds from now on: the clock of a desk may be wrong. */
const limitsOf = ({ kernel, now }: Ctx, ends: Date): Session['limits'] => ({
  idle: idleMs(kernel) / 1000,
  left: Math.round((ends.getTime() - now.getTime()) / 1000),
})

const demoAccounts = async (ctx: Ctx) =>
  (
    await ctx.sql<{ login: string; name: string; demo_role: string }>(
      `select a.login, p.name, a.demo_role from identity.account a join directory.person p on p.id = a.person_id
       where a.demo and a.demo_role is not null order by a.created_at, a.login limit 20`,
    )
  ).map(({ login, name, demo_role }) => ({ account: login, name, role: demo_role }))

const session = async (ctx: Ctx): Promise<Session> => {
  const { config, version } = ctx.kernel
  const general = { demo: config.DEMO, version }
  const mine = await me(ctx, ctx.actor.personId)
  if (mine) return { ...general, signedIn: true, ...mine }
  const ways = { passkey: passkeyHost(config), sms: hasSms(ctx.kernel) }
  return { ...general, signedIn: false, ways, ...(config.DEMO ? { demoAccounts: await demoAccounts(ctx) } : {}) }
}

/** The session as the one who has just come in sees it, or what is still owed. */
const answer = async (ctx: Ctx, done: SignedIn): Promise<Session> => {
  if ('next' in done) return { demo: ctx.kernel.config.DEMO, version: ctx.kernel.version, signedIn: false, ...done }
  const actor = await ctx.kernel.ports.authenticate!(ctx.kernel, done.token)
  return session({ ...ctx, actor: actor! })
}

const nothing = (): Record<string, never> => ({})

export const handlers: Handlers<typeof identityApi> = {
  session,
  signIn: async (ctx, input) => answer(ctx, await signIn(ctx, input)),
  signInSecond: async (ctx, input) => answer(ctx, await signInSecond(ctx, input)),
  startSecond,
  startPasskey: (ctx) => passkeyRequest(ctx, 'sign-in'),
  signInPasskey: async (ctx, input) => answer(ctx, await signInPasskey(ctx, input)),
  startSms: (ctx, { mobile }) => startSms(ctx, mobile),
  signInSms: async (ctx, input) => answer(ctx, await signInSms(ctx, input)),
  startVerify,
  verify: (ctx, { proof }) => verify(ctx, proof).then(nothing),
  async signOut(ctx) {
    await endSessions(ctx, 'id = $1', [ctx.actor.sessionId])
    ctx.session(null, 0)
    return {}
  },
  sessions: listSessions,
  endSession: (ctx, { id }) => endSession(ctx, id).then(nothing),
  endOtherSessions,
  changePassword: (ctx, input) => changePassword(ctx, input).then(nothing),
  activate: async (ctx, input) => answer(ctx, await activate(ctx, input)),
  redeemRecovery: (ctx, input) => redeemRecovery(ctx, input).then(nothing),

  startScan,
  scanState: (ctx, { ticket }) => scanState(ctx, ticket),
  finishScan: async (ctx, input) => answer(ctx, await finishScan(ctx, input)),
  scan: (ctx, { ticket }) => scan(ctx, ticket),
  confirmScan: (ctx, { ticket }) => confirmScan(ctx, ticket).then(nothing),
  refuseScan: (ctx, { ticket }) => refuseScan(ctx, ticket).then(nothing),

  security: own.security,
  startTotp: async (ctx) => startTotp(ctx, (await own.ownAccount(ctx)).login),
  confirmTotp: (ctx, { secret }) => confirmTotp(ctx, secret).then(nothing),
  removeTotp: (ctx) => own.removeTotp(ctx).then(nothing),
  async makeRecoveryCodes(ctx) {
    await own.requireSecond(ctx)
    const { accountId } = ctx.actor
    return inTransaction(ctx, async ({ kernel, sql, now }) => ({
      codes: await makeRecoveryCodes(kernel, sql, accountId, now),
    }))
  },
  startPasskeyRegistration: async (ctx) => passkeyCreation(ctx, (await own.ownAccount(ctx)).login),
  addPasskey,
  renamePasskey: (ctx, input) => renamePasskey(ctx, input).then(nothing),
  async removePasskey(ctx, { id }) {
    await removePasskey(ctx, id)
    await own.dropIdleCodes(ctx)
    return {}
  },
  startSmsSecond: own.startSmsSecond,
  confirmSmsSecond: (ctx, input) => own.confirmSmsSecond(ctx, input).then(nothing),
  removeSmsSecond: (ctx) => own.removeSmsSecond(ctx).then(nothing),
  renameDevice: (ctx, input) => renameDevice(ctx, input).then(nothing),
  confirmDevice: (ctx, { id }) => confirmDevice(ctx, id).then(nothing),
  revokeDevice: (ctx, { id }) => revokeDevice(ctx, id).then(nothing),

  recoveries: listRecoveries,
  openRecovery,
  approveRecovery: (ctx, { id }) => approveRecovery(ctx, id),
  refuseRecovery: (ctx, { id }) => refuseRecovery(ctx, id).then(nothing),

  ...accountHandlers,
  ...accessHandlers,
}
