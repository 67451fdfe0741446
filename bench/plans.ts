import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import type { Actor } from '#kernel/actor'
import type { Kernel } from '#kernel/module'
import { adminPeople } from '../platform/directory/server/admin-people-list.ts'
import { adminUnits } from '../platform/directory/server/admin-units.ts'
import { queries } from '../platform/directory/server/sql.ts'
import { syncQueries } from '../platform/directory/server/sync-sql.ts'
import { NOWHERE, type Places, type Reach, scopePredicate, setReaches } from '../platform/identity/server/scopes.ts'
import { withAdmin } from './cluster.ts'
import { record } from './record.ts'
import { openStage } from './stage.ts'

/** Small, or read as a whole on purpose and never for one request. */
const MAY_BE_SCANNED = new Set(['directory.sync.base', 'directory.sync.carriers'])
const BIG = ['person', 'post', 'person_token', 'unit', 'unit_token', 'change', 'duty', 'favourite']

const explained = async (client: pg.Client, text: string, params?: unknown[]): Promise<string[]> => {
  // Without values the text goes by the simple protocol, where $1 may stay unknown: one plan for whatever is asked.
  const { rows } = params
    ? await client.query<Record<'QUERY PLAN', string>>(`explain (costs off) ${text}`, params)
    : await client.query<Record<'QUERY PLAN', string>>(`explain (generic_plan, costs off) ${text}`)
  return rows.map((row) => row['QUERY PLAN'])
}
const scansOf = (plan: readonly string[], tables: readonly string[] = BIG): string[] =>
  plan
    .filter((line) => tables.some((table) => new RegExp(`Seq Scan on ${table}\\b`).test(line)))
    .map((line) => line.trim())

const section = (title: string, plan: readonly string[]): string =>
  `## ${title}\n\n\`\`\`\n${plan.join('\n')}\n\`\`\`\n`

interface Kind {
  title: string
  reach: Reach
  /** thousands of units: one pass over all units is then cheaper than as many probes; people are never read through */
  wide?: true
}
/** Each kind of scope at a size that people have: a village, a county, a city, a line of the whole province, a book. */
const kindsOf = async (client: pg.Client): Promise<Kind[]> => {
  const one = async (text: string, params: unknown[] = []) =>
    (await client.query<{ value: string }>(text, params)).rows[0]!.value
  const village = await one(
    "select id as value from directory.unit where kind = 'village' and valid_to is null order by no limit 1",
  )
  const county = await one(
    "select id as value from directory.unit where kind = 'region' and level = 3 and valid_to is null order by no limit 1",
  )
  const code = await one('select region_code as value from directory.unit where id = $1', [county])
  const line = await one(
    'select line as value from directory.unit where line is not null group by line order by count(*) desc limit 1',
  )
  const book = await one(
    'select book_id as value from directory.address_book_entry group by book_id order by count(*) desc limit 1',
  )
  const places = (some: Partial<Places>): Reach => ({ ...NOWHERE, ...some })
  return [
    { title: '本人（不及任何单位）', reach: NOWHERE },
    { title: '本单位（一个村）', reach: places({ units: [village] }) },
    { title: '子树（一个县）', reach: places({ subtrees: [county] }) },
    { title: '行政区划（一个县，含垂直管理单位）', reach: places({ regions: [code] }) },
    { title: '行政区划（一个市）', reach: places({ regions: [`${code.slice(0, 4)}00000000`] }), wide: true },
    { title: `条线（全省，${line}）`, reach: places({ lines: [{ line, top: null }] }) },
    { title: `条线（一个县，${line}）`, reach: places({ lines: [{ line, top: county }] }) },
    { title: '行业通讯录（三百个单位连同内设机构）', reach: places({ books: [book] }), wide: true },
    { title: '几种并在一起', reach: places({ units: [village], regions: [code], lines: [{ line, top: null }] }) },
    { title: '全部', reach: 'all' },
  ]
}

/** Forty address books of three hundred units, where the province has none: taken back at the end. */
const makeBooks = (client: pg.Client) =>
  client.query(`with made as (insert into directory.address_book (id, owner_unit, title, audience_units, created_at, updated_at)
      select gen_random_uuid(), u.id, '计划用' || n, array[u.id], now(), now() from directory.unit u, generate_series(1, 40) n where u.parent_id is null returning id)
    insert into directory.address_book_entry (id, book_id, section, sort, note, unit_id, person_id)
    select gen_random_uuid(), made.id, '', u.no, '', u.id, null from made cross join lateral (select id, no from directory.unit
      where kind <> 'division' and valid_to is null order by md5(id::text || made.id) limit 300) u;
    analyze directory.address_book_entry`)

/** Handlers ask nobody here: what they would ask is written down. */
const silent = {
  clock: { now: () => new Date() },
  ports: { scope: scopePredicate },
  database: { query: async () => [] },
} as unknown as Kernel

interface Scoped {
  sections: string[]
  /** lists that read a whole table */
  wasteful: string[]
}
/** The two lists of administrators, units and people, as their own handlers ask, under each kind of scope. */
const scopedPlans = async (client: pg.Client): Promise<Scoped> => {
  const found: Scoped = { sections: [], wasteful: [] }
  const lists = { 单位清单: adminUnits, 人员清单: adminPeople }
  await client.query('begin')
  await makeBooks(client)
  for (const { title, reach, wide } of await kindsOf(client)) {
    const tables = BIG.filter((table) => !wide || table !== 'unit')
    const actor = { permissions: new Set() } as unknown as Actor
    setReaches(actor, new Map([['directory:manage', { reach, lentBy: [] }]]))
    for (const [name, handler] of Object.entries(lists)) {
      const waves = await record(silent, actor, handler as never, { status: 'active', abolished: false, limit: 50 })
      for (const { text, params } of waves.flat()) {
        const plan = await explained(client, text, params)
        const scans = scansOf(plan, tables)
        if (scans.length > 0) found.wasteful.push(`${name}（${title}）：${scans.join('，')}`)
        found.sections.push(section(`${name}，数据范围：${title}`, plan))
      }
    }
  }
  await client.query('rollback')
  return found
}

/** Writes reports/plans.md; answers the names of the hot statements that scan a table. */
export const plans = async (people: number): Promise<string[]> => {
  const stage = await openStage(people)
  try {
    return await withAdmin(stage.cluster.adminUrl, async (client) => {
      const scanning: string[] = []
      const sections: string[] = []
      for (const [name, text] of Object.entries({ ...queries, ...syncQueries })) {
        const plan = await explained(client, text)
        if (!MAY_BE_SCANNED.has(name) && scansOf(plan).length > 0) scanning.push(name)
        sections.push(section(name, plan))
      }
      const scoped = await scopedPlans(client)
      scanning.push(...scoped.wasteful)
      const head = `# 热点语句的执行计划

由 \`npm run bench -- plans\` 在 ${people.toLocaleString('en-US')} 人的全省数据上生成（PostgreSQL 通用计划：与参数无关，同一条计划用于村、县、全省）。
逐表扫描：${scanning.length === 0 ? '无' : scanning.join('、')}（\`directory.sync.base\` 每个版本读一次，结果缓存，不算；管全市、管几百个单位的范围读一遍单位表，不读人员和任职表）。
`
      const text = [head, ...sections, ...scoped.sections].join('\n')
      await writeFile(path.resolve(import.meta.dirname, '../reports/plans.md'), text)
      return scanning
    })
  } finally {
    await stage.stop()
  }
}
