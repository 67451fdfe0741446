import type pg from 'pg'
import { quote, type Table } from './catalog.ts'

/**
 * Tables that no migration makes: a schema lets the running platform add some by a function of its own, `define_table`. A backup by rows says
 * how they are made, since restoring runs migrations only.
 */

/** Schemas that let tables grow. */
const growing = async (client: pg.ClientBase): Promise<Set<string>> => {
  const { rows } = await client.query<{ schema: string }>(
    `select distinct n.nspname as schema from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.proname = 'define_table'`,
  )
  return new Set(rows.map(({ schema }) => schema))
}

/** Each part in the words of PostgreSQL itself, in the order in which they must be said. */
const DEFINITION = `with t as (select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.reloptions, c.relacl, c.relowner
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = $1::regclass)
  select 1 as step, 0 as no, format('create table %s (%s)%s', t.name,
      (select string_agg(format('%I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod), coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''),
          case when a.attnotnull then ' not null' else '' end), ', ' order by a.attnum)
       from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped),
      coalesce(' with (' || array_to_string(t.reloptions, ', ') || ')', '')) as sql from t
  union all select 2, row_number() over (order by k.contype = 'f', k.conname), format('alter table %s add constraint %I %s', t.name, k.conname, pg_get_constraintdef(k.oid))
    from t join pg_constraint k on k.conrelid = t.oid and k.contype in ('p', 'u', 'c', 'x', 'f')
  union all select 3, row_number() over (order by i.indexrelid), pg_get_indexdef(i.indexrelid) from t join pg_index i on i.indrelid = t.oid
    where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = t.oid)
  union all select 4, coalesce(a.attnum, 0), format('comment on %s is %L', case when a.attnum is null then 'table ' || t.name else format('column %s.%I', t.name, a.attname) end, e.description)
    from t join pg_description e on e.objoid = t.oid and e.classoid = 'pg_class'::regclass left join pg_attribute a on a.attrelid = t.oid and a.attnum = e.objsubid and e.objsubid > 0
  union all select 5, row_number() over (), format('grant %s on %s to %I', g.privilege_type, t.name, r.rolname)
    from t cross join lateral aclexplode(t.relacl) g join pg_roles r on r.oid = g.grantee where g.grantee <> t.relowner
  order by step, no`

/** What makes the tables of such schemas, statement by statement; those that a migration makes will be there already. */
export const definitionsOf = async (
  client: pg.ClientBase,
  tables: readonly Table[],
): Promise<{ schema: string; name: string; statements: string[] }[]> => {
  const schemas = await growing(client)
  const found: { schema: string; name: string; statements: string[] }[] = []
  for (const table of tables.filter(({ schema }) => schemas.has(schema))) {
    const { rows } = await client.query<{ sql: string }>(DEFINITION, [quote(client, table)])
    found.push({ schema: table.schema, name: table.name, statements: rows.map(({ sql }) => sql) })
  }
  return found
}

/** Makes those that are not there, owned by whoever owns the schema. */
export const regrow = async (
  client: pg.ClientBase,
  grown: readonly { schema: string; name: string; statements: readonly string[] }[],
): Promise<void> => {
  for (const table of grown) {
    const name = quote(client, table)
    const { rows } = await client.query<{ there: boolean; owner: string }>(
      `select to_regclass($1) is not null as there, quote_ident(r.rolname) as owner from pg_namespace n join pg_roles r on r.oid = n.nspowner where n.nspname = $2`,
      [name, table.schema],
    )
    const [found] = rows
    if (!found || found.there) continue
    for (const statement of table.statements) await client.query(statement)
    await client.query(`alter table ${name} owner to ${found.owner}`)
  }
}
