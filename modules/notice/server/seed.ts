import { dayOf } from '#kernel/clock'
import { newId } from '#kernel/ids'
import type { Seed, SystemCtx } from '#kernel/module'
import { type DemoNotice, demoNotices } from './demo-notices.ts'

const HOUR_MS = 3_600_000
const inDays = (now: Date, days: number | undefined) =>
  days === undefined ? null : dayOf(new Date(now.getTime() + days * 24 * HOUR_MS))

const write = async ({ sql, now }: SystemCtx, demo: DemoNotice): Promise<void> => {
  const id = newId()
  const at = new Date(now.getTime() - demo.hoursAgo * HOUR_MS)
  const state = demo.state ?? 'published'
  const published = state === 'published' || state === 'withdrawn' ? at : null
  const pinned = inDays(now, demo.pinnedDays)
  await sql(
    `insert into notice.notice (id, unit_id, author_id, kind, title, body, state, reason, expires_on, pinned_until, published_at, published_by, updated_at)
     select $1, o.id, p.id, $4, $5, $6, $7, $8, $9, $10, $11, case when $11::timestamptz is null then null else b.id end, $12
     from directory.person p join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
     join directory.unit o on o.no = m.org_no, directory.person b
     where p.external_id = $2 and b.external_id = $3`,
    [
      id,
      `demo:${demo.author}`,
      `demo:${demo.publisher}`,
      demo.kind,
      demo.title,
      demo.body,
      state,
      demo.reason ?? null,
      inDays(at, demo.expiresInDays),
      pinned,
      published,
      at,
    ],
  )
  await sql(
    `insert into notice.audience (notice_id, unit_id, published_at, pinned_until)
     select n.id, top.id, $2, $3 from notice.notice n join directory.unit own on own.id = n.unit_id
     join directory.unit top on top.no = ${demo.audience === 'unit' ? 'own.no' : 'own.county_no'} where n.id = $1`,
    [id, published, pinned],
  )
  if (published) await sql(READERS, [id, published, now])
}

// Two of three have read what has been out for three days, fewer what is new; the people of the demo accounts only what is old.
const READERS = `
  insert into notice.read (person_id, notice_id, at)
  select p.id, n.id, least($3::timestamptz, $2::timestamptz + make_interval(mins => abs(hashtext(p.id::text || n.id::text)) % 4000))
  from notice.notice n join notice.audience a on a.notice_id = n.id join directory.unit top on top.id = a.unit_id
  join directory.unit u on u.pre between top.pre and top.pre_end
  join directory.post m on m.unit_id = u.id and m.kind = 'main' and m.valid_to is null
  join directory.person p on p.id = m.person_id
  where n.id = $1 and abs(hashtext(n.id::text || p.id::text)) % 300 < least(200, extract(epoch from $3::timestamptz - $2::timestamptz) / 1300)
    and (p.external_id is null or $2 < $3::timestamptz - interval '3 days')
  limit 4000`

export const seed = ({ run }: Seed): Promise<void> =>
  run(async (ctx) => {
    for (const demo of demoNotices) await write(ctx, demo)
  })
