import type { Client } from 'pg'

export const OPEN = 1_000_000
export const DONE = 10_000_000
const PEOPLE = 100_000
/** of the clerk who is measured: a busy desk, a few years of work */
const MINE = { open: 60, done: 3000 }
const PART = 1_000_000

const INDEXES = `select indexname, indexdef from pg_indexes where schemaname = 'tasks' and tablename = 'task' and indexname <> 'task_pkey'`

/** Rows of everybody lie between each other, as they arrive: no person's are together. */
const insert = (state: 'open' | 'done', from: number, to: number, every: number): string => `
  insert into tasks.task (id, person_id, unit_id, source, source_id, source_name, external_id, matter, title, summary, url, from_name, urgency,
    due_at, state, outcome, created_at, opened_at, closed_at, owner_id)
  select gen_random_uuid(), case when n % ${every} = 7 then $1::uuid else md5((n % ${PEOPLE})::text)::uuid end,
    ($2::uuid[])[1 + n % array_length($2::uuid[], 1)], case n % 3 when 0 then 'application' else 'workflow' end,
    case n % 3 when 0 then md5('app' || n % 40)::uuid end, case n % 3 when 0 then '业务系统' || n % 40 end, '${state}-' || n,
    (array['请假审批','用印申请','公文会签','收文办理','督查督办','采购申请','资产处置','出差审批','项目评审','合同审核','信息公开','档案移交'])[1 + n % 12],
    '关于办理第 ' || n || ' 号事项的请示', '请按程序审核并签署意见，材料共三份。', '/cases/' || md5(n::text)::uuid, '办理人' || n % 500,
    case n % 20 when 0 then 'urgent' when 1 then 'most-urgent' else 'normal' end,
    case when n % 10 < 7 then timestamptz '2026-11-20 17:30+08' + make_interval(hours => (n % 400)::int - 40) end, '${state}',
    ${state === 'open' ? 'null' : "'同意'"}, at, at + interval '1 hour', ${state === 'open' ? 'null' : "at + interval '5 hours'"},
    case when n % 50 = 0 then md5('principal')::uuid end
  from generate_series(${from}, ${to}) n, lateral (select timestamptz '2026-11-20 09:00+08' - make_interval(secs => (n * ${state === 'open' ? 2 : 9})) as at) t`

/** A million open tasks and ten million done in front of a small province; made once for a database of the bench. */
export const loadTasks = async (client: Client, clerk: string): Promise<void> => {
  const known = await client.query("select 1 from kernel.state where key = 'bench.tasks'")
  if (known.rows.length > 0) return
  const units = await client.query<{ id: string }>(
    'select id from directory.unit where valid_to is null order by no limit 2000',
  )
  const ids = units.rows.map(({ id }) => id)
  const { rows: indexes } = await client.query<{ indexname: string; indexdef: string }>(INDEXES)
  for (const { indexname } of indexes) await client.query(`drop index tasks.${indexname}`)
  for (const [state, count] of [
    ['open', OPEN],
    ['done', DONE],
  ] as const)
    for (let from = 1; from <= count; from += PART) {
      await client.query(insert(state, from, from + PART - 1, Math.floor(count / MINE[state])), [clerk, ids])
      console.error(`${state} ${from + PART - 1}`)
    }
  for (const { indexdef } of indexes) await client.query(indexdef)
  // what autovacuum would do within the hour
  await client.query('vacuum analyze tasks.task')
  await client.query("insert into kernel.state (key, value) values ('bench.tasks', 'true')")
}
