import type pg from 'pg'
import { withAdmin } from './cluster.ts'

// Foreign keys would look for every one of a million: nothing that is kept refers to what goes.
const EMPTY = `
  begin;
  set local session_replication_role = replica;
  create temp table kept on commit drop as
    select x.id, x.no from directory.person x where exists (select from identity.account a where a.person_id = x.id);
  create temp table kept_token on commit drop as select t.* from directory.person_token t join kept k on k.no = t.person_no;
  truncate directory.person_token, directory.duty, directory.favourite, directory.change, directory.person_version, directory.post_version;
  delete from directory.post where person_id not in (select id from kept);
  delete from directory.person where id not in (select id from kept);
  insert into directory.person_token select * from kept_token;
  update directory.unit set people_direct = 0, people_total = 0;
  update directory.unit u set people_direct = n.direct, people_total = n.total
  from (select a.id, count(*) as total, count(*) filter (where a.id = p.unit_id) as direct
    from directory.post p join directory.unit h on h.id = p.unit_id join directory.unit a on h.pre between a.pre and a.pre_end
    where p.valid_to is null group by a.id) n where n.id = u.id;
  commit`

const drop = (client: pg.Client, name: string) => client.query(`drop database if exists ${name} with (force)`)

/** Runs `work` on a copy of the loaded province without its people, those with an account excepted; the copy is thrown away. */
export const withEmptyProvince = async <T>(
  url: string,
  name: string,
  work: (url: string) => Promise<T>,
): Promise<T> => {
  const server = new URL(url)
  server.pathname = '/postgres'
  const copy = new URL(url)
  copy.pathname = `/${name}`
  return withAdmin(server.toString(), async (client) => {
    await drop(client, name)
    try {
      await client.query(`create database ${name} template ${new URL(url).pathname.slice(1)} strategy file_copy`)
      await withAdmin(copy.toString(), async (admin) => {
        await admin.query(EMPTY)
        await admin.query(
          'vacuum (full, analyze) directory.person, directory.post, directory.unit, directory.person_token',
        )
      })
      return await work(copy.toString())
    } finally {
      await drop(client, name)
    }
  })
}
