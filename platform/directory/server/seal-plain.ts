import type { Keyring } from '#kernel/crypto'
import type { Query } from '#kernel/db'
import type { Kernel } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { sealSample } from './import-sample.ts'
import { sealMobile } from './mobile-number.ts'

/** What an older version left in plain text: a batch of it, and how it is sealed. */
interface Remains<R> {
  select: string
  seal(keys: Keyring, sql: Query, rows: readonly R[]): Promise<unknown>
}
const remains = <R extends object>(one: Remains<R>) => ({
  async batch({ keys }: Kernel, sql: Query): Promise<number> {
    const rows = await sql<R>(`${one.select} limit ${BATCH} for update`)
    if (rows.length > 0) await one.seal(keys, sql, rows)
    return rows.length
  },
})
const BATCH = 2000

// The search word of the tail changes in the same transaction: a person is wholly old or wholly new.
const people = remains<{ id: string; no: number; plain: string }>({
  select: 'select id, no, mobile_plain as plain from directory.person where mobile_plain is not null order by no',
  async seal(keys, sql, rows) {
    const sealed = rows.map(({ id, plain }) => (plain ? sealMobile(keys, plain, id) : undefined))
    const tails = sealed.map((one) => one?.tail ?? null)
    await sql(
      `update directory.person x set mobile = t.box, mobile_index = t.index, mobile_tail = t.tail, mobile_plain = null
       from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::text[]) t (id, box, index, tail) where x.id = t.id`,
      [rows.map(({ id }) => id), sealed.map((one) => one?.box), sealed.map((one) => one?.index), tails],
    )
    await sql(
      `update directory.person_token w set key = '#' || t.tail from unnest($1::int[], $2::text[]) t (no, tail)
       where w.person_no = t.no and left(w.key, 1) = '#'`,
      [rows.map(({ no }) => no), tails],
    )
  },
})

const versions = remains<{ no: string; person: string; plain: string }>({
  select: `select no, person_id as person, data ->> 'mobile' as plain from directory.person_version
    where mobile is null and data ->> 'mobile' is not null order by no`,
  async seal(keys, sql, rows) {
    const sealed = rows.map(({ person, plain }) => (plain ? sealMobile(keys, plain, person) : undefined))
    await sql(
      `update directory.person_version v set mobile = t.box,
         data = v.data || jsonb_build_object('mobile', encode(substr(t.index, 1, 4), 'hex'))
       from unnest($1::bigint[], $2::bytea[], $3::bytea[]) t (no, box, index) where v.no = t.no`,
      [rows.map(({ no }) => no), sealed.map((one) => one?.box), sealed.map((one) => one?.index)],
    )
  },
})

const samples = remains<{ id: string; plain: string[][] }>({
  select: 'select id, sample_plain as plain from directory.import where sample_plain is not null order by id',
  seal: (keys, sql, rows) =>
    sql(
      `update directory.import i set sample = t.box, sample_plain = null
       from unnest($1::uuid[], $2::bytea[]) t (id, box) where i.id = t.id`,
      [rows.map(({ id }) => id), rows.map(({ id, plain }) => sealSample(keys, plain, id))],
    ),
})

const all = { 人员: people, 沿革: versions, 导入: samples }

/**
 * Seals the mobile numbers that older versions kept in plain text, before the server answers. Batch by batch: killed in the middle, the
 * next start goes on with what is left; of processes that start together each takes the batches the others have not.
 */
export const sealPlain = async (kernel: Kernel): Promise<void> => {
  for (const [what, { batch }] of Object.entries(all)) {
    for (let done = 0, rows = 1; rows > 0; ) {
      rows = await asSystem(kernel, async ({ sql }) => {
        await sql("select pg_advisory_xact_lock(hashtext('directory.seal-plain'))")
        return batch(kernel, sql)
      })
      done += rows
      if (rows > 0) kernel.log.info({ done }, `封装旧的手机号：${what}`)
    }
  }
}
