import { z } from 'zod'
import { defineApi, del, Empty, get, Id, Moment, patch, post } from '#kernel/contract'
import { Attestation, PasskeyCreation, Ticket } from './proofs.ts'
import { Session } from './sessions.ts'

const Name = z.string().trim().min(1).max(60)

export const PasskeyRow = z.object({
  id: z.uuid(),
  name: z.string(),
  createdAt: Moment,
  lastUsedAt: Moment.nullable(),
})
export const DeviceRow = z.object({
  id: z.uuid(),
  name: z.string(),
  address: z.string(),
  createdAt: Moment,
  lastUsedAt: Moment,
  /** the person has not yet said that it is theirs */
  isNew: z.boolean(),
  current: z.boolean(),
})
export const Security = z.object({
  login: z.string(),
  passwordAt: Moment.nullable(),
  totpSince: Moment.nullable(),
  recoveryCodes: z.number().int(),
  passkeys: z.array(PasskeyRow),
  /** the host on whose pages passkeys work; null when the platform has none such */
  passkeyHost: z.string().nullable(),
  /** `mobile` shows its ends only; null when the directory has none or nothing can send */
  sms: z.object({ on: z.boolean(), mobile: z.string().nullable() }),
  devices: z.array(DeviceRow),
})
export type Security = z.infer<typeof Security>

// Secrets that are answered once must not be remembered under an idempotency key.
const once = { permission: 'signed-in', ownTransactions: true, limit: { max: 20, seconds: 300 } } as const
const danger = { permission: 'signed-in', stepUp: true } as const

export const securityApi = defineApi({
  security: get('/api/security', { summary: '安全设置', permission: 'signed-in', input: Empty, output: Security }),
  startTotp: post('/api/security/totp', {
    summary: '开始设置动态口令',
    input: Empty,
    output: z.object({ secret: z.string(), uri: z.string() }),
    stepUp: true,
    ...once,
  }),
  confirmTotp: post('/api/security/totp/confirm', {
    summary: '启用动态口令',
    input: z.object({ secret: z.string().trim().max(12) }),
    output: Empty,
    stepUp: true,
    ...once,
  }),
  removeTotp: del('/api/security/totp', { summary: '停用动态口令', input: Empty, output: Empty, ...danger }),
  makeRecoveryCodes: post('/api/security/recovery-codes', {
    summary: '生成备用码',
    input: Empty,
    output: z.object({ codes: z.array(z.string()) }),
    stepUp: true,
    ...once,
  }),
  startPasskeyRegistration: post('/api/security/passkeys/start', {
    summary: '准备登记通行密钥',
    input: Empty,
    output: PasskeyCreation,
    stepUp: true,
    ...once,
  }),
  addPasskey: post('/api/security/passkeys', {
    summary: '登记通行密钥',
    input: z.object({ name: Name, attestation: Attestation }),
    output: PasskeyRow,
    stepUp: true,
    ...once,
  }),
  renamePasskey: patch('/api/security/passkeys/:id', {
    summary: '给通行密钥改名',
    permission: 'signed-in',
    input: Id.extend({ name: Name }),
    output: Empty,
  }),
  removePasskey: del('/api/security/passkeys/:id', { summary: '删除通行密钥', input: Id, output: Empty, ...danger }),
  startSmsSecond: post('/api/security/sms/start', {
    summary: '发送验证码以启用短信验证',
    input: Empty,
    output: z.object({ ticket: Ticket }),
    stepUp: true,
    ...once,
  }),
  confirmSmsSecond: post('/api/security/sms', {
    summary: '启用短信验证',
    input: z.object({ ticket: Ticket, secret: z.string().trim().max(12) }),
    output: Empty,
    stepUp: true,
    ...once,
  }),
  removeSmsSecond: del('/api/security/sms', { summary: '停用短信验证', input: Empty, output: Empty, ...danger }),
  renameDevice: patch('/api/security/devices/:id', {
    summary: '给设备改名',
    permission: 'signed-in',
    input: Id.extend({ name: Name }),
    output: Empty,
  }),
  confirmDevice: post('/api/security/devices/:id/confirm', {
    summary: '确认设备是本人的',
    input: Id,
    output: Empty,
    ...danger,
  }),
  revokeDevice: del('/api/security/devices/:id', {
    summary: '撤销设备',
    permission: 'signed-in',
    input: Id,
    output: Empty,
  }),
})

export const ScanState = z.enum(['waiting', 'seen', 'confirmed', 'refused', 'gone'])

/** Signing in by a phone that is signed in: the desktop shows a ticket, the phone says yes, the desktop's own secret takes it. */
export const scanApi = defineApi({
  startScan: post('/api/session/scan/start', {
    summary: '准备扫码登录',
    permission: 'public',
    input: Empty,
    output: z.object({ ticket: Ticket, secret: Ticket, seconds: z.number().int() }),
    limit: { max: 30, seconds: 60 },
    ownTransactions: true,
  }),
  scanState: get('/api/session/scan/:ticket', {
    summary: '扫码登录到哪一步',
    permission: 'public',
    input: z.object({ ticket: Ticket }),
    output: z.object({ state: ScanState }),
    // a whole office behind one address waits side by side
    limit: { max: 1200, seconds: 60 },
  }),
  finishScan: post('/api/session/scan', {
    summary: '扫码登录',
    permission: 'public',
    input: z.object({ ticket: Ticket, secret: Ticket }),
    output: Session,
    limit: { max: 30, seconds: 60 },
    ownTransactions: true,
  }),
  scan: post('/api/scan/:ticket', {
    summary: '打开扫码登录的确认页',
    permission: 'signed-in',
    input: z.object({ ticket: Ticket }),
    output: z.object({ address: z.string(), agent: z.string(), at: Moment }),
    limit: { max: 30, seconds: 60 },
  }),
  confirmScan: post('/api/scan/:ticket/confirm', {
    summary: '允许扫码登录',
    permission: 'signed-in',
    stepUp: true,
    input: z.object({ ticket: Ticket }),
    output: Empty,
    limit: { max: 30, seconds: 60 },
  }),
  refuseScan: post('/api/scan/:ticket/refuse', {
    summary: '拒绝扫码登录',
    permission: 'signed-in',
    input: z.object({ ticket: Ticket }),
    output: Empty,
  }),
})
