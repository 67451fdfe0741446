import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createServer } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { withConnection } from '#kernel/db'
import { modules } from '../app/modules.ts'
import { runProvince } from '../platform/directory/province/load.ts'

// node bench/load.ts <database> <people> <folder>: generates and loads the province, says what it cost. A process of its own, so that its
// memory is the load's alone.

const ROWS = `select (select count(*) from directory.unit) + (select count(*) from directory.person) + (select count(*) from directory.post)
  + (select count(*) from directory.person_token) + (select count(*) from directory.unit_token) as rows`

const peakMb = async (): Promise<number> =>
  Math.round(Number(/VmHWM:\s+(\d+)/.exec(await readFile('/proc/self/status', 'utf8'))![1]) / 1024)

const [adminUrl = '', size = '', folder = ''] = process.argv.slice(2)
const people = Number(size)
const config = readConfig({ DATA_DIR: path.join(folder, 'data'), JOBS: 'false', LOG_LEVEL: 'warn' })
const server = await createServer({ config, version: 'bench', modules, adminUrl })
let phase = ''
const began = performance.now()
await runProvince(adminUrl, {
  people,
  seed: 1,
  replace: true,
  keys: server.kernel.keys,
  progress: (title, done, total) => {
    if (title === phase) return
    phase = title
    console.log(`${Math.round((performance.now() - began) / 1000)} s ${title} ${done}/${total}`)
  },
})
const seconds = (performance.now() - began) / 1000
// What autovacuum would do within the hour: index-only reads need the visibility map.
await withConnection(adminUrl, (client) => client.query('vacuum analyze'))
// The seeds of the other modules make their own demo data; the directory is there already.
const rows = await withConnection(adminUrl, async (client) => {
  await client.query("insert into kernel.state (key, value) values ('seeded.directory', 'true') on conflict do nothing")
  return Number((await client.query<{ rows: string }>(ROWS)).rows[0]!.rows)
})
const peak = await peakMb()
await server.stop()
console.log(JSON.stringify({ people, rows, seconds: Math.round(seconds), peakMb: peak }))
