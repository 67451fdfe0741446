import type pg from 'pg'

/** Kept by the migrators themselves: never copied, since restoring runs the migrations. */
const bookkeeping = ['kernel.migration', 'graphile_worker.migrations']

const ofUsers = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relpersistence <> 't'
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`

export interface Table {
  schema: string
  name: string
  partitioned: boolean
  columns: string[]
}

/** Tables with the columns that can be written; a partitioned table stands for its partitions. */
export async function listTables(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select n.nspname as schema, c.relname as name, c.relkind = 'p' as partitioned,
       array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relkind in ('r', 'p') and not c.relispartition and ${ofUsers}
       and n.nspname || '.' || c.relname <> all($1)
     group by 1, 2, 3 order by 1, 2`,
    [bookkeeping],
  )
  return rows
}

/** Partitions, those nearest the root first, since the running server may have made some. */
export async function listPartitions(client: pg.ClientBase) {
  const { rows } = await client.query<{
    schema: string
    name: string
    parentSchema: string
    parent: string
    bound: string
    key: string | null
  }>(
    `select n.nspname as schema, c.relname as name, pn.nspname as "parentSchema", p.relname as parent,
       pg_get_expr(c.relpartbound, c.oid) as bound, pg_get_partkeydef(c.oid) as key
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_inherits i on i.inhrelid = c.oid
       join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
     where c.relispartition and c.relkind in ('r', 'p') and ${ofUsers}
     order by (select count(*) from pg_partition_ancestors(c.oid)), 1, 2`,
  )
  return rows
}

/** Sequences with the value they stand at. */
export async function listSequences(client: pg.ClientBase) {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and ${ofUsers} order by 1, 2`,
  )
  const found: { schema: string; name: string; last: string; called: boolean }[] = []
  for (const row of rows) {
    const { rows: at } = await client.query<{ last: string; called: boolean }>(
      `select last_value::text as last, is_called as called from ${quote(client, row)}`,
    )
    found.push({ ...row, ...at[0]! })
  }
  return found
}

/** `module/name#checksum` of each applied migration; none in a database that was never migrated. */
export async function listMigrations(client: pg.ClientBase): Promise<string[]> {
  const { rows: there } = await client.query<{ ok: boolean }>(
    "select to_regclass('kernel.migration') is not null as ok",
  )
  if (!there[0]?.ok) return []
  const { rows } = await client.query<{ id: string }>(
    "select module || '/' || name || '#' || checksum as id from kernel.migration order by applied_at, module, name",
  )
  return rows.map((row) => row.id)
}

export function quote(client: pg.ClientBase, { schema, name }: { schema: string; name: string }): string {
  return `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}`
}

export function quoteColumns(client: pg.ClientBase, columns: readonly string[]): string {
  return columns.map((column) => client.escapeIdentifier(column)).join(', ')
}
