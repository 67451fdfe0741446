import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import type { Actor } from '#kernel/actor'
import type { Kernel } from '#kernel/module'
import { exportSpan } from '../platform/audit/server/export.ts'
import { TAKE } from '../platform/audit/server/sequencer.ts'
import { handlers } from '../platform/audit/server/service.ts'
import { withAuditLog } from './audit-stage.ts'
import { withAdmin } from './cluster.ts'
import { record } from './record.ts'

// node bench/audit-plans.ts [records]: fills an audit log, writes reports/plans-audit.md.

const RECORDS = Number(process.argv[2] ?? 5_000_000)
const CHUNK = 500_000
const DAY = '2026-06-15'

/** Believable skew: some people and matters come up all the time, most seldom. */
const FILL = `insert into kernel.audit_log
  select i, uuid(i), timestamptz '2026-01-01' + i * (interval '300 days' / $3) + random() * interval '2 seconds', 'province',
    uuid(a), uuid(a + 1000000), n, uuid(a + 2000000), uuid(i / 3)::text, '10.8.' || a % 200 || '.' || a % 250,
    'module' || v % 9 || '.verb' || v, '办理第 ' || v || ' 类事项', k, 'matter', uuid(t)::text, '关于第 ' || t || ' 号事项的通知', '{"input": {"revision": 3}}',
    h, h, h, h, h
  from (select i, (random() ^ 3 * 40000)::int as a, (random() ^ 2 * 200)::int as v, (random() ^ 2 * 300000)::int as t, random() as r,
      decode(repeat('ab', 32), 'hex') as h from generate_series($1::bigint, $2::bigint) i) drawn
    cross join lateral (select case when r < 0.62 then 'command' when r < 0.97 then 'read' when r < 0.99 then 'refused' when r < 0.995 then 'export'
      when r < 0.998 then 'system' else 'row' end as k, substr('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗', 1 + a % 20, 1) ||
      substr('文秀建国志强明华丽芳军伟海燕晓东', 1 + a / 20 % 16, 1) || substr('清兰平洁勇敏静磊涛超娟霞鹏刚', 1 + a / 320 % 14, 1) as n) named`

