import { hash, verify } from '@node-rs/argon2'
import Fastify from 'fastify'

// The reference of a sign-in: one argon2id verify with the parameters of kernel/crypto/password.ts, behind the same HTTP, and nothing else.
const password = process.argv[2]!
const stored = await hash(password, { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 })
const app = Fastify()
app.post<{ Body: { password: string } }>('/verify', async ({ body }) => ({ ok: await verify(stored, body.password) }))
console.log(JSON.stringify({ url: await app.listen({ port: 0, host: '127.0.0.1' }) }))
process.once('SIGTERM', async () => {
  await app.close()
  process.exit(0)
})
