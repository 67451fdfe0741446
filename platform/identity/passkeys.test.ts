import { expect, it } from 'vitest'
import { passkeyHost } from './server/passkeys.ts'
import { passkeyFault } from './web/passkey-here.ts'

it.each([
  [undefined, '127.0.0.1', 'PUBLIC_ORIGIN'],
  [undefined, '10.24.0.8', 'PUBLIC_ORIGIN'],
  [undefined, 'localhost', undefined],
  ['https://10.24.0.8', '10.24.0.8', 'PUBLIC_ORIGIN'],
  ['https://[2001:db8::8]', '[2001:db8::8]', 'PUBLIC_ORIGIN'],
  ['http://qt.example.gov.cn', 'qt.example.gov.cn', 'PUBLIC_ORIGIN'],
  ['https://qt.example.gov.cn', 'qt.example.gov.cn', undefined],
  ['https://qt.example.gov.cn:8443', 'qt.example.gov.cn', undefined],
  ['https://qt.example.gov.cn', '10.24.0.8', 'https://qt.example.gov.cn'],
])('with PUBLIC_ORIGIN %s a page of %s says what is to be done: %s', (PUBLIC_ORIGIN, hostname, said) => {
  const fault = passkeyFault(passkeyHost({ PUBLIC_ORIGIN }), { hostname, able: true })
  if (said === undefined) expect(fault).toBeUndefined()
  else expect(fault).toContain(said)
})
it('a browser that cannot is told so where the address could', () => {
  expect(passkeyFault('localhost', { hostname: 'localhost', able: false })).toContain('浏览器')
})
