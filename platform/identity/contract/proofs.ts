import { z } from 'zod'

/** One-time tickets and device tokens: random, base64url. */
export const Ticket = z.string().regex(/^[\w-]{22,128}$/)

/** Factors in the order they are asked for: the strongest first. */
export const ways = ['passkey', 'totp', 'sms', 'recovery', 'password'] as const
export const Way = z.enum(ways)
export type Way = z.infer<typeof Way>

const Base64Url = z.string().regex(/^[\w-]{1,4096}$/)
/** AuthenticationResponseJSON of Web Authentication Level 3 §5.1 */
export const Assertion = z.object({
  id: Base64Url,
  rawId: Base64Url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
    userHandle: Base64Url.optional(),
  }),
  clientExtensionResults: z.object({}).default({}),
})
export type Assertion = z.infer<typeof Assertion>
/** RegistrationResponseJSON of Web Authentication Level 3 §5.1 */
export const Attestation = z.object({
  id: Base64Url,
  rawId: Base64Url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Base64Url,
    attestationObject: z.string().regex(/^[\w-]{1,20000}$/),
    transports: z.array(z.string().max(20)).max(10).default([]),
  }),
  clientExtensionResults: z.object({}).default({}),
})
export type Attestation = z.infer<typeof Attestation>

const Descriptor = z.object({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.array(z.string()).optional(),
})
/** PublicKeyCredentialRequestOptionsJSON: what `navigator.credentials.get` is asked with */
export const PasskeyRequest = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.number(),
  userVerification: z.literal('required'),
  allowCredentials: z.array(Descriptor).optional(),
})
export type PasskeyRequest = z.infer<typeof PasskeyRequest>
/** PublicKeyCredentialCreationOptionsJSON: what `navigator.credentials.create` is asked with */
export const PasskeyCreation = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number() })),
  timeout: z.number(),
  attestation: z.literal('none'),
  excludeCredentials: z.array(Descriptor),
  authenticatorSelection: z.object({ residentKey: z.literal('required'), userVerification: z.literal('required') }),
})

/** One factor as shown. What is secret is called so, and neither audit nor log keeps it. */
export const Proof = z.discriminatedUnion('way', [
  z.object({ way: z.literal('password'), secret: z.string().min(1).max(256) }),
  z.object({ way: z.literal('totp'), secret: z.string().trim().max(12) }),
  z.object({ way: z.literal('recovery'), secret: z.string().trim().max(40) }),
  z.object({ way: z.literal('sms'), ticket: Ticket, secret: z.string().trim().max(12) }),
  z.object({ way: z.literal('passkey'), assertion: Assertion }),
])
export type Proof = z.infer<typeof Proof>
