import type { Client } from 'pg'
import type { Kernel } from '#kernel/module'
import type { AppDefinition } from '#modules/built/contract'
import { checkApp } from '../modules/built/core/check.ts'
import { install } from '../modules/built/server/seed.ts'

export const RECORDS = 1_000_000
const kinds = ['办公设备', '会议设备', '车辆', '图书', '其他'].map((label, at) => ({ value: `k${at}`, label }))
const required = { required: 'true' }

/** A register of things as an office keeps it, with a sub-table that sums up. `more` fields stand in the next version. */
export const registerOf = (
  more: readonly unknown[] = [],
  note: Record<string, unknown> = { type: 'text' },
): AppDefinition => {
  const columns = [
    { key: '部件', title: '部件', type: 'text', rules: required },
    { key: '件数', title: '件数', type: 'number', min: 1, rules: required },
    { key: '价', title: '单价', type: 'money', min: 0, rules: required },
    { key: '小计', title: '小计', type: 'money', rules: { formula: '价 * 件数' } },
  ]
  const fields = [
    { key: '名称', title: '名称', type: 'text', rules: required },
    { key: '类别', title: '类别', type: 'enum', options: kinds, rules: required },
    { key: '购置日', title: '购置日期', type: 'date' },
    { key: '存放', title: '存放地点', ...note },
    { key: '明细', title: '部件明细', type: 'table', columns },
    {
      key: '金额',
      title: '金额',
      type: 'money',
      rules: { formula: 'sum(明细.小计)', validation: [{ check: '金额 >= 0', message: '金额不能为负。' }] },
    },
    ...more,
  ]
  const given = {
    format: 1,
    key: 'bench-register',
    name: '资产登记',
    entities: [
      {
        key: 'item',
        name: '资产',
        label: '名称',
        groups: [{ title: '资产', fields }],
        views: [{ key: 'all', name: '全部', columns: ['名称', '金额'], filters: ['类别'], sort: '-金额' }],
        permissions: [
          { to: 'everyone', rows: 'scope', may: ['create', 'write'], rest: 'write' },
          { to: 'unit-admin', rows: 'scope', may: ['write'], rest: 'write' },
        ],
      },
    ],
  }
  const checked = checkApp(given)
  if (!('definition' in checked)) throw new Error(checked.faults[0].message)
  return checked.definition
}

export interface Laid {
  table: string
  columns: Record<string, string>
}
export const laidOut = async (client: Client): Promise<Laid> => {
  const { rows } = await client.query<{
    layout: { entities: { item: { no: number; fields: Record<string, number> } } }
  }>(
    `select v.layout from built.app a join built.version v on v.app_id = a.id and v.version = a.version where a.key = 'bench-register'`,
  )
  const { no, fields } = rows[0]!.layout.entities.item
  return {
    table: `built.e_${no}`,
    columns: Object.fromEntries(Object.entries(fields).map(([key, number]) => [key, `f_${number}`])),
  }
}

/** A million records of all units, three hundred of them of the clerk's; made once for a database of the bench. */
export const loadRecords = async (
  kernel: Kernel,
  client: Client,
  clerk: { unitId: string; personId: string },
): Promise<void> => {
  const known = await client.query("select 1 from kernel.state where key = 'bench.forms'")
  if (known.rows.length > 0) return
  const root = await client.query<{ id: string }>(
    'select id from directory.unit where parent_id is null order by pre limit 1',
  )
  const begun = await client.query("select 1 from built.app where key = 'bench-register'")
  if (begun.rows.length === 0) await install(kernel, registerOf(), root.rows[0]!.id)
  const { table, columns } = await laidOut(client)
  const units = await client.query<{ id: string }>(
    'select id from directory.unit where valid_to is null order by no limit 2000',
  )
  const sql = `insert into ${table} (id, unit_id, author_id, author_name, author_unit, created_at, updated_at, ${columns.名称}, ${columns.类别}, ${columns.购置日}, ${columns.存放}, ${columns.金额}, ${columns.明细})
    select id, unit, $3::uuid, '周文清', '办公室', at, at, '资产 ' || n, 'k' || n % 5, date '2015-01-01' + (n % 4000)::int, (n % 900)::text, (n::bigint * 7919) % 1000000, '[]'
    from (select n, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id, timestamptz '2026-11-20 09:00+08' - n * interval '20 seconds' as at,
      case when n % 3333 = 7 then $1::uuid else ($2::uuid[])[1 + n % array_length($2::uuid[], 1)] end as unit from generate_series(1, ${RECORDS}) n) made`
  // The register of forms has the same rows; the lists do not read it, so it is left out.
  await client.query("set session_replication_role = 'replica'")
  await client.query(sql, [clerk.unitId, units.rows.map(({ id }) => id), clerk.personId])
  await client.query('reset session_replication_role')
  await client.query(`vacuum analyze ${table}`)
  await client.query("insert into kernel.state (key, value) values ('bench.forms', 'true')")
}
