import { newId } from '#kernel/ids'
import type { SystemCtx } from '#kernel/module'
import { newSecret } from './webhooks/secret.ts'

const HOUR = 3600_000
const before = (now: Date, hours: number) => new Date(now.getTime() - hours * HOUR)

/** Busy by day, quiet at night and at weekends; the same for one application whenever it is seeded. */
const USAGE = `insert into apps.usage (application_id, hour, calls, refused)
  select $1::uuid, hour, greatest(1, (load * (0.6 + abs(hashtext($1::text || hour::text)::bigint) % 80 / 100.0))::int), 0
  from generate_series(date_trunc('hour', $2::timestamptz - interval '7 days'), date_trunc('hour', $2::timestamptz - make_interval(days => $3)), interval '1 hour') hour
  cross join lateral (select hour at time zone 'Asia/Shanghai' as here) t
  cross join lateral (select case when extract(isodow from here) > 5 then 0.1 when extract(hour from here) between 8 and 17 then 1 else 0.05 end
    * (200 + abs(hashtext($1::text)::bigint) % 3000) as load) l`
const PROBES = `insert into apps.probe (application_id, at, ok, ms, fault)
  select $1::uuid, at, ok, case when ok then 18 + abs(hashtext($1::text)::bigint) % 90 + abs(hashtext(at::text)::bigint) % 30 else 10000 end, case when not ok then '15 秒内没有答复' end
  from generate_series($2::timestamptz - interval '23 hours', $2::timestamptz, interval '30 minutes') at
  cross join lateral (select not ($3 and at > $2::timestamptz - interval '5 hours') and abs(hashtext($1::text || at::text)::bigint) % 60 > 0 as ok) o`

/** What the board shows of an application: a week of calls, up to its last one, and a day of checks. */
export const seedActivity = async (
  { sql, now }: SystemCtx,
  id: string,
  idleDays: number | undefined,
  down: boolean,
) => {
  if (idleDays !== undefined && idleDays < 7) await sql(USAGE, [id, now, idleDays])
  await sql(PROBES, [id, now, down])
}

const told: readonly (readonly [subject: string, hours: number, outcome: string, fault: string | null])[] = [
  ['DB-2026-1107', 3, '按期办结', null],
  ['DB-2026-1103', 26, '按期办结', null],
  ['DB-2026-1098', 30, '退回补充', '答复了 502'],
  ['DB-2026-1096', 31, '按期办结', '答复了 502'],
  ['DB-2026-1088', 52, '按期办结', null],
  ['DB-2026-1081', 75, '申请延期', null],
]
/** A subscription that once could not be reached for a day: two events wait for somebody to send them again. */
export const seedWebhook = async ({ sql, now, kernel }: SystemCtx, applicationId: string, url: string) => {
  const id = newId()
  await sql(
    `insert into apps.webhook (id, application_id, url, types, secret_box, last_ok_at, created_at) values ($1, $2, $3, '{tasks.closed,apps.state-changed}', $4, $5, $6)`,
    [id, applicationId, url, newSecret(kernel, id).box, before(now, 3), before(now, 24 * 60)],
  )
  for (const [subject, hours, outcome, fault] of told.toReversed())
    await sql(
      `insert into apps.delivery (id, webhook_id, event_id, type, subject, data, happened_at, state, attempts, fault, done_at)
       values ($1, $2, $3, 'tasks.closed', $4, $5, $6, $7, $8, $9, $6)`,
      [
        newId(),
        id,
        newId(),
        subject,
        JSON.stringify({ externalId: subject, state: 'done', outcome, note: null }),
        before(now, hours),
        fault ? 'dead' : 'delivered',
        fault ? 10 : 1,
        fault,
      ],
    )
}
