import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOutbound } from './index.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

// With CI set a missing tool must fail, not skip.
describe.skipIf(!hasOpenssl && !process.env.CI)(
  'HTTPS with a certificate made by openssl (skipped when it is absent)',
  () => {
    const usual = getCACertificates('default')
    const folder = mkdtempSync(join(tmpdir(), 'qitong-tls-'))
    const server = createServer()
    let port = 0
    let cert = ''

    beforeAll(async () => {
      const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
      const name = [
        '-subj',
        '/CN=a.example',
        '-addext',
        'subjectAltName=DNS:a.example',
        '-keyout',
        'key.pem',
        '-out',
        'cert.pem',
      ]
      execFileSync('openssl', [...args, ...name], { cwd: folder, stdio: 'ignore' })
      cert = readFileSync(join(folder, 'cert.pem'), 'utf8')
      server.setSecureContext({ cert, key: readFileSync(join(folder, 'key.pem')) })
      server.on('request', (request, response) => response.end(request.headers.host))
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
      port = (server.address() as AddressInfo).port
    })
    afterAll(async () => {
      setDefaultCACertificates(usual)
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      rmSync(folder, { recursive: true, force: true })
    })

    it('trusts a certificate of a known authority for its own name only', async () => {
      const allow = [{ hosts: ['*.example'], ports: [port], allowPrivate: ['127.0.0.1/32'] }]
      const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
      const outbound = createOutbound({ allow, resolve, timeoutMs: 5_000, maxBytes: 1_000, maxRedirects: 0 })
      const untrusted = outbound.request(`https://a.example:${port}/`)
      await expect(untrusted).rejects.toMatchObject({
        code: 'outbound.failed',
        cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      })
      setDefaultCACertificates([cert])
      expect((await outbound.request(`https://a.example:${port}/`)).body.toString()).toBe(`a.example:${port}`)
      const misnamed = outbound.request(`https://b.example:${port}/`)
      await expect(misnamed).rejects.toMatchObject({
        code: 'outbound.failed',
        cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      })
      await outbound.close()
    })
  },
)