const fill = async (client: pg.Client): Promise<void> => {
  await client.query(`set synchronous_commit = off;
    create function public.uuid(bigint) returns uuid language sql immutable as $$ select ('00000000-0000-7000-8000-' || lpad(to_hex($1), 12, '0'))::uuid $$`)
  const { rows } = await client.query<{ name: string; def: string }>(
    "select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as def from pg_index where indrelid = 'kernel.audit_log'::regclass and not indisprimary",
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  for (let from = 0; from < RECORDS; from += CHUNK) {
    await client.query(FILL, [from, Math.min(from + CHUNK, RECORDS) - 1, RECORDS])
    console.error(`${from + CHUNK} 条`)
  }
  for (const { def } of rows) await client.query(def.replace(' ON ONLY ', ' ON '))
  await client.query(`insert into kernel.audit_term select t, array(select lower(substr(t, i, 2)) from generate_series(1, length(t) - 1) i)
    from (select distinct actor_name as t from kernel.audit_log union select distinct target_label from kernel.audit_log) names`)
  await client.query('update kernel.audit_head set size = $1', [RECORDS])
  await client.query(`insert into kernel.audit_key values (uuid(1), 'sign', '', '', now());
    insert into kernel.audit_checkpoint select i * 1000, 'province', 'sm3', '', timestamptz '2026-01-01' + i * interval '10 seconds', uuid(1), ''
    from generate_series(1, ${Math.floor(RECORDS / 1000)}) i`)
  await client.query(`insert into kernel.audit_intake (id, at, home_node, actor_name, request_id, address, action, title, kind)
    select uuid(i), now(), 'province', '王文清', '', '10.8.0.1', 'a.b', '办理', 'command' from generate_series(1, 50000) i`)
  await client.query('vacuum analyze kernel.audit_log, kernel.audit_term, kernel.audit_checkpoint, kernel.audit_intake')
}

const plan = async (client: pg.Client, text: string, params: unknown[], run: boolean): Promise<string[]> => {
  const options = run ? 'analyze, costs off, timing off, summary off, buffers off' : 'costs off'
  const { rows } = await client.query<Record<'QUERY PLAN', string>>(`explain (${options}) ${text}`, params)
  return rows.map((row) => row['QUERY PLAN'].replace(/'\{\d+(,\d+){20,}\}'/, "'{…}'"))
}

type Ask = Parameters<typeof handlers.audit>[1]
const asks: Record<string, Partial<Ask>> = {
  '不加条件，最新一页': {},
  '默认视图：不含设备自动上报': { routine: 'hidden' },
  翻到年中一页: { cursor: '2026-05-01T00:00:00.000000Z~2000000' },
  一天: { since: DAY, until: DAY },
  '种类：办理': { kind: 'command' },
  '种类：被拒绝': { kind: 'refused' },
  '种类：被拒绝，一天': { kind: 'refused', since: DAY, until: DAY },
  全名: { actor: '王文清' },
  '全名，一天': { actor: '王文清', since: DAY, until: DAY },
  账号: { accountId: '00000000-0000-7000-8000-000000000007' },
  人员: { personId: '00000000-0000-7000-8000-0000000f4247' },
  对象: { targetId: '00000000-0000-7000-8000-000000000007' },
  操作: { action: 'module3.verb12' },
  '操作，一天': { action: 'module3.verb12', since: DAY, until: DAY },
  请求: { requestId: '00000000-0000-7000-8000-000000001000' },
  搜姓名中的两个字: { q: '文清' },
  '搜对象名称的一段，一天': { q: '第 1234', since: DAY, until: DAY },
  搜编号: { q: '00000000-0000-7000-8000-000000000007' },
}

const nobody = { permissions: new Set() } as unknown as Actor
const searches = async (client: pg.Client, kernel: Kernel): Promise<[string, string[]][]> => {
  const found: [string, string[]][] = []
  for (const [title, input] of Object.entries(asks))
    for (const { text, params } of (await record(kernel, nobody, handlers.audit, { limit: 50, ...input })).flat())
      found.push([`${title}${/audit_term/.test(text) ? '（先找名称）' : ''}`, await plan(client, text, params, true)])
  const days = { since: DAY, until: DAY }
  found.push([
    '导出一天：起止',
    await plan(client, exportSpan, [`${days.since}T00:00:00+08:00`, `${days.until}T24:00:00+08:00`], true),
  ])
  return found
}

/** The statement inside kernel.audit_append, as the database has it. */
const sequencing = async (client: pg.Client): Promise<[string, string[]][]> => {
  const { rows } = await client.query<{ body: string }>(
    "select prosrc as body from pg_proc where proname = 'audit_append'",
  )
  const move = /with taken as [\s\S]*?;/.exec(rows[0]!.body)![0].slice(0, -1)
  const text = move
    .replaceAll('p_size', '$1::bigint')
    .replaceAll('p_nos', '$2::bigint[]')
    .replaceAll('p_hashes', '$3::bytea')
  const nos = Array.from({ length: 1000 }, (_, at) => at + 1)
  return [
    ['领头进程：取一批', await plan(client, TAKE, [20_000, 1000], true)],
    ['领头进程：移入日志', await plan(client, text, [RECORDS, nos, Buffer.alloc(160 * nos.length)], false)],
  ]
}

await withAuditLog({ fsync: false, leads: false }, (kernel, adminUrl) =>
  withAdmin(adminUrl, async (client) => {
    await fill(client)
    const plans = [...(await searches(client, kernel)), ...(await sequencing(client))]
    // The spare partition, kept ready and empty, may be looked through: nothing is in it.
    const scanning = plans.filter(([, lines]) =>
      lines.some((line) =>
        /Seq Scan on audit_(log_000000|term|intake|checkpoint|node)|Removed by Filter: \d{5}/.test(line),
      ),
    )
    const text = `# 审计日志的执行计划

由 \`node bench/audit-plans.ts\` 在 ${RECORDS.toLocaleString('en-US')} 条记录、300 天的日志上生成：查找都真的执行过（\`actual rows\` 是读到的行数），移入日志只看计划。
逐表扫描，或读过上万行又弃去：${scanning.map(([title]) => title).join('、') || '无'}（备用的空分区 \`audit_log_000001\` 不算）。

${plans.map(([title, lines]) => `## ${title}\n\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n`).join('\n')}`
    await writeFile(path.resolve(import.meta.dirname, '../reports/plans-audit.md'), text)
    console.log(scanning.length === 0 ? '没有逐表扫描。' : `逐表扫描：${scanning.map(([title]) => title).join('、')}`)
    if (scanning.length > 0) process.exitCode = 1
  }),
)
