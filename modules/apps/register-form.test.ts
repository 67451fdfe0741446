import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ApplicationContent } from './contract.ts'
import { contentOf, RegisterForm } from './web/register-form.ts'

const base = { name: '博兴县综合办公', category: 'office' }
const jwk = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }), kid: '2026-1' }

describe('the form of a registration', () => {
  it('takes a set of keys, one key alone, or none', () => {
    const keysIn = (jwks: string) =>
      ApplicationContent.parse(contentOf(RegisterForm.parse({ ...base, jwks }), undefined)).production.jwks
    expect(keysIn(JSON.stringify({ keys: [jwk] }))).toEqual({ keys: [jwk] })
    expect(keysIn(JSON.stringify(jwk))).toEqual({ keys: [jwk] })
    expect(keysIn('  ')).toBeNull()
  })

  it.each(['{"keys":', '{"kty":"EC"}', 'MIIBIjANBgkq', '[]', '{"keys":[]}', '-----BEGIN PUBLIC KEY-----'])(
    'says beside the field what is wrong with %s',
    (jwks) => {
      const { error } = RegisterForm.safeParse({ ...base, jwks })
      expect(error!.issues).toMatchObject([{ path: ['jwks'], message: expect.stringContaining('接入指南') }])
    },
  )

  it('refuses a private key in so many words', () => {
    const { error } = RegisterForm.safeParse({ ...base, jwks: JSON.stringify({ ...jwk, d: 'x'.repeat(43) }) })
    expect(error!.issues).toMatchObject([{ path: ['jwks'], message: expect.stringContaining('私钥') }])
  })

  it('takes addresses a line each, and keeps what it does not show', () => {
    const form = RegisterForm.parse({
      ...base,
      redirectUris: ' https://a.example/c \n\nhttps://b.example/c',
      desktopUrl: '',
    })
    const known = ApplicationContent.parse({ ...base, test: { logoutUris: ['https://t.example/bye'] } })
    expect(contentOf(form, known)).toMatchObject({
      desktopUrl: null,
      production: { redirectUris: ['https://a.example/c', 'https://b.example/c'] },
      test: { redirectUris: [], logoutUris: ['https://t.example/bye'] },
    })
  })
})
