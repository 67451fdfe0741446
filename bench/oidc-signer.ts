import { createPrivateKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import Fastify from 'fastify'

// The reference of the token endpoint: Fastify and one signature, no client, no store, nothing that could be taken back.
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = part({ alg: 'RS256', typ: 'at+jwt' })

const app = Fastify()
app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
  done(null, Object.fromEntries(new URLSearchParams(body as string))),
)
app.post('/token', async () => {
  const iat = Math.floor(Date.now() / 1000)
  const text = `${header}.${part({ iss: 'bench', sub: 'bench', scope: 'directory.read', iat, exp: iat + 1800, jti: randomUUID() })}`
  const signature = sign('sha256', Buffer.from(text), key).toString('base64url')
  return { access_token: `${text}.${signature}`, token_type: 'Bearer', expires_in: 1800 }
})
console.log(JSON.stringify({ url: await app.listen({ port: 0, host: '127.0.0.1' }) }))
process.once('SIGTERM', async () => {
  await app.close()
  process.exit(0)
})
