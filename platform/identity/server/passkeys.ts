import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { isAddress } from '#kernel/addresses'
import type { Config } from '#kernel/config'
import { type Query, transaction } from '#kernel/db'
import { conflict, invalid, notFound } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Kernel } from '#kernel/module'
import { type Assertion, type Attestation, PasskeyCreation, PasskeyRequest } from '../contract.ts'
import { openChallenge, takeChallenge } from './challenges.ts'

/**
 * Passkeys belong to one host (Web Authentication Level 3 §5.1.2). Without PUBLIC_ORIGIN that is `localhost`: the only other
 * place where browsers offer them at all, whatever the port.
 */
const relyingParty = ({ PUBLIC_ORIGIN }: Pick<Config, 'PUBLIC_ORIGIN'>) => {
  const own = PUBLIC_ORIGIN ? new URL(PUBLIC_ORIGIN) : undefined
  return { id: own?.hostname ?? 'localhost', origin: own?.origin }
}
/** The host on whose pages passkeys work; null where no page of the platform can offer them: an address without a name, or one without https. */
export const passkeyHost = (config: Pick<Config, 'PUBLIC_ORIGIN'>): string | null => {
  const { PUBLIC_ORIGIN } = config
  if (!PUBLIC_ORIGIN) return relyingParty(config).id
  const { protocol, hostname } = new URL(PUBLIC_ORIGIN)
  const possible = !isAddress(hostname.replace(/^\[|\]$/g, '')) && (protocol === 'https:' || hostname === 'localhost')
  return possible ? hostname : null
}
export const passkeysPossible = (config: Pick<Config, 'PUBLIC_ORIGIN'>): boolean => passkeyHost(config) !== null

const originOf = (clientData: string): string | undefined => {
  try {
    const { origin } = JSON.parse(Buffer.from(clientData, 'base64url').toString('utf8')) as { origin?: unknown }
    return typeof origin === 'string' && new URL(origin).hostname === 'localhost' ? origin : undefined
  } catch {
    return undefined
  }
}
const expected = (kernel: Kernel, clientData: string) => {
  const { id, origin } = relyingParty(kernel.config)
  return { expectedRPID: id, expectedOrigin: origin ?? originOf(clientData) ?? 'http://localhost' }
}

const SECONDS = 300
type Purpose = 'register' | 'sign-in' | 'verify'
interface PasskeyData {
  purpose: Purpose
}

/** The challenge is the ticket: random, kept as a hash, taken away by the answer to it. */
const challengeFor = async (ctx: Pick<Ctx, 'sql' | 'now'>, purpose: Purpose, accountId?: string) => {
  const data: PasskeyData = { purpose }
  const ticket = await openChallenge(ctx.sql, { kind: 'passkey', accountId, data, now: ctx.now, seconds: SECONDS })
  return Buffer.from(ticket, 'base64url')
}
const answers =
  (ctx: Pick<Ctx, 'sql' | 'now'>, purpose: Purpose, accountId: string | null) =>
  async (challenge: string): Promise<boolean> => {
    const row = await takeChallenge<PasskeyData>(ctx.sql, 'passkey', challenge, ctx.now)
    return row?.data.purpose === purpose && row.account_id === accountId
  }

interface KeyRow {
  id: string
  account_id: string
  credential_id: Buffer
  public_key: Buffer
  counter: number
  transports: string[]
}
const keysOf = (sql: Query, accountId: string) =>
  sql<KeyRow>(
    'select id, account_id, credential_id, public_key, counter, transports from identity.passkey where account_id = $1',
    [accountId],
  )
const descriptors = (keys: readonly KeyRow[]) =>
  keys.map(({ credential_id, transports }) => ({ id: credential_id.toString('base64url'), transports }))

/** What the browser asks its authenticator with: any passkey of this host for a sign-in, those of the account for a check. */
export const passkeyRequest = async (
  ctx: Pick<Ctx, 'sql' | 'now' | 'kernel'>,
  purpose: 'sign-in' | 'verify',
  accountId?: string,
): Promise<PasskeyRequest> => {
  const allowed = accountId ? descriptors(await keysOf(ctx.sql, accountId)) : undefined
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(ctx.kernel.config).id,
    challenge: await challengeFor(ctx, purpose, accountId),
    userVerification: 'required',
    timeout: SECONDS * 1000,
    allowCredentials: allowed,
  })
  return PasskeyRequest.parse(options)
}

