import { readFile } from 'node:fs/promises'
import Fastify from 'fastify'
import pg from 'pg'
import type { Recorded } from './record.ts'

// A Buffer would become a long list of numbers in JSON: what is sealed stays the text that PostgreSQL gave.
pg.types.setTypeParser(pg.types.builtins.BYTEA, (text) => text)

// The reference: Fastify and pg, the same statements with the same parameters, no session, no scope, no validation.
const calls = JSON.parse(await readFile(process.argv[2]!, 'utf8')) as Record<string, Recorded[]>
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.DB_POOL),
  pipeline: true,
} as pg.PoolConfig)
const app = Fastify()
app.get<{ Params: { key: string; at: string } }>('/:key/:at', async ({ params }) => {
  const answers: unknown[] = []
  for (const wave of calls[params.key]![Number(params.at)]!)
    answers.push(
      ...(await Promise.all(
        wave.map(async ({ text, name, params: values }) => (await pool.query({ text, name, values })).rows),
      )),
    )
  return answers
})
console.log(JSON.stringify({ url: await app.listen({ port: 0, host: '127.0.0.1' }) }))
process.once('SIGTERM', async () => {
  await app.close()
  await pool.end()
  process.exit(0)
})
