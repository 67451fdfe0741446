import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import { newId } from '#kernel/ids'
import type { Handler } from '#kernel/module'
import { asSystem } from '#kernel/system'
import type { AppDefinition } from '#modules/built/contract'
import { beginPromotion } from '../modules/built/server/define.ts'
import { promote } from '../modules/built/server/promote.ts'
import { handlers } from '../modules/built/server/service.ts'
import { withAdmin } from './cluster.ts'
import { laidOut, loadRecords, registerOf } from './forms-stage.ts'
import { asker, type Figure, median, quantile, rate, rounded, type Target } from './measure.ts'
import { record } from './record.ts'
import { openStage, type Stage, type Who } from './stage.ts'

const PEOPLE = 2500
const ROUNDS = 5
const WIDTH = 2
const WARM = 200
const BASE = '/api/built/records/bench-register/item'
const ITEM = { app: 'bench-register', entity: 'item', view: 'all', where: ['类别=k1'], limit: 50 }

const headersOf = ({ token }: Who): Record<string, string> => ({
  cookie: `qt_session=${token}`,
  'accept-encoding': 'identity',
})

/** Each side in turn, five rounds: the ratio of one round is of the same minute. */
const alternate = async (sides: readonly Target[], requests: number): Promise<number[][][]> => {
  const askers = sides.map((side) => asker([side], WIDTH))
  const rounds: number[][][] = sides.map(() => [])
  for (const one of askers) await one.ask(WARM)
  for (let round = 0; round < ROUNDS; round++)
    for (const [at, one] of askers.entries()) rounds[at]!.push(await one.ask(requests))
  for (const one of askers) one.close()
  return rounds
}
const at = (rounds: number[][], q: number): number[] => rounds.map((times) => quantile(times, q))
const ratioOf = (own: number[], other: number[]): number =>
  rounded(median(own.map((value, round) => value / other[round]!)))

const lists = async (stage: Stage, administrator: Who, requests: number): Promise<Figure[]> => {
  const { kernel } = stage.server
  const list = handlers.list as unknown as Handler<never>
  // The first call learns which version is in force; what is compared is what each call asks.
  const statementOf = async (who: Who) => {
    await record(kernel, who.actor, list, ITEM)
    return record(kernel, who.actor, list, ITEM)
  }
  const bare = await stage.bare({
    clerk: [await statementOf(stage.clerk)],
    administrator: [await statementOf(administrator)],
  })
  const url = `${stage.platform.url}${BASE}?view=all&where=${encodeURIComponent('类别=k1')}&limit=50`
  const [own = [], reference = [], above = [], aboveBare = []] = await alternate(
    [
      { url, headers: headersOf(stage.clerk) },
      { url: `${bare}/clerk/0` },
      { url, headers: headersOf(administrator) },
      { url: `${bare}/administrator/0` },
    ],
    requests,
  )
  const against = (title: string, one: number[][], other: number[][]): Figure[] =>
    [0.5, 0.99].map((q) => {
      const ratio = ratioOf(at(one, q), at(other, q))
      return {
        name: `${title} p${q * 100}`,
        value: rounded(median(at(one, q))),
        reference: rounded(median(at(other, q))),
        ratio,
        target: '≤ 2',
        pass: ratio <= 2,
      }
    })
  const clerkly = ratioOf(at(own, 0.5), at(above, 0.5))
  return [
    ...against('列表 50 行，筛选、排序、数据范围，科员', own, reference),
    ...against('同一列表，单位管理员', above, aboveBare),
    {
      name: '科员与管理员之比 p50',
      value: rounded(median(at(own, 0.5))),
      reference: rounded(median(at(above, 0.5))),
      ratio: clerkly,
      target: '≤ 1.2',
      pass: clerkly <= 1.2,
    },
  ]
}

const given = () => ({
  名称: '会议室投影设备',
  类别: 'k1',
  购置日: '2026-11-20',
  存放: '12',
  明细: Array.from({ length: 20 }, (_, row) => ({ 部件: `部件${row}`, 件数: 1 + (row % 3), 价: '120.50' })),
})
const create = async (stage: Stage): Promise<number> => {
  const started = performance.now()
  const answer = await fetch(stage.platform.url + BASE, {
    method: 'POST',
    headers: {
      ...headersOf(stage.clerk),
      'content-type': 'application/json',
      'x-requested-with': 'qitong',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ data: given() }),
  })
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
  await answer.arrayBuffer()
  return performance.now() - started
}
const BARE = `create table if not exists public.bench_item (id uuid primary key, name text, kind text, bought date, place text, amount numeric(20,2), at timestamptz default now());
  create table if not exists public.bench_part (id uuid primary key, item uuid references public.bench_item (id), name text, count int, price numeric(20,2), sum numeric(20,2))`