/** The account whose passkey signed the challenge, with the person verified by the authenticator; undefined when anything is amiss. */
export const checkPasskey = async (
  ctx: Pick<Ctx, 'sql' | 'now' | 'kernel'>,
  assertion: Assertion,
  purpose: 'sign-in' | 'verify',
  accountId: string | null,
): Promise<string | undefined> => {
  const [key] = await ctx.sql<KeyRow>(
    'select id, account_id, credential_id, public_key, counter, transports from identity.passkey where credential_id = $1',
    [Buffer.from(assertion.id, 'base64url')],
  )
  if (!key || (accountId !== null && key.account_id !== accountId)) return undefined
  const verified = await verifyAuthenticationResponse({
    response: assertion,
    expectedChallenge: answers(ctx, purpose, accountId),
    ...expected(ctx.kernel, assertion.response.clientDataJSON),
    requireUserVerification: true,
    credential: {
      id: key.credential_id.toString('base64url'),
      publicKey: Uint8Array.from(key.public_key),
      counter: key.counter,
    },
  }).catch(() => undefined)
  if (!verified?.verified) return undefined
  // A counter that does not grow betrays a copy (§7.2 step 22); authenticators that do not count say 0 for ever.
  const { newCounter } = verified.authenticationInfo
  const used = await ctx.sql(
    'update identity.passkey set counter = $2, last_used_at = $3 where id = $1 and (counter < $2 or (counter = 0 and $2 = 0)) returning 1',
    [key.id, newCounter, ctx.now],
  )
  return used.length > 0 ? key.account_id : undefined
}

export const passkeyCreation = async (ctx: Ctx, login: string) => {
  const { accountId, name } = ctx.actor
  const { id } = relyingParty(ctx.kernel.config)
  const options = await generateRegistrationOptions({
    rpName: '齐通',
    rpID: id,
    userName: login,
    userDisplayName: name,
    // says nothing about the person to whoever holds the authenticator (§14.6.1)
    userID: Uint8Array.from(Buffer.from(accountId.replaceAll('-', ''), 'hex')),
    challenge: await challengeFor(ctx, 'register', accountId),
    timeout: SECONDS * 1000,
    attestationType: 'none',
    excludeCredentials: descriptors(await keysOf(ctx.sql, accountId)),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: [-7, -8, -257],
  })
  return PasskeyCreation.parse(options)
}

const MOST = 20
export const addPasskey = async (ctx: Ctx, { name, attestation }: { name: string; attestation: Attestation }) => {
  const { accountId } = ctx.actor
  const verified = await verifyRegistrationResponse({
    response: attestation,
    expectedChallenge: answers(ctx, 'register', accountId),
    ...expected(ctx.kernel, attestation.response.clientDataJSON),
    requireUserVerification: true,
    supportedAlgorithmIDs: [-7, -8, -257],
  }).catch(() => undefined)
  if (!verified?.verified) throw invalid('这个通行密钥没有通过核对。请回到安全设置重新登记。')
  const { id, publicKey, counter } = verified.registrationInfo.credential
  const row = { id: newId(), name, createdAt: ctx.now.toISOString(), lastUsedAt: null }
  await transaction(ctx.kernel.database.pool, async ({ query }) => {
    const [held] = await query<{ n: number }>('select count(*)::int as n from identity.passkey where account_id = $1', [
      accountId,
    ])
    if (held!.n >= MOST) throw conflict(`最多登记 ${MOST} 个通行密钥，请先删去不用的。`)
    const added = await query(
      `insert into identity.passkey (id, account_id, credential_id, public_key, counter, transports, name, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (credential_id) do nothing returning 1`,
      [
        row.id,
        accountId,
        Buffer.from(id, 'base64url'),
        Buffer.from(publicKey),
        counter,
        attestation.response.transports,
        name,
        ctx.now,
      ],
    )
    if (added.length === 0) throw conflict('这个通行密钥已经登记过了。')
  })
  return row
}

export const renamePasskey = async (ctx: Ctx, { id, name }: { id: string; name: string }): Promise<void> => {
  const done = await ctx.sql('update identity.passkey set name = $3 where id = $1 and account_id = $2 returning 1', [
    id,
    ctx.actor.accountId,
    name,
  ])
  if (done.length === 0) throw notFound('这个通行密钥')
}
export const removePasskey = async (ctx: Ctx, id: string): Promise<void> => {
  const done = await ctx.sql('delete from identity.passkey where id = $1 and account_id = $2 returning 1', [
    id,
    ctx.actor.accountId,
  ])
  if (done.length === 0) throw notFound('这个通行密钥')
}
