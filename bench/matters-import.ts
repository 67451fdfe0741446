import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { asSystem } from '#kernel/system'
import { csvWriter } from '#kernel/tabular'
import { grantRole } from '#platform/identity'
import { implementingFields } from '../modules/matters/contract.ts'
import { withAdmin } from './cluster.ts'
import { type Figure, median, rounded } from './measure.ts'
import type { Stage } from './stage.ts'

const ROUNDS = 3
const ROWS = 20_000
const LOOK_MS = 100
const ADMINISTRATOR = 'bijiahe'

interface Run {
  id: string
  state: string
  message: string | null
  total: number | null
  faulty: number
  done: { created: number }
}

/** What a province hands out to its villages: matters they do not carry out yet, one row each. */
const writeFileOf = async (client: pg.Client, file: string): Promise<void> => {
  const { rows } = await client.query<{ code: string; unit: string; name: string; no: number }>(
    `select b.code, u.credit_code as unit, u.name, u.no from directory.unit u join matters.matter b on b.layer = 'basic' and 5 = any(b.levels)
     where u.kind = 'village' and u.valid_to is null and u.credit_code is not null
       and not exists (select 1 from matters.matter m where m.basic_id = b.id and m.unit_id = u.id and m.layer = 'implementing')
     order by u.pre, b.code limit ${ROWS}`,
  )
  if (rows.length < ROWS) throw new Error(`only ${rows.length} rows to import`)
  const out = createWriteStream(file)
  const writer = csvWriter(out, { columns: Object.values(implementingFields) })
  for (const { code, unit, name, no } of rows) {
    const cells = {
      code,
      unit,
      address: `${name}便民服务站`,
      hours: '工作日 8:30—12:00，14:00—17:30',
      phone: `0531-${String(10_000_000 + no)}`,
      supervisionPhone: '12345',
    } as Partial<Record<string, string>>
    await writer.write(Object.keys(implementingFields).map((field) => cells[field] ?? null))
  }
  await writer.end()
}

/** An administrator of a unit who may, for the bench, write for the whole province. */
const administratorOf = async (stage: Stage) => {
  const { actor } = await stage.who(ADMINISTRATOR)
  await asSystem(stage.server.kernel, async ({ sql, now }) => {
    const known = await sql(
      "select 1 from identity.grant where account_id = $1 and role = 'unit-admin' and scope = 'all'",
      [actor.accountId],
    )
    if (known.length === 0) await grantRole(sql, { accountId: actor.accountId, role: 'unit-admin', scope: 'all', now })
  })
  return stage.who(ADMINISTRATOR)
}

const caller =
  (url: string, token: string) =>
  async (
    method: 'GET' | 'POST',
    route: string,
    body?: BodyInit,
    type = 'application/json',
    more = {},
  ): Promise<Run> => {
    const answer = await fetch(`${url}/api/matters/imports${route}`, {
      method,
      headers: {
        cookie: `qt_session=${token}`,
        'x-requested-with': 'qitong',
        ...(body !== undefined && { 'content-type': type }),
        ...more,
      },
      ...(body !== undefined && { body }),
    })
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Run
  }
type Call = ReturnType<typeof caller>

const phase = async (call: Call, id: string, during: string): Promise<{ seconds: number; run: Run }> => {
  const began = performance.now()
  for (;;) {
    const run = await call('GET', `/${id}`)
    if (run.state === 'failed') throw new Error(`${during}: ${run.message}`)
    if (run.state !== during) return { seconds: (performance.now() - began) / 1000, run }
    await sleep(LOOK_MS)
  }
}

const TABLES = {
  matter:
    'id, layer, kind, type, name, unit_id, unit_no, county_no, city_no, level, basic_id, parent_id, function_id, created_at, updated_at',
  version:
    'id, matter_id, no, purpose, state, name, function_id, elements, completeness, author_id, submitter_id, submitted_at, created_at, updated_at, unit_id',
} as const
const fresh = {
  matter: "matters.matter where state = 'new'",
  version: "matters.version where matter_id in (select id from matters.matter where state = 'new')",
} as const
const clear = async (client: pg.Client): Promise<void> => {
  await client.query(`delete from ${fresh.version}`)
  await client.query(`delete from ${fresh.matter}`)
  // what autovacuum would do: every round begins with the same tables
  await client.query('vacuum matters.matter, matters.version')
}

/** The rows that an import wrote, copied out, deleted, and copied in again: the same rows into the same tables, their indexes and references. */
const rawCopy = async (client: pg.Client, folder: string): Promise<number> => {
  const files = Object.fromEntries(Object.keys(TABLES).map((table) => [table, path.join(folder, `${table}.copy`)]))
  for (const [table, columns] of Object.entries(TABLES))
    await pipeline(
      client.query(copyTo(`copy (select ${columns} from ${fresh[table as keyof typeof TABLES]}) to stdout`)),
      createWriteStream(files[table]!),
    )
  await clear(client)
  const began = performance.now()
  await client.query('begin')
  for (const [table, columns] of Object.entries(TABLES))
    await pipeline(
      createReadStream(files[table]!),
      client.query(copyFrom(`copy matters.${table} (${columns}) from stdin`)),
    )
  await client.query('commit')
  const seconds = (performance.now() - began) / 1000
  for (const file of Object.values(files)) await rm(file)
  await clear(client)
  return seconds
}

/** A spreadsheet of matters through HTTP (upload, dry run, apply) against COPY of the rows it comes to, turn about. */
export const mattersImport = async (stage: Stage): Promise<Figure[]> => {
  const { folder, adminUrl } = stage.cluster
  const file = path.join(folder, 'matters.csv')
  const times: Record<'check' | 'apply' | 'copy', number[]> = { check: [], apply: [], copy: [] }
  await withAdmin(adminUrl, async (client) => {
    await clear(client)
    await writeFileOf(client, file)
    const { token } = await administratorOf(stage)
    const call = caller(stage.platform.url, token)
    const text = await readFile(file)
    for (let round = 0; round < ROUNDS; round++) {
      const { id } = await call('POST', '?kind=implementing', text, 'application/octet-stream', {
        'x-file-name': 'matters.csv',
      })
      await call('POST', `/${id}/check`, '{}')
      const checked = await phase(call, id, 'checking')
      if (checked.run.faulty > 0) throw new Error(`${checked.run.faulty} faulty rows in the file of the bench`)
      await call('POST', `/${id}/apply`, JSON.stringify({ faulty: 'refuse' }))
      const applied = await phase(call, id, 'applying')
      if (applied.run.done.created !== ROWS) throw new Error(`${applied.run.done.created} of ${ROWS} rows were written`)
      times.check.push(checked.seconds)
      times.apply.push(applied.seconds)
      times.copy.push(await rawCopy(client, folder))
      await call('POST', `/${id}/remove`, '{}')
      console.error(
        `导入 ${rounded(ROWS / applied.seconds, 0)} 行/秒，COPY ${rounded(ROWS / times.copy.at(-1)!, 0)} 行/秒`,
      )
    }
  })
  await rm(file)
  const perSecond = (seconds: number[]) => rounded(ROWS / median(seconds), 0)
  const ratio = rounded(median(times.apply.map((seconds, round) => times.copy[round]! / seconds)))
  return [
    { name: `检查表格，${ROWS} 行`, value: perSecond(times.check), unit: '行/秒' },
    {
      name: `导入表格，${ROWS} 行`,
      value: perSecond(times.apply),
      reference: perSecond(times.copy),
      ratio,
      unit: '行/秒',
      target: '≥ 0.3',
      pass: ratio >= 0.3,
    },
  ]
}