const bareInsert = async (client: Client): Promise<void> => {
  const id = randomUUID()
  const parts = given().明细
  await client.query('begin')
  await client.query(
    'insert into public.bench_item (id, name, kind, bought, place, amount) values ($1, $2, $3, $4, $5, $6)',
    [id, '会议室投影设备', 'k1', '2026-11-20', '12', 4820],
  )
  await client.query(
    'insert into public.bench_part (id, item, name, count, price, sum) select gen_random_uuid(), $1, n, c, p, c * p from unnest($2::text[], $3::int[], $4::numeric[]) t (n, c, p)',
    [id, parts.map(({ 部件 }) => 部件), parts.map(({ 件数 }) => 件数), parts.map(({ 价 }) => 价)],
  )
  await client.query('commit')
}
const SECONDS = 4
const creates = (stage: Stage): Promise<Figure[]> =>
  withAdmin(stage.cluster.adminUrl, async (client) => {
    await client.query(BARE)
    const rounds: [number, number][] = []
    for (let round = 0; round < ROUNDS; round++)
      rounds.push([
        await rate(() => create(stage), 4, SECONDS * 1000),
        await rate(() => bareInsert(client), 1, SECONDS * 1000),
      ])
    const ratio = rounded(median(rounds.map(([own, bare]) => own / bare)))
    return [
      {
        name: '新建一条带 20 行明细的记录',
        value: rounded(median(rounds.map(([own]) => own))),
        reference: rounded(median(rounds.map(([, bare]) => bare))),
        ratio,
        target: '≥ 0.3',
        pass: ratio >= 0.3,
        unit: '条/秒',
      },
    ]
  })

/** The next version of the register, put in force while people go on. */
const change = async (stage: Stage, definition: AppDefinition): Promise<void> => {
  const { kernel } = stage.server
  const versionId = newId()
  await asSystem(kernel, async (ctx) => {
    const [old] = await ctx.sql<{ app_id: string; version: number; definition: AppDefinition; layout: never }>(
      "select v.app_id, v.version, v.definition, v.layout from built.app a join built.version v on v.app_id = a.id and v.version = a.version where a.key = 'bench-register'",
    )
    await ctx.sql(
      "insert into built.version (id, app_id, version, state, definition, editor_name, edited_at) values ($1, $2, $3, 'review', $4, '测试', $5)",
      [versionId, old!.app_id, old!.version + 1, JSON.stringify(definition), ctx.now],
    )
    await beginPromotion(ctx, {
      appId: old!.app_id,
      versionId,
      definition,
      old: { definition: old!.definition, layout: old!.layout },
      by: null,
    })
  })
  await promote(kernel, versionId)
}
const changesUnderLoad = async (stage: Stage): Promise<Figure[]> => {
  const waits: number[] = []
  const faults: string[] = []
  let over = false
  const worker = async (): Promise<void> => {
    while (!over)
      await create(stage).then(
        (ms) => waits.push(ms),
        (error: Error) => faults.push(error.message),
      )
  }
  // the other type than the last time
  const [{ type } = { type: 'text' }] = await stage.server.kernel.database.query<{ type: string }>(
    `select f ->> 'type' as type from built.app a join built.version v on v.app_id = a.id and v.version = a.version,
       jsonb_array_elements(v.definition -> 'entities' -> 0 -> 'groups' -> 0 -> 'fields') f where a.key = 'bench-register' and f ->> 'key' = '存放'`,
  )
  const other = type === 'text' ? { type: 'number' } : { type: 'text' }
  const workers = [worker(), worker()]
  const started = performance.now()
  await change(stage, registerOf([{ key: '编码', title: '编码', type: 'text' }], { type }))
  const added = performance.now() - started
  await change(stage, registerOf([{ key: '编码', title: '编码', type: 'text' }], other))
  const converted = performance.now() - started - added
  await change(stage, registerOf([], other))
  over = true
  await Promise.all(workers)
  for (const fault of faults.slice(0, 3)) console.error(fault)
  const longest = rounded(Math.max(...waits), 0)
  return [
    { name: '加一个字段', value: rounded(added / 1000), unit: '秒' },
    { name: '改一个字段的类型，分批转换', value: rounded(converted / 1000), unit: '秒' },
    { name: '其间等得最久的请求', value: longest, target: '≤ 2000', pass: longest <= 2000 },
    {
      name: `其间 ${waits.length} 个请求里失败的`,
      value: faults.length,
      target: '0',
      pass: faults.length === 0,
      unit: '个',
    },
  ]
}

/** A list, a create and a change of the tables over a million records of a built application. */
export const formsBench = async (requests: number): Promise<Figure[]> => {
  const stage = await openStage(PEOPLE)
  try {
    await withAdmin(stage.cluster.adminUrl, (client) => loadRecords(stage.server.kernel, client, stage.clerk.actor))
    const { table } = await withAdmin(stage.cluster.adminUrl, laidOut)
    console.error(`${table} 已装好`)
    // what a bench that was broken off had begun
    for (const { id } of await stage.server.kernel.database.query<{ id: string }>(
      "select version_id as id from built.promotion where state = 'running'",
    ))
      await promote(stage.server.kernel, id)
    const administrator = await stage.who('bijiahe')
    const figures: Figure[] = []
    for (const part of [
      () => lists(stage, administrator, requests),
      () => creates(stage),
      () => changesUnderLoad(stage),
    ]) {
      figures.push(...(await part()))
      for (const { name, value, ratio = '' } of figures) console.error(name, value, ratio)
    }
    return figures
  } finally {
    await stage.stop()
  }
}
